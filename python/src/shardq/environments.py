"""The scenarios of the program as environments of Gymnasium, single and vectorised.

>>> import gymnasium, shardq.environments
>>> env = gymnasium.make("ShardQ/FrozenLake-v0", map="8x8")
"""

from __future__ import annotations

from typing import Any

import gymnasium
import numpy as np
import numpy.typing as npt
from gymnasium import spaces
from gymnasium.envs import registration
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space

from shardq.errors import UsageError
from shardq.pipe import Batch, Pipe, action_mask

#: Every scenario in which one agent acts.
SCENARIOS = (
    "junction",
    "maze",
    "cliff-walking",
    "frozen-lake",
    "taxi",
    "windy-gridworld",
    "maintenance",
    "balance",
    "battery",
    "microgrid",
    "flowshop",
    "jobshop",
    "security",
    "security-game",
    "intrusion",
    "blackjack",
    "river-swim",
    "access-control",
    "cart-pole",
    "mountain-car",
    "mountain-car-continuous",
    "acrobot",
    "pendulum",
    "synthetic",
)


def environment_id(scenario: str) -> str:
    """What Gymnasium calls a scenario: ``ShardQ/FrozenLake-v0`` is frozen-lake."""
    return "ShardQ/" + "".join(word.capitalize() for word in scenario.split("-")) + "-v0"


def register() -> None:
    """Tells Gymnasium the names of all scenarios in which one agent acts; once more is no mistake."""
    for scenario in SCENARIOS:
        name = environment_id(scenario)
        if name in registration.registry:
            continue
        gymnasium.register(
            id=name,
            entry_point="shardq.environments:ScenarioEnv",
            vector_entry_point="shardq.environments:ScenarioVectorEnv",
            kwargs={"scenario": scenario},
        )


class ScenarioEnv(gymnasium.Env[Any, np.int64]):
    """A scenario in which one agent acts, in a child process.

    Observations are numbers of states, ``env.unwrapped.space`` has their factors and names. ``info["action_mask"]``
    says which actions are allowed; one that is not is replaced by the first that is, and ``info["action"]`` says which
    was taken. There is no state behind an episode that terminated: its last observation is the one before.

    Args:
        scenario: As on the command line.
        numbers: Observe the numbers behind the states, where there are some: a Box.
        options: The scenario's options, as ``shardq environment SCENARIO --help`` has them, with underscores.

    """

    metadata: dict[str, Any] = {"render_modes": []}  # noqa: RUF012 (as Gymnasium declares it)

    def __init__(self, scenario: str, render_mode: str | None = None, *, numbers: bool = False, **options: Any) -> None:
        if render_mode is not None:
            raise UsageError(f"render_mode {render_mode!r}: nothing is drawn, leave it away")
        self.render_mode = None
        self._pipe = Pipe(scenario, options, numbers=numbers)
        self.space = self._pipe.space
        if len(self._pipe.agents) > 1:
            count = len(self._pipe.agents)
            self._pipe.close()
            raise UsageError(f"{scenario} has {count} agents: shardq.parallel_env({scenario!r}, …)")
        self._numbers = numbers
        self.observation_space = _seen_space(self._pipe, numbers)
        self.action_space = spaces.Discrete(len(self.space.actions))
        self._observation: Any = None
        self._mask = self._all = (1 << len(self.space.actions)) - 1
        self._is_over = True

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Any, dict[str, Any]]:
        """Begins an episode; without a seed the next of those that follow from the last one."""
        super().reset(seed=seed)
        self._pipe.open(seed=int(self.np_random.integers(1 << 63)), replicas=1)
        self._see(self._pipe.begin())
        self._is_over = False
        return self._observation, {"action_mask": action_mask(self._mask, len(self.space.actions))}

    def step(self, action: np.int64 | int) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        """Takes an action."""
        if self._is_over:
            raise UsageError("the episode is over: reset() begins the next one")
        taken = _allowed(int(action), self._mask, len(self.space.actions))
        batch = self._pipe.step(np.array([taken]))
        terminated, truncated = bool(batch.terminated[0]), bool(batch.truncated[0])
        self._is_over = terminated or truncated
        if not self._is_over:
            self._see(batch)
        elif self._numbers:
            self._observation = batch.end_numbers[0].copy()
        elif truncated:
            self._observation = np.int64(batch.ends[0])
            self._mask = self._all if batch.end_masks is None else int(batch.end_masks[0])
        info = {
            "action_mask": action_mask(self._mask, len(self.space.actions)),
            "action": taken,
            "duration": int(batch.durations[0]),
        }
        return self._observation, float(batch.rewards[0]), terminated, truncated, info

    def _see(self, batch: Batch) -> None:
        self._observation = batch.numbers[0].copy() if self._numbers else np.int64(batch.states[0])
        self._mask = self._all if batch.masks is None else int(batch.masks[0])

    def close(self) -> None:
        """Ends the child process."""
        self._pipe.close()


class ScenarioVectorEnv(VectorEnv[npt.NDArray[Any], npt.NDArray[np.int64], npt.NDArray[Any]]):
    """Many copies of a scenario in which one agent acts, stepped together in one child process.

    Episodes begin anew in the step in which they end (`AutoresetMode.SAME_STEP`); ``infos["final_obs"]`` has the last
    states. Where a decision takes several steps, ``infos["waits"]`` says whose action was not asked for.
    """

    metadata: dict[str, Any] = {  # noqa: RUF012 (as Gymnasium declares it)
        "render_modes": [],
        "autoreset_mode": AutoresetMode.SAME_STEP,
    }

    def __init__(
        self,
        scenario: str,
        num_envs: int = 1,
        render_mode: str | None = None,
        *,
        numbers: bool = False,
        **options: Any,
    ) -> None:
        if render_mode is not None:
            raise UsageError(f"render_mode {render_mode!r}: nothing is drawn, leave it away")
        self._pipe = Pipe(scenario, options, numbers=numbers)
        self.space = self._pipe.space
        self.num_envs = num_envs
        self._numbers = numbers
        self.single_observation_space = _seen_space(self._pipe, numbers)
        self.single_action_space = spaces.Discrete(len(self.space.actions))
        self.observation_space = batch_space(self.single_observation_space, num_envs)
        self.action_space = batch_space(self.single_action_space, num_envs)
        self._all = (1 << len(self.space.actions)) - 1
        self._last: Batch | None = None

    def reset(
        self, *, seed: int | list[int | None] | None = None, options: dict[str, Any] | None = None
    ) -> tuple[npt.NDArray[Any], dict[str, Any]]:
        """Begins an episode in every copy, all by one seed."""
        if isinstance(seed, list):
            raise UsageError("a seed for each copy: they share one, from which each draws by its number")
        super().reset(seed=seed)
        if seed is not None:
            self._np_random, self._np_random_seed = gymnasium.utils.seeding.np_random(seed)
        self._pipe.open(seed=int(self.np_random.integers(1 << 63)), replicas=self.num_envs)
        self._last = self._pipe.begin()
        return self._seen(self._last), self._info(self._last)

    def step(
        self, actions: npt.NDArray[np.int64]
    ) -> tuple[npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[Any], dict[str, Any]]:
        """Takes an action in every copy."""
        if self._last is None:
            raise UsageError("nothing has begun: reset() first")
        before, taken = self._last, np.asarray(actions).astype(np.int64)
        if taken.shape != (self.num_envs,) or taken.min() < 0 or taken.max() >= len(self.space.actions):
            raise UsageError(f"actions {actions}: {self.num_envs} numbers from 0 to {len(self.space.actions) - 1}")
        if before.masks is not None:
            lowest = np.log2((before.masks & (~before.masks + np.uint64(1))).astype(np.float64)).astype(np.int64)
            taken = np.where(before.masks >> taken.astype(np.uint64) & np.uint64(1) == 1, taken, lowest)
        batch = self._last = self._pipe.step(taken)
        infos = self._info(batch) | {"action": taken, "duration": batch.durations.astype(np.int64)}
        over = batch.terminated | batch.truncated
        if over.any():
            final = self._seen(before)
            if self._numbers:
                final[over] = batch.end_numbers
            else:
                final[batch.truncated] = batch.ends
            infos |= {"final_obs": final, "_final_obs": over}
        return self._seen(batch), batch.rewards.astype(np.float64), batch.terminated, batch.truncated, infos

    def _seen(self, batch: Batch) -> npt.NDArray[Any]:
        return batch.numbers.copy() if self._numbers else batch.states.astype(np.int64)

    def _info(self, batch: Batch) -> dict[str, Any]:
        count = len(self.space.actions)
        masks = np.full(self.num_envs, self._all, np.uint64) if batch.masks is None else batch.masks
        allowed = (masks[:, None] >> np.arange(count, dtype=np.uint64)) & np.uint64(1)
        infos: dict[str, Any] = {"action_mask": allowed.astype(np.int8)}
        return infos | {"waits": batch.waits} if batch.waits.any() else infos

    def close_extras(self, **_: Any) -> None:
        """Ends the child process."""
        self._pipe.close()


def _seen_space(pipe: Pipe, numbers: bool) -> spaces.Space[Any]:
    """What is observed: the state, or the numbers that its factors are levels of."""
    if not numbers:
        return spaces.Discrete(pipe.space.state_count)
    return spaces.Box(-np.inf, np.inf, (len(pipe.space.factors),), np.float64)


def _allowed(action: int, mask: int, count: int) -> int:
    """The action, or the first that is allowed."""
    if not 0 <= action < count:
        raise UsageError(f"action {action}: a number from 0 to {count - 1}")
    return action if mask >> action & 1 else (mask & -mask).bit_length() - 1


register()
