"""FrozenLake without ice as a world."""

import gymnasium

import shardq

shardq.serve_worlds(lambda: gymnasium.make("FrozenLake-v1", is_slippery=False))
