"""What a world says, read strictly: its description, and the batches that it answers with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from shardq.coders import TilesCoder
from shardq.conformance.examiner import Failure
from shardq.world import ABSENT, BEGINS, TERMINATED, TRUNCATED, VERSION

_MOST_STATES = 1 << 40
_MOST_TILED_STATES = 1 << 62
_MOST_ACTIONS = 64
_MOST_AGENTS = 65_536
_OVER = TERMINATED | TRUNCATED


@dataclass(frozen=True)
class Description:
    """What a world says it is."""

    states: int
    actions: int
    agents: int
    repeatable: bool

    @classmethod
    def from_json(cls, value: Any) -> Description:
        """Checks every key."""
        if not isinstance(value, dict):
            raise Failure(f"the description is {value!r}, no object")
        for key in ("version", "name", "factors", "actions", "agents", "repeatable", "coder"):
            if key not in value:
                raise Failure(f"the description has no '{key}'")
        if value["version"] != VERSION:
            raise Failure(f"the description has version {value['version']!r}; this is {VERSION}")
        if not isinstance(value["name"], str) or not value["name"]:
            raise Failure(f"the name is {value['name']!r}: a text")
        if not isinstance(value["repeatable"], bool):
            raise Failure(f"repeatable is {value['repeatable']!r}: true or false")
        if value["coder"] is not None and not isinstance(value["coder"], str):
            raise Failure("the coder is neither a text nor null")
        actions = _names("actions", value["actions"], _MOST_ACTIONS)
        agents = _names("agents", value["agents"], _MOST_AGENTS)
        tilings = value.get("tilings")
        if tilings is not None and (type(tilings) is not int or not 1 <= tilings <= TilesCoder.MOST_TILINGS):
            raise Failure(f"tilings are {tilings!r}: 1 to {TilesCoder.MOST_TILINGS}, or no such key")
        return cls(_states(value["factors"], tilings is not None), actions, agents, value["repeatable"])


def _names(what: str, value: Any, most: int) -> int:
    if not isinstance(value, list) or not 1 <= len(value) <= most or not all(isinstance(each, str) for each in value):
        raise Failure(f"{what} are {str(value)[:80]}: 1 to {most} names")
    if len(set(value)) != len(value):
        raise Failure(f"{what} have a name twice: {str(value)[:80]}")
    return len(value)


def _states(factors: Any, tiled: bool) -> int:
    if not isinstance(factors, list) or not factors:
        raise Failure(f"factors are {factors!r}: one or more")
    count = 1
    for factor in factors:
        name, levels = (factor.get("name"), factor.get("levels")) if isinstance(factor, dict) else (None, None)
        if not isinstance(name, str) or not name or type(levels) is not int or levels < 1:
            raise Failure(f"a factor is {factor!r}: a name, and levels from 1 on")
        count *= levels
    if count > (_MOST_TILED_STATES if tiled else _MOST_STATES):
        raise Failure(f"the factors make {count} states: at most 2^{62 if tiled else 40}")
    return count


@dataclass(frozen=True)
class Batch:
    """What became of every lane."""

    flags: npt.NDArray[np.uint32]
    rewards: npt.NDArray[np.float32]
    states: npt.NDArray[np.uint64]
    ends: npt.NDArray[np.uint64]
    # Whether there were masks; without them every action is allowed, and so it says here.
    masked: bool
    masks: npt.NDArray[np.uint64]
    end_masks: npt.NDArray[np.uint64]

    @classmethod
    def from_bytes(cls, body: bytes, lanes: int, world: Description, *, moved: bool) -> Batch:
        """Reads an answer and checks whatever one alone can show; ``moved``: whether it answers a step."""
        if len(body) < 4 + 16 * lanes:
            raise Failure(
                f"a batch of {len(body)} bytes: {lanes} lanes have at least {4 + 16 * lanes} (flags, rewards, states)"
            )
        (masked,) = np.frombuffer(body, "<u4", 1).tolist()
        if masked > 1:
            raise Failure(f"a batch begins with {masked}: 0 without masks, 1 with them")
        flags = np.frombuffer(body, "<u4", lanes, 4)
        cut = int(np.count_nonzero((flags & _OVER) == TRUNCATED))
        longs = lanes + cut
        expected = 4 + 8 * lanes + 8 * longs * (1 + masked)
        if len(body) != expected:
            raise Failure(
                f"a batch of {len(body)} bytes: {lanes} lanes of which {cut} were truncated"
                f"{', with masks,' if masked else ''} have {expected}"
            )
        numbers = np.frombuffer(body, "<u8", longs * (1 + masked), 4 + 8 * lanes)
        if not masked:
            numbers = np.concatenate([numbers, np.full(longs, (1 << world.actions) - 1, np.uint64)])
        states, ends, masks, end_masks = np.split(numbers, [lanes, longs, longs + lanes])
        batch = cls(
            flags,
            np.frombuffer(body, "<f4", lanes, 4 + 4 * lanes),
            states,
            ends,
            bool(masked),
            masks,
            end_masks,
        )
        batch._check(world, moved)
        return batch

    @property
    def acting(self) -> npt.NDArray[np.bool_]:
        """Whether each lane acts next."""
        acts: npt.NDArray[np.bool_] = self.flags & ABSENT == 0
        return acts

    def _check(self, world: Description, moved: bool) -> None:
        _all(self.flags <= 15, "flags of {} are {}: 0 to 15", self.flags)
        if moved:
            _all(np.isfinite(self.rewards), "the reward of {} is {}: a finite number", self.rewards)
        begins = (self.flags & BEGINS).reshape(-1, world.agents)
        _all(
            (begins == begins[:, :1]).ravel(),
            "{} begins an episode alone (flags {}): the agents of a replica begin together",
            self.flags,
        )
        if not self.acting.any():
            raise Failure("nobody is left who acts: the next episode begins with the step in which the last one ends")
        _all((self.states < world.states) | ~self.acting, f"{{}} is in state {{}} of {world.states}", self.states)
        if not (self.ends < world.states).all():
            raise Failure(f"an episode was cut off in state {self.ends.max()} of {world.states}")
        allowed = np.uint64((1 << world.actions) - 1)
        what = f"has the mask {{:#x}}: at least one of its {world.actions} actions, and no other"
        _all((self.masks != 0) & (self.masks & ~allowed == 0) | ~self.acting, "{} " + what, self.masks)
        wrong = self.end_masks[(self.end_masks == 0) | (self.end_masks & ~allowed != 0)]
        if len(wrong):
            raise Failure("the end of an episode that was cut off " + what.format(int(wrong[0])))

    def differs(self, other: Batch, lanes: Sequence[str], *, states_only: bool = False) -> str | None:
        """How another batch of the same lanes is not this one, where it means anything."""
        pairs: list[tuple[str, Any, Any, Any]] = [("absence", ~self.acting, ~other.acting, True)]
        if not states_only:
            pairs = [("flags", self.flags, other.flags, True), ("reward", self.bits, other.bits, ~self._out_before())]
        pairs.append(("state", self.states, other.states, self.acting))
        pairs.append(("mask", self.masks, other.masks, self.acting))
        for what, mine, theirs, counts in pairs:
            wrong = np.flatnonzero((mine != theirs) & counts)
            if len(wrong):
                lane = int(wrong[0])
                floats = (self.rewards, other.rewards) if what == "reward" else (mine, theirs)
                values = " once and ".join(str(each[lane]) for each in floats)
                return f"the {what} of {lanes[lane]} is {values} the other time"
        if not states_only:
            mine, theirs = (np.concatenate([each.ends, each.end_masks]) for each in (self, other))
            if mine.tolist() != theirs.tolist():
                return "the last states of the episodes that were cut off are others"
        return None

    @property
    def bits(self) -> npt.NDArray[np.uint32]:
        """The rewards as they were sent."""
        return self.rewards.view("<u4")

    def _out_before(self) -> npt.NDArray[np.bool_]:
        # An absent lane whose episode did not end now was out already: its reward means nothing.
        out: npt.NDArray[np.bool_] = (self.flags & ABSENT != 0) & (self.flags & _OVER == 0)
        return out

    def part(self, first: int, end: int) -> Batch:
        """Some of the lanes."""
        cut = (self.flags & _OVER) == TRUNCATED
        low, high = int(cut[:first].sum()), int(cut[:end].sum())
        return Batch(
            self.flags[first:end],
            self.rewards[first:end],
            self.states[first:end],
            self.ends[low:high],
            self.masked,
            self.masks[first:end],
            self.end_masks[low:high],
        )


def _all(right: npt.NDArray[np.bool_], what: str, values: npt.NDArray[Any]) -> None:
    wrong = np.flatnonzero(~right)
    if len(wrong):
        raise Failure(what.format(f"lane {wrong[0]}", values[wrong[0]].item()))


def check_course(before: Batch, after: Batch) -> None:
    """What two batches after one another show: who leaves, who is out, and who begins."""
    acted, over = before.acting, after.flags & _OVER != 0
    begins, absent = after.flags & BEGINS != 0, after.flags & ABSENT != 0
    _all(
        ~absent | over | ~acted,
        "{} leaves (flags {}) with an episode that has neither terminated nor been truncated",
        after.flags,
    )
    _all(
        ~begins | over | ~acted,
        "{} begins an episode (flags {}) although its last one has neither terminated nor been truncated",
        after.flags,
    )
    _all(
        ~(acted & over) | begins | absent,
        "{} acts on (flags {}) in an episode that is over: it begins the next one, or is absent",
        after.flags,
    )
    _all(acted | ~over, "{} ends (flags {}) although it was absent", after.flags)
    _all(acted | absent | begins, "{} acts again (flags {}) without an episode that begins", after.flags)
