"""The program, and a policy folder of every scenario that it has learned."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import matplotlib as mpl
import pytest
from cluster import Run

import shardq
from shardq.program import find_program
from shardq.protocol.broker import LocalBroker

mpl.use("Agg")

REPOSITORY = Path(__file__).resolve().parents[2]
SCENARIOS = ["maze", "cliff-walking", "traffic", "junction", "routing"]
Program = Callable[..., str]


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


@pytest.fixture(scope="session")
def broker() -> Iterator[str]:
    """A private RabbitMQ node."""
    with LocalBroker() as node:
        yield node.url


@pytest.fixture
def run(broker: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Run]:
    """A run with a name of its own; whatever was started for it ends with the test."""
    run = Run(broker, "run-" + "".join(filter(str.isalnum, request.node.name))[-50:], tmp_path)
    yield run
    run.close()


def pytest_addoption(parser: pytest.Parser) -> None:
    """How far worlds are compared with Gymnasium's."""
    parser.addoption("--equal-steps", type=int, default=4_000, help="steps that worlds are compared with Gymnasium's")


@pytest.fixture
def equal_steps(request: pytest.FixtureRequest) -> int:
    """The steps that a world is compared with Gymnasium's."""
    return int(request.config.getoption("--equal-steps"))
