"""Sums over tiles: which rows of a table a state has, and what they add up to, in the bits of the program.

The levels of a state are the n-th parts of tiles of n grids, which are displaced by 1, 3, 5, … parts, unlike in each
factor.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Rows = npt.NDArray[np.uint64]


class TileCoding:
    """Grids over the states of a world; `levels` has the number of levels of each factor."""

    def __init__(self, levels: Sequence[int], tilings: int) -> None:
        self.levels, self.tilings = [int(count) for count in levels], int(tilings)
        grids = np.arange(self.tilings)
        self._offsets = [grids * (2 * factor + 1) % self.tilings for factor in range(len(self.levels))]
        self.tiles = [
            (count - 1 + int(offsets.max())) // self.tilings + 1
            for count, offsets in zip(self.levels, self._offsets, strict=True)
        ]

    @property
    def state_count(self) -> int:
        """The number of states of the world."""
        count = 1
        for levels in self.levels:
            count *= levels
        return count

    @property
    def row_count(self) -> int:
        """The number of rows: first the grid, then where in it."""
        count = self.tilings
        for tiles in self.tiles:
            count *= tiles
        return count

    def rows(self, states: npt.ArrayLike) -> Rows:
        """The rows of states, [… × tilings], in the order of the grids."""
        rest = np.asarray(states).astype(np.uint64)
        rows = np.zeros((*rest.shape, self.tilings), np.uint64)
        stride = 1
        for count, tiles, offsets in zip(
            reversed(self.levels), reversed(self.tiles), reversed(self._offsets), strict=True
        ):
            level = rest % np.uint64(count)
            rest = rest // np.uint64(count)
            tile = (level[..., None] + offsets.astype(np.uint64)) // np.uint64(self.tilings)
            rows += tile * np.uint64(stride)
            stride *= tiles
        rows += np.arange(self.tilings, dtype=np.uint64) * np.uint64(stride)
        return rows

    def sums(self, weights: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """What weights add up to, [… × tilings × actions] to [… × actions]: in double precision, grid after grid."""
        total = np.zeros((*weights.shape[:-2], weights.shape[-1]), np.float64)
        for grid in range(self.tilings):
            total += weights[..., grid, :]
        return total.astype(np.float32)
