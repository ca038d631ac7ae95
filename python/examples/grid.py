"""Learns to run the smallest grid of Grid2Op: `python examples/grid.py STEPS SEED BROKER`; then see `grid_peer.py`.

Needs `pip install grid2op lightsim2grid`. The world is `grid_world.py`, which repeats itself.
"""

import sys
from pathlib import Path

import shardq

steps, seed, broker = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
command = f"{sys.executable} {Path(__file__).with_name('grid_world.py')}"
run = shardq.train("world", command=command, broker=broker, output=f"runs/grid-{seed}", replace=True, steps=steps,
                   seed=seed, lanes=4, cohorts=1, epsilon="0.3:0.02", evaluation=False)  # fmt: skip
print(f"{run.table_digest[:12]}…: {len(run.policy().visited())} states, {run.steps_per_second:.0f} steps a second")
