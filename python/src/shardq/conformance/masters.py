"""What is examined of a master; each check is a run of its own."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from shardq.conformance.crew import Answer, Crew, Hand
from shardq.conformance.examiner import Failure, equal
from shardq.protocol.decoding import decode
from shardq.protocol.frames import Header, Join, Probe, QValues

# An epoch that a worker has served in, later than the clock of any master says.
_KNOWN = int(time.time()) + 100_000
_GARBAGE = (b"", b"xyz", b"\0" * 32, Probe(Header(1)).encode()[:-4], Probe(Header(1)).encode() * 2)
_SILENCE_SECONDS = 3.0


@dataclass(frozen=True)
class Master:
    """A master to be examined: how it is started, for how many workers."""

    broker: str
    command: str
    run: str
    workers: int = 2
    patience: float = 30

    def crew(self, number: int) -> Crew:
        """Workers for a run of its own, which is started."""
        return Crew(self.broker, f"{self.run}-{number}", self.command, self.workers, self.patience)


@dataclass
class Course:
    """What an undisturbed run has come to."""

    digest: str = ""
    rounds: int = 0


def whole_run(crew: Crew, course: Course) -> None:
    """Gives each shard to one worker, in an epoch later than any they know, and ends with all of it asked for."""
    for number, hand in enumerate(crew.hands.values()):
        hand.known = _KNOWN - number
    finish(crew)
    owned = [number for hand in crew.hands.values() for number in hand.shards]
    equal("the shards that are given, in order,", sorted(owned), list(range(len(owned))))
    for hand in crew.hands.values():
        if hand.epoch <= _KNOWN:
            raise Failure(f"ASSIGN is of epoch {hand.epoch}, and a worker knows of {_KNOWN}")
    if not crew.rounds:
        raise Failure("no round has come; let the run have some hundred steps")
    course.digest, course.rounds = crew.digest, crew.rounds


def repeats(crew: Crew, course: Course) -> None:
    """Learns the same when it is started again."""
    finish(crew)
    as_before(crew, course)


def refuses_versions(crew: Crew, course: Course) -> None:
    """Refuses a worker of another version in words, and goes on with the others."""
    crew.link.open("worker.old")
    offer = bytearray(Join(Header(0), "old").encode())
    offer[4] = 99
    due = time.monotonic()

    def refused() -> bool:
        nonlocal due
        if not crew.refusals and time.monotonic() >= due:
            due += 0.2
            crew.send("control", "JOIN", bytes(offer))
        return bool(crew.refusals) or crew.is_over

    hold = Held(crew)
    crew.play(refused, hold.keep, "REFUSE has not come")
    if not crew.refusals.get("old"):
        raise Failure("no REFUSE with a reason came to the worker of version 99")
    hold.release()
    finish(crew)
    as_before(crew, course)


def survives_garbage(crew: Crew, course: Course) -> None:
    """Ignores what is none of the protocol's, in both of its mailboxes."""

    def disturb(answer: Answer) -> Iterator[Answer]:
        for body in _GARBAGE:
            crew.send("control", "JOIN", body)
            crew.send("replies", "Q_VALUES", body)
        yield answer

    finish(crew, disturb)
    as_before(crew, course)


def takes_answers_once(crew: Crew, course: Course) -> None:
    """Takes the answer to the question that is open, once: none of another epoch, none that comes again."""

    def disturb(answer: Answer) -> Iterator[Answer]:
        kind, body, correlation = answer
        if kind != "Q_VALUES":
            yield answer
            return
        frames = [frame for frame in decode(body) if isinstance(frame, QValues)]
        wrong = [replace(frame, values=np.full_like(frame.values, 1e6)) for frame in frames]
        for change in ({"epoch": frames[0].header.epoch - 1}, {"sequence": frames[0].header.sequence + 10_000}):
            yield kind, b"".join(replace(f, header=replace(f.header, **change)).encode() for f in wrong), correlation
        yield answer
        yield kind, b"".join(frame.encode() for frame in wrong), correlation

    finish(crew, disturb)
    as_before(crew, course)


def probes(crew: Crew, course: Course) -> None:
    """Probes a worker that it waits for, and waits for its answers."""
    hold = Held(crew)
    crew.play(lambda: bool(hold.answers) or crew.is_over, hold.keep, "no question has come")
    if not hold.answers:
        raise Failure("no question has come")
    before, limit = crew.probes, time.monotonic() + _SILENCE_SECONDS
    crew.play(lambda: time.monotonic() >= limit, hold.keep, "no PROBE has come")
    if crew.probes == before:
        raise Failure(f"no PROBE came in {_SILENCE_SECONDS:g} s without an answer; four a second are meant")
    hold.release()
    finish(crew)
    as_before(crew, course)


def notices_a_loss(crew: Crew, course: Course) -> None:
    """Notices that a worker's mailbox is gone: it begins anew with another in a later epoch, or ends in words."""
    name = halfway(crew, course)
    crew.link.shut(f"worker.{name}")
    del crew.hands[name]
    crew.link.open("worker.next")
    crew.hands["next"] = Hand("next")
    goes_on_or_ends(crew, course)


def notices_a_new_beginning(crew: Crew, course: Course) -> None:
    """Notices that a worker has no shards any more: it begins anew in a later epoch, or ends in words."""
    name = halfway(crew, course)
    hand = crew.hands[name]
    hand.shards, hand.asked, hand.has_forgotten = {}, {}, True
    crew.offer(hand)
    goes_on_or_ends(crew, course)


CHECKS: list[Callable[[Crew, Course], None]] = [
    whole_run,
    repeats,
    refuses_versions,
    survives_garbage,
    takes_answers_once,
    probes,
    notices_a_loss,
    notices_a_new_beginning,
]


class Held:
    """Answers that are kept back."""

    def __init__(self, crew: Crew) -> None:
        self.crew = crew
        self.answers: list[Answer] = []

    def keep(self, answer: Answer) -> tuple[Answer, ...]:
        """Keeps answers to questions, and lets others through."""
        if answer[0] != "Q_VALUES":
            return (answer,)
        self.answers.append(answer)
        return ()

    def release(self) -> None:
        """Sends them in their order."""
        for answer in self.answers:
            self.crew.reply(answer)
        self.answers = []


def finish(crew: Crew, disturb: Callable[[Answer], Iterator[Answer]] | None = None) -> None:
    """Serves to the end, which has to be an orderly one."""
    if disturb is None:
        crew.play(lambda: crew.is_over)
    else:
        crew.play(lambda: crew.is_over, lambda answer: tuple(disturb(answer)))
    equal("its exit code", crew.exit_code(), 0)


def as_before(crew: Crew, course: Course) -> None:
    """What the workers hold has to be what they held behind the undisturbed run."""
    if course.digest:
        equal("the digest of what was learned", crew.digest, course.digest)


def halfway(crew: Crew, course: Course) -> str:
    """Serves half of the run, and names a worker with shards that is not the only one."""
    half = course.rounds // 2
    crew.play(lambda: crew.rounds > half or crew.is_over)
    if crew.is_over:
        raise Failure("the run was over before a worker could be lost; let it have more steps")
    return sorted(name for name, hand in crew.hands.items() if hand.shards)[-1]


def goes_on_or_ends(crew: Crew, course: Course) -> None:
    """Either all that was lost is done again, or the master ends with an exit code that is not 0."""
    limit = time.monotonic() + crew.patience
    before = {name: hand.epoch for name, hand in crew.hands.items()}

    def is_decided() -> bool:
        if time.monotonic() >= limit:
            raise Failure(f"it has neither begun a later epoch nor ended {crew.patience:g} s later")
        return crew.master.poll() is not None or any(hand.epoch > before[name] for name, hand in crew.hands.items())

    crew.play(is_decided, may_end=True)
    if crew.master.poll() is not None:
        if crew.master.returncode == 0:
            raise Failure("it ended with 0, and not all has been learned")
        if not crew.said():
            raise Failure(f"it ended with {crew.master.returncode} and says no reason")
        return
    finish(crew)
    as_before(crew, course)
