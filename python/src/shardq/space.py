"""The names of a table's states and actions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

Level = int | str
Observation = Mapping[str, Level] | Sequence[Level]


@dataclass(frozen=True)
class Factor:
    """One component of a state: a name, the number of levels it takes, and their names if they have any."""

    name: str
    count: int
    levels: tuple[str, ...] = ()

    def label(self, level: int) -> str:
        """The name of a level."""
        return self.levels[level] if self.levels else str(level)

    def level(self, value: Level) -> int:
        """The level that a number or a name means."""
        if isinstance(value, str) and value in self.levels:
            return self.levels.index(value)
        try:
            level = int(value)
        except ValueError:
            level = -1
        if not 0 <= level < self.count or (isinstance(value, float) and level != value):
            known = f"one of {', '.join(self.levels)}, or " if self.levels else ""
            raise ValueError(f"{self.name} {value!r}: {known}a number from 0 to {self.count - 1}")
        return level


@dataclass(frozen=True)
class Space:
    """States as mixed-radix numbers of their factors, the most significant first, and the names of the actions."""

    factors: tuple[Factor, ...]
    actions: tuple[str, ...]

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Space:
        """Reads what a policy folder says."""
        factors = tuple(
            Factor(str(each["name"]), int(each["count"]), tuple(map(str, each.get("levels", ()))))
            for each in value["factors"]
        )
        return cls(factors, tuple(map(str, value["actions"])))

    @property
    def state_count(self) -> int:
        """The number of states."""
        return prod(factor.count for factor in self.factors)

    def levels(self, state: int) -> tuple[int, ...]:
        """The level of each factor in a state."""
        levels = []
        for factor in reversed(self.factors):
            state, level = divmod(state, factor.count)
            levels.append(level)
        return tuple(reversed(levels))

    def describe(self, state: int) -> str:
        """A state in words."""
        parts = zip(self.factors, self.levels(state), strict=True)
        return ", ".join(f"{factor.name} {factor.label(level)}" for factor, level in parts)

    def encode(self, observation: Observation) -> int:
        """The number of a state that is given by its factors: by name, or all of them in order."""
        if isinstance(observation, Mapping):
            names = [factor.name for factor in self.factors]
            if set(observation) != set(names):
                raise ValueError(
                    f"an observation has {', '.join(names)}; this one has {', '.join(map(str, observation))}"
                )
            values = [observation[name] for name in names]
        else:
            values = list(observation)
            if len(values) != len(self.factors):
                raise ValueError(f"an observation has {len(self.factors)} components, this one {len(values)}")
        state = 0
        for factor, value in zip(self.factors, values, strict=True):
            state = state * factor.count + factor.level(value)
        return state
