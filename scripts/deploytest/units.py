"""The units of systemd: read by systemd's own checker, and compared with the table of exit codes; nothing of them is started."""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path

from .commands import ROOT, call
from .output import Failed, Unavailable, say

FOLDER = ROOT / "deploy" / "systemd"
FINAL = {"64", "65", "78"}
# systemd-analyze security: from 0 for a unit that may do nothing to 10; beyond 2 something has been opened.
MOST_EXPOSED = 2.0


def check() -> None:
    if not shutil.which("systemd-analyze"):
        raise Unavailable("no systemd-analyze")
    figures = []
    with tempfile.TemporaryDirectory() as place:
        for unit in sorted(FOLDER.glob("*.service")):
            text = unit.read_text()
            stops = set(re.findall(r"^RestartPreventExitStatus=(.*)$", text, re.MULTILINE)[0].split())
            if stops != FINAL:
                raise Failed(f"{unit.name} stops at {stops}")
            # The program and its page are where the package puts them, perhaps not on this machine.
            name = unit.name.replace("@", "@test")
            (Path(place) / name).write_text(re.sub(r"^Documentation=.*\n", "", text.replace("/usr/bin/shardq", "/bin/true"), flags=re.MULTILINE))
            said = call(["systemd-analyze", "verify", "--man=no", f"{place}/{name}"], check=False)
            if said.returncode != 0 or said.stderr.strip():
                raise Failed(f"{unit.name}: {said.stderr.strip()}")
            exposure = call(["systemd-analyze", "security", "--offline=true", f"{place}/{name}"], check=False).stdout
            figure = re.search(r"Overall exposure level for \S+: ([\d.]+)", exposure)
            if not figure or float(figure[1]) > MOST_EXPOSED:
                raise Failed(f"{unit.name} may do more than it needs: {exposure.strip().splitlines()[-1:]}")
            figures.append(f"{unit.name} {figure[1]}")
    say(f"systemd units: verified, stop at {', '.join(sorted(FINAL))}; exposure of 10: {', '.join(figures)}")
