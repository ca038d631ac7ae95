"""Vector environments as worlds: the three ways of resetting told apart, and the bits of single ones."""

from __future__ import annotations

from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode, SyncVectorEnv
from test_worlds import Countdown, command

import shardq
from shardq import coders, world
from shardq.conformance.batches import Batch, Description, check_course
from shardq.vector import VectorLanes

SPACES = gymnasium.spaces


class Aging(gymnasium.Env[Any, Any]):
    """The countdown of the tests, for Gymnasium's own wrappers, with a mask in every second state."""

    observation_space = Countdown.observation_space
    action_space = Countdown.action_space
    metadata = {"render_modes": []}  # noqa: RUF012

    def reset(self, *, seed: int | None = None, options: Any = None) -> tuple[int, dict[str, Any]]:
        super().reset(seed=seed)
        self.age, self.end = 0, 2 + int(self.np_random.integers(2))
        self.cut = bool(self.np_random.integers(2))
        return 0, {"action_mask": np.array([1, 1], np.int8)}

    def step(self, action: int) -> tuple[int, float, bool, bool, dict[str, Any]]:
        self.age += 1
        ends, mask = self.age == self.end, {"action_mask": np.array([1, self.age % 2], np.int8)}
        return self.age, float(action), ends and not self.cut, ends and self.cut, mask


def lanes(mode: AutoresetMode, count: int = 5, **options: Any) -> VectorLanes:
    def make(lanes: int) -> Any:
        return SyncVectorEnv([Aging] * lanes, autoreset_mode=mode)

    return VectorLanes(make, replicas=count, first_replica=10, seed=1, **options)


def batch(of: VectorLanes | world.Lanes) -> bytes:
    return b"".join(part.tobytes() for part in of.batch())


def test_a_vector_that_does_not_reset_has_the_bits_of_single_environments() -> None:
    random = np.random.default_rng(1)
    vector, single = lanes(AutoresetMode.DISABLED), world.Lanes(Aging, replicas=5, first_replica=10, seed=1)
    assert vector.repeatable
    for each in (vector, single):
        each.begin()
    assert batch(vector) == batch(single)
    histories: list[list[list[int]]] = [[] for _ in range(5)]
    for _ in range(25):
        actions = random.integers(0, 2, 5).astype(np.uint32)
        for each in (vector, single):
            each.step(actions)
        assert batch(vector) == batch(single)
        for lane in range(5):
            began = single.flags[lane] & world.BEGINS
            histories[lane] = [] if began else [*histories[lane], [int(actions[lane])]]
        places = [np.array(history, np.uint32).reshape(-1, 1) for history in histories]
        again = lanes(AutoresetMode.DISABLED)
        again.replay(single.episodes, places)
        assert again.states.tolist() == single.states
        assert again.masks.tolist() == single.masks


@pytest.mark.parametrize("mode", list(AutoresetMode))
@pytest.mark.parametrize("count", [1, 5])
def test_no_transition_is_a_reset_whoever_resets(mode: AutoresetMode, count: int) -> None:
    vector = lanes(mode, count)
    says = Description(4, 2, 1, vector.repeatable)
    vector.begin()
    before = Batch.from_bytes(batch(vector), count, says, moved=False)
    assert before.states.tolist() == [0] * count
    kinds = set()
    for _ in range(40):
        vector.step(np.ones(count, np.uint32))
        after = Batch.from_bytes(batch(vector), count, says, moved=True)
        check_course(before, after)
        cut = [lane for lane in range(count) if after.flags[lane] & 3 == world.TRUNCATED]
        for lane in np.flatnonzero(before.acting).tolist():
            flags = int(after.flags[lane])
            kinds.add(flags)
            assert after.rewards[lane] == 2
            if not flags:
                assert after.states[lane] == before.states[lane] + 1
            elif flags & 3 == world.TRUNCATED:
                end = cut.index(lane)
                assert after.ends[end] == before.states[lane] + 1
                assert after.end_masks[end] == (3 if after.ends[end] % 2 else 1)
            if not flags & world.ABSENT:
                assert (after.states[lane] == 0) == bool(flags & world.BEGINS)
                assert after.masks[lane] == (1 if after.states[lane] == 2 else 3)
        before = after
    is_late = mode == AutoresetMode.NEXT_STEP and count > 1
    assert kinds >= ({0, 9, 10} if is_late else {0, 5, 6})


@pytest.mark.parametrize("mode", [AutoresetMode.SAME_STEP, AutoresetMode.NEXT_STEP])
def test_a_vector_that_resets_by_itself_cannot_be_put_back_and_says_so(mode: AutoresetMode) -> None:
    assert not lanes(mode).repeatable
    with pytest.raises(ValueError, match=f"AutoresetMode.{mode.name} episodes have no seeds"):
        lanes(mode, repeatable=True)
    with pytest.raises(RuntimeError, match="does not repeat itself"):
        lanes(mode).replay([0], [])


def test_a_vector_that_does_not_say_who_resets_is_refused() -> None:
    env = SyncVectorEnv([Aging] * 2)
    env.metadata = {}
    with pytest.raises(ValueError, match="who resets"):
        VectorLanes(lambda _: env, replicas=2, first_replica=0, seed=1)
    with pytest.raises(ValueError, match="has made 2"):
        VectorLanes(lambda _: env, replicas=3, first_replica=0, seed=1)
    env.metadata, env.single_action_space = {"autoreset_mode": AutoresetMode.DISABLED}, SPACES.Discrete(65)
    with pytest.raises(ValueError, match="65 actions: a table has 1 to 64"):
        VectorLanes(lambda _: env, replicas=2, first_replica=0, seed=1)


def test_worlds_are_single_or_a_vector_and_not_both() -> None:
    for options in ({}, {"make_env": Aging, "make_vec": lanes}):
        with pytest.raises(shardq.UsageError, match="give one of the two"):
            shardq.serve_worlds(**options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "space",
    [
        SPACES.Discrete(5, start=2),
        SPACES.MultiDiscrete([3, 4]),
        SPACES.MultiBinary(3),
        SPACES.Box(-1, 1, (2,)),
        SPACES.Tuple((SPACES.Discrete(2), SPACES.Box(0, 1, (3,)))),
        SPACES.Dict({"x": SPACES.Discrete(2), "y": SPACES.MultiBinary(2)}),
    ],
)
def test_a_batch_is_coded_as_its_observations_are(space: Any) -> None:
    coder = coders.coder_for(space, 4)
    many = gymnasium.vector.utils.batch_space(space, 50)
    many.seed(1)
    sample = many.sample()
    single = [coder.encode(each) for each in gymnasium.vector.utils.iterate(many, sample)]
    assert coder.encode_many(sample, 50).tolist() == single


@pytest.mark.parametrize(
    ("coder", "observations", "words"),
    [
        (coders.DiscreteCoder(3), [0, 3], "observation 3 is not within 0...2"),
        (coders.MultiDiscreteCoder([2, 2]), [[0, 0], [0, 2]], "not within the counts"),
        (coders.EdgesCoder([[0.0]]), [[0.0], [np.nan]], "not a number"),
        (coders.EdgesCoder([[0.0]]), [[0.0, 1.0]], "edges for 1"),
    ],
)
def test_a_batch_with_what_cannot_be_coded_is_refused(coder: coders.Coder, observations: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        coder.encode_many(np.array(observations), len(observations))


def test_a_vector_world_ends_in_the_digest_of_single_environments() -> None:
    options: dict[str, Any] = {"steps": 4_000, "simulations": 2, "evaluation": False, "broker": "none"}
    digests = {
        shardq.train("world", command=command(name), **options).table_digest for name in ("lake.py", "vector_lake.py")
    }
    assert len(digests) == 1
