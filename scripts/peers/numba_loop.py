"""A scalar loop compiled by numba, one thread, lane after lane."""

from __future__ import annotations

import numba
import numpy as np

from measure import ACTION_STRIDE, ACTIONS, DISCOUNT, EPSILON, INCREMENT, MULTIPLIER, REWARD_PERIOD, STEP_SIZE
from measure import measure, options, report

TRANSITIONS_BETWEEN_CLOCKS = 200_000
EXPLORATION_BOUND = int(EPSILON * 2**24)


@numba.njit
def greedy(table, state):
    """Index and value of a row's maximum, without branches."""
    base = state * np.uint64(ACTIONS)
    low = max(table[base], table[base + np.uint64(1)])
    high = max(table[base + np.uint64(2)], table[base + np.uint64(3)])
    low_index = np.uint64(table[base + np.uint64(1)] > table[base])
    high_index = np.uint64(2) + np.uint64(table[base + np.uint64(3)] > table[base + np.uint64(2)])
    return (high_index if high > low else low_index), max(low, high)


@numba.njit
def rounds(table, states, state_count, generator, count):
    """Plays `count` rounds of all lanes; returns the generator's new state and the rewards."""
    rewards = np.uint64(0)
    for _ in range(count):
        for lane in range(states.size):
            state = states[lane]
            generator ^= generator >> np.uint64(12)
            generator ^= generator << np.uint64(25)
            generator ^= generator >> np.uint64(27)
            drawn = generator * np.uint64(2685821657736338717)
            action, _ = greedy(table, state)
            explored = (drawn >> np.uint64(8)) & np.uint64(ACTIONS - 1)
            action = explored if (drawn >> np.uint64(40)) < np.uint64(EXPLORATION_BOUND) else action
            following = (
                state * np.uint64(MULTIPLIER) + action * np.uint64(ACTION_STRIDE) + np.uint64(INCREMENT)
            ) % state_count
            rewarded = np.uint64(following % np.uint64(REWARD_PERIOD) == np.uint64(0))
            rewards += rewarded
            _, bootstrap = greedy(table, following)
            cell = state * np.uint64(ACTIONS) + action
            target = np.float32(rewarded) + np.float32(DISCOUNT) * bootstrap
            table[cell] += np.float32(STEP_SIZE) * (target - table[cell])
            states[lane] = following
    return generator, rewards


def main() -> None:
    run = options(__doc__)
    table = np.zeros(run.states * ACTIONS, np.float32)
    states = np.random.default_rng(1).integers(0, run.states, run.lanes).astype(np.uint64)
    count = TRANSITIONS_BETWEEN_CLOCKS // run.lanes + 1
    generator = np.uint64(88172645463325252)

    def play() -> tuple[int, float]:
        nonlocal generator
        generator, rewards = rounds(table, states, np.uint64(run.states), np.uint64(generator), count)
        return count * run.lanes, float(rewards)

    report("numba", "scalar loop, one thread", run, measure(play, run))


if __name__ == "__main__":
    main()
