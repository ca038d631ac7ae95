"""A crossing behind the interface of sumo-rl, small enough to know what the best signals are worth: for `signals.py`.

`sumo_rl.SumoEnvironment(…, single_agent=True)` has the same observation and arguments, and is served the same way.
"""

from collections.abc import Callable
from itertools import product
from typing import Any

import gymnasium
import numpy as np

ROOM, ARRIVALS = 10, (0.6, 0.5)


class Crossing(gymnasium.Env[Any, Any]):
    """Two lanes, of which one has green: a Box of [green of each, may it end, density of each, queue of each]."""

    observation_space, action_space = gymnasium.spaces.Box(0, 1, (7,)), gymnasium.spaces.Discrete(2)
    metadata = {"name": "crossing"}  # noqa: RUF012

    def __init__(self, num_seconds: int = 400, delta_time: int = 5) -> None:
        self.steps = num_seconds // delta_time

    def reset(self, *, seed: int | None = None, options: Any = None) -> tuple[np.ndarray, dict[str, Any]]:
        """Begins with empty lanes."""
        super().reset(seed=seed)
        self.age, self.state = 0, (0, 0, 0)
        return seen(self.state), {}

    def step(self, action: int) -> tuple[np.ndarray, float, bool, bool, dict[str, Any]]:
        """Gives green to a lane for as long as a step takes; the reward is minus the vehicles that queue then."""
        self.age, comes = self.age + 1, self.np_random.random(2) < ARRIVALS
        self.state = following(self.state, int(action), *comes.tolist())
        return seen(self.state), -float(sum(self.state[1:])), False, self.age == self.steps, {}


def seen(state: tuple[int, int, int]) -> np.ndarray:
    """The observation of a state: who has green, and both queues."""
    green, *queues = state
    return np.array([green == 0, green == 1, 1, *(q / 2 / ROOM for q in queues), *(q / ROOM for q in queues)], "f4")


def following(state: tuple[int, int, int], action: int, *comes: bool) -> tuple[int, int, int]:
    """The next state: two vehicles go, or one where the lane was red; then one may come to each lane with room."""
    queues = list(state[1:])
    queues[action] -= min(queues[action], 2 if action == state[0] else 1)
    return action, *(min(queue + come, ROOM) for queue, come in zip(queues, comes, strict=True))  # type: ignore


def worth(choose: Callable[[np.ndarray], int] | None = None) -> float:
    """What an episode brings on average, exactly; by the best choices, which know the clock, where none are given."""
    states = list(product(range(2), range(ROOM + 1), range(ROOM + 1)))
    chances = [(come, np.prod(np.where(come, ARRIVALS, 1 - np.array(ARRIVALS)))) for come in product((0, 1), repeat=2)]
    ways = {
        (state, action): [(following(state, action, *come), chance) for come, chance in chances]
        for state in states
        for action in ((0, 1) if choose is None else (choose(seen(state)),))
    }
    values = dict.fromkeys(states, 0.0)
    for _ in range(Crossing().steps):
        brought = {way: sum(p * (values[to] - sum(to[1:])) for to, p in ways[way]) for way in ways}
        values = {state: max(brought[state, a] for a in (0, 1) if (state, a) in brought) for state in states}
    return values[states[0]]
