"""The program, and a policy folder of every scenario that it has learned."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import matplotlib as mpl
import pytest

import shardq
from shardq.program import find_program

mpl.use("Agg")

REPOSITORY = Path(__file__).resolve().parents[2]
SCENARIOS = ["maze", "cliff-walking", "traffic", "junction", "routing"]
LIMIT_SECONDS = 60
Program = Callable[..., str]


def wait_until(condition: Callable[[], bool]) -> None:
    """Waits for something that another process does."""
    limit = time.monotonic() + LIMIT_SECONDS
    while not condition():
        assert time.monotonic() < limit, "it did not happen"
        time.sleep(0.01)


@pytest.fixture(scope="session", autouse=True)
def _program_of_this_checkout() -> None:
    os.environ.setdefault("SHARDQ_PROGRAM", str(REPOSITORY / ".build/release/shardq"))


@pytest.fixture(scope="session")
def program() -> Program:
    """Runs the program and returns what it prints."""

    def run(*words: str | Path) -> str:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("SHARDQ_")}
        done = subprocess.run(
            [find_program(), *map(str, words)], env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


@pytest.fixture(scope="session")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, shardq.Training]:
    """A short run of each scenario, without messages, with its folder."""
    root = tmp_path_factory.mktemp("runs")
    return {
        name: shardq.train(name, broker="none", steps=20_000, evaluation=name == "maze", output=root / name)
        for name in SCENARIOS
    }


@pytest.fixture
def maze(runs: dict[str, shardq.Training]) -> Path:
    """The folder of the maze."""
    folder = runs["maze"].output
    assert folder
    return folder
