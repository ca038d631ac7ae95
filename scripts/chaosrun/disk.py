"""A small file system of its own under a run's folder."""

from __future__ import annotations

import contextlib
import os
import subprocess
import tempfile
from pathlib import Path

SIZE = "96m"


def can_mount() -> bool:
    """Whether this user may mount file systems."""
    if os.geteuid() != 0:
        return False
    with tempfile.TemporaryDirectory() as folder:
        if subprocess.run(["mount", "-t", "tmpfs", "none", folder], capture_output=True, check=False).returncode:
            return False
        subprocess.run(["umount", folder], capture_output=True, check=False)
    return True


class SmallDisk:
    """A tmpfs; `fill` takes all of its space, `free` gives it back."""

    def __init__(self, folder: Path, size: str = SIZE) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "shardq-chaos", folder], check=True)
        self.folder = folder
        self.filler = folder / "filler"

    @property
    def is_full(self) -> bool:
        return self.filler.exists()

    def fill(self) -> None:
        """Writes until nothing more fits."""
        block = bytes(1 << 16)
        with contextlib.suppress(OSError), open(self.filler, "wb", buffering=0) as file:
            while file.write(block) == len(block):
                pass

    def free(self) -> None:
        """Gives the space back."""
        self.filler.unlink(missing_ok=True)

    def close(self) -> None:
        """Gives the file system up, with everything in it."""
        subprocess.run(["umount", "--lazy", self.folder], check=False)
