"""Coders: how an observation becomes one of finitely many states.

A coder has factors, each a name with a number of levels; a state is their mixed-radix number, the first factor counting
most. The coder of a run is written into its policy folder, so that ``shardq.load`` encodes observations alike.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from enum import Enum
from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt


class Reading(Enum):
    """What whole numbers are that somebody gives who may mean states or what was observed."""

    STATES = 0
    OBSERVATION = 1
    EITHER = 2


class Coder:
    """Observations of one kind as levels of factors."""

    kind: str
    factors: list[tuple[str, int]]
    #: The grids, where action values are sums over tiles and levels are parts of them.
    tilings: int | None = None

    def levels(self, observation: Any) -> list[int]:
        """The level of each factor, below its count."""
        raise NotImplementedError

    def reading(self, shape: tuple[int, ...]) -> Reading:
        """What whole numbers of a shape are: states, where an observation cannot look like them or means the same."""
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

    def reading(self, shape: tuple[int, ...]) -> Reading:
        """What whole numbers are: an observation from 0 on is its own state."""
        return Reading.EITHER if self.start else Reading.STATES

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

    def reading(self, shape: tuple[int, ...]) -> Reading:
        """What whole numbers are: an array as long as an observation is one, and any other may be a mistake."""
        if not shape:
            return Reading.STATES
        return Reading.OBSERVATION if prod(shape) == len(self.counts) else Reading.EITHER

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

    def reading(self, shape: tuple[int, ...]) -> Reading:
        """What whole numbers are: as many as an observation has might be one."""
        return Reading.EITHER if prod(shape) == len(self.edges) else Reading.STATES

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

    @classmethod
    def quantile(cls, observations: Any, bins: int | Sequence[int], name: str = "x") -> EdgesCoder:
        """Bins into which about as many of some observations fall each, [observations × numbers].

        Edges are numbers that were observed; where one number fills several bins, there are fewer of them.
        """
        rows = np.asarray(observations, np.float64)
        rows = rows.reshape(len(rows), -1)
        if not len(rows) or not np.all(np.isfinite(rows)):
            raise ValueError("quantiles are of observations, at least one and all of them finite")
        counts = [int(bins)] * rows.shape[1] if isinstance(bins, int) else [int(count) for count in bins]
        edges = []
        for column, count in zip(np.sort(rows, axis=0).T, counts, strict=True):
            chosen = column[[len(column) * each // count for each in range(1, count)]]
            # Below the least number there is nothing to tell apart.
            edges.append(np.unique(chosen[chosen > column[0]]).tolist())
        return cls(edges, name)


class TilesCoder(Coder):
    """Real numbers by overlapping grids: action values are sums over the tiles of all of them.

    Each number's range is cut into tiles, and each tile into as many parts as there are grids, which are its levels.
    What lies beyond a range is in its first or last part.
    """

    kind = "tiles"
    MOST_TILINGS = 256
    MOST_TILES = 1000

    def __init__(
        self,
        low: Any,
        high: Any,
        tiles: int | Sequence[int] = 8,
        tilings: int = 8,
        name: str = "x",
    ) -> None:
        lows, highs = np.ravel(np.asarray(low, np.float64)), np.ravel(np.asarray(high, np.float64))
        if len(lows) != len(highs):
            raise ValueError(f"{len(lows)} lower bounds and {len(highs)} upper ones: tiles need both of each number")
        counts = [tiles] * len(lows) if isinstance(tiles, int) else list(tiles)
        if len(counts) != len(lows):
            raise ValueError(f"tiles {counts} for {len(lows)} numbers: one for each, or one for all")
        if not 1 <= tilings <= self.MOST_TILINGS:
            raise ValueError(f"{tilings} tilings: there are 1 to {self.MOST_TILINGS}")
        if any(not 1 <= count <= self.MOST_TILES for count in counts):
            raise ValueError(f"tiles {counts} are not each 1 to {self.MOST_TILES}")
        with np.errstate(all="ignore"):
            widths = highs - lows
            sound = np.isfinite(widths) & (widths > 0) & np.isfinite(1 / widths)
        if not sound.all():
            at = int(np.argmin(sound))
            raise ValueError(
                f"number {at} lies between {lows[at]} and {highs[at]}: tiles need finite bounds, the lower one first; "
                "give coder=shardq.coders.TilesCoder(low, high)"
            )
        self.tilings: int = int(tilings)
        self.tiles, self.name = [int(count) for count in counts], name
        self._low, self._width = lows, widths
        self.ranges = [[float(lo), float(hi)] for lo, hi in zip(lows, highs, strict=True)]
        self.factors = [(f"{name}{index}", count * self.tilings) for index, count in enumerate(self.tiles)]

    def levels(self, observation: Any) -> list[int]:
        """The part of each number."""
        values = np.ravel(np.asarray(observation, np.float64))
        return [int(level) for level in self.levels_many(values.reshape(1, -1), 1)[0]]

    def levels_many(self, observations: Any, count: int) -> npt.NDArray[np.int64]:
        """The parts of a batch of observations."""
        values = np.asarray(observations, np.float64).reshape(count, -1)
        if values.shape[1] != len(self.tiles):
            raise ValueError(f"an observation of {values.shape[1]} numbers, the coder has tiles for {len(self.tiles)}")
        if np.isnan(values).any():
            first = values[np.isnan(values).any(axis=1)][0].tolist()
            raise ValueError(f"observation {first} holds what is not a number")
        parts = np.array([levels for _, levels in self.factors], np.float64)
        with np.errstate(over="ignore"):
            places = (values - self._low) / self._width * parts
        # Truncated, not rounded; what lies beyond is in the first or the last part.
        return np.clip(places, 0, parts - 1).astype(np.int64)

    def reading(self, shape: tuple[int, ...]) -> Reading:
        """What whole numbers are: as many as an observation has might be one."""
        return Reading.EITHER if prod(shape) == len(self.tiles) else Reading.STATES

    def settings(self) -> dict[str, Any]:
        """What makes it again."""
        return {
            "kind": self.kind,
            "tilings": self.tilings,
            "tiles": self.tiles,
            "ranges": self.ranges,
            "name": self.name,
        }


class HashCoder(Coder):
    """Numbers of a space that is not known in advance: by steps of a width each, spread over so many states.

    The table is as large as it is said to be, whatever comes. Different observations may get the same state, and which
    do depends on nothing but themselves. ``collisions`` counts the observations so far, each kind of them once, that
    found their state taken by others; with n kinds among N states that is about n² ÷ 2 N.
    """

    kind = "hash"

    def __init__(self, count: int, widths: Sequence[float], name: str = "place") -> None:
        self.count, self.widths = int(count), [float(width) for width in widths]
        if self.count < 1 or not all(0 < width < np.inf for width in self.widths):
            raise ValueError(f"{count} states by widths {self.widths}: at least one, and widths above 0")
        self.factors = [(name, self.count)]
        self.collisions = 0
        self._first: dict[int, int] = {}
        self._others: set[int] = set()

    def levels(self, observation: Any) -> list[int]:
        """The level of the one factor."""
        return [int(self.levels_many(np.asarray(observation, np.float64).reshape(1, -1), 1)[0, 0])]

    def levels_many(self, observations: Any, count: int) -> npt.NDArray[np.int64]:
        """The levels of a batch of observations."""
        numbers = np.asarray(observations, np.float64).reshape(count, -1)
        if numbers.shape[1] != len(self.widths):
            raise ValueError(f"an observation of {numbers.shape[1]} numbers, the coder has {len(self.widths)} widths")
        steps = np.floor(numbers / np.array(self.widths))
        if not np.all((steps >= -(2.0**62)) & (steps < 2.0**62)):
            raise ValueError(f"observation {numbers.tolist()} holds what is no number of steps")
        hashes = np.zeros(count, np.uint64)
        for column in steps.astype(np.int64).view(np.uint64).T:
            hashes = _mixed(hashes ^ column)
        levels = (hashes % np.uint64(self.count)).astype(np.int64)
        self._note(levels, hashes)
        only: npt.NDArray[np.int64] = levels.reshape(count, 1)
        return only

    def _note(self, levels: npt.NDArray[np.int64], hashes: npt.NDArray[np.uint64]) -> None:
        for level, kind in set(zip(levels.tolist(), hashes.tolist(), strict=True)):
            if self._first.setdefault(level, kind) != kind and kind not in self._others:
                self._others.add(kind)
                self.collisions += 1

    def reading(self, shape: tuple[int, ...]) -> Reading:
        """What whole numbers are: as many as an observation has might be one."""
        return Reading.EITHER if prod(shape) == len(self.widths) else Reading.STATES

    def settings(self) -> dict[str, Any]:
        """What makes it again."""
        return {"kind": self.kind, "count": self.count, "widths": self.widths, "name": self.factors[0][0]}


def _mixed(words: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """A step of SplitMix64."""
    with np.errstate(over="ignore"):
        words = words + np.uint64(0x9E3779B97F4A7C15)
        words = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        words = (words ^ (words >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: npt.NDArray[np.uint64] = words ^ (words >> np.uint64(31))
    return mixed


class TupleCoder(Coder):
    """Several observations at once: a tuple, or a dict by its keys in order.

    Beside tiles a level of another part is as many parts as there are grids: all of one tile in each of them, and
    shared with no other level.
    """

    kind = "tuple"

    def __init__(self, parts: Sequence[Coder], keys: Sequence[str] | None = None) -> None:
        self.parts, self.keys = list(parts), None if keys is None else list(keys)
        names = self.keys or [str(index) for index in range(len(self.parts))]
        tilings = {part.tilings for part in self.parts if part.tilings is not None}
        if len(tilings) > 1:
            raise ValueError(f"parts of {sorted(tilings)} tilings: all of them have as many")
        self.tilings = next(iter(tilings), None)
        self._stretches = [self.tilings or 1 if part.tilings is None else 1 for part in self.parts]
        self.factors = [
            (f"{name}.{factor}", count * stretch)
            for name, part, stretch in zip(names, self.parts, self._stretches, strict=True)
            for factor, count in part.factors
        ]

    def levels(self, observation: Any) -> list[int]:
        """The level of each factor."""
        values = [observation[key] for key in self.keys] if self.keys is not None else list(observation)
        return [
            level * stretch
            for part, value, stretch in zip(self.parts, values, self._stretches, strict=True)
            for level in part.levels(value)
        ]

    def levels_many(self, observations: Any, count: int) -> npt.NDArray[np.int64]:
        """The levels of a batch of observations."""
        values = [observations[key] for key in self.keys] if self.keys is not None else list(observations)
        parts = [
            part.levels_many(value, count) * stretch
            for part, value, stretch in zip(self.parts, values, self._stretches, strict=True)
        ]
        return np.concatenate(parts, axis=1)

    def reading(self, shape: tuple[int, ...]) -> Reading:
        """What whole numbers are: an array as long as a tuple might be one, which a dict never is."""
        return Reading.EITHER if self.keys is None and shape[:1] == (len(self.parts),) else Reading.STATES

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
    if kind == TilesCoder.kind:
        low, high = zip(*settings["ranges"], strict=True)
        return TilesCoder(low, high, settings["tiles"], settings["tilings"], settings["name"])
    if kind == HashCoder.kind:
        return HashCoder(settings["count"], settings["widths"], settings["name"])
    if kind == TupleCoder.kind:
        return TupleCoder([coder_from(part) for part in settings["parts"]], settings["keys"])
    raise ValueError(f"no coder is called {kind!r}: use the release that knows it")


def coder_for(
    space: Any,
    bins: int | Sequence[int] | None = None,
    *,
    tiles: int | Sequence[int] | None = None,
    tilings: int | None = None,
) -> Coder:
    """The coder of a Gymnasium space: Discrete, MultiDiscrete, MultiBinary, Box (by `bins` or `tiles`), Tuple, Dict."""
    if bins is not None and tiles is not None:
        raise ValueError(f"bins={bins} with tiles={tiles}: one of them")
    if tilings is not None and tiles is None:
        raise ValueError(f"tilings={tilings} without tiles=…: how many tiles has a number's range?")
    if tiles is not None and not _has_box(space):
        raise ValueError(f"tiles={tiles} are of real numbers, and {space} has none: leave it out")
    return _coder_for(space, bins, tiles, 8 if tilings is None else tilings)


def _has_box(space: Any) -> bool:
    parts = getattr(space, "spaces", None)
    if parts is None:
        return type(space).__name__ == "Box"
    return any(_has_box(part) for part in (parts.values() if hasattr(parts, "values") else parts))


def _coder_for(space: Any, bins: int | Sequence[int] | None, tiles: int | Sequence[int] | None, tilings: int) -> Coder:
    name = type(space).__name__
    if name == "Discrete":
        return DiscreteCoder(int(space.n), int(space.start))
    if name == "MultiDiscrete":
        return MultiDiscreteCoder([int(count) for count in np.ravel(space.nvec)])
    if name == "MultiBinary":
        return MultiDiscreteCoder([2] * int(np.prod(space.shape)))
    if name == "Box":
        return _coder_for_box(space, bins, tiles, tilings)
    if name == "Tuple":
        return TupleCoder([_coder_for(part, bins, tiles, tilings) for part in space.spaces])
    if name == "Dict":
        parts = [_coder_for(part, bins, tiles, tilings) for part in space.spaces.values()]
        return TupleCoder(parts, list(space.spaces))
    raise ValueError(f"no coder for a space of kind {name}: give one")


def _coder_for_box(
    space: Any, bins: int | Sequence[int] | None, tiles: int | Sequence[int] | None, tilings: int
) -> Coder:
    if tiles is not None:
        return TilesCoder(space.low, space.high, tiles, tilings)
    if bins is None:
        raise ValueError("a Box of real numbers needs bins=…, tiles=…, or coder=shardq.coders.EdgesCoder(…)")
    return EdgesCoder.uniform(space.low, space.high, bins)


def coder_of_world(
    space: Any,
    coder: Coder | None,
    bins: int | Sequence[int] | None,
    tiles: int | Sequence[int] | None,
    tilings: int | None,
) -> Coder:
    """The coder that was given, or that of the observation space."""
    if coder is None:
        return coder_for(space, bins, tiles=tiles, tilings=tilings)
    if (bins, tiles, tilings) != (None, None, None):
        raise ValueError(f"bins={bins}, tiles={tiles}, tilings={tilings} with coder={coder}: it says all that they do")
    return coder
