"""A plain Python loop over a dictionary of rows, in one process."""

from __future__ import annotations

import random

from measure import ACTION_STRIDE, ACTIONS, DISCOUNT, EPSILON, INCREMENT, MULTIPLIER, REWARD_PERIOD, STEP_SIZE
from measure import measure, options, report

ROUNDS_BETWEEN_CLOCKS = 2_000


def main() -> None:
    run = options(__doc__)
    uniform = random.Random(1).random
    table: dict[int, list[float]] = {}
    state = int(uniform() * run.states)
    row = table.setdefault(state, [0.0] * ACTIONS)

    def play() -> tuple[int, float]:
        nonlocal state, row
        rewards = 0.0
        for _ in range(ROUNDS_BETWEEN_CLOCKS):
            action = int(uniform() * ACTIONS) if uniform() < EPSILON else row.index(max(row))
            state = (state * MULTIPLIER + action * ACTION_STRIDE + INCREMENT) % run.states
            reward = 1.0 if state % REWARD_PERIOD == 0 else 0.0
            rewards += reward
            following = table.get(state)
            if following is None:
                following = table[state] = [0.0] * ACTIONS
            row[action] += STEP_SIZE * (reward + DISCOUNT * max(following) - row[action])
            row = following
        return ROUNDS_BETWEEN_CLOCKS, rewards

    report("plain Python", "one process", run, measure(play, run), lanes=1)


if __name__ == "__main__":
    main()
