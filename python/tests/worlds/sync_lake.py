"""FrozenLake in a SyncVectorEnv, for measurements; `alone SECONDS` steps 256 of them with nobody learning."""

import sys
import time

import gymnasium
import numpy as np
from gymnasium.vector import AutoresetMode

import shardq


def make(lanes: int) -> gymnasium.vector.VectorEnv:
    """So many lakes, whose episodes are begun by whoever steps them."""
    options = {"autoreset_mode": AutoresetMode.DISABLED}
    return gymnasium.make_vec("FrozenLake-v1", lanes, vectorization_mode="sync", vector_kwargs=options)


def alone(seconds: float) -> float:
    """Lane-steps a second by random actions."""
    env, steps = make(256), 0
    env.reset(seed=1)
    actions = np.random.default_rng(1).integers(0, 4, (1000, 256))
    begin = time.perf_counter()
    while (elapsed := time.perf_counter() - begin) < seconds:
        _, _, terminated, truncated, _ = env.step(actions[steps % 1000])
        if (over := terminated | truncated).any():
            env.reset(options={"reset_mask": over})
        steps += 1
    return 256 * steps / elapsed


if sys.argv[1:2] == ["alone"]:
    print(alone(float(sys.argv[2])))
elif __name__ == "__main__":
    shardq.serve_worlds(make_vec=make)
