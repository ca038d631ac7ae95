"""numpy over all lanes at once, in one process, with nothing distributed."""

from __future__ import annotations

import numpy as np

from lanes import Lanes
from measure import ACTIONS, DISCOUNT, STEP_SIZE, measure, options, report


def main() -> None:
    run = options(__doc__)
    lanes = Lanes(run.lanes, run.states)
    table = np.zeros((run.states, ACTIONS), np.float32)
    cells = table.reshape(-1)
    cell = np.zeros(run.lanes, np.int64)
    rewards = np.zeros(run.lanes, np.float32)
    values = table[lanes.states]

    def play() -> tuple[int, float]:
        nonlocal cell, rewards, values
        standing = lanes.states
        actions, rewards, _ = lanes.step(values)
        cell = (standing * np.uint64(ACTIONS) + actions).astype(np.int64)
        values = table[lanes.states.view(np.int64)]
        target = rewards + np.float32(DISCOUNT) * maximum(values)
        old = cells[cell]
        cells[cell] = old + np.float32(STEP_SIZE) * (target - old)
        return run.lanes, float(rewards.sum())

    report("numpy", "one process", run, measure(play, run))


def maximum(values: np.ndarray) -> np.ndarray:
    """Each row's maximum, column by column."""
    first, second, third, fourth = values.T
    return np.maximum(np.maximum(first, second), np.maximum(third, fourth))


if __name__ == "__main__":
    main()
