"""Trains FrozenLake on one machine and plays what was learned: `python examples/frozen_lake.py`.

The file is both the world and the run: with `world` behind its name it serves environments to the program.
"""

import sys

import gymnasium

import shardq

if sys.argv[1:] == ["world"]:
    shardq.serve_worlds(lambda: gymnasium.make("FrozenLake-v1"))
else:
    command = f"{sys.executable} {__file__} world"
    run = shardq.train("world", command=command, steps=300_000, discount=0.99, broker="none", output="runs/lake")
    policy = shardq.load("runs/lake")
    env = gymnasium.make("FrozenLake-v1")
    wins = 0.0
    for episode in range(500):
        state, _ = env.reset(seed=episode)
        over = False
        while not over:
            state, reward, terminated, truncated, _ = env.step(policy.act(policy.encode(state), default=0))
            wins, over = wins + float(reward), terminated or truncated
    print(f"{run.table_digest[:12]}…: {wins / 500:.2f} of the episodes reach the goal; the optimum is 0.74")
