"""The pair of agents of the tests as a world."""

import sys
from pathlib import Path

import shardq

sys.path.insert(0, str(Path(__file__).parents[1]))

from test_worlds import Pair

shardq.serve_worlds(Pair)
