"""Vector environments of Gymnasium as worlds: all lanes in one call, one array each for what became of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from shardq.coders import Coder, coder_of_world
from shardq.world import ABSENT, BEGINS, TERMINATED, TRUNCATED, described, episode_seed

Lanes = npt.NDArray[np.bool_]
_MODES = ("DISABLED", "SAME_STEP", "NEXT_STEP")


class VectorLanes:
    """The replicas of a cohort in one vector environment.

    Who resets a lane whose episode is over is told apart by the environment's autoreset mode. DISABLED: these lanes,
    each with the seed of its episode, so that the world repeats itself. SAME_STEP: the environment, in the step that
    ends the episode. NEXT_STEP: the environment, in the step after it, which is no transition: the lane is absent.
    """

    agents: Sequence[str] = ("agent",)

    def __init__(
        self,
        make_vec: Callable[[int], Any],
        *,
        replicas: int,
        first_replica: int,
        seed: int,
        coder: Coder | None = None,
        bins: int | Sequence[int] | None = None,
        tiles: int | Sequence[int] | None = None,
        tilings: int | None = None,
        repeatable: bool | None = None,
    ) -> None:
        self.env = make_vec(replicas)
        if self.env.num_envs != replicas:
            raise ValueError(f"make_vec({replicas}) has made {self.env.num_envs} environments")
        mode = self.env.metadata.get("autoreset_mode")
        self.mode = str(getattr(mode, "name", mode))
        if self.mode not in _MODES:
            raise ValueError(
                f"metadata['autoreset_mode'] is {mode!r}: it has to say who resets, AutoresetMode.{', '.join(_MODES)}"
            )
        if repeatable and self.mode != "DISABLED":
            raise ValueError(
                f"with AutoresetMode.{self.mode} episodes have no seeds of their own, so the world cannot be put back: "
                "use AutoresetMode.DISABLED, or leave repeatable out"
            )
        self.repeatable = self.mode == "DISABLED" if repeatable is None else repeatable
        space = self.env.single_action_space
        if type(space).__name__ != "Discrete":
            raise ValueError(f"actions are {space}: a table needs a Discrete action space")
        if space.n > 64:
            raise ValueError(f"{space.n} actions: a table has 1 to 64")
        self.coder = coder_of_world(self.env.single_observation_space, coder, bins, tiles, tilings)
        self.first_action, self.action_count = int(space.start), int(space.n)
        self.all_actions = np.uint64((1 << self.action_count) - 1)
        self.replicas, self.first_replica, self.seed = replicas, first_replica, seed
        self.episodes = np.zeros(replicas, np.int64)
        self.flags = np.zeros(replicas, np.uint32)
        self.rewards = np.zeros(replicas, np.float32)
        self.states = np.zeros(replicas, np.uint64)
        self.masks = np.full(replicas, self.all_actions)
        self.ends = np.empty(0, np.uint64), np.empty(0, np.uint64)

    def begin(self) -> None:
        """Begins the first episode of every replica."""
        self.episodes[:] = 0
        self._reset(np.ones(self.replicas, bool), whole=True)
        self.flags[:] = BEGINS

    def _reset(self, which: Lanes, *, whole: bool = False) -> None:
        """Begins the episodes that are counted of some lanes."""
        seed: Any = None
        if self.repeatable:
            seed = [None] * self.replicas
            for lane in np.flatnonzero(which).tolist():
                seed[lane] = episode_seed(self.seed, self.first_replica + lane, int(self.episodes[lane]))
        elif whole:
            seed = episode_seed(self.seed, self.first_replica, 0)
        options = None if whole else {"reset_mask": which.copy()}
        observations, info = self.env.reset(seed=seed, options=options)
        self.states[which] = self._coded(observations)[which]
        self.masks[which] = self._allowed(info)[which]

    def _coded(self, observations: Any) -> npt.NDArray[np.uint64]:
        return self.coder.encode_many(observations, self.replicas)

    def _allowed(self, info: Mapping[str, Any]) -> npt.NDArray[np.uint64]:
        """The masks of an info; of lanes without one, all actions."""
        masks = np.full(self.replicas, self.all_actions)
        if "action_mask" in info:
            given = np.asarray(info.get("_action_mask", np.True_)) & np.ones(self.replicas, bool)
            if given.any():
                rows = np.stack(list(np.asarray(info["action_mask"])[given])).astype(bool)
                masks[given] = rows @ (np.uint64(1) << np.arange(self.action_count, dtype=np.uint64))
        return masks

    def step(self, actions: npt.NDArray[np.uint32]) -> None:
        """Lets every lane act; what became of it is in the batch."""
        was_out = self.flags & ABSENT != 0
        over, info = self._act(actions.astype(np.int64))
        cut = self.flags & TRUNCATED != 0
        self.ends = self.states[cut], self.masks[cut]
        if self.mode == "SAME_STEP":
            if cut.any():
                self.ends = self._final(info, cut)
            self.flags[over] |= BEGINS
        elif self.mode == "NEXT_STEP":
            self.flags[was_out] = BEGINS
            self.flags[over] |= ABSENT
            if over.all():
                flags, rewards = self.flags, self.rewards
                self._act(np.zeros(self.replicas, np.int64))
                self.flags, self.rewards = flags & ~np.uint32(ABSENT) | np.uint32(BEGINS), rewards
        elif over.any():
            self.episodes[over] += 1
            self._reset(over)
            self.flags[over] |= BEGINS

    def _act(self, actions: npt.NDArray[np.int64]) -> tuple[Lanes, Mapping[str, Any]]:
        """A step of the environment: which episodes are over."""
        observations, rewards, terminated, truncated, info = self.env.step(actions + self.first_action)
        terminated, truncated = np.asarray(terminated, bool), np.asarray(truncated, bool)
        self.flags = np.where(terminated, TERMINATED, np.where(truncated, TRUNCATED, 0)).astype(np.uint32)
        self.rewards = np.asarray(rewards, np.float32)
        self.states, self.masks = self._coded(observations), self._allowed(info)
        return terminated | truncated, info

    def _final(self, info: Mapping[str, Any], cut: Lanes) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
        """States and masks with which episodes were cut off, where the environment has begun the next ones."""
        if "final_obs" not in info:
            raise ValueError("an episode was truncated and info has no 'final_obs', which says in which state")
        final = info["final_obs"]
        if isinstance(final, np.ndarray) and final.dtype == object:
            states = np.array([self.coder.encode(each) for each in final[cut]], np.uint64)
        else:
            states = self._coded(final)[cut]
        return states, self._allowed(info.get("final_info", {}))[cut]

    def replay(self, episodes: Sequence[int], actions: Sequence[npt.NDArray[np.uint32]]) -> None:
        """Begins certain episodes and goes through their first steps; ``actions[replica]`` is [steps × 1].

        All lanes are stepped together. So those with fewer steps begin later, and until then go on somewhere.
        """
        if not self.repeatable:
            raise RuntimeError("this world does not repeat itself, so that it cannot be put back")
        self.episodes[:] = episodes
        lengths = np.array([len(each) for each in actions])
        self._reset(np.ones(self.replicas, bool), whole=True)
        for left in range(int(lengths.max()), 0, -1):
            under_way = lengths >= left
            lowest = self.masks & (~self.masks + np.uint64(1))
            given = np.log2(lowest.astype(np.float64)).astype(np.int64)
            for lane in np.flatnonzero(under_way).tolist():
                given[lane] = actions[lane][lengths[lane] - left, 0]
            over, _ = self._act(given)
            if (over & under_way).any():
                lane = int(np.flatnonzero(over & under_way)[0])
                raise RuntimeError(
                    f"episode {self.episodes[lane]} of replica {lane} ended early when it was gone through again"
                )
            begins = over | (lengths == left - 1)
            if begins.any():
                self._reset(begins)
        self.flags = np.zeros(self.replicas, np.uint32)
        self.rewards = np.zeros(self.replicas, np.float32)
        self.ends = np.empty(0, np.uint64), np.empty(0, np.uint64)

    def batch(self) -> list[npt.NDArray[Any]]:
        """The arrays of a batch, in their order."""
        states, masks = self.ends
        acting = self.masks[self.flags & ABSENT == 0]
        has_masks = bool((acting != self.all_actions).any() or (masks != self.all_actions).any())
        parts: list[npt.NDArray[Any]] = [
            np.array([has_masks], np.uint32),
            self.flags,
            self.rewards,
            self.states,
            states,
        ]
        return [*parts, self.masks, masks] if has_masks else parts

    def description(self, name: str | None) -> str:
        """What these worlds are, as JSON."""
        spec = getattr(self.env, "spec", None)
        called = name or (str(spec.id) if spec is not None else type(self.env).__name__)
        return described(called, self.coder, self.first_action, self.action_count, self.agents, self.repeatable)
