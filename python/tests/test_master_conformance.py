from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from shardq.program import find_program

PROGRAM = (
    f"{find_program()} master cliff-walking --steps 2000 --lanes 16 --workers 2 --no-evaluation --quiet --run {{run}}"
)

# A master that learns numbers which follow from what it reads, so that a wrong answer is not forgotten.
MASTER = """
import sys
import numpy as np
from shardq.protocol import link, master
from shardq.protocol.frames import StepSize
{mistake}
with master.Master(sys.argv[1], 24, 3, workers=2, step_size=StepSize(0, 0.5), wait=30) as table:
    states, rows = np.arange(24), np.zeros((24, 3), np.float32)
    for turn in range(40):
        rows = table.exchange(states, states, states * 7 % 3, rows.max(axis=1) * np.float32(0.5) + turn)
    {end}
"""

# Masters with a mistake each, and the check that has to find it.
MISTAKES = {
    "master.Master._probe = lambda self, mailboxes: None": "probes",
    "master.Master._take_return = lambda self, event: None": "notices_a_loss",
    "master.Master._take_offer = lambda self, event: None": "notices_a_new_beginning",
    "master.Master._refuse = lambda self, worker, reason: None": "refuses_versions",
    "master.time.time = lambda: 5": "whole_run",
    "master.round_type = lambda rounds: 'COMPUTE_Q'": "whole_run",
    "master.Master.close = lambda self: self._link.close()": "whole_run",
}


def examine(broker: str, command: str, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "shardq.conformance", "master", "--broker", broker, *options, command],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )


def python_master(folder: Path, mistake: str = "", end: str = "table.collect()") -> str:
    script = folder / "master.py"
    script.write_text(MASTER.format(mistake=mistake, end=end))
    return f"{sys.executable} {script} {{run}}"


def test_the_program_conforms(broker: str) -> None:
    done = examine(broker, PROGRAM)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("ok  ") == 8


def test_the_python_master_conforms(broker: str, tmp_path: Path) -> None:
    done = examine(broker, python_master(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(("mistake", "found"), MISTAKES.items())
def test_a_mistake_is_found(mistake: str, found: str, broker: str, tmp_path: Path) -> None:
    done = examine(broker, python_master(tmp_path, mistake), "--patience", "8", "--only", found)
    assert done.returncode == 1, done.stdout + done.stderr
    assert done.stdout.splitlines()[0 if found == "whole_run" else 1].startswith("not ok"), done.stdout


def test_a_master_that_does_not_ask_what_was_applied_is_found(broker: str, tmp_path: Path) -> None:
    done = examine(broker, python_master(tmp_path, end="pass"), "--patience", "8", "--only", "whole_run")
    assert done.returncode == 1
    assert "were not asked what they have applied" in done.stdout
