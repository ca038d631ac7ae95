"""numpy over all lanes at once, in one process, with nothing distributed."""

from __future__ import annotations

import numpy as np

from lanes import Lanes, best
from measure import ACTIONS, DISCOUNT, STEP_SIZE, measure, options, report


def main() -> None:
    run = options(__doc__)
    lanes = Lanes(run.lanes, run.states)
    table = np.zeros((run.states, ACTIONS), np.float32)
    cells = table.reshape(-1)
    values = table.take(lanes.states.view(np.int64), axis=0)

    def play() -> tuple[int, float]:
        nonlocal values
        before = lanes.states * np.uint64(ACTIONS)
        actions, rewarded, _ = lanes.step(values)
        values = table.take(lanes.states.view(np.int64), axis=0)
        target = rewarded + np.float32(DISCOUNT) * best(values)[1]
        cell = (before + actions).view(np.int64)
        old = cells.take(cell)
        cells[cell] = old + np.float32(STEP_SIZE) * (target - old)
        return run.lanes, int(np.count_nonzero(rewarded))

    report("numpy", "one process", run, measure(play, run))


if __name__ == "__main__":
    main()
