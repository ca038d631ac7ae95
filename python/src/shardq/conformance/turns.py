"""What a worker does where actor processes send the rounds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np

from shardq.conformance.examiner import Examiner, Failure, equal
from shardq.protocol.frames import Cells, Dump, Form, Header, QValues, Round, Section

# Cohort 0 is one process's, cohorts 1 and 2 are another's.
_SENDERS = (("first", 1), ("second", 2))


@contextmanager
def _played(it: Examiner) -> Iterator[None]:
    """Actor processes whose mailboxes are read here, and a shard of two rows whose rounds they send."""
    mailboxes = [f"actor.{name}" for name, _ in _SENDERS]
    for mailbox in mailboxes:
        it.link.open(mailbox)
    try:
        it.assign(senders=_SENDERS)
        yield
    finally:
        for mailbox in mailboxes:
            it.link.shut(mailbox)


def _round(it: Examiner, cohort: int, turn: int, *, asks: bool = True, marks: int = 0, copy: int = 0) -> Round:
    """Moves cell 0 toward 1 and asks for its row, or does nothing at all."""
    cells, targets = np.zeros(int(asks), "<u4"), np.ones(int(asks), "<f4")
    rows = np.zeros(int(asks), "<u4")
    return Round(Header(it.epoch, 0, cohort, turn), cells, targets, rows, Form.MAXIMA, marks=marks, copy=copy)


def _answer(round_: Round, value: float | None, marks: int = 0) -> bytes:
    values = np.array([] if value is None else [value], "<f4")
    actions = np.zeros(len(values), np.uint64)
    return QValues(round_.header, Form.MAXIMA, values, actions, marks=marks).encode()


def _expect(it: Examiner, first: dict[int, list[bytes]], second: dict[int, list[bytes]] | None = None) -> None:
    """Answers to both processes in their order, by the rounds' correlations; several messages' may share one."""
    wanted = {f"actor.{name}": each for (name, _), each in zip(_SENDERS, (first, second or {}), strict=True)}
    left = {mailbox: [answer for each in answers.values() for answer in each] for mailbox, answers in wanted.items()}
    while any(left.values()):
        event, frames = it.next(*(mailbox for mailbox, answers in left.items() if answers))
        equal(f"the type of what comes to {event.mailbox}", event.type, "Q_VALUES")
        if event.correlation not in wanted[event.mailbox]:
            raise Failure(f"what comes to {event.mailbox} has the correlation {event.correlation}, which no round had")
        here = left[event.mailbox]
        equal(f"what comes to {event.mailbox}", event.body, b"".join(here[: len(frames)]))
        del here[: len(frames)]


def turns(it: Examiner) -> None:
    """Serves rounds of actor processes by their numbers, holds back what is early, and answers all to their senders."""
    with _played(it):
        early, last = _round(it, 1, 1), _round(it, 2, 2, asks=False)
        it.tell(last.encode(), correlation=8)
        it.tell(early.encode(), correlation=9)
        it.silence("rounds before their turn")
        first = _round(it, 0, 0)
        it.tell(first.encode(), correlation=7)
        _expect(it, {7: [_answer(first, 0.5)]}, {9: [_answer(early, 0.75)], 8: [_answer(last, None)]})
        it.tell(first.encode(), correlation=7)
        it.silence("a round that has come before")


def marks(it: Examiner) -> None:
    """Says to all cohorts what the first has said in a round, and copies its cells behind the last turn of a cut."""
    with _played(it):
        every = Section.CUT | Section.END
        for turn, asked in enumerate([every, every, every, 0, 0, 0]):
            cohort = turn % 3
            # The copy lies between the third turn and the fourth.
            round_ = _round(it, cohort, turn, asks=cohort == 0, marks=every if turn == 0 else 0, copy=5)
            it.tell(round_.encode(), correlation=turn)
            answer = {turn: [_answer(round_, {0: 0.5, 3: 0.75}.get(turn), asked)]}
            _expect(it, *((answer,) if cohort == 0 else ({}, answer)))
        header = Header(it.epoch, sequence=5)
        it.tell(Dump(header, 0, 4).encode(), correlation=5)
        values, visits = np.array([0.5, 0, 0, 0], "<f4"), np.array([1, 0, 0, 0], "<u4")
        equal("the cells of the cut", it.next("replies")[0].body, Cells(header, 0, 1, values, visits).encode())


def lost_turns(it: Examiner) -> None:
    """Gives its shards up behind a round that never came, and behind one that cannot be served."""
    with _played(it):
        it.tell(_round(it, 1, 4).encode(), correlation=0)
        it.offer(shards=0)
        it.assign(senders=_SENDERS)
        outside = Round(Header(it.epoch), np.full(1, 99, "<u4"), np.ones(1, "<f4"), form=Form.MAXIMA)
        it.tell(outside.encode(), correlation=0)
        it.offer(shards=0)


def strange_turns(it: Examiner) -> None:
    """Ignores rounds that no cohort of the run sends, and those of one that has not waited for its answer."""
    with _played(it):
        for cohort, turn in ((3, 3), (1, 2), (0, 1)):
            it.tell(_round(it, cohort, turn).encode(), correlation=0)
        held = _round(it, 1, 1)
        it.tell(held.encode(), correlation=1)
        it.tell(_round(it, 1, 4).encode(), correlation=2)
        it.silence("what no actor process sends")
        first = _round(it, 0, 0)
        it.tell(first.encode(), correlation=3)
        _expect(it, {3: [_answer(first, 0.5)]}, {1: [_answer(held, 0.75)]})
        if it.worker is None or it.worker.poll() is not None:
            raise Failure("it has ended")


TURN_CHECKS: tuple[Callable[[Examiner], None], ...] = (turns, marks, lost_turns, strange_turns)
