from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gymnasium
import numpy as np
import pytest
from cluster import LIMIT_SECONDS, Run

import shardq
from shardq.program import find_program
from shardq.protocol.frames import StepSize
from shardq.protocol.learning import RULES, Learned, learn
from shardq.protocol.master import LocalTable, Master


def lake() -> Any:
    return gymnasium.make("FrozenLake-v1", disable_env_checker=True)


def value(make_env: Callable[[], Any], learned: Learned, steps: int) -> float:
    """What the greedy policy is worth from the start, exactly: so many steps of policy evaluation."""
    transitions = make_env().unwrapped.P
    actions, v = learned.values.argmax(axis=1), np.zeros(len(transitions))
    for _ in range(steps):
        v = np.array(
            [
                sum(p * (reward + (0 if ended else v[after])) for p, after, reward, ended in transitions[s][int(a)])
                for s, a in enumerate(actions)
            ]
        )
    start, _ = make_env().reset(seed=1)
    return float(v[start])


def test_frozen_lake_is_learned_at_swift_workers_in_the_bits_of_one_process(run: Run) -> None:
    settings: dict[str, Any] = {"steps": 30_000, "lanes": 50, "epsilon": (1.0, 0.1), "step_size": StepSize(1, 99)}
    workers = [run.start(find_program(), "worker", "--name", f"swift-{number}") for number in range(2)]
    learned = learn(lake, **settings, broker=run.environment["SHARDQ_BROKER"], run=run.name, workers=2)
    assert [worker.wait(LIMIT_SECONDS) for worker in workers] == [0, 0]
    assert learned.digest == learn(lake, **settings).digest
    # The best stationary policy of this discount is worth 0.74016 in 100 steps.
    assert value(lake, learned, 100) == pytest.approx(0.74016, abs=1e-5)
    policy = learned.save(run.folder / "policy")
    assert policy.computed_digest() == learned.digest
    assert policy.act(policy.visited()).tolist() == learned.values.argmax(axis=1)[policy.visited()].tolist()


def test_rules_bootstrap_on_what_they_say() -> None:
    rows = np.array([[1, 4, 3]], "<f4")
    taken, allowed = np.array([0]), np.array([[True, False, True]])
    worth = {name: rule(rows, taken, 0.5, allowed).tolist() for name, rule in RULES.items()}
    assert worth == {"q-learning": [3], "sarsa": [1], "expected-sarsa": [2.5]}


class Corridor:
    """Three rooms in a row, one action; the episode is cut in the last one where `cut`, else it ends there."""

    observation_space = gymnasium.spaces.Discrete(3, start=5)
    action_space = gymnasium.spaces.Discrete(1, start=2)
    spec = None

    def __init__(self, cut: bool) -> None:
        self.cut = cut

    def reset(self, seed: int) -> tuple[int, dict[str, Any]]:
        self.room = 5
        return self.room, {}

    def step(self, action: int) -> tuple[int, float, bool, bool, dict[str, Any]]:
        assert action == 2
        self.room += 1
        last = self.room == 7
        return self.room, 1.0, last and not self.cut, last and self.cut, {}

    def close(self) -> None:
        pass


@pytest.mark.parametrize(("cut", "values"), [(False, [1.5, 1, 8]), (True, [3.5, 5, 8])])
def test_an_episode_that_was_cut_bootstraps_on_where_it_was(cut: bool, values: list[float]) -> None:
    settings: dict[str, Any] = {"lanes": 1, "discount": 0.5, "step_size": 1.0, "initial_value": 8.0}
    assert learn(lambda: Corridor(cut), steps=40, **settings).values.ravel().tolist() == values


def test_a_master_says_how_many_workers_are_missing(run: Run) -> None:
    with pytest.raises(shardq.UnavailableError, match="0 of 1 workers"):
        Master(run.name, 4, 2, broker=run.environment["SHARDQ_BROKER"], step_size=StepSize(0, 0.5), wait=0.1)


def test_a_master_notices_that_a_worker_is_gone(run: Run) -> None:
    worker = run.start(find_program(), "worker")
    master = Master(run.name, 4, 2, broker=run.environment["SHARDQ_BROKER"], step_size=StepSize(0, 0.5))
    assert master.exchange(np.array([3])).tolist() == [[0, 0]]
    worker.kill()
    worker.wait()
    with pytest.raises(shardq.UnavailableError, match="a worker is gone"):
        master.exchange(np.array([3]))
    master.close()


def test_a_table_elsewhere_is_the_table_here(run: Run) -> None:
    random = np.random.default_rng(3)
    workers = [run.python_worker("python"), run.start(find_program(), "worker")]
    here = LocalTable(100, 3, step_size=StepSize(1, 5))
    with Master(
        run.name, 100, 3, broker=run.environment["SHARDQ_BROKER"], workers=2, shards=5, step_size=StepSize(1, 5)
    ) as there:
        for _ in range(5):
            states, actions = random.integers(0, 100, 300), random.integers(0, 3, 300)
            targets, ask = random.normal(size=300).astype("<f4"), random.integers(0, 100, 40)
            answers = [table.exchange(ask, states, actions, targets) for table in (here, there)]
            assert answers[0].tobytes() == answers[1].tobytes()
        for one, other in zip(here.collect(), there.collect(), strict=True):
            assert one.tobytes() == other.tobytes()
    assert [worker.wait(LIMIT_SECONDS) for worker in workers] == [0, 0]


def test_who_watches_reads_a_run_and_hinders_nobody(run: Run) -> None:
    watcher = run.start_watching()
    master = run.master("maze", "--steps", "40000", "--workers", "1", "--ties", "lowest")
    run.wait_until_watched()
    worker = run.start(find_program(), "worker")
    result = run.result(master)
    said, _ = watcher.communicate(timeout=LIMIT_SECONDS)
    serial = shardq.train("maze", broker="none", steps=40_000, ties="lowest", evaluation=False)
    assert result["tableDigest"] == serial.table_digest
    assert worker.wait(LIMIT_SECONDS) == watcher.returncode == 0
    lines = said.splitlines()
    assert {line.split()[2] for line in lines} >= {"UPDATE_Q+COMPUTE_Q", "Q_VALUES", "DUMP", "CELLS"}
    assert not [line for line in lines if "MALFORMED" in line]
