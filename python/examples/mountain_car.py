"""Learns Gymnasium's mountain car as sums over tiles, and drives it: `python examples/mountain_car.py [none|local]`.

Steps of an episode; of the last episodes of a training docs/scenarios/control.md has 110 to 115 for the
scenario in the box.
"""

import sys

import gymnasium
import numpy as np

import shardq

if sys.argv[1:] == ["world"]:
    shardq.serve_worlds(lambda: gymnasium.make("MountainCar-v0"), tiles=8, tilings=8)
else:
    command, broker = f"{sys.executable} {__file__} world", (sys.argv[1:] or ["none"])[0]
    run = shardq.train("world", command=command, broker=broker, output="runs/car", replace=True, steps=400_000,
                       lanes=8, update="sarsa-lambda:0.9:20", step_size=0.3, epsilon=0, discount=1,
                       evaluation=False)  # fmt: skip
    policy, env, lengths = run.policy(), gymnasium.make("MountainCar-v0"), []
    for seed in range(100):
        (seen, _), over, length = env.reset(seed=seed), False, 0
        while not over:
            seen, _, terminated, truncated, _ = env.step(policy.act(policy.encode(seen)))
            over, length = terminated or truncated, length + 1
        lengths.append(length)
    print(f"{run.table_digest[:12]}…: {np.mean(lengths):.1f} steps of an episode")
