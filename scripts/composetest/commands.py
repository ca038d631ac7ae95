"""Programs that are called to their end."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import Callable

from .output import Failed


def call(command: list[str], environment: dict[str, str] | None = None, folder: Path | None = None,
         limit: float = 600, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Runs a program and keeps what it says; a failure says it."""
    try:
        result = subprocess.run(command, env=os.environ | (environment or {}), cwd=folder, stdin=subprocess.DEVNULL,
                                capture_output=True, text=True, errors="replace", timeout=limit)
    except subprocess.TimeoutExpired:
        raise Failed(f"not done after {limit:.0f} s: {' '.join(command)}") from None
    if check and result.returncode != 0:
        end = "\n".join((result.stdout + result.stderr).splitlines()[-25:])
        raise Failed(f"exit code {result.returncode}: {' '.join(command)}\n{end}")
    return result


def compose_program() -> list[str] | None:
    """Compose: the plugin if there is one, else Debian's."""
    if shutil.which("docker") and call(["docker", "compose", "version"], check=False).returncode == 0:
        return ["docker", "compose"]
    return ["docker-compose"] if shutil.which("docker-compose") else None


def wait(what: str, condition: Callable[[], bool], limit: float) -> None:
    """Waits until something is so."""
    deadline = time.monotonic() + limit
    while not condition():
        if time.monotonic() > deadline:
            raise Failed(f"not within {limit:.0f} s: {what}")
        time.sleep(0.3)
