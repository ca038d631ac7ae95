"""Coders: how an observation becomes one of finitely many states.

A coder has factors, each a name with a number of levels; a state is their mixed-radix number, the first factor counting
most. The coder of a run is written into its policy folder, so that ``shardq.load`` encodes observations alike.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt


class Coder:
    """Observations of one kind as levels of factors."""

    kind: str
    factors: list[tuple[str, int]]

    def levels(self, observation: Any) -> list[int]:
        """The level of each factor, below its count."""
        raise NotImplementedError

    def settings(self) -> dict[str, Any]:
        """What makes it again, as JSON."""
        raise NotImplementedError

    @property
    def state_count(self) -> int:
        """The number of states."""
        count = 1
        for _, levels in self.factors:
            count *= levels
        return count

    def encode(self, observation: Any) -> int:
        """The state of an observation."""
        state = 0
        for (_, count), level in zip(self.factors, self.levels(observation), strict=True):
            state = state * count + level
        return state

    def levels_many(self, observations: Any, count: int) -> npt.NDArray[np.int64]:
        """The levels of a batch of observations, [count × factors]."""
        raise NotImplementedError

    def encode_many(self, observations: Any, count: int) -> npt.NDArray[np.uint64]:
        """The states of a batch of a vector environment: an array with a row each, or a tuple or dict of them."""
        states = np.zeros(count, np.uint64)
        for (_, levels), column in zip(self.factors, self.levels_many(observations, count).T, strict=True):
            states *= np.uint64(levels)
            states += column.astype(np.uint64)
        return states

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {' × '.join(f'{name} {count}' for name, count in self.factors)}>"

    def to_json(self) -> str:
        """The settings as text, the same for equal coders."""
        return json.dumps(self.settings(), sort_keys=True, separators=(",", ":"))


class DiscreteCoder(Coder):
    """A number from ``start`` on."""

    kind = "discrete"

    def __init__(self, count: int, start: int = 0, name: str = "state") -> None:
        self.count, self.start = int(count), int(start)
        self.factors = [(name, self.count)]

    def levels(self, observation: Any) -> list[int]:
        """The level of each factor."""
        level = int(observation) - self.start
        if not 0 <= level < self.count:
            raise ValueError(f"observation {observation} is not within {self.start}...{self.start + self.count - 1}")
        return [level]

    def levels_many(self, observations: Any, count: int) -> npt.NDArray[np.int64]:
        """The levels of a batch of observations."""
        levels = np.asarray(observations, np.int64).reshape(count, 1) - self.start
        for row in np.flatnonzero((levels[:, 0] < 0) | (levels[:, 0] >= self.count))[:1]:
            self.levels(levels[row, 0] + self.start)
        return levels

    def encode(self, observation: Any) -> int:
        """The state of an observation: its level."""
        return self.levels(observation)[0]

    def settings(self) -> dict[str, Any]:
        """What makes it again."""
        return {"kind": self.kind, "count": self.count, "start": self.start, "name": self.factors[0][0]}


class MultiDiscreteCoder(Coder):
    """Several numbers, each from 0 on."""

    kind = "multi-discrete"

    def __init__(self, counts: Sequence[int], name: str = "x") -> None:
        self.counts, self.name = [int(count) for count in counts], name
        self.factors = [(f"{name}{index}", count) for index, count in enumerate(self.counts)]

    def levels(self, observation: Any) -> list[int]:
        """The level of each factor."""
        levels = [int(level) for level in np.ravel(observation)]
        if len(levels) != len(self.counts) or any(
            not 0 <= level < count for level, count in zip(levels, self.counts, strict=True)
        ):
            raise ValueError(f"observation {levels} is not within the counts {self.counts}")
        return levels

    def levels_many(self, observations: Any, count: int) -> npt.NDArray[np.int64]:
        """The levels of a batch of observations."""
        levels = np.asarray(observations, np.int64).reshape(count, -1)
        if levels.shape[1] != len(self.counts) or ((levels < 0) | (levels >= self.counts)).any():
            for row in levels:
                self.levels(row)
        return levels

    def settings(self) -> dict[str, Any]:
        """What makes it again."""
        return {"kind": self.kind, "counts": self.counts, "name": self.name}


class EdgesCoder(Coder):
    """Real numbers by given edges: level k lies from the k-th edge up to, without, the next one."""

    kind = "edges"

    def __init__(self, edges: Sequence[Sequence[float]], name: str = "x") -> None:
        self.edges, self.name = [[float(edge) for edge in row] for row in edges], name
        if any(row != sorted(set(row)) or not np.all(np.isfinite(row)) for row in self.edges):
            raise ValueError("edges are finite numbers in ascending order")
        self.factors = [(f"{name}{index}", len(row) + 1) for index, row in enumerate(self.edges)]

    def levels(self, observation: Any) -> list[int]:
        """The level of each factor."""
        values = np.ravel(np.asarray(observation, dtype=np.float64))
        if len(values) != len(self.edges):
            raise ValueError(f"an observation of {len(values)} numbers, the coder has edges for {len(self.edges)}")
        if np.any(np.isnan(values)):
            raise ValueError(f"observation {values.tolist()} holds what is not a number")
        return [int(np.searchsorted(row, value, side="right")) for row, value in zip(self.edges, values, strict=True)]

    def levels_many(self, observations: Any, count: int) -> npt.NDArray[np.int64]:
        """The levels of a batch of observations."""
        values = np.asarray(observations, np.float64).reshape(count, -1)
        if values.shape[1] != len(self.edges) or np.isnan(values).any():
            for row in values:
                self.levels(row)
        columns = [np.searchsorted(row, column, side="right") for row, column in zip(self.edges, values.T, strict=True)]
        return np.stack(columns, axis=1).astype(np.int64)

    def settings(self) -> dict[str, Any]:
        """What makes it again."""
        return {"kind": self.kind, "edges": self.edges, "name": self.name}

    @classmethod
    def uniform(
        cls, low: Sequence[float], high: Sequence[float], bins: int | Sequence[int], name: str = "x"
    ) -> EdgesCoder:
        """As many equal bins between finite bounds; what lies beyond falls into the first or the last."""
        lows, highs = np.ravel(np.asarray(low, float)), np.ravel(np.asarray(high, float))
        counts = [int(bins)] * len(lows) if isinstance(bins, int) else [int(count) for count in bins]
        if not (np.all(np.isfinite(lows)) and np.all(np.isfinite(highs))):
            raise ValueError("uniform bins need finite bounds: give low and high, or edges")
        return cls(
            [list(np.linspace(lo, hi, count + 1)[1:-1]) for lo, hi, count in zip(lows, highs, counts, strict=True)],
            name,
        )


class TupleCoder(Coder):
    """Several observations at once: a tuple, or a dict by its keys in order."""

    kind = "tuple"

    def __init__(self, parts: Sequence[Coder], keys: Sequence[str] | None = None) -> None:
        self.parts, self.keys = list(parts), None if keys is None else list(keys)
        names = self.keys or [str(index) for index in range(len(self.parts))]
        self.factors = [
            (f"{name}.{factor}", count)
            for name, part in zip(names, self.parts, strict=True)
            for factor, count in part.factors
        ]

    def levels(self, observation: Any) -> list[int]:
        """The level of each factor."""
        values = [observation[key] for key in self.keys] if self.keys is not None else list(observation)
        return [level for part, value in zip(self.parts, values, strict=True) for level in part.levels(value)]

    def levels_many(self, observations: Any, count: int) -> npt.NDArray[np.int64]:
        """The levels of a batch of observations."""
        values = [observations[key] for key in self.keys] if self.keys is not None else list(observations)
        parts = [part.levels_many(value, count) for part, value in zip(self.parts, values, strict=True)]
        return np.concatenate(parts, axis=1)

    def settings(self) -> dict[str, Any]:
        """What makes it again."""
        return {"kind": self.kind, "keys": self.keys, "parts": [part.settings() for part in self.parts]}


def coder_from(settings: str | Mapping[str, Any]) -> Coder:
    """The coder that ``Coder.settings`` describes."""
    if isinstance(settings, str):
        settings = json.loads(settings)
    assert isinstance(settings, Mapping)
    kind = settings.get("kind")
    if kind == DiscreteCoder.kind:
        return DiscreteCoder(settings["count"], settings["start"], settings["name"])
    if kind == MultiDiscreteCoder.kind:
        return MultiDiscreteCoder(settings["counts"], settings["name"])
    if kind == EdgesCoder.kind:
        return EdgesCoder(settings["edges"], settings["name"])
    if kind == TupleCoder.kind:
        return TupleCoder([coder_from(part) for part in settings["parts"]], settings["keys"])
    raise ValueError(f"no coder is called {kind!r}: use the release that knows it")


def coder_for(space: Any, bins: int | Sequence[int] | None = None) -> Coder:
    """The coder of a Gymnasium space: Discrete, MultiDiscrete, MultiBinary, Box (by ``bins``), Tuple, Dict."""
    name = type(space).__name__
    if name == "Discrete":
        return DiscreteCoder(int(space.n), int(space.start))
    if name == "MultiDiscrete":
        return MultiDiscreteCoder([int(count) for count in np.ravel(space.nvec)])
    if name == "MultiBinary":
        return MultiDiscreteCoder([2] * int(np.prod(space.shape)))
    if name == "Box":
        if bins is None:
            raise ValueError("a Box of real numbers needs bins=…, or a coder of its own (shardq.coders.EdgesCoder)")
        return EdgesCoder.uniform(space.low, space.high, bins)
    if name == "Tuple":
        return TupleCoder([coder_for(part, bins) for part in space.spaces])
    if name == "Dict":
        return TupleCoder([coder_for(part, bins) for part in space.spaces.values()], list(space.spaces))
    raise ValueError(f"no coder for a space of kind {name}: give one")
