"""Gymnasium's CartPole in numpy, all lanes in one call, for measurements."""

import gymnasium
import numpy as np

import shardq

EDGES = [[-0.8, 0.8], [-0.5, 0.5], list(np.radians([-6, -1, 0, 1, 6])), list(np.radians([-50, 50]))]

shardq.serve_worlds(
    make_vec=lambda lanes: gymnasium.make_vec("CartPole-v1", lanes, vectorization_mode="vector_entry_point"),
    coder=shardq.coders.EdgesCoder(EDGES),
)
