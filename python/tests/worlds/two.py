"""Two agents of which the second leaves first, with masks now and then and episodes that are cut off."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import shardq


class Discrete(SimpleNamespace):
    """A space of Gymnasium's, as far as it is looked at."""

    def __init__(self, n: int) -> None:
        """Makes a space of so many numbers."""
        super().__init__(n=n, start=0)


class Two:
    """Ends after as many steps as its seed says; the second agent allows its first action only, once it has moved."""

    possible_agents = ("a", "b")

    def observation_space(self, agent: str) -> Any:
        """The agent's age and itself."""
        return Discrete(12)

    def action_space(self, agent: str) -> Any:
        """Two actions."""
        return Discrete(2)

    def _seen(self, agent: str) -> int:
        return 2 * self.age + self.possible_agents.index(agent)

    def reset(self, seed: int) -> tuple[Any, ...]:
        """Begins an episode."""
        self.age, self.end, self.agents = 0, 3 + seed % 3, ["a", "b"]
        self.is_cut = seed % 2 == 1
        return {agent: self._seen(agent) for agent in self.agents}, {agent: {} for agent in self.agents}

    def step(self, actions: dict[str, int]) -> tuple[Any, ...]:
        """Goes a step."""
        self.age += 1
        over = {"a": self.age == self.end, "b": self.age == 2}
        acting, self.agents = self.agents, [agent for agent in self.agents if not over[agent]]
        return (
            {agent: self._seen(agent) for agent in acting},
            {agent: float(actions[agent]) for agent in acting},
            {agent: over[agent] and not self.is_cut for agent in acting},
            {agent: over[agent] and self.is_cut for agent in acting},
            {agent: {"action_mask": [1, 0]} if agent == "b" else {} for agent in acting},
        )


shardq.serve_worlds(Two)
