"""The workload as an environment of srl-framework.

The framework's processes unpickle the task and look the environment up by name. `Registration` travels with the task,
so unpickling it imports this module and thereby registers the name.
"""

from __future__ import annotations

import random

from srl.base.env.base import EnvBase
from srl.base.env.registration import register
from srl.base.run.callback import RunCallback
from srl.base.spaces.discrete import DiscreteSpace

from measure import ACTION_STRIDE, ACTIONS, INCREMENT, MULTIPLIER, REWARD_PERIOD

NAME = "ShardQWalk"


class Walk(EnvBase):
    """An endless walk of one lane."""

    def __init__(self, states: int) -> None:
        super().__init__()
        self.states = states
        self.state = 0

    @property
    def action_space(self) -> DiscreteSpace:
        return DiscreteSpace(ACTIONS)

    @property
    def observation_space(self) -> DiscreteSpace:
        return DiscreteSpace(self.states)

    @property
    def player_num(self) -> int:
        return 1

    @property
    def max_episode_steps(self) -> int:
        return 2**62

    def reset(self, *, seed: int | None = None, **kwargs: object) -> int:
        self.state = random.randrange(self.states)
        return self.state

    def step(self, action: int) -> tuple[int, float, bool, bool]:
        self.state = (self.state * MULTIPLIER + action * ACTION_STRIDE + INCREMENT) % self.states
        return self.state, float(self.state % REWARD_PERIOD == 0), False, False


class Registration(RunCallback):
    """Does nothing but bring this module along."""


register(NAME, f"{__name__}:{Walk.__name__}", check_duplicate=False)
