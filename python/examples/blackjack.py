"""Trains Blackjack and plays 200,000 hands: `python examples/blackjack.py [none|local]`; the optimum is −0.043 a hand.

What a hand brings differs much and what a choice brings little: all are tried alike, and steps become small.
"""

import sys

import gymnasium
import numpy as np

import shardq

if sys.argv[1:] == ["world"]:
    shardq.serve_worlds(lambda: gymnasium.make("Blackjack-v1", sab=True))
else:
    command, broker = f"{sys.executable} {__file__} world", (sys.argv[1:] or ["none"])[0]
    run = shardq.train("world", command=command, broker=broker, output="runs/blackjack", replace=True, steps=2_000_000,
                       discount=1, step_size="visits:10:0", epsilon=1, lanes=256, evaluation=False)  # fmt: skip
    env, policy, total = gymnasium.make("Blackjack-v1", sab=True).unwrapped, run.policy(), 0.0
    actions = policy.act(np.arange(policy.state_count), default=0)
    seen, _ = env.reset(seed=1)
    for _ in range(200_000):
        over = False
        while not over:
            seen, reward, over, _, _ = env.step(actions[policy.encode(seen)])
        total += reward
        seen, _ = env.reset()
    print(f"{run.table_digest[:12]}…: {total / 200_000:.4f} a hand")
