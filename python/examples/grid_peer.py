"""Weeks of the grid under rules and what `grid.py` learned: `python examples/grid_peer.py FIRST LAST [FOLDER …]`."""

import sys

import numpy as np
from grid_world import Grid

import shardq

grid, others = Grid(), {folder: shardq.load(folder) for folder in sys.argv[3:]}


def greedy(_: np.ndarray) -> int:  # what is said to load the lines least, where one is off or nearly at its limit
    if grid.now.line_status.all() and grid.now.rho.max() < 0.95:
        return 0
    tried = [grid.now.simulate(action) for action in grid.actions]
    return int(np.argmin([9 if over else then.rho.max() for then, _, over, _ in tried]))


learned = {name: lambda seen, it=it: it.act(it.encode(seen), default=0) for name, it in others.items()}
for name, choose in {"do nothing": lambda _: 0, "greedy": greedy, **learned}.items():
    weeks = []
    for week in range(int(sys.argv[1]), int(sys.argv[2]) + 1):
        seen, over, rewards = grid.reset(seed=week, options={"time serie id": week})[0], False, []
        while not over:
            seen, reward, over, *_ = grid.step(choose(seen))
            rewards.append(reward)
        weeks.append([len(rewards), sum(rewards)])
    print(f"{name}: {np.mean(weeks, axis=0).round(1)} steps and reward; {np.round(weeks).astype(int).tolist()}")
