"""Worlds and coders: semantics by hand, and real runs of the program with real environments."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, SupportsFloat

import gymnasium
import numpy as np
import pytest

import shardq
from shardq import world
from shardq.coders import (
    Coder,
    DiscreteCoder,
    EdgesCoder,
    MultiDiscreteCoder,
    TilesCoder,
    TupleCoder,
    coder_for,
    coder_from,
    coder_of_world,
)

SPACES = gymnasium.spaces
WORLDS = Path(__file__).parent / "worlds"


def command(name: str) -> str:
    return f"{sys.executable} {WORLDS / name}"


class Countdown:
    """Ends after as many steps as its seed says; rewards the action."""

    observation_space = SPACES.Discrete(4)
    action_space = SPACES.Discrete(2, start=1)
    spec = None

    def reset(self, seed: int) -> tuple[int, dict[str, Any]]:
        self.seed, self.age = seed, 0
        return 0, {}

    def step(self, action: int) -> tuple[int, float, bool, bool, dict[str, Any]]:
        self.age += 1
        ends = self.age == 2 + self.seed % 2
        return self.age, float(action), ends and self.seed % 4 < 2, ends and self.seed % 4 >= 2, {}


def lanes(count: int = 4, seed: int = 1) -> world.Lanes:
    result = world.Lanes(Countdown, replicas=count, first_replica=10, seed=seed)
    result.begin()
    return result


def test_episodes_are_seeded_by_run_replica_and_episode() -> None:
    assert world.episode_seed(1, 10, 0) == world.episode_seed(1, 10, 0)
    seeds = {world.episode_seed(run, replica, episode) for run in (1, 2) for replica in (0, 1) for episode in (0, 1)}
    assert len(seeds) == 8
    assert all(0 <= seed < 2**31 for seed in seeds)


def test_an_episode_begins_again_in_the_step_in_which_it_ends() -> None:
    stepped = lanes()
    assert stepped.flags == [world.BEGINS] * 4
    flags: list[int] = []
    for _ in range(12):
        stepped.step(np.ones(4, np.uint32))
        flags += stepped.flags
        for lane, flag in enumerate(stepped.flags):
            assert bool(flag & world.BEGINS) == bool(flag & (world.TERMINATED | world.TRUNCATED))
            if flag & world.BEGINS:
                assert stepped.states[lane] == 0
        assert sorted(stepped.ends) == [lane for lane in range(4) if stepped.flags[lane] & world.TRUNCATED]
        assert all(state in (2, 3) for state, _ in stepped.ends.values())
        assert set(stepped.rewards) == {2.0}
    assert {flag & 3 for flag in flags} == {0, world.TERMINATED, world.TRUNCATED}


def test_a_replayed_world_stands_where_it_stood() -> None:
    random = np.random.default_rng(1)
    original = lanes()
    histories: list[list[list[int]]] = [[] for _ in range(4)]
    for _ in range(7):
        actions = random.integers(0, 2, 4).astype(np.uint32)
        original.step(actions)
        for lane in range(4):
            histories[lane] = [] if original.flags[lane] & world.BEGINS else [*histories[lane], [int(actions[lane])]]
    copy = lanes()
    copy.replay(original.episodes, [np.array(history, np.uint32).reshape(-1, 1) for history in histories])
    assert copy.states == original.states
    assert copy.episodes == original.episodes


class Pair:
    """Two agents; the second one leaves first, and the world goes on until the other has left too."""

    possible_agents = ("a", "b")
    metadata = {"name": "pair"}  # noqa: RUF012

    def observation_space(self, agent: str) -> Any:
        return SPACES.Discrete(4)

    def action_space(self, agent: str) -> Any:
        return SPACES.Discrete(2)

    def reset(self, seed: int) -> tuple[dict[str, int], dict[str, dict[str, Any]]]:
        self.age, self.agents = 0, ["a", "b"]
        return {"a": 0, "b": 1}, {"a": {}, "b": {}}

    def step(self, actions: dict[str, int]) -> tuple[dict[str, Any], ...]:
        assert set(actions) == set(self.agents)
        self.age += 1
        ends = {"a": self.age == 3, "b": self.age == 1}
        acting, self.agents = self.agents, [agent for agent in self.agents if not ends[agent]]
        return (
            dict.fromkeys(acting, 2),
            dict.fromkeys(acting, 1.0),
            {agent: ends[agent] for agent in acting},
            dict.fromkeys(acting, False),
            {agent: {"action_mask": [1, 0]} for agent in acting},
        )


def test_an_agent_that_leaves_is_absent_until_its_world_begins_again() -> None:
    pair = world.Lanes(Pair, replicas=1, first_replica=0, seed=1)
    pair.begin()
    seen = []
    for _ in range(3):
        pair.step(np.zeros(2, np.uint32))
        seen.append(pair.flags)
    assert seen == [[0, 9], [0, 8], [5, 4]]
    assert pair.masks is not None
    assert json.loads(pair.description("pair"))["agents"] == ["a", "b"]


@pytest.mark.parametrize(
    ("space", "bins", "count"),
    [
        (SPACES.Discrete(5, start=2), None, 5),
        (SPACES.MultiDiscrete([3, 4]), None, 12),
        (SPACES.MultiBinary(3), None, 8),
        (SPACES.Box(-1, 1, (2,)), 4, 16),
        (SPACES.Box(np.array([0, 0]), np.array([1, 2])), [2, 3], 6),
        (SPACES.Tuple((SPACES.Discrete(2), SPACES.Discrete(3))), None, 6),
        (SPACES.Dict({"x": SPACES.Discrete(2), "y": SPACES.MultiBinary(2)}), None, 8),
    ],
)
def test_coders_number_the_states_of_a_space(space: Any, bins: Any, count: int) -> None:
    coder = coder_for(space, bins)
    assert coder.state_count == count
    again = coder_from(coder.to_json())
    space.seed(1)
    observations = [space.sample() for _ in range(200)]
    states = [coder.encode(observation) for observation in observations]
    assert states == [again.encode(observation) for observation in observations]
    assert set(states) == set(range(count))


def test_edges_belong_to_the_level_above_and_what_lies_beyond_to_the_last() -> None:
    coder = EdgesCoder([[0.0, 1.0], [10.0]])
    assert [coder.levels(x) for x in ([-5, 9], [0, 10], [0.5, 11], [1, 10], [99, -99])] == [
        [0, 0],
        [1, 1],
        [1, 1],
        [2, 1],
        [2, 0],
    ]


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: EdgesCoder([[1.0, 0.0]]), "ascending order"),
        (lambda: EdgesCoder([[0.0]]).encode([float("nan")]), "not a number"),
        (lambda: EdgesCoder([[0.0]]).encode([1.0, 2.0]), "edges for 1"),
        (lambda: DiscreteCoder(3).encode(3), "not within 0...2"),
        (lambda: MultiDiscreteCoder([2, 2]).encode([0, 2]), "not within the counts"),
        (lambda: coder_for(SPACES.Box(-np.inf, np.inf, (1,)), 3), "finite bounds"),
        (lambda: coder_for(SPACES.Box(0, 1, (1,))), "needs bins"),
        (lambda: coder_for(SPACES.Box(0, 1, (1,)), 3, tiles=4), "bins=3 with tiles=4: one of them"),
        (lambda: coder_for(SPACES.Box(0, 1, (1,)), 3, tilings=4), "tilings=4 without tiles"),
        (lambda: coder_for(SPACES.Discrete(3), tiles=4), "has none: leave it out"),
        (lambda: coder_of_world(None, DiscreteCoder(3), 4, None, None), "it says all that they do"),
        (lambda: coder_for(SPACES.Text(3)), "no coder for a space of kind Text"),
        (lambda: coder_from({"kind": "wavelet"}), "no coder is called 'wavelet'"),
    ],
)
def test_what_cannot_be_coded_is_refused_with_the_reason(make: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        make()


def test_a_tuple_coder_has_the_names_of_its_parts() -> None:
    coder: Coder = TupleCoder([DiscreteCoder(2), EdgesCoder([[0.0]])], ["place", "speed"])
    assert coder.factors == [("place.state", 2), ("speed.x0", 2)]
    assert coder.encode({"place": 1, "speed": [3.0]}) == 3


def test_frozen_lake_is_learned_and_ends_in_one_digest_from_every_layout(tmp_path: Path) -> None:
    options: dict[str, Any] = {"command": command("lake.py"), "steps": 60_000, "discount": 0.95, "simulations": 32}
    first = shardq.train("world", **options, broker="none", output=tmp_path / "lake")
    assert first.evaluation is not None
    learned, random = (first.evaluation.controllers[name]["return"].mean for name in ("learned", "random"))
    assert learned == 1
    assert random < 0.1
    second = shardq.train("world", **options, broker="memory", workers=3, evaluation=False)
    assert second.table_digest == first.table_digest
    policy = shardq.load(tmp_path / "lake")
    assert isinstance(policy.coder, DiscreteCoder)
    env = gymnasium.make("FrozenLake-v1", is_slippery=False)
    state, _ = env.reset(seed=3)
    reward: SupportsFloat = 0
    over = False
    while not over:
        state, reward, terminated, truncated, _ = env.step(policy.act(policy.encode(state)))
        over = terminated or truncated
    assert reward == 1


def test_agents_of_one_world_share_a_table(tmp_path: Path) -> None:
    run = shardq.train("world", command=command("pair.py"), steps=4_000, broker="none", output=tmp_path / "pair")
    policy = shardq.load(tmp_path / "pair")
    assert run.ledger.issued == run.ledger.applied >= 4_000 * 0.6
    # The mask allows nothing but the first action once the world is under way.
    assert policy.visits[2].tolist()[1] == 0


class Shore:
    """A boat on a square, which ends at the shore on the right; a step costs 1, north of the middle 2."""

    observation_space = SPACES.Box(0, 1, (2,))
    action_space = SPACES.Discrete(3)
    spec = None

    def reset(self, seed: int) -> tuple[Any, dict[str, Any]]:
        self.random, self.age = np.random.default_rng(seed), 0
        self.place = self.random.random(2) * [0.5, 1]
        return self.place.astype(np.float32), {}

    def step(self, action: int) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        cost, self.age = 2 if self.place[1] > 0.5 else 1, self.age + 1
        move = np.array([(0.1, 0), (0, 0.1), (0, -0.1)][action])
        self.place = np.clip(self.place + move + self.random.normal(0, 0.01, 2), 0, 1)
        return self.place.astype(np.float32), -float(cost), bool(self.place[0] > 0.9), self.age == 40, {}


def test_real_numbers_are_learned_by_tiles_in_one_digest_and_played_in_the_bits_of_the_program(tmp_path: Path) -> None:
    options: dict[str, Any] = {"command": command("shore.py"), "steps": 20_000, "simulations": 16, "cohorts": 2}
    first = shardq.train("world", **options, broker="none", output=tmp_path / "shore")
    layouts: list[dict[str, Any]] = [{"workers": 3}, {"workers": 2, "actors": 2}]
    for layout in layouts:
        again = shardq.train("world", **options, broker="memory", **layout, evaluation=False)
        assert again.table_digest == first.table_digest
    policy = shardq.load(tmp_path / "shore")
    assert isinstance(policy.coder, TilesCoder)
    assert first.evaluation is not None
    figures = first.evaluation.controllers
    assert figures["learned"]["return"].mean > 0.6 * figures["random"]["return"].mean
    shore, means = Shore(), []
    for replica in range(3):
        total = 0.0
        for episode in range(20):
            seen, _ = shore.reset(world.episode_seed(1 << 40, replica, episode))
            over = False
            while not over:
                seen, reward, terminated, truncated, _ = shore.step(policy.act(policy.encode(seen), default=0))
                total, over = total + reward, terminated or truncated
        means.append(total / 20)
    assert means == list(figures["learned"]["return"].values[:3])
    state = policy.encode([0.25, 0.25])
    assert policy.explain(state).words == policy.describe(state) == "x0 8, x1 8"
    seen = np.array([0.25, 0.25], np.float32)  # as an environment returns it
    assert policy.explain(seen).state == state
    assert policy.act(seen) == policy.act(state)
    assert policy.act_states(np.array([state, state]))[1] == policy.act(state)
    assert policy.act(np.array([state] * 3))[1] == policy.act(state)
    with pytest.raises(ValueError, match="may be states or what was observed"):
        policy.act(np.array([state, state]))


def test_what_an_environment_raises_ends_the_run_with_its_words() -> None:
    with pytest.raises(shardq.ShardQError, match="the lake is dry"):
        shardq.train("world", command=command("dry.py"), steps=1_000, broker="none")
