"""A vector world whose step costs nothing, for measurements: a thousand states, and episodes of a hundred steps."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import numpy.typing as npt

import shardq


class Still:
    """Says what it has prepared; that a lane begins again is the same array."""

    single_observation_space = SimpleNamespace()
    metadata = {"autoreset_mode": "DISABLED"}  # noqa: RUF012

    def __init__(self, lanes: int) -> None:
        """Prepares steps of so many lanes."""
        random = np.random.default_rng(1)
        self.num_envs, self.age = lanes, 0
        self.single_action_space = Discrete(n=4, start=0)
        self.seen = random.integers(0, 1000, (100, lanes))
        self.rewards = random.random((100, lanes), np.float32)
        self.never, self.over = np.zeros(lanes, bool), np.ones(lanes, bool)

    def reset(self, seed: Any = None, options: Any = None) -> tuple[npt.NDArray[np.int64], dict[str, Any]]:
        """Begins an episode."""
        self.age = 0
        return self.seen[0], {}

    def step(self, actions: npt.NDArray[np.int64]) -> tuple[Any, ...]:
        """Goes a step."""
        self.age += 1
        over = self.over if self.age == 99 else self.never
        return self.seen[self.age], self.rewards[self.age], over, self.never, {}


class Discrete(SimpleNamespace):
    """A space of Gymnasium's, as far as it is looked at."""


if __name__ == "__main__":
    shardq.serve_worlds(make_vec=Still, coder=shardq.coders.DiscreteCoder(1000), name="still")
