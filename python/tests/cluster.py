"""Runs at a real broker, with nodes in either language."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from shardq.program import find_program

LIMIT_SECONDS = 180


def wait_until(condition: Callable[[], bool]) -> None:
    """Waits for something that another process does."""
    limit = time.monotonic() + LIMIT_SECONDS
    while not condition():
        assert time.monotonic() < limit, "it did not happen"
        time.sleep(0.01)


class Run:
    """A master of the program and workers in either language at a broker."""

    def __init__(self, broker: str, name: str, folder: Path) -> None:
        self.environment = {**os.environ, "SHARDQ_BROKER": broker}
        self.name = name
        self.folder = folder
        self.children: list[subprocess.Popen[str]] = []

    def start(self, *command: str) -> subprocess.Popen[str]:
        with open(self.folder / f"{len(self.children)}.log", "w") as log:
            child = subprocess.Popen(
                [*command, "--run", self.name],
                env=self.environment,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        self.children.append(child)
        return child

    def master(self, *words: str) -> subprocess.Popen[str]:
        return self.start(find_program(), "master", *words, "--json", "--quiet", "--no-evaluation", "--wait", "60")

    def python_worker(self, name: str) -> subprocess.Popen[str]:
        return self.start(sys.executable, "-m", "shardq", "worker", "--name", name, "--wait", "60")

    def start_watching(self) -> subprocess.Popen[str]:
        log = self.folder / "watch.log"
        with open(log, "w") as errors:
            child = subprocess.Popen(
                [sys.executable, "-m", "shardq", "watch", self.name],
                env=self.environment,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        self.children.append(child)
        wait_until(lambda: "watching" in log.read_text())
        return child

    def wait_until_watched(self) -> None:
        """Waits until who watches has found the master."""
        wait_until(lambda: "its master is there" in (self.folder / "watch.log").read_text())

    def result(self, master: subprocess.Popen[str]) -> dict[str, Any]:
        said, _ = master.communicate(timeout=LIMIT_SECONDS)
        logs = [file.read_text() for file in sorted(self.folder.glob("*.log"))]
        assert master.returncode == 0, logs
        result: dict[str, Any] = json.loads(said)
        assert result["ledger"]["issued"] == result["ledger"]["applied"]
        return result

    def close(self) -> None:
        for child in self.children:
            if child.poll() is None:
                child.kill()
            child.communicate()
