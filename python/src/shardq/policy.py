"""A policy folder: what a run has learned, opened where it lies and acting without the program."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from html import escape
from os import PathLike
from pathlib import Path
from typing import Any, overload

import numpy as np
import numpy.typing as npt

from shardq.coders import Coder, EdgesCoder, Reading, TilesCoder, coder_from
from shardq.errors import BadInputError, InaccessibleError, UnvisitedStateError
from shardq.space import Factor, Observation, Space
from shardq.tiles import TileCoding

Folder = str | PathLike[str]
Floats = npt.NDArray[np.float32]
Counts = npt.NDArray[np.uint32]
States = npt.NDArray[np.integer[Any]]
Actions = npt.NDArray[np.int64]

_FORMAT = 1
_ROWS_AT_A_TIME = 1 << 18


def load(folder: Folder, *, verify: bool = True) -> Policy:
    """Opens the policy folder or checkpoint that a run has left.

    The arrays are mapped, not read. `verify` computes the table's digest, which reads all of it once, and compares it
    with the one that the folder states.
    """
    policy = Policy(Path(folder))
    if verify:
        policy.verify()
    return policy


class State(int):
    """A state's number, as `Policy.encode` gives it: never taken for an observation."""

    def __repr__(self) -> str:
        return f"State({int(self)})"

    __str__ = int.__repr__


@dataclass(frozen=True)
class ActionExplained:
    """What a table says of one action in one state."""

    name: str
    value: float
    visits: int
    is_greedy: bool


@dataclass(frozen=True)
class Explanation:
    """A state's row: what each action is worth, how often it was tried, and which one is taken."""

    state: int
    words: str
    actions: tuple[ActionExplained, ...]

    @property
    def greedy(self) -> ActionExplained | None:
        """The action that is taken; `None` where nothing was ever tried."""
        return next((action for action in self.actions if action.is_greedy), None)

    @property
    def margin(self) -> float | None:
        """By how much it is better than the next one that was tried."""
        values = sorted((action.value for action in self.actions if action.visits), reverse=True)
        return values[0] - values[1] if len(values) > 1 else None

    def __str__(self) -> str:
        rows = [
            f"  {'→' if each.is_greedy else ' '} {each.name:<24.24} "
            f"{f'{each.value:12.5f}' if each.visits else '           –'}  {each.visits} visits"
            for each in self.actions
        ]
        return "\n".join([f"state {self.state}: {self.words}", *rows])

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{'→' if each.is_greedy else ''}</td><td style='text-align:left'>{escape(each.name)}</td>"
            f"<td>{f'{each.value:.5g}' if each.visits else '–'}</td><td>{each.visits}</td></tr>"
            for each in self.actions
        )
        head = "<tr><th></th><th>action</th><th>value</th><th>visits</th></tr>"
        return f"<table><caption>state {self.state}: {escape(self.words)}</caption>{head}{rows}</table>"


class Policy:
    """A learned table with its description.

    An action that was never tried has no say: its value is the one that the table began with. Of equally good actions
    the lowest is taken, as `shardq table show` does. Where values are sums over tiles, rows are tiles, states are the
    coder's, and an action counts as tried where it was in any of a state's tiles.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        manifest = _manifest(folder)
        try:
            self.state_count = int(manifest["stateCount"])
            self.action_count = int(manifest["actionCount"])
            self.planes = int(manifest.get("planes") or 1)
            self.digest = str(manifest["tableDigest"])
            self.description: dict[str, Any] = dict(manifest["policy"])
            self.scenario = str(self.description["scenario"]["name"])
            self.settings: dict[str, Any] = dict(self.description["scenario"]["settings"])
            self.parameters: dict[str, Any] = dict(self.description["parameters"])
            self.seed = int(self.description["seed"])
            self.steps = int(self.description["steps"])
            self.space = Space.from_json(manifest["space"]) if "space" in manifest else None
        except (KeyError, TypeError, ValueError) as error:
            raise BadInputError(f"{folder}/policy.json is no description of a policy: {error!r}") from None
        self._check()
        shape = (self.state_count, self.action_count * self.planes)
        self.values: Floats = _array(folder / "action-values.npy", "<f4", shape)
        self.visits: Counts = _array(folder / "visit-counts.npy", "<u4", shape)

    def _check(self) -> None:
        if self.state_count < 1 or not 1 <= self.action_count <= 64 or not 1 <= self.planes <= 8:
            raise BadInputError(
                f"{self.folder}/policy.json describes {self.state_count} states, {self.action_count} actions and "
                f"{self.planes} planes, which this release does not read"
            )
        space = self.space
        if space and (space.state_count, len(space.actions)) != (self.state_count, self.action_count):
            raise BadInputError(
                f"{self.folder}/policy.json names {space.state_count} states and {len(space.actions)} actions; the "
                f"table has {self.state_count} and {self.action_count}"
            )
        if self.tiles is not None and self.tiles.row_count != self.state_count:
            raise BadInputError(
                f"{self.folder}/policy.json describes {self.tiles.row_count} tiles; the table has {self.state_count} "
                "rows"
            )

    @property
    def actions(self) -> tuple[str, ...]:
        """The names of the actions; their numbers, in a folder that does not name them."""
        return self.space.actions if self.space else tuple(f"action {number}" for number in range(self.action_count))

    @cached_property
    def q(self) -> Floats:
        """[states × actions] what the policy acts by: values, of several planes or of tiles what is made of them."""
        return self.values if self.planes == 1 and self.tiles is None else self._acting(slice(None))[0]

    def _acting(self, states: States | slice) -> tuple[Floats, npt.NDArray[np.uint64]]:
        """Values and visits of rows; of several planes what the rule acts by, and the sums of what it learned."""
        if self.tiles is not None:
            rows = self.tiles.rows(np.arange(self.tiles.state_count)[states] if isinstance(states, slice) else states)
            return self.tiles.sums(self.values[rows]), self.visits[rows].sum(axis=-2, dtype=np.uint64)
        values, visits = self.values[states], self.visits[states].astype(np.uint64)
        if self.planes == 1:
            return values, visits
        shape = (*values.shape[:-1], self.planes, self.action_count)
        values, visits = values.reshape(shape), visits.reshape(shape)
        rule = str(self.parameters.get("update", "q-learning")).split(":")[0]
        if rule == "maxmin-q-learning":
            return values.min(axis=-2), visits.sum(axis=-2)
        if rule == "delayed-q-learning":  # The second plane is a sum that waits.
            return values[..., 0, :], visits[..., 0, :]
        half = np.float32(0.5)
        return half * values[..., 0, :] + half * values[..., 1, :], visits.sum(axis=-2)

    @overload
    def act(
        self, state: int | np.integer[Any], mask: npt.ArrayLike | None = None, default: int | None = None
    ) -> int: ...
    @overload
    def act(self, state: States, mask: npt.ArrayLike | None = None, default: int | None = None) -> Any: ...
    @overload
    def act(self, state: Observation, mask: npt.ArrayLike | None = None, default: int | None = None) -> int: ...

    def act(
        self,
        state: int | np.integer[Any] | States | Observation,
        mask: npt.ArrayLike | None = None,
        default: int | None = None,
    ) -> int | Actions:
        """The greedy action in a state, in an observation, or in each of an array of states.

        Whole numbers are states, but where the policy's coder makes states of several of them an array is an
        observation; what could be either is refused. `act_states` takes states whatever the coder.
        `mask` allows actions: [actions], or [states × actions]. Where no allowed action was ever tried the answer is
        `default`; without one that is an error, because the table knows nothing there.
        """
        return self._act(self._states(state), mask, default)

    @overload
    def act_states(
        self, states: int | np.integer[Any], mask: npt.ArrayLike | None = None, default: int | None = None
    ) -> int: ...
    @overload
    def act_states(self, states: States, mask: npt.ArrayLike | None = None, default: int | None = None) -> Actions: ...

    def act_states(
        self, states: int | np.integer[Any] | States, mask: npt.ArrayLike | None = None, default: int | None = None
    ) -> int | Actions:
        """As `act`, of a state's number or of an array of them: never of an observation."""
        return self._act(self._numbers(states), mask, default)

    def _act(self, states: States, mask: npt.ArrayLike | None, default: int | None) -> int | Actions:
        values, visits = self._acting(states)
        known = visits > 0
        if mask is not None:
            known = known & self._mask(mask, values.shape)
        chosen: Actions = np.where(known, values, -np.inf).argmax(axis=-1)
        unknown = ~known.any(axis=-1)
        if unknown.any():
            if default is None:
                first = int(np.asarray(states)[unknown].flat[0])
                raise UnvisitedStateError(
                    f"{self.folder}: no allowed action was ever tried in state {first} ({self.describe(first)}); "
                    "say with default= what to do there, or train for longer"
                )
            chosen = np.where(unknown, default, chosen)
        return int(chosen) if chosen.ndim == 0 else chosen

    def _mask(self, mask: npt.ArrayLike, shape: tuple[int, ...]) -> npt.NDArray[np.bool_]:
        allowed = np.asarray(mask).astype(bool)
        if allowed.shape not in (shape, shape[-1:]):
            raise ValueError(f"a mask of shape {allowed.shape}; it is to be {shape} or {shape[-1:]}")
        if not allowed.any(axis=-1).all():
            raise ValueError("a mask that allows no action")
        return allowed

    def _states(self, state: int | np.integer[Any] | States | Observation) -> States:
        if isinstance(state, State):
            return self._numbers(state)
        if not isinstance(state, (int, np.integer, np.ndarray)):
            return np.asarray(self.encode(state))
        numbers = np.asarray(state)
        if self.coder is None:
            return self._numbers(numbers)
        if np.issubdtype(numbers.dtype, np.floating):
            return np.asarray(self.encode(state))
        reading = self.coder.reading(numbers.shape)
        if np.issubdtype(numbers.dtype, np.integer) and reading is Reading.EITHER:
            is_one = numbers.ndim == 0
            states = f"shardq.State({state})" if is_one else "act_states(…)"
            raise ValueError(
                f"{self._shown(numbers)} may be {'a state' if is_one else 'states'} or what was observed, and "
                f"{self.coder} takes both: {states} if {'it is a state' if is_one else 'they are states'}, encode(…) "
                "makes a state of an observation"
            )
        return np.asarray(self.encode(state)) if reading is Reading.OBSERVATION else self._numbers(numbers)

    def _numbers(self, states: int | np.integer[Any] | States) -> States:
        numbers = np.asarray(states)
        if not np.issubdtype(numbers.dtype, np.integer):
            raise TypeError(f"states are integers; these are {numbers.dtype}. encode() turns observations into states")
        count = self.state_count if self.tiles is None else self.tiles.state_count
        if numbers.size and not 0 <= int(numbers.min()) <= int(numbers.max()) < count:
            raise ValueError(f"state {states}: the table's states are 0 to {count - 1}")
        return numbers

    @staticmethod
    def _shown(numbers: npt.NDArray[Any]) -> str:
        return str(numbers) if numbers.size <= 8 else f"an array {numbers.shape} of {numbers.dtype}"

    @cached_property
    def coder(self) -> Coder | None:
        """How a world of one's own, or a system seen through bins, made states of observations; `None` elsewhere."""
        bins = self.settings.get("coder")
        if isinstance(bins, dict) and "edges" in bins:
            return EdgesCoder(bins["edges"])
        if isinstance(bins, dict) and "tilings" in bins:
            low, high = zip(*bins["ranges"], strict=True)
            return TilesCoder(low, high, bins["tiles"], bins["tilings"])
        text = self.settings.get("description", {}).get("coder") if self.scenario == "world" else None
        return coder_from(text) if text else None

    @cached_property
    def tiles(self) -> TileCoding | None:
        """The grids over the states, where values are sums over their tiles; `None` where each state has a row."""
        world = self.settings.get("description") if self.scenario == "world" else None
        if isinstance(world, dict) and world.get("tilings") is not None:
            return TileCoding([int(factor["levels"]) for factor in world["factors"]], int(world["tilings"]))
        if isinstance(self.coder, TilesCoder):
            return TileCoding([levels for _, levels in self.coder.factors], self.coder.tilings)
        return None

    @cached_property
    def _state_space(self) -> Space | None:
        """The factors of a state in words, which of tiles are not those of a row."""
        if self.space is None or self.tiles is None:
            return self.space
        factors = zip(self.space.factors[1:], self.tiles.levels, strict=True)
        return Space(tuple(Factor(factor.name, levels) for factor, levels in factors), self.space.actions)

    def encode(self, observation: Any) -> State:
        """The state that an observation is.

        In a world of one's own that is what its coder makes of what the environment returns, of a system seen through
        bins its numbers; elsewhere {factor: level}, or all levels in order, each a number or its name.
        """
        if self.coder is not None:
            return State(self.coder.encode(observation))
        if self.space is None:
            raise BadInputError(
                f"{self.folder}/policy.json does not name the factors of a state: give states by number"
            )
        return State(self.space.encode(observation))

    def describe(self, state: int) -> str:
        """A state in words."""
        return self._state_space.describe(state) if self._state_space else f"number {state}"

    def explain(self, state: int | Observation | npt.NDArray[Any]) -> Explanation:
        """The row of a state or of an observation, which prints in words and shows as a table in a notebook."""
        is_seen = isinstance(state, np.ndarray) and state.ndim > 0
        number = int(self.encode(state) if is_seen else self._states(state))
        values, visits = self._acting(np.asarray(number))
        greedy = self.act_states(number, default=-1)
        rows = zip(self.actions, values, visits, strict=True)
        return Explanation(
            number,
            self.describe(number),
            tuple(ActionExplained(name, float(q), int(n), a == greedy) for a, (name, q, n) in enumerate(rows)),
        )

    def visited(self) -> States:
        """The states, or tiles, in which anything was tried, the most visited first, by number among equals."""
        visits = self.visits.sum(axis=1, dtype=np.uint64)
        order = np.argsort(-visits.astype(np.int64), kind="stable")
        return order[: int(np.count_nonzero(visits))]

    def verify(self) -> None:
        """Computes the digest of the table and compares it with the one that the folder states."""
        computed = self.computed_digest()
        if computed != self.digest:
            raise BadInputError(
                f"{self.folder}: the table's digest is {computed}, policy.json says {self.digest}: one of them was "
                "changed after the run"
            )

    def computed_digest(self) -> str:
        """SHA-256 over value and visits of each cell, in order."""
        sha = hashlib.sha256()
        for start in range(0, self.state_count, _ROWS_AT_A_TIME):
            rows = slice(start, start + _ROWS_AT_A_TIME)
            sha.update(np.stack([self.values[rows].view("<u4"), self.visits[rows]], axis=-1).tobytes())
        return sha.hexdigest()

    def __repr__(self) -> str:
        return (
            f"<shardq.Policy {self.folder}: {self.scenario}, {self.state_count} states × {self.action_count} actions, "
            f"{self.steps} steps, {self.digest[:12]}…>"
        )


def _manifest(folder: Path) -> Mapping[str, Any]:
    file = folder / "policy.json"
    try:
        manifest = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise InaccessibleError(
            f"{folder} is no policy folder: {file} cannot be read ({error.strerror}); train with output= makes one"
        ) from None
    except ValueError as error:
        raise BadInputError(f"{file} is no JSON: {error}") from None
    if not isinstance(manifest, dict) or manifest.get("format") != _FORMAT:
        form = manifest.get("format") if isinstance(manifest, dict) else None
        raise BadInputError(f"{file} has format {form!r}; this release reads {_FORMAT}")
    return manifest


def _array(file: Path, kind: str, shape: tuple[int, int]) -> npt.NDArray[Any]:
    try:
        array: npt.NDArray[Any] = np.load(file, mmap_mode="r", allow_pickle=False)
    except OSError as error:
        raise InaccessibleError(f"{file} cannot be read: {error.strerror or error}") from None
    except ValueError as error:
        raise BadInputError(f"{file} is no whole numpy array: {error}") from None
    if array.dtype != np.dtype(kind) or array.shape != shape:
        raise BadInputError(f"{file} holds {array.dtype} {array.shape}; policy.json speaks of {np.dtype(kind)} {shape}")
    return array
