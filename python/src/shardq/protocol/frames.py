"""The frames of the protocol as values: `docs/protocol.md`, version 4, in the order of its tables.

A body is a sequence of little-endian words of 32 bits; `decoding.decode` turns one into frames.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

VERSION = 4
MAGIC = 0x51524853
HEADER_WORDS = 8
MAXIMUM_BYTES = 16 << 20
ABSENT_ROW = 0xFFFFFFFF

Words = npt.NDArray[np.uint32]
Floats = npt.NDArray[np.float32]
NO_WORDS: Words = np.empty(0, "<u4")


class FrameError(ValueError):
    """A body that is none of the protocol's; the text says where it departs from it."""


class VersionError(FrameError):
    """A frame of another version."""

    def __init__(self, version: int) -> None:
        super().__init__(f"protocol version {version}, this release speaks {VERSION}")
        self.version = version


class Kind(IntEnum):
    """What a frame is."""

    JOIN = 1
    ASSIGN = 2
    READY = 3
    ROUND = 4
    Q_VALUES = 5
    DUMP = 6
    CELLS = 7
    STOP = 8
    REFUSE = 9
    PROBE = 10
    LOAD = 11
    LOADED = 12
    TAKE = 13
    GIVE = 14
    GIVEN = 15
    LEAVE = 16
    # Between a master and actor processes; see the document.
    ENLIST = 17
    COHORTS = 18
    STATE = 19
    MARK = 20
    PROGRESS = 21
    # Between an operator and a master.
    WISH = 32
    STATUS = 33
    NETWORK = 48
    SLICES = 49
    GRADIENTS = 50


class Form(IntEnum):
    """How queries are answered."""

    ROWS = 0
    MAXIMA = 1
    TIES = 2


class Section(IntEnum):
    """What stands behind the rows of a round: bits of the word with the answer form."""

    NOTES = 1 << 8
    MASKS = 1 << 9
    WIDE_MASKS = 1 << 10
    # What the first cohort of actor processes says to all: keep a copy behind this round, the run ends at this round.
    CUT = 1 << 12
    END = 1 << 13


MARKS = Section.CUT | Section.END


@dataclass(frozen=True)
class Header:
    """The first eight words of a frame but for their length."""

    epoch: int
    shard: int = 0
    # With frames that move a shard: its term.
    cohort: int = 0
    sequence: int = 0


@dataclass(frozen=True)
class Frame:
    """A frame: a header and what its kind has behind it."""

    kind: ClassVar[Kind]
    header: Header

    def payload(self) -> Iterable[Any]:
        """The words behind the header, in parts that are numbers, floats as float32, or arrays."""
        return ()

    def encode(self) -> bytes:
        """The frame's bytes."""
        words = join(self.payload())
        header = self.header
        return (
            struct.pack(
                "<IIIIIQI",
                MAGIC,
                VERSION | self.kind << 16,
                header.epoch,
                header.shard,
                header.cohort,
                header.sequence,
                len(words),
            )
            + words.tobytes()
        )

    @property
    def type(self) -> str:
        """The AMQP type of a message with this frame alone."""
        return self.kind.name


@dataclass(frozen=True)
class Join(Frame):
    """A worker offers itself; the sequence is the number of shards that it has."""

    kind = Kind.JOIN
    worker: str

    def payload(self) -> Iterable[Any]:
        return [text_words(self.worker)]


@dataclass(frozen=True)
class Leave(Join):
    """A worker wants to go, in the place of its offers."""

    kind = Kind.LEAVE


@dataclass(frozen=True)
class LeaveAnswer(Frame):
    """What the master says to that: the sequence is the number of shards that others will take."""

    kind = Kind.LEAVE


@dataclass(frozen=True)
class StepSize:
    """α: constant (rule 0, `first`), or by visits (rule 1, horizon `first`, at least `second`)."""

    rule: int
    first: float
    second: float = 0.0

    def check(self) -> None:
        """Refuses numbers that are no step size."""
        constant = self.rule == 0 and 0 < self.first <= 1 and self.second == 0
        if not constant and not (self.rule == 1 and 0 <= self.first < np.inf and 0 <= self.second <= 1):
            raise FrameError(f"step-size rule {self.rule} with {self.first} and {self.second}")


@dataclass(frozen=True)
class Assign(Frame):
    """The master gives a worker its shards: pairs of a number and a row count.

    Where actor processes send the rounds, `senders` has the name of each and the number of its cohorts.
    """

    kind = Kind.ASSIGN
    action_count: int
    initial_value: float
    step_size: StepSize
    shards: tuple[tuple[int, int], ...]
    rule: int = 0
    senders: tuple[tuple[str, int], ...] = ()

    def payload(self) -> Iterable[Any]:
        step = self.step_size
        numbers = [self.action_count, np.float32(self.initial_value), step.rule, np.float32(step.first)]
        numbers += [np.float32(step.second), self.rule, 0, len(self.shards)]
        numbers += [number for shard in self.shards for number in shard]
        if not self.senders:
            return numbers
        words = [word for name, count in self.senders for word in (count, text_words(name))]
        return [*numbers, len(self.senders), *words]


@dataclass(frozen=True)
class Take(Assign):
    """The master asks for room for one shard that another worker has."""

    kind = Kind.TAKE


@dataclass(frozen=True)
class Ready(Frame):
    """A worker has made room for a shard; it says so in `control`, behind its offers."""

    kind = Kind.READY


@dataclass(frozen=True)
class Probe(Frame):
    """Asks for nothing; its return tells that the reader is gone."""

    kind = Kind.PROBE


@dataclass(frozen=True)
class Loaded(Frame):
    """The sequence is the number of cells that a shard has been given."""

    kind = Kind.LOADED


@dataclass(frozen=True, eq=False)
class Round(Frame):
    """Updates, then queries: UPDATE_Q and COMPUTE_Q."""

    kind = Kind.ROUND
    cells: Words = field(default_factory=lambda: NO_WORDS)
    targets: Floats = field(default_factory=lambda: NO_WORDS.view("<f4"))
    rows: Words = field(default_factory=lambda: NO_WORDS)
    form: Form = Form.ROWS
    epsilon: float = 0.0
    notes: npt.NDArray[np.uint8] | None = None
    masks: npt.NDArray[np.uint64] | None = None
    wide: bool = False
    # Of cohort 0 from an actor process: `Section.CUT` with the number of the copy, `Section.END`.
    marks: int = 0
    copy: int = 0

    def payload(self) -> Iterable[Any]:
        sections = self.marks | (0 if self.notes is None else Section.NOTES)
        parts: list[Any] = [self.cells, self.targets, self.rows]
        if self.notes is not None:
            parts += [np.float32(self.epsilon), pack(self.notes)]
        if self.masks is not None:
            sections |= Section.WIDE_MASKS if self.wide else Section.MASKS
            parts.append(self.masks.astype("<u8").view("<u4") if self.wide else pack(self.masks.astype(np.uint8)))
        if self.marks & Section.CUT:
            parts += two_words(self.copy)
        return [len(self.cells), len(self.rows), self.form | sections, *parts]

    @property
    def type(self) -> str:
        return round_type([self])


@dataclass(frozen=True, eq=False)
class QValues(Frame):
    """The answers to a round: rows of values, or values with the greedy action or the set of greedy actions of each."""

    kind = Kind.Q_VALUES
    form: Form
    values: Floats
    actions: npt.NDArray[np.uint64] | None = None
    wide: bool = False
    # What the first cohort's round of this round has said to all.
    marks: int = 0

    def payload(self) -> Iterable[Any]:
        parts: list[Any] = [len(self.values), self.form | self.marks, self.values.ravel()]
        if self.actions is not None:
            parts.append(self.actions.astype("<u8").view("<u4") if self.wide else pack(self.actions.astype(np.uint8)))
        return parts


@dataclass(frozen=True)
class Dump(Frame):
    """Asks for cells of a copy; the sequence is the copy's number."""

    kind = Kind.DUMP
    start: int
    count: int

    def payload(self) -> Iterable[Any]:
        return [*two_words(self.start), self.count]


@dataclass(frozen=True)
class Give(Dump):
    """Asks for cells of a shard that goes to another worker."""

    kind = Kind.GIVE


@dataclass(frozen=True)
class Given(Frame):
    """The shard's new owner has all of its cells."""

    kind = Kind.GIVEN


@dataclass(frozen=True, eq=False)
class Cells(Frame):
    """Cells of a copy, with the number of updates that its shard has applied."""

    kind = Kind.CELLS
    start: int
    updates: int
    values: Floats
    visits: Words

    def payload(self) -> Iterable[Any]:
        return [*two_words(self.start), *two_words(self.updates), len(self.values), self.values, self.visits]


@dataclass(frozen=True, eq=False)
class Load(Cells):
    """Cells of a checkpoint, or of a former owner; then the sequence is the number of the round that comes next."""

    kind = Kind.LOAD


@dataclass(frozen=True)
class Stop(Frame):
    """The master dismisses a worker."""

    kind = Kind.STOP
    reason: str

    def payload(self) -> Iterable[Any]:
        return [text_words(self.reason)]


@dataclass(frozen=True)
class Refuse(Stop):
    """The master does not take a worker, or a worker no shard."""

    kind = Kind.REFUSE


@dataclass(frozen=True, eq=False)
class Network(Frame):
    """The run learns networks: which computer of gradients a worker is, and what makes one."""

    kind = Kind.NETWORK
    code: int
    computer: Words

    def payload(self) -> Iterable[Any]:
        return [self.code, len(self.computer), self.computer]


@dataclass(frozen=True, eq=False)
class Slices(Frame):
    """Slices to compute, and the arrays of parameters changed since task `base`; the sequence is the task."""

    kind = Kind.SLICES
    base: int
    changed: tuple[tuple[int, Words], ...]
    first: int
    slices: tuple[Words, ...]

    def payload(self) -> Iterable[Any]:
        parts: list[Any] = [*two_words(self.base), len(self.changed)]
        for place, words in self.changed:
            parts += [place, len(words), words]
        parts += [self.first, len(self.slices)]
        for words in self.slices:
            parts += [len(words), words]
        return parts


@dataclass(frozen=True, eq=False)
class Gradients(Frame):
    """What came of slices: errors and gradients; the sequence is the task."""

    kind = Kind.GRADIENTS
    first: int
    count: int
    words: Words

    def payload(self) -> Iterable[Any]:
        return [self.first, self.count, len(self.words), self.words]


def round_type(rounds: Sequence[Round]) -> str:
    """The type of a message with rounds: the sections that any of them has."""
    updates = any(len(each.cells) for each in rounds)
    queries = any(len(each.rows) for each in rounds)
    return "UPDATE_Q+COMPUTE_Q" if updates and queries else "UPDATE_Q" if updates else "COMPUTE_Q"


# Words


def join(parts: Iterable[Any]) -> Words:
    """Numbers, float32s and arrays as one array of words."""
    arrays = [
        np.atleast_1d(part).astype("<f4", copy=False).view("<u4")
        if isinstance(part, np.floating) or (isinstance(part, np.ndarray) and part.dtype.kind == "f")
        else np.atleast_1d(part).astype("<u4", copy=False)
        for part in parts
    ]
    return np.concatenate(arrays) if arrays else NO_WORDS


def two_words(number: int) -> tuple[int, int]:
    """A number of 64 bits, the low word first."""
    return number & 0xFFFFFFFF, number >> 32


def text_words(text: str) -> Words:
    """The length in bytes, then UTF-8, padded with zeros."""
    data = text.encode()
    padded = data + bytes(-len(data) % 4)
    return join([len(data), np.frombuffer(padded, "<u4")])


def pack(numbers: npt.NDArray[np.uint8]) -> Words:
    """Bytes, four to a word, the first in the low byte."""
    return np.concatenate([numbers, np.zeros(-len(numbers) % 4, np.uint8)]).view("<u4")


@dataclass(frozen=True)
class Opaque(Frame):
    """What a master, actor processes and operators say to each other: words that workers never see, kept as such."""

    words: Words

    def payload(self) -> Iterable[Any]:
        return [self.words]


@dataclass(frozen=True)
class Enlist(Opaque):
    """An actor process offers itself; the sequence is its session."""

    kind = Kind.ENLIST


@dataclass(frozen=True)
class Cohorts(Opaque):
    """The master gives an actor process its cohorts."""

    kind = Kind.COHORTS


@dataclass(frozen=True)
class State(Opaque):
    """A part of what a cohort has saved of itself."""

    kind = Kind.STATE


@dataclass(frozen=True)
class Mark(Opaque):
    """The master wants a cut, or the end, at one of the next rounds."""

    kind = Kind.MARK


@dataclass(frozen=True)
class Progress(Opaque):
    """How far a cohort is."""

    kind = Kind.PROGRESS


@dataclass(frozen=True)
class Wish(Opaque):
    """An operator wants something of the master; the sequence is the wish's number."""

    kind = Kind.WISH


@dataclass(frozen=True)
class Status(Opaque):
    """What the master says to that."""

    kind = Kind.STATUS
