"""The smallest grid of Grid2Op as a world, which `grid.py` learns: days that begin anywhere in its first ten weeks."""

import gymnasium
import numpy as np
from grid2op import make
from gymnasium.spaces import Discrete, MultiDiscrete
from lightsim2grid import LightSimBackend

import shardq


class Grid(gymnasium.Env):  # noqa: D101
    def __init__(self) -> None:
        self.grid = make("rte_case5_example", test=True, backend=LightSimBackend())
        new, lines = self.grid.action_space, range(self.grid.n_line)
        close = [new({"set_line_status": [(line, 1)]}) for line in lines]
        self.actions = [new(), *close, *new.get_all_unitary_topologies_set(new, sub_id=0)]
        self.action_space, self.observation_space = Discrete(len(self.actions)), MultiDiscrete([4 for _ in lines])

    def reset(self, *, seed: int, options: dict | None = None) -> tuple:
        self.grid.reset(seed=seed, options=options or {"time serie id": seed % 10, "init ts": 1 + seed // 10 % 1700})
        return self.step(0)[0], {}

    def step(self, action: int) -> tuple:  # seen of a line: off, in order, near its limit, at it
        self.now, reward, done, _ = self.grid.step(self.actions[action])
        return self.now.line_status * (1 + np.digitize(self.now.rho, [0.8, 0.95])), float(reward), done, False, {}


if __name__ == "__main__":
    shardq.serve_worlds(lambda: gymnasium.wrappers.TimeLimit(Grid(), 288))
