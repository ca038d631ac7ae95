"""numpy over all lanes at once, in one process, with nothing distributed.

As it is commonly written: fancy indexing, `argmax`, random numbers drawn each round. With --tuned as it goes faster.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lanes import Lanes, best
from measure import (
    ACTION_STRIDE,
    ACTIONS,
    DISCOUNT,
    EPSILON,
    INCREMENT,
    MULTIPLIER,
    REWARD_PERIOD,
    STEP_SIZE,
    measure,
    options,
    report,
)

Play = Callable[[], tuple[int, float]]


def common(lanes: int, states: int) -> Play:
    """One round as most people would write it."""
    generator = np.random.default_rng(1)
    table = np.zeros((states, ACTIONS), np.float32)
    each = np.arange(lanes)
    state = generator.integers(0, states, lanes)

    def play() -> tuple[int, float]:
        nonlocal state
        action = table[state].argmax(axis=1)
        explores = generator.random(lanes) < EPSILON
        action[explores] = generator.integers(0, ACTIONS, np.count_nonzero(explores))
        following = (MULTIPLIER * state + ACTION_STRIDE * action + INCREMENT) % states
        reward = (following % REWARD_PERIOD == 0).astype(np.float32)
        rows = table[following]
        target = reward + DISCOUNT * rows[each, rows.argmax(axis=1)]
        table[state, action] += STEP_SIZE * (target - table[state, action])
        state = following
        return lanes, float(reward.sum())

    return play


def tuned(count: int, states: int) -> Play:
    """The same round with `take`, random numbers for many rounds at once, and maxima column by column."""
    lanes = Lanes(count, states)
    table = np.zeros((states, ACTIONS), np.float32)
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
        return count, int(np.count_nonzero(rewarded))

    return play


def main() -> None:
    run = options(__doc__, tuned=True)
    play = (tuned if run.tuned else common)(run.lanes, run.states)
    report("numpy, tuned" if run.tuned else "numpy", "one process", run, measure(play, run))


if __name__ == "__main__":
    main()
