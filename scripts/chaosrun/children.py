"""Processes that the script starts, what they say and when, and what they leave behind."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path


class Child:
    """A program that was started; its standard error is kept line by line with the time at which it came."""

    def __init__(self, command: list[str], environment: dict[str, str], folder: Path, name: str) -> None:
        self.name = name
        self.began = time.monotonic()
        self.lines: list[tuple[float, str]] = []
        self.output = folder / f"{name}.out"
        self.log = folder / f"{name}.log"
        self.interrupted: float | None = None
        self.was_killed = False
        self.told_to_go = False
        with open(self.output, "w") as output:
            self.process = subprocess.Popen(
                command,
                env=environment,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.PIPE,
                text=True,
                errors="replace",
            )
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        pipe = self.process.stderr
        assert pipe is not None
        with open(self.log, "w") as log:
            for line in pipe:
                now = time.monotonic()
                self.lines.append((now, line.rstrip()))
                log.write(f"{now - self.began:8.3f} {line}")
                log.flush()

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def code(self) -> int | None:
        """The exit code, once it has ended."""
        return self.process.poll()

    @property
    def said(self) -> str:
        """All that it has written to standard error."""
        return "\n".join(line for _, line in list(self.lines))

    def moments(self, text: str) -> list[float]:
        """When it said something."""
        return [moment for moment, line in list(self.lines) if text in line]

    def send(self, number: int) -> None:
        """Sends a signal, unless it has ended."""
        if self.code is None:
            self.process.send_signal(number)

    def kill(self) -> None:
        """Ends it at once."""
        self.was_killed = True
        self.send(signal.SIGKILL)

    def close(self) -> None:
        """Ends it if it runs; its log is complete afterwards, unless descendants hold on to it."""
        self.send(signal.SIGKILL)
        self.process.wait()
        self.reader.join(2)


@dataclass(frozen=True)
class Identity:
    """A process that numbers alone do not name: they are used again."""

    pid: int
    started: str
    command: str

    @property
    def is_worker(self) -> bool:
        return " worker --broker " in self.command

    @property
    def is_broker(self) -> bool:
        return "beam.smp" in self.command

    @property
    def is_guardian(self) -> bool:
        return "shardq-guardian" in self.command

    @property
    def is_there(self) -> bool:
        found = identify(self.pid)
        return found is not None and found.started == self.started

    def send(self, number: int) -> None:
        """Sends a signal, if it is still the same process."""
        if self.is_there:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)


def identify(pid: int) -> Identity | None:
    """Who has a number now; nobody if the process has ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return None
    return None if fields[0] == "Z" else Identity(pid, fields[19], command)


def descendants(pid: int) -> list[Identity]:
    """The processes that a process has started, and those that these have started."""
    found = []
    for task in Path("/proc").glob(f"{pid}/task/*/children"):
        with contextlib.suppress(OSError):
            for child in map(int, task.read_text().split()):
                identity = identify(child)
                if identity:
                    found.append(identity)
                    found += descendants(child)
    return found
