"""FrozenLake without ice as a vector world."""

import gymnasium
from gymnasium.vector import AutoresetMode

import shardq

shardq.serve_worlds(
    make_vec=lambda lanes: gymnasium.make_vec(
        "FrozenLake-v1", lanes, is_slippery=False, vector_kwargs={"autoreset_mode": AutoresetMode.DISABLED}
    )
)
