"""The program's scenarios as environments of Gymnasium and PettingZoo."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import pytest
from conftest import Program
from gymnasium.utils.env_checker import check_env
from pettingzoo.test import parallel_api_test, parallel_seed_test

import shardq
from shardq import environments
from shardq.program import find_program


def test_every_scenario_of_one_agent_has_a_name(program: Program) -> None:
    listed = program("environment", "--help").split("SUBCOMMANDS:")[1].split("See '")[0].splitlines()
    names = {line.split()[0] for line in listed if line[:2] == "  " and line[2:3].strip()}
    assert names - {"traffic", "routing", "world"} == set(environments.SCENARIOS)


@pytest.mark.filterwarnings("ignore:.*(render|different from the unwrapped).*")
@pytest.mark.parametrize("scenario", environments.SCENARIOS)
def test_keeps_the_contract_of_gymnasium(scenario: str) -> None:
    env = gymnasium.make(environments.environment_id(scenario))
    check_env(env.unwrapped)
    env.close()


@pytest.mark.parametrize("scenario", ["junction", "battery", "flowshop", "taxi", "acrobot"])
def test_copies_are_stepped_together_with_their_masks(scenario: str) -> None:
    env = gymnasium.make_vec(environments.environment_id(scenario), num_envs=3)
    random = np.random.default_rng(1)
    runs = []
    for _ in range(2):
        states, infos = env.reset(seed=7)
        seen = [states]
        for _ in range(50):
            assert infos["action_mask"].any(axis=1).all()
            actions = np.array([random.choice(np.flatnonzero(mask)) for mask in infos["action_mask"]])
            states, rewards, terminated, truncated, infos = env.step(actions)
            assert (infos["action"] == actions).all()
            over = terminated | truncated
            assert (infos.get("_final_obs", np.zeros(3, bool)) == over).all()
            seen += [states, rewards]
        runs.append(np.concatenate(seen))
        random = np.random.default_rng(1)
    assert (runs[0] == runs[1]).all()
    env.close()


def make_traffic() -> Any:
    return shardq.parallel_env("traffic", rows=2, columns=2)


def make_routing() -> Any:
    return shardq.parallel_env("routing", load=2)


@pytest.mark.parametrize("make", [make_traffic, make_routing])
def test_keeps_the_contract_of_pettingzoo(make: Any) -> None:
    env = make()
    parallel_api_test(env, num_cycles=100)
    env.close()
    parallel_seed_test(make, num_cycles=20)


def test_agents_that_wait_say_so_and_have_one_action() -> None:
    env = make_traffic()
    _, infos = env.reset(seed=1)
    waited = False
    while env.agents:
        _, _, _, truncated, infos = env.step(
            {agent: int(np.flatnonzero(infos[agent]["action_mask"])[-1]) for agent in env.agents}
        )
        for info in infos.values():
            waited |= info["waits"]
            assert not info["waits"] or info["action_mask"].sum() == 1
    assert waited
    assert all(truncated.values())
    env.close()


@pytest.mark.parametrize(
    ("ours", "options", "theirs", "settings"),
    [
        ("frozen-lake", (), "FrozenLake-v1", {}),
        ("frozen-lake", ("--map", "8x8"), "FrozenLake8x8-v1", {}),
        ("frozen-lake", ("--success-rate", "1"), "FrozenLake-v1", {"is_slippery": False}),
        ("taxi", (), "Taxi-v4", {}),
        ("taxi", ("--rainy",), "Taxi-v4", {"is_rainy": True}),
    ],
)
def test_has_the_transitions_of_gymnasium(
    program: Program, ours: str, options: tuple[str, ...], theirs: str, settings: dict[str, Any]
) -> None:
    table: dict[tuple[int, int], list[tuple[float, float, int | None]]] = {}
    for row in csv.DictReader(io.StringIO(program("environment", ours, "--transitions", *options))):
        outcome = float(row["probability"]), float(row["reward"]), int(row["next"]) if row["next"] else None
        table.setdefault((int(row["state"]), int(row["action"])), []).append(outcome)
    expected = {
        (state, action): [
            (p, float(reward), None if ends else int(following)) for p, following, reward, ends in outcomes
        ]
        for state, actions in gymnasium.make(theirs, **settings).unwrapped.P.items()  # type: ignore[attr-defined]
        for action, outcomes in actions.items()
    }
    # Gymnasium writes out what follows in a state in which the episode is over; here nothing does.
    over = {key for key, outcomes in expected.items() if key not in table and all(end is None for *_, end in outcomes)}
    assert table == {key: outcomes for key, outcomes in expected.items() if key not in over}


@pytest.mark.parametrize(
    ("ours", "options", "theirs", "settings"),
    [
        ("frozen-lake", {"success_rate": 1}, "FrozenLake-v1", {"is_slippery": False}),
        ("taxi", {}, "Taxi-v4", {}),
        ("cliff-walking", {}, "CliffWalking-v1", {}),
    ],
)
def test_goes_step_by_step_where_gymnasium_goes(
    ours: str, options: dict[str, Any], theirs: str, settings: dict[str, Any], equal_steps: int
) -> None:
    mine = gymnasium.make(environments.environment_id(ours), **options)
    other = gymnasium.make(theirs, **settings)
    random = np.random.default_rng(3)
    is_over, episodes = True, 0
    for _ in range(equal_steps):
        if is_over:
            state, _ = mine.reset(seed=None if episodes else 5)
            other.reset(seed=episodes)
            other.unwrapped.s = int(state)  # type: ignore[attr-defined]
            episodes += 1
        action = int(random.integers(mine.action_space.n))  # type: ignore[attr-defined]
        state, reward, terminated, truncated, _ = mine.step(action)
        expected = other.step(action)
        assert (reward, terminated, truncated) == expected[1:4]
        assert terminated or state == expected[0]
        is_over = terminated or truncated
    # Beside the cliff a walk at random hardly ever comes to the goal.
    assert episodes > 1 or ours == "cliff-walking"
    mine.close()
    other.close()


@pytest.mark.parametrize(
    ("ours", "theirs", "tolerance"),
    [("cart-pole", "CartPole-v1", 1e-13), ("mountain-car", "MountainCar-v0", 1e-14), ("acrobot", "Acrobot-v1", 1e-12)],
)
def test_moves_as_the_systems_of_gymnasium_do(ours: str, theirs: str, tolerance: float, equal_steps: int) -> None:
    """Each step from the same numbers: sines of other libraries differ in the last place."""
    mine = gymnasium.make(environments.environment_id(ours), numbers=True, disable_env_checker=True)
    other: Any = gymnasium.make(theirs, disable_env_checker=True).unwrapped
    other.reset(seed=0)
    random = np.random.default_rng(3)
    actions: int = mine.action_space.n  # type: ignore[attr-defined]
    is_over, ended = True, 0
    for step in range(equal_steps):
        if is_over:
            seen, _ = mine.reset(seed=step)
            other.reset(seed=step)
        other.state = seen.copy()
        # Held for a while, or nothing but the neighbourhood of the start is seen.
        action = step // 20 % actions if step % 400 < 200 else int(random.integers(actions))
        seen, reward, terminated, truncated, _ = mine.step(action)
        _, expected, is_terminal, _, _ = other.step(action)
        assert np.abs(seen - np.asarray(other.state, np.float64)).max() < tolerance
        assert (reward, terminated) == (expected, is_terminal)
        is_over = terminated or truncated
        ended += is_over
    assert ended
    mine.close()


def test_a_pendulum_moves_as_that_of_gymnasium(equal_steps: int) -> None:
    """Its angle is one of many that are the same there."""
    mine = gymnasium.make("ShardQ/Pendulum-v0", numbers=True, disable_env_checker=True)
    other: Any = gymnasium.make("Pendulum-v1", disable_env_checker=True).unwrapped
    other.reset(seed=0)
    random = np.random.default_rng(3)
    truncated = True
    for step in range(equal_steps):
        if truncated:
            seen, _ = mine.reset(seed=step)
        other.state = seen.copy()
        action = int(random.integers(5))
        seen, reward, _, truncated, _ = mine.step(action)
        _, expected, _, _, _ = other.step(np.array([action - 2.0]))
        angle, velocity = other.state
        turned = (seen[0] - angle + np.pi) % (2 * np.pi) - np.pi
        assert max(abs(turned), abs(seen[1] - velocity)) < 1e-13
        # Rewards travel as 32-bit numbers.
        assert abs(reward - expected) < 2e-6
        assert abs(seen[0]) <= np.pi
    mine.close()


def test_a_car_with_any_force_moves_as_that_of_gymnasium(equal_steps: int) -> None:
    """Forces and rewards are 32-bit numbers here or there."""
    mine = gymnasium.make("ShardQ/MountainCarContinuous-v0", numbers=True, disable_env_checker=True)
    other: Any = gymnasium.make("MountainCarContinuous-v0", disable_env_checker=True).unwrapped
    other.reset(seed=0)
    is_over, ended = True, 0
    for step in range(equal_steps):
        if is_over:
            seen, _ = mine.reset(seed=step)
        other.state = seen.copy()
        # The way it rolls, which gets it up the hill, or less of it.
        action = (4 if seen[1] >= 0 else 0) if step % 400 < 300 else step % 5
        seen, reward, terminated, truncated, _ = mine.step(action)
        _, expected, is_terminal, _, _ = other.step(np.array([action / 2 - 1.0]))
        assert np.abs(seen - np.asarray(other.state, np.float64)).max() < 1e-6
        assert terminated == is_terminal
        assert abs(reward - expected) < 1e-5
        is_over = terminated or truncated
        ended += is_over
    assert ended
    mine.close()


def test_the_bins_of_a_folder_are_those_of_the_program(tmp_path: Path) -> None:
    folder = tmp_path / "pole"
    shardq.train("cart-pole", broker="none", steps=2_000, evaluation=False, output=folder, bins="2,2,6,12")
    policy = shardq.load(folder)
    seen, coded = (
        gymnasium.make_vec("ShardQ/CartPole-v0", num_envs=64, numbers=numbers, bins="2,2,6,12")
        for numbers in (True, False)
    )
    random = np.random.default_rng(1)
    observations, states = seen.reset(seed=1)[0], coded.reset(seed=1)[0]
    for _ in range(100):
        assert [policy.encode(row) for row in observations] == states.tolist()
        actions = random.integers(2, size=64)
        observations, states = seen.step(actions)[0], coded.step(actions)[0]
    seen.close()
    coded.close()


def test_what_is_learned_from_the_pipe_is_what_the_scenario_teaches() -> None:
    options: dict[str, Any] = {
        "broker": "none",
        "steps": 20_000,
        "evaluation": False,
        "lanes": 8,
        "discount": 0.9,
        "step_size": "visits:50",
        "epsilon": 0.3,
    }
    command = f"{find_program()} environment frozen-lake"
    through = shardq.train("world", command=command, ties="lowest", **options)
    assert through.table_digest == shardq.train("frozen-lake", ties="lowest", **options).table_digest


def test_what_is_wrong_is_said() -> None:
    with pytest.raises(shardq.UsageError, match="Unknown option"):
        gymnasium.make("ShardQ/Taxi-v0", rows=3)
    with pytest.raises(shardq.UsageError, match="parallel_env"):
        environments.ScenarioEnv("traffic")
    env = gymnasium.make("ShardQ/Taxi-v0", disable_env_checker=True).unwrapped
    with pytest.raises(shardq.UsageError, match="reset"):
        env.step(0)
    env.reset(seed=1)
    with pytest.raises(shardq.UsageError, match="0 to 5"):
        env.step(6)
    env.close()
    with pytest.raises(shardq.UsageError, match="closed"):
        env.reset()
    assert find_program()
