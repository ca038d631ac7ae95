"""Learns the signals of a crossing that looks like sumo-rl's: `python examples/signals.py [none|local]`.

The coder says what of the observation counts: who has green, and both queues. The optimum is −156.88 an episode.
"""

import sys

import numpy as np
from worlds.crossing import Crossing, worth

import shardq

if sys.argv[1:] == ["world"]:
    queue = np.arange(0.05, 1, 0.1)
    shardq.serve_worlds(Crossing, coder=shardq.coders.EdgesCoder([[], [0.5], [], [], [], queue, queue]))
else:
    command, broker = f"{sys.executable} {__file__} world", (sys.argv[1:] or ["none"])[0]
    run = shardq.train("world", command=command, broker=broker, output="runs/crossing", replace=True, steps=500_000,
                       epsilon=0.3, step_size="visits:1000:0", discount=0.9, evaluation=False)  # fmt: skip
    policy = run.policy()
    print(f"{run.table_digest[:12]}…: {worth(lambda seen: policy.act(policy.encode(seen), default=0)):.2f} an episode")
