"""Finds and runs the program `shardq`."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Mapping
from typing import IO, Any

from shardq.errors import InternalError, ShardQError, UnavailableError, UsageError, error_of

# Options that are given again for each of their values; other lists are joined with commas.
_REPEATED = {"fail_unless", "policy"}
_REMEMBERED_LINES = 20


def find_program() -> str:
    """The program: what SHARDQ_PROGRAM names, or `shardq` on PATH."""
    named = os.environ.get("SHARDQ_PROGRAM")
    found = shutil.which(named or "shardq")
    if found is None:
        where = f"SHARDQ_PROGRAM names {named}, which is no program" if named else "there is no shardq on PATH"
        raise UnavailableError(f"{where}; build it with `make build`, and set SHARDQ_PROGRAM to .build/release/shardq")
    return found


def arguments(options: Mapping[str, Any]) -> list[str]:
    """Options by their names as the command line has them: `checkpoint_every="30s"` is `--checkpoint-every 30s`."""
    words: list[str] = []
    for name, value in options.items():
        option = "--" + name.rstrip("_").replace("_", "-")
        if value is None:
            continue
        if value is True:
            words.append(option)
        elif value is False:
            words.append("--no-" + option[2:])
        elif isinstance(value, (list, tuple)):
            if not value:
                raise UsageError(f"{name}: an empty list says nothing; leave it out")
            texts = [os.fspath(each) if isinstance(each, os.PathLike) else str(each) for each in value]
            values = texts if name in _REPEATED else [",".join(texts)]
            words += [word for text in values for word in (option, text)]
        else:
            words += [option, os.fspath(value) if isinstance(value, os.PathLike) else str(value)]
    return words


def run_json(command: list[str], *, progress: bool) -> tuple[dict[str, Any] | None, ShardQError | None]:
    """Runs the program and reads the object that it prints; with the error that its exit code stands for, if any."""
    environment = {name: value for name, value in os.environ.items() if name != "SHARDQ_PROGRAM"}
    # A session of its own, so that Ctrl-C comes once, from here: a second one would end the run without its order.
    child = subprocess.Popen(
        [find_program(), *command, "--json"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        start_new_session=True,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    said: deque[str] = deque(maxlen=_REMEMBERED_LINES)
    listener = threading.Thread(target=_listen, args=(child.stderr, said, progress), daemon=True)
    listener.start()
    text = _output(child)
    listener.join()
    for stream in (child.stdout, child.stderr):
        if stream is not None:
            stream.close()
    try:
        result = json.loads(text) if text.strip() else None
    except ValueError:
        raise InternalError(f"shardq printed no JSON: {text[:200]!r}") from None
    return result, None if child.returncode == 0 else error_of(child.returncode, _complaint(said))


def _output(child: subprocess.Popen[str]) -> str:
    """What the child prints; it ends in order when this process is interrupted."""
    assert child.stdout is not None
    parts = []
    try:
        while True:
            try:
                part = child.stdout.read(1 << 16)
            except KeyboardInterrupt:
                child.send_signal(signal.SIGINT)
                continue
            if not part:
                break
            parts.append(part)
        child.wait()
    except BaseException:
        child.kill()
        child.wait()
        raise
    return "".join(parts)


def _listen(stream: IO[str] | None, said: deque[str], progress: bool) -> None:
    for line in stream or ():
        said.append(line.rstrip("\n"))
        if progress:
            print(line, end="", file=sys.stderr, flush=True)


def _complaint(said: deque[str]) -> str:
    """The last thing that the program has said, without its name."""
    lines = [line for line in said if line.strip()]
    return lines[-1].removeprefix("shardq: ") if lines else "it said nothing"
