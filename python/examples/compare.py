"""Three seeds of a run, their learning curve with its band, and a comparison with the optimum."""

import shardq

folders = [f"runs/maze-{seed}" for seed in (1, 2, 3)]
for seed, folder in enumerate(folders, 1):
    shardq.train("maze", broker="none", steps=400_000, seed=seed, output=folder)

axes = shardq.plot.learning(folders)
axes.figure.savefig("runs/learning.png")
axes = shardq.plot.compare(folders[0])
axes.figure.savefig("runs/compare.png")

print(shardq.runs("runs")[["folder", "seed", "steps", "digest"]])
policy = shardq.load(folders[0])
print(policy.explain(0))
print(f"action {policy.act(0)}; with the second alone allowed {policy.act(0, mask=[0, 1, 0, 0])}")
