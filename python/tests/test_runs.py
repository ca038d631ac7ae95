from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from cluster import LIMIT_SECONDS, wait_until
from conftest import Program

import shardq
from shardq.program import arguments


def test_options_have_the_names_of_the_command_line() -> None:
    given = {"checkpoint_every": "30s", "evaluation": False, "resume_or_start": True, "seed": None, "steps": 7}
    assert arguments(given) == ["--checkpoint-every", "30s", "--no-evaluation", "--resume-or-start", "--steps", "7"]
    assert arguments({"controllers": ["fixed", "webster"]}) == ["--controllers", "fixed,webster"]
    assert arguments({"policy": [Path("a"), "b"]}) == ["--policy", "a", "--policy", "b"]
    with pytest.raises(shardq.UsageError, match="empty"):
        arguments({"controllers": []})


def test_a_run_returns_what_it_printed(runs: dict[str, shardq.Training]) -> None:
    run = runs["maze"]
    assert (run.scenario, run.steps, run.seed, run.workers) == ("maze", 20_480, 1, 0)
    assert run.ledger == shardq.training.Ledger(20_480, 20_480, 0, 0)
    assert run.evaluation
    assert run.evaluation.controllers["optimal"]["discounted return"].mean == pytest.approx(0.522087, abs=1e-6)
    assert len(run.learning.to_frame()) == len(run.learning.rows) == 40


def test_threads_that_are_workers_end_in_the_same_bits(runs: dict[str, shardq.Training]) -> None:
    assert shardq.train("maze", workers=3, steps=20_000, evaluation=False).table_digest == runs["maze"].table_digest


def test_an_evaluation_has_its_figures_and_its_conditions(maze: Path) -> None:
    judged = shardq.evaluate("maze", policy=maze, fail_unless="learned <= optimal")
    assert judged.conditions[0].holds
    # Exact: one value, and no interval of it.
    assert judged.controllers["learned"]["discounted return"].lower is None
    assert set(judged.to_frame()["controller"]) == {"learned", "optimal"}
    with pytest.raises(shardq.ConditionFailedError) as failure:
        shardq.evaluate("maze", policy=maze, fail_unless=["optimal <= learned", "learned <= optimal"])
    assert [condition.holds for condition in failure.value.evaluation.conditions] == [False, True]  # type: ignore[attr-defined]


def test_exit_codes_are_errors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(shardq.UsageError, match="--steps"):
        shardq.train("maze", stps=3)
    with pytest.raises(shardq.UsageError, match="json"):
        shardq.train("maze", json=True)
    with pytest.raises(shardq.UsageError, match="one of the two"):
        shardq.train()
    with pytest.raises(shardq.UnavailableError):
        shardq.train("maze", broker="amqp://127.0.0.1:1", steps=10)
    with pytest.raises(shardq.InaccessibleError, match="no policy folder"):
        shardq.evaluate("maze", policy=tmp_path)
    monkeypatch.setenv("SHARDQ_PROGRAM", str(tmp_path / "none"))
    with pytest.raises(shardq.UnavailableError, match="SHARDQ_PROGRAM"):
        shardq.train("maze")


def test_an_interrupted_run_ends_in_order_and_can_be_resumed(tmp_path: Path, program: Program) -> None:
    script = (
        "import shardq, signal, sys\n"
        # Whoever runs the tests in the background may have had the signal ignored.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "try: shardq.train('maze', broker='none', steps=10**12, output=sys.argv[1], checkpoint_every='0.1s')\n"
        "except shardq.InterruptedRunError: print('interrupted')\n"
    )
    child = subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    wait_until(lambda: bool(list(tmp_path.glob("checkpoints/round-*"))))
    child.send_signal(signal.SIGINT)
    said, _ = child.communicate(timeout=LIMIT_SECONDS)
    assert said == "interrupted\n"
    policy = shardq.load(tmp_path)
    assert program("table", "digest", tmp_path).strip() == policy.digest
    assert shardq.load(next(tmp_path.glob("checkpoints/round-*"))).steps <= policy.steps


def test_the_package_has_the_version_of_the_program(program: Program) -> None:
    assert program("--version").strip() == shardq.__version__
