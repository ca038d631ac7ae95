"""A lake that cannot be walked on for long."""

from typing import Any

import gymnasium

import shardq


class Dry(gymnasium.Wrapper[Any, Any, Any, Any]):
    """Raises at the third step of an episode."""

    def reset(self, **options: Any) -> Any:
        """Begins an episode."""
        self.age = 0
        return self.env.reset(**options)

    def step(self, action: Any) -> Any:
        """Goes a step, twice."""
        self.age += 1
        if self.age == 3:
            raise RuntimeError("the lake is dry")
        return self.env.step(action)


shardq.serve_worlds(lambda: Dry(gymnasium.make("FrozenLake-v1")))
