from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import REPOSITORY

EXAMPLES = REPOSITORY / "python/examples"


def test_the_code_of_the_documents_page_runs(tmp_path: Path) -> None:
    blocks = re.findall(r"^```python\n(.*?)^```$", (REPOSITORY / "docs/python.md").read_text(), re.M | re.S)
    assert len(blocks) == 3
    script = "import matplotlib\nmatplotlib.use('Agg')\n" + "".join(blocks)
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "→" in done.stdout


def test_the_environment_of_ones_own_is_short_and_learned(tmp_path: Path) -> None:
    found = re.search(r"^```python boat.py\n(.*?)^```$", (REPOSITORY / "docs/python.md").read_text(), re.M | re.S)
    assert found
    assert len(found[1].splitlines()) <= 30
    (tmp_path / "boat.py").write_text(found[1])
    done = subprocess.run(
        [sys.executable, "boat.py"], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=600
    )
    assert done.returncode == 0, done.stderr
    figures = {name: float(value) for name, value in re.findall(r"^(\w+): (-[\d.]+) an episode", done.stdout, re.M)}
    assert figures["learned"] > 0.6 * figures["random"]
    assert "→" in done.stdout
    played = re.search(r"^```python play.py\n(.*?)^```$", (REPOSITORY / "docs/python.md").read_text(), re.M | re.S)
    assert played
    (tmp_path / "play.py").write_text(played[1])
    done = subprocess.run(
        [sys.executable, "play.py"], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=600
    )
    assert done.returncode == 0, done.stderr
    assert -40 < float(done.stdout.removeprefix("played: ")) < -5


@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("*.py")), ids=lambda file: str(file.name))
def test_examples_are_short(file: Path) -> None:
    assert len(file.read_text().splitlines()) <= 30


@pytest.mark.parametrize("design", ["stepwise", "batched"])
def test_the_lesson_shows_messages_and_ends_as_its_page_says(design: str) -> None:
    done = subprocess.run(
        [sys.executable, EXAMPLES / "lesson.py", design], capture_output=True, text=True, check=False, timeout=600
    )
    assert done.returncode == 0, done.stderr
    # Which twelve they are is up to the broker: of different mailboxes it may tell in any order.
    assert re.search(r" (COMPUTE_Q|UPDATE_Q|Q_VALUES) ", done.stdout)
    assert "they ended with [0, 0, 0]" in done.stdout
    digest = re.search(r"^table digest (\w{12})", done.stdout, re.M)
    assert digest
    assert f"{digest[1]}…" in (REPOSITORY / "docs/lesson.md").read_text()


@pytest.mark.parametrize("name", ["compare", "cliff_walking"])
def test_examples_run(name: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, EXAMPLES / f"{name}.py"],
        cwd=tmp_path,
        env={**os.environ, "MPLBACKEND": "Agg"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    if name == "cliff_walking":
        assert re.search(r"^q-learning: -13, .*\[0, 0\]$", done.stdout, re.M)
        assert re.search(r"^sarsa: -1[57], .*\[0, 0\]$", done.stdout, re.M)
