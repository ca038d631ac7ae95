"""Trains Taxi and says what was learned is worth, exactly: `python examples/taxi.py [none|local]`.

The optimum is 7.93 an episode; Q-learning is there after a million steps.
"""

import sys

import gymnasium
import numpy as np

import shardq

if sys.argv[1:] == ["world"]:
    shardq.serve_worlds(lambda: gymnasium.make("Taxi-v4"))
else:
    command, broker = f"{sys.executable} {__file__} world", (sys.argv[1:] or ["none"])[0]
    run = shardq.train("world", command=command, broker=broker, output="runs/taxi", replace=True, steps=1_000_000,
                       epsilon=0.1, evaluation=False)  # fmt: skip
    env, values = gymnasium.make("Taxi-v4").unwrapped, np.zeros(500)
    actions = run.policy().act(np.arange(500), default=0)
    for _ in range(200):
        branches = [env.P[state][action] for state, action in enumerate(actions)]
        values = np.array([sum(p * (reward + (not ends) * values[to]) for p, to, reward, ends in b) for b in branches])
    print(f"{run.table_digest[:12]}…: {values @ env.initial_state_distrib:.3f}")
