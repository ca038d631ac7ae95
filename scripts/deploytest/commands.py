"""Programs that are called to their end, and waiting."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path
from typing import Callable

from .output import Failed

ROOT = Path(__file__).resolve().parent.parent.parent


def call(command: list[str], environment: dict[str, str] | None = None, folder: Path | None = None, limit: float = 600,
         check: bool = True, text: str | None = None) -> subprocess.CompletedProcess[str]:
    """Runs a program and keeps what it says; a failure says it."""
    given = {"stdin": subprocess.DEVNULL} if text is None else {"input": text}
    try:
        result = subprocess.run(command, env=os.environ | (environment or {}), cwd=folder, capture_output=True, text=True,
                                errors="replace", timeout=limit, **given)
    except subprocess.TimeoutExpired:
        raise Failed(f"not done after {limit:.0f} s: {' '.join(command)}") from None
    if check and result.returncode != 0:
        end = "\n".join((result.stdout + result.stderr).splitlines()[-25:])
        raise Failed(f"exit code {result.returncode}: {' '.join(command)}\n{end}")
    return result


def setup(*packages: str) -> bool:
    """Debian's packages, where they are missing and can be installed."""
    return call([str(ROOT / "scripts" / "setup"), *packages], check=False, limit=1800).returncode == 0


def wait(what: str, condition: Callable[[], bool], limit: float) -> None:
    """Waits until something is so."""
    deadline = time.monotonic() + limit
    while not condition():
        if time.monotonic() > deadline:
            raise Failed(f"not within {limit:.0f} s: {what}")
        time.sleep(0.2)
