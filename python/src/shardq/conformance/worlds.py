"""What is examined of a world, in this order; all of it is compared with one course of steps."""

from __future__ import annotations

import contextlib
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from shardq.conformance.batches import Batch, Description, check_course
from shardq.conformance.examiner import Failure
from shardq.conformance.line import WorldLine, described, opening, packed
from shardq.world import BATCH, BEGIN, BEGINS, DESCRIPTION, REPLAY, STEP, TRUNCATED

_AFTERWARDS = 10
_GREATEST_SEED = (1 << 64) - 1
Actions = npt.NDArray[np.uint32]


class CourseFailure(Failure):
    """What is wrong with the steps that everything else is compared with."""


@dataclass
class Course:
    """Steps that a world went: its answers, the first to begin, and the actions between them."""

    batches: list[Batch] = field(default_factory=list)
    actions: list[Actions] = field(default_factory=list)


class World:
    """A world under examination."""

    def __init__(self, command: str, *, replicas: int, steps: int, seed: int, patience: float) -> None:
        self.command, self.replicas, self.steps = command, replicas, steps
        self.seed, self.patience = seed, patience
        self._description: Description | None = None
        self._course: Course | None = None

    @contextlib.contextmanager
    def opened(
        self, first: int = 0, replicas: int | None = None, seed: int | None = None
    ) -> Iterator[tuple[WorldLine, Description]]:
        """A process that has been told which worlds are meant."""
        line = WorldLine(self.command, self.patience)
        try:
            frame = opening(first, replicas or self.replicas, self.seed if seed is None else seed)
            found = Description.from_json(described(line.exchange(frame, DESCRIPTION)))
            if self._description not in (None, found):
                raise Failure(f"it was {self._description} and is {found} when it is started again")
            self._description = found
            yield line, found
        finally:
            line.close()

    @property
    def description(self) -> Description:
        """What it says it is."""
        if self._description is None:
            with self.opened():
                pass
        assert self._description
        return self._description

    @property
    def course(self) -> Course:
        """All steps, checked as they come; the first check that needs it goes them."""
        if self._course is None:
            random = np.random.default_rng(self.seed)
            course = Course()
            with self.opened() as (line, world):
                course.batches.append(self.asked(line, BEGIN, b"", self.replicas))
                for number in range(self.steps):
                    actions = _drawn(random, course.batches[-1], world.actions)
                    try:
                        batch = self.asked(line, STEP, actions.tobytes(), self.replicas)
                        check_course(course.batches[-1], batch)
                    except Failure as failure:
                        raise CourseFailure(f"step {number + 1}: {failure}") from None
                    course.actions.append(actions)
                    course.batches.append(batch)
            self._course = course
        return self._course

    def asked(self, line: WorldLine, kind: int, body: bytes, replicas: int) -> Batch:
        """A batch for so many replicas."""
        answer = line.ask(kind, body)
        try:
            return Batch.from_bytes(answer, replicas * self.description.agents, self.description, moved=kind == STEP)
        except Failure as failure:
            raise line.failure(str(failure)) from None

    def names(self, first: int = 0) -> list[str]:
        """The lanes in words."""
        agents = self.description.agents
        return [f"replica {first + lane // agents}, agent {lane % agents}" for lane in range(self.replicas * agents)]

    def follow(self, line: WorldLine, first: int, end: int, start: int, steps: int, why: str) -> None:
        """Goes a part of the course once more, with some of the replicas, and compares."""
        agents, names = self.description.agents, self.names(first)
        low, high = first * agents, end * agents
        for number in range(start, start + steps):
            actions = self.course.actions[number][low:high]
            got = self.asked(line, STEP, actions.tobytes(), end - first)
            if difference := self.course.batches[number + 1].part(low, high).differs(got, names):
                raise Failure(f"{why}, in step {number + 1} {difference}")


def _drawn(random: np.random.Generator, batch: Batch, actions: int) -> Actions:
    """An action for each lane among those that are allowed to it; 0 for one that is absent."""
    allowed = batch.masks[:, None] >> np.arange(actions, dtype=np.uint64) & np.uint64(1) != 0
    drawn = np.where(allowed, random.random(allowed.shape), -1.0)
    chosen: Actions = np.where(batch.acting, drawn.argmax(axis=1), 0).astype("<u4")
    return chosen


def describes(it: World) -> str | None:
    """Says what it is: version, factors, actions, agents, and whether it repeats itself."""
    assert it.description
    return None


def takes_pieces(it: World) -> str | None:
    """Reads a frame that comes in pieces, with the greatest seed and replicas from any number on."""
    line = WorldLine(it.command, it.patience)
    try:
        frame = opening(3 * it.replicas, it.replicas, _GREATEST_SEED)
        found = Description.from_json(described(line.exchange(frame, DESCRIPTION, piece=3)))
        answer = line.exchange(packed(BEGIN), BATCH, piece=5)
        Batch.from_bytes(answer, it.replicas * found.agents, found, moved=False)
    finally:
        line.close()
    return None


def begins(it: World) -> str | None:
    """Begins the first episode of every replica."""
    with it.opened() as (line, _):
        batch = it.asked(line, BEGIN, b"", it.replicas)
    if not (batch.flags & BEGINS).all():
        raise Failure(f"the flags are {batch.flags.tolist()[:16]} at the beginning: {BEGINS} is in all of them")
    return None


def steps(it: World) -> str | None:
    """Answers steps with whole batches: lengths, ranges, numbers, masks, who is out, who ends and who begins."""
    flags = np.stack([batch.flags for batch in it.course.batches[1:]])
    if not (flags & 3).any():
        return f"no episode ended in {it.steps} steps, so that no end was examined: give more with --steps"
    return None if (flags & 3 == TRUNCATED).any() else "no episode was truncated"


def repeats(it: World) -> str | None:
    """Goes the same course again after the same seed and actions, in another process, bit for bit."""
    why = "with the same seed and actions"
    with it.opened() as (line, _):
        again = it.asked(line, BEGIN, b"", it.replicas)
        if difference := it.course.batches[0].differs(again, it.names(), states_only=True):
            raise Failure(f"{why}, at the beginning {difference}")
        it.follow(line, 0, it.replicas, 0, it.steps, why)
    return None


def halves(it: World) -> str | None:
    """Goes the same course in two processes that have half of the replicas each."""
    if it.replicas < 2:
        return "there is one replica only"
    middle = it.replicas // 2
    for first, end in ((0, middle), (middle, it.replicas)):
        why = f"with replicas {first} to {end - 1} alone"
        low, high = first * it.description.agents, end * it.description.agents
        with it.opened(first, end - first) as (line, _):
            got = it.asked(line, BEGIN, b"", end - first)
            if difference := it.course.batches[0].part(low, high).differs(got, it.names(first), states_only=True):
                raise Failure(f"{why}, at the beginning {difference}")
            it.follow(line, first, end, 0, it.steps, why)
    return None


def replays(it: World) -> str | None:
    """Stands where it stood after a replay, in a new process and in one that has gone on, and goes on alike."""
    with it.opened() as (line, _):
        # The later place first: whoever returns to a checkpoint has been further.
        for place in (3 * it.steps // 4, it.steps // 3):
            why = f"after a replay of {place} steps"
            got = it.asked(line, REPLAY, _histories(it, place), it.replicas)
            if it.course.batches[place].masked != got.masked:
                raise Failure(f"{why} there are masks once and none the other time")
            if difference := it.course.batches[place].differs(got, it.names(), states_only=True):
                raise Failure(f"{why} {difference}")
            it.follow(line, 0, it.replicas, place, min(_AFTERWARDS, it.steps - place), why)
    return None


def _histories(it: World, place: int) -> bytes:
    """The body of a replay to a place of the course."""
    agents = it.description.agents
    episodes, taken = [0] * it.replicas, [list[Actions]() for _ in range(it.replicas)]
    for actions, batch in zip(it.course.actions[:place], it.course.batches[1:], strict=False):
        for replica in range(it.replicas):
            lanes = slice(replica * agents, (replica + 1) * agents)
            if batch.flags[lanes][0] & BEGINS:
                episodes[replica] += 1
                taken[replica].clear()
            else:
                taken[replica].append(actions[lanes])
    head = struct.pack(f"<{it.replicas}Q", *episodes)
    lengths = struct.pack(f"<{it.replicas}I", *map(len, taken))
    return head + lengths + b"".join(row.tobytes() for rows in taken for row in rows)


def ends(it: World) -> str | None:
    """Ends with its input."""
    with it.opened() as (line, _):
        line.ask(BEGIN)
        line.end()
    return None


Check = Callable[[World], "str | None"]
CHECKS: list[Check] = [describes, takes_pieces, begins, steps, repeats, halves, replays, ends]
# What a world answers for that says it repeats itself.
REPEATING: list[Check] = [repeats, halves, replays]


@dataclass(frozen=True)
class Outcome:
    """What came of a check."""

    check: Check
    wrong: str | None = None
    skipped: str | None = None
    note: str | None = None

    def __str__(self) -> str:
        if self.wrong is not None:
            return f"not ok  {self.check.__doc__} But {self.wrong}."
        if self.skipped is not None:
            return f"skipped {self.check.__doc__} Not examined: {self.skipped}."
        return f"ok      {self.check.__doc__}{f' Note: {self.note}.' if self.note else ''}"


def examine(it: World, checks: list[Check]) -> Iterator[Outcome]:
    """Makes the checks one after another."""
    is_course_known_wrong = False
    for check in checks:
        try:
            if check in REPEATING and is_course_known_wrong:
                yield Outcome(check, skipped="its steps are wrong already")
            elif check in REPEATING and checks is not REPEATING and not it.description.repeatable:
                yield Outcome(check, skipped="it says that it does not repeat itself")
            else:
                yield Outcome(check, note=check(it))
        except CourseFailure as failure:
            is_course_known_wrong = True
            yield Outcome(check, wrong=str(failure))
        except Failure as failure:
            yield Outcome(check, wrong=str(failure))
