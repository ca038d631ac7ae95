"""The compose files: that every combination the documents name is sound."""

from __future__ import annotations

from pathlib import Path

from .commands import call, compose_program
from .output import Failed, say

BASE = "compose.yaml"
TLS = ["compose.tls.yaml"]
CLUSTER = ["compose.cluster.yaml"]
COMBINATIONS: list[list[str]] = [[], TLS, CLUSTER, CLUSTER + TLS + ["compose.cluster.tls.yaml"]]


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
            if "published" in text or "ports:" in text:
                raise Failed(f"{overrides or BASE}: something is published on the host")
    say(f"compose files: {len(COMBINATIONS)} combinations with {len(scenarios)} scenarios are sound ({' '.join(program)})")
