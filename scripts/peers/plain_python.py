"""A plain Python loop over a dictionary of rows, in one process."""

from __future__ import annotations

import random

from measure import ACTION_STRIDE, ACTIONS, DISCOUNT, EPSILON, INCREMENT, MULTIPLIER, REWARD_PERIOD, STEP_SIZE
from measure import measure, options, report

TRANSITIONS_BETWEEN_CLOCKS = 2_000


def main() -> None:
    run = options(__doc__)
    uniform = random.Random(1).random
    table: dict[int, list[float]] = {}
    states = [int(uniform() * run.states) for _ in range(run.lanes)]
    rounds = TRANSITIONS_BETWEEN_CLOCKS // run.lanes + 1

    def play() -> tuple[int, float]:
        rewards = 0.0
        for _ in range(rounds):
            for lane, state in enumerate(states):
                row = table.get(state)
                if row is None:
                    row = table[state] = [0.0] * ACTIONS
                action = int(uniform() * ACTIONS) if uniform() < EPSILON else row.index(max(row))
                following = (state * MULTIPLIER + action * ACTION_STRIDE + INCREMENT) % run.states
                reward = 1.0 if following % REWARD_PERIOD == 0 else 0.0
                bootstrap = max(table[following]) if following in table else 0.0
                row[action] += STEP_SIZE * (reward + DISCOUNT * bootstrap - row[action])
                states[lane] = following
                rewards += reward
        return rounds * run.lanes, rewards

    report("plain Python", "one process", run, measure(play, run))


if __name__ == "__main__":
    main()
