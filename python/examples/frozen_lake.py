"""Trains FrozenLake and says what the learned policy is worth, exactly: `python examples/frozen_lake.py [none|local]`.

The file is both the world and the run: with `world` behind its name it serves environments to the program. The best
policy of this discount reaches the goal in 0.740 of its episodes, which end after 100 steps.
"""

import sys

import gymnasium
import numpy as np

import shardq

if sys.argv[1:] == ["world"]:
    shardq.serve_worlds(lambda: gymnasium.make("FrozenLake-v1"))
else:
    command, broker = f"{sys.executable} {__file__} world", (sys.argv[1:] or ["none"])[0]
    run = shardq.train("world", command=command, broker=broker, output="runs/lake", replace=True, steps=1_000_000,
                       step_size=0.01, epsilon=0.5, evaluation=False)  # fmt: skip
    transitions, values = gymnasium.make("FrozenLake-v1").unwrapped.P, np.zeros(16)
    actions = run.policy().act(np.arange(16), default=0)
    for _ in range(100):
        branches = [transitions[state][action] for state, action in enumerate(actions)]
        values = np.array([sum(p * (reward + (not ends) * values[to]) for p, to, reward, ends in b) for b in branches])
    print(f"{run.table_digest[:12]}…: {values[0]:.3f} of the episodes reach the goal")
