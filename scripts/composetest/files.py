"""The compose files: that every combination the documents name is sound."""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path

from .commands import call, compose_program
from .output import Failed, say

BASE = "compose.yaml"
TLS = ["compose.tls.yaml"]
CLUSTER = ["compose.cluster.yaml"]
MONITORING = ["compose.monitoring.yaml"]
COMBINATIONS: list[list[str]] = [[], TLS, CLUSTER, CLUSTER + TLS + ["compose.cluster.tls.yaml"], MONITORING, TLS + MONITORING]


def options(root: Path, overrides: list[str]) -> list[str]:
    """The `-f` options of a combination."""
    return [part for name in [BASE, *overrides] for part in ("-f", str(root / "compose" / name))]


def check(root: Path) -> None:
    """Makes the secrets, which the files name, and lets compose read every combination."""
    call([str(root / "compose" / "prepare"), "--tls"])
    program = compose_program()
    if not program:
        call([str(root / "scripts" / "setup"), "docker-compose"])
        program = compose_program()
    if not program:
        raise Failed("no compose tool, and Debian's docker-compose cannot be installed")
    scenarios = sorted((root / "compose").glob("*.env"))
    for scenario in scenarios:
        for overrides in COMBINATIONS:
            text = call([*program, "--env-file", str(scenario), *options(root, overrides), "config"]).stdout
            published = re.findall(r"^ +published: |^ +- (?:[\d.]+:)?\d+:\d+(?:/tcp)?$", text, re.MULTILINE)
            at_home = re.findall(r"^ +host_ip: 127\.0\.0\.1$|^ +- 127\.0\.0\.1:\d+:\d+(?:/tcp)?$", text, re.MULTILINE)
            if len(published) != len(at_home) or len(published) != (2 if overrides[-1:] == MONITORING else 0):
                raise Failed(f"{overrides or BASE}: something is published on the host")
    check_prometheus(root)
    say(f"compose files: {len(COMBINATIONS)} combinations with {len(scenarios)} scenarios are sound ({' '.join(program)})")


def check_prometheus(root: Path) -> None:
    """What the stack's Prometheus is told, laid out as in its container."""
    if not shutil.which("promtool"):
        return
    with tempfile.TemporaryDirectory() as folder:
        for name in ("compose/monitoring/prometheus.yml", "monitoring/alerts.yml"):
            shutil.copy(root / name, folder)
        call(["promtool", "check", "config", f"{folder}/prometheus.yml"])
