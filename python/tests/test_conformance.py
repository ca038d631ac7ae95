from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import REPOSITORY

from shardq.program import find_program

PYTHON_WORKER = f"{sys.executable} -m shardq worker --run {{run}} --name {{name}}"

# Workers with a mistake each, and the check that has to find it.
MISTAKES = {
    "table.Shard.alpha = lambda self, visits: np.full(len(visits), np.float32(self.step_size.first))": "arithmetic",
    "frames.ABSENT_ROW = table.ABSENT_ROW = 1 << 40": "arithmetic",
    "worker.Worker._give_up = lambda self, link, reason: None": "lost_rounds",
    "table.Shard.check = lambda self, round_: None": "damaged_rounds",
    "worker.Worker._forget = lambda self, frame: None": "moves",
    "turns.Turns.copy_behind = lambda self, frame: None": "marks",
    "table.Shard.load = lambda self, part: part.start + len(part.values)": "loads",
}


def examine(broker: str, command: str, *options: str) -> subprocess.CompletedProcess[str]:
    document = str(REPOSITORY / "docs/protocol.md")
    words = ["--document", document, "--broker", broker, *options, command]
    return subprocess.run(
        [sys.executable, "-m", "shardq.conformance", *words],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("command", [PYTHON_WORKER, f"{find_program()} worker --run {{run}} --name {{name}}"])
def test_workers_in_both_languages_conform(command: str, broker: str) -> None:
    done = examine(broker, command)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "not ok" not in done.stdout


@pytest.mark.parametrize(("mistake", "found"), MISTAKES.items())
def test_a_mistake_is_found(mistake: str, found: str, broker: str, tmp_path: Path) -> None:
    script = tmp_path / "worker.py"
    script.write_text(
        "import sys\nimport numpy as np\nfrom shardq.protocol import frames, table, turns, worker\n"
        f"{mistake}\nworker.Worker(sys.argv[1], name=sys.argv[2]).run()\n"
    )
    done = examine(broker, f"{sys.executable} {script} {{run}} {{name}}", "--patience", "8", "--only", found)
    assert done.returncode == 1, done.stderr
    assert done.stdout.startswith("not ok")
