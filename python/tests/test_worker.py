from __future__ import annotations

import sys

import pytest
from cluster import LIMIT_SECONDS, Run, wait_until

import shardq
from shardq.program import find_program


@pytest.mark.parametrize("update", ["q-learning", "sarsa", "double-q-learning", "expected-sarsa"])
def test_a_worker_in_python_ends_in_the_bits_of_the_serial_reference(update: str, run: Run) -> None:
    words = ("maze", "--steps", "20000", "--update", update)
    master = run.master(*words, "--workers", "2", "--shards", "3")
    ends = [run.python_worker("python")]
    ends.append(run.start(find_program(), "worker", "--name", "swift", "--wait", "60"))
    serial = shardq.train("maze", broker="none", steps=20_000, update=update, evaluation=False)
    assert run.result(master)["tableDigest"] == serial.table_digest
    assert [end.wait(LIMIT_SECONDS) for end in ends] == [0, 0]


def test_a_worker_in_python_serves_actor_processes(run: Run) -> None:
    layout = ("--cohorts", "3", "--checkpoint-every", "20", "--output", str(run.folder / "run"))
    words = ("maze", "--steps", "400000", *layout)
    master = run.master(*words, "--workers", "2", "--shards", "3", "--actors", "2")
    ends = [run.python_worker("python")]
    ends.append(run.start(find_program(), "worker", "--name", "swift", "--wait", "60"))
    ends += [run.start(find_program(), "actor", "--name", name, "--wait", "60") for name in ("a", "b")]
    serial = shardq.train("maze", broker="none", steps=400_000, cohorts=3, evaluation=False)
    result = run.result(master)
    assert result["tableDigest"] == serial.table_digest
    assert result["checkpoints"]["written"] >= 1
    assert [end.wait(LIMIT_SECONDS) for end in ends] == [0] * 4


def test_a_standby_in_python_takes_the_place_of_a_worker_that_is_killed(run: Run) -> None:
    folder = run.folder / "run"
    words = ("maze", "--steps", "100000", "--lanes", "64", "--checkpoint-every", "50", "--output", str(folder))
    master = run.master(*words, "--workers", "1")
    first = run.python_worker("first")
    wait_until(lambda: bool(list(folder.glob("checkpoints/round-*"))))
    second = run.python_worker("second")
    first.kill()
    serial = shardq.train("maze", broker="none", steps=100_000, lanes=64, evaluation=False)
    result = run.result(master)
    assert result["tableDigest"] == shardq.load(folder).digest == serial.table_digest
    assert result["rollbacks"] >= 1
    assert second.wait(LIMIT_SECONDS) == 0


def test_a_worker_without_a_master_says_so(run: Run) -> None:
    worker = run.start(sys.executable, "-m", "shardq", "worker", "--wait", "0.5")
    assert worker.wait(LIMIT_SECONDS) == shardq.UnavailableError.exit_code
    assert "no master of run" in (run.folder / "0.log").read_text()
