"""A boat on a square, seen as real numbers and learned as sums over tiles."""

import sys
from pathlib import Path

import shardq

sys.path.insert(0, str(Path(__file__).parents[1]))

from test_worlds import Shore

shardq.serve_worlds(Shore, tiles=4, tilings=8)
