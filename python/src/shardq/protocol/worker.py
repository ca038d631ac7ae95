"""A worker of the protocol: owns shards of a run until its master dismisses it."""

from __future__ import annotations

import logging
import os
import socket
import time
from dataclasses import dataclass

from shardq.errors import ConfigurationError, UnavailableError, UsageError
from shardq.protocol.decoding import frames
from shardq.protocol.frames import (
    Assign,
    Dump,
    Frame,
    FrameError,
    Give,
    Given,
    Header,
    Join,
    Load,
    Loaded,
    Probe,
    QValues,
    Ready,
    Refuse,
    Round,
    Stop,
    Take,
    VersionError,
)
from shardq.protocol.link import ConnectionLostError, Event, Link, MailboxTakenError
from shardq.protocol.table import Shard, Stage
from shardq.protocol.turns import Arrival

_OFFER_SECONDS = 0.2
_LIFE_SIGN_SECONDS = 2.0
_PAUSE_SECONDS = 0.5
_ANSWER_BYTES = 128 << 10

log = logging.getLogger("shardq.worker")


class RefusedError(ConfigurationError):
    """The master does not take this worker; the text is the master's."""


@dataclass
class Counts:
    """What a worker has done, and what it has ignored."""

    rounds: int = 0
    updates: int = 0
    queries: int = 0
    malformed: int = 0
    stale: int = 0


class Answers:
    """Answers to the rounds of a message on their way to whoever has asked; those to one of them share messages."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._waiting: dict[str, tuple[int, list[bytes]]] = {}

    def add(self, answer: QValues, mailbox: str, correlation: int) -> None:
        """Puts an answer to the others for a mailbox, which go first where there would be too much."""
        body = answer.encode()
        if mailbox in self._waiting:
            number, others = self._waiting[mailbox]
            if number == correlation and sum(map(len, others)) + len(body) <= _ANSWER_BYTES:
                others.append(body)
                return
            self._publish(mailbox)
        self._waiting[mailbox] = correlation, [body]

    def send(self) -> None:
        """Sends all that wait."""
        for mailbox in list(self._waiting):
            self._publish(mailbox)

    def _publish(self, mailbox: str) -> None:
        correlation, bodies = self._waiting.pop(mailbox)
        self._link.publish(mailbox, QValues.kind.name, correlation, b"".join(bodies))


class Worker:
    """A worker: `run()` serves until the master says stop.

    It keeps nothing that the master's checkpoint lacks: when the master or the connection is gone it forgets its shards
    and offers itself again.
    """

    def __init__(self, run: str, broker: str | None = None, name: str | None = None, wait: float = 300) -> None:
        self.run_name = run
        self.broker = broker
        self.name = name or f"{socket.gethostname()}-{os.getpid()}"
        self.wait = wait
        self.counts = Counts()
        self.epoch = 0
        self.shards: dict[int, Shard] = {}
        # By cohort: the mailbox of whoever sends its rounds; none where the master does.
        self._senders: list[str] = []
        self._offered = 0.0
        if not 1 <= len(self.name.encode()) <= 100:
            raise UsageError(f"worker {self.name!r}: a name has 1 to 100 bytes")

    def run(self) -> str:
        """Offers itself, serves, and returns why the master has dismissed it."""
        waiting_since = time.monotonic()
        while True:
            try:
                link = Link(self.broker, self.run_name)
                try:
                    link.open(f"worker.{self.name}")
                    return self._serve(link)
                finally:
                    waiting_since = time.monotonic() if self.shards else waiting_since
                    self.shards = {}
                    link.close()
            except (ConnectionLostError, MailboxTakenError) as error:
                if time.monotonic() - waiting_since >= self.wait:
                    raise
                log.warning("%s; connecting again", error)
                time.sleep(_PAUSE_SECONDS)

    def _serve(self, link: Link) -> str:
        heard = time.monotonic()
        self._offer(link)
        while True:
            interval = _LIFE_SIGN_SECONDS if self.shards else _OFFER_SECONDS
            rest = self._offered + interval - time.monotonic()
            event = link.receive(rest) if rest > 0 else None
            if event is None:
                if not self.shards and time.monotonic() - heard >= self.wait:
                    raise UnavailableError(f"no master of run {self.run_name} took worker {self.name} in {self.wait} s")
                # An offer, or a sign of life: when it is returned, the master is gone.
                self._offer(link)
            elif event.what == "delivery":
                heard = time.monotonic()
                if (reason := self._take(link, event)) is not None:
                    return reason
            elif self.shards and event.mailbox in ("control", "replies"):
                self._give_up(link, "the master is gone")

    def _offer(self, link: Link) -> None:
        self._offered = time.monotonic()
        offer = Join(Header(self.epoch, sequence=len(self.shards)), self.name)
        link.publish("control", offer.type, 0, offer.encode())

    def _take(self, link: Link, event: Event) -> str | None:
        """Takes up the frames of a message one after another; the answers to its rounds share messages too."""
        waiting = Answers(link)
        try:
            if event.correlation is None or not event.type:
                raise FrameError("a message without a type or a number as its correlation")
            for frame in frames(event.body):
                if isinstance(frame, Stop):
                    return self._end(frame)
                self._take_frame(link, frame, event.correlation, waiting)
        except VersionError as error:
            if not self.shards:
                raise RefusedError(f"the master speaks {error}: run the same release on both") from None
            self._ignore(event, error)
        except FrameError as error:
            self._ignore(event, error)
        waiting.send()
        return None

    def _end(self, frame: Stop) -> str | None:
        if isinstance(frame, Refuse):
            raise RefusedError(frame.reason)
        if frame.header.epoch >= self.epoch:
            return frame.reason
        self.counts.stale += 1
        return None

    def _take_frame(self, link: Link, frame: Frame, correlation: int, answers: Answers) -> None:
        epoch = frame.header.epoch
        if isinstance(frame, Take) and epoch >= self.epoch:
            self._make_room(link, frame)
        elif isinstance(frame, Assign) and epoch > self.epoch:
            self._accept(link, frame)
        elif (
            isinstance(frame, Assign)
            and epoch == self.epoch
            and [index for index, _ in frame.shards] == list(self.shards)
        ):
            # An offer from before it was ready has come late: what was said is said again.
            self._say_ready(link)
        elif isinstance(frame, Probe) and epoch > self.epoch and self.shards:
            self._give_up(link, "the run has gone on without this worker's shards")
        elif epoch != self.epoch:
            self.counts.stale += 1
        elif isinstance(frame, Round) and self._senders:
            self._serve_in_turn(link, frame, correlation, answers)
        elif isinstance(frame, Round):
            self._serve_round(link, frame, correlation, answers)
        elif isinstance(frame, Give):
            self._reply(link, self._shard(frame).give(frame), 0)
        elif isinstance(frame, Given):
            self._forget(frame)
        elif isinstance(frame, Dump):
            self._reply(link, self._shard(frame).dump(frame), correlation)
        elif isinstance(frame, Load):
            count = self._shard(frame).load(frame)
            header = Header(self.epoch, frame.header.shard, frame.header.cohort, count or 0)
            self._reply(link, None if count is None else Loaded(header), 0)
        elif not isinstance(frame, (Assign, Probe)):
            raise FrameError(f"{frame.kind.name} is not for a worker")

    def _accept(self, link: Link, assignment: Assign) -> None:
        """Makes the shards that are given, in place of those it had, and says so where offers are read too."""
        self.epoch = assignment.header.epoch
        self.shards = {index: Shard.assigned(rows, assignment) for index, rows in assignment.shards}
        self._senders = [f"actor.{name}" for name, cohorts in assignment.senders for _ in range(cohorts)]
        self._say_ready(link)

    def _say_ready(self, link: Link) -> None:
        for index, shard in self.shards.items():
            link.publish("control", Ready.kind.name, 0, Ready(Header(self.epoch, index, shard.term)).encode())

    def _make_room(self, link: Link, wish: Take) -> None:
        """Makes a shard that another worker has still, besides its own; asked again, it says the same again."""
        index, term = wish.header.shard, wish.header.cohort
        if wish.header.epoch > self.epoch:
            self.epoch, self.shards, self._senders = wish.header.epoch, {}, []
        present = self.shards.get(index)
        if present is not None and (present.stage is not Stage.TAKING or term < present.term):
            self.counts.stale += 1
            return
        if present is None or term > present.term:
            shard = Shard.assigned(wish.shards[0][1], wish)
            shard.term, shard.stage = term, Stage.TAKING
            self.shards[index] = shard
        link.publish("control", Ready.kind.name, 0, Ready(Header(self.epoch, index, term)).encode())

    def _forget(self, frame: Given) -> None:
        shard = self.shards.get(frame.header.shard)
        if shard is None or shard.stage is not Stage.GIVEN or shard.term != frame.header.cohort:
            self.counts.stale += 1
        else:
            del self.shards[frame.header.shard]

    def _serve_round(self, link: Link, frame: Round, correlation: int, answers: Answers) -> None:
        shard, sequence = self._shard(frame), frame.header.sequence
        if shard.stage is not Stage.OWNED:
            self.counts.stale += 1
        elif sequence > shard.next_sequence:
            self._give_up(link, f"messages to shard {frame.header.shard} were lost before its round {sequence}")
        elif sequence < shard.next_sequence:
            self.counts.stale += 1
        else:
            answer = shard.serve(frame)
            self._count(frame)
            if answer is not None:
                answers.add(answer, "replies", correlation)

    def _serve_in_turn(self, link: Link, frame: Round, correlation: int, answers: Answers) -> None:
        """Serves a round of an actor process when its turn has come, and those that have waited for it."""
        shard = self._shard(frame)
        assert shard.turns
        arrival = shard.turns.note(frame, correlation, shard.next_sequence)
        if arrival in (Arrival.STALE, Arrival.BEHIND_LOST):
            self.counts.stale += 1
        if arrival is Arrival.BEHIND_LOST:
            sequence = frame.header.sequence
            self._give_up(link, f"messages to shard {frame.header.shard} were lost before its round {sequence}")
        turn = (frame, correlation) if arrival is Arrival.DUE else None
        while turn is not None:
            frame, correlation = turn
            try:
                answer = shard.serve_in_turn(frame, shard.turns)
            except FrameError as error:
                # It would keep all others waiting for ever.
                self.counts.malformed += 1
                self._give_up(link, f"a round of shard {frame.header.shard} cannot be served: {error}")
                return
            self._count(frame)
            answers.add(answer, self._senders[frame.header.cohort], correlation)
            turn = shard.turns.due(shard.next_sequence)

    def _count(self, frame: Round) -> None:
        self.counts.rounds += 1
        self.counts.updates += len(frame.cells)
        self.counts.queries += len(frame.rows)

    def _shard(self, frame: Frame) -> Shard:
        if frame.header.shard not in self.shards:
            raise FrameError(f"shard {frame.header.shard} is not this worker's")
        return self.shards[frame.header.shard]

    def _reply(self, link: Link, frame: Frame | None, correlation: int) -> None:
        if frame is None:
            self.counts.stale += 1
        else:
            link.publish("replies", frame.type, correlation, frame.encode())

    def _give_up(self, link: Link, reason: str) -> None:
        log.warning("%s; worker %s offers itself again", reason, self.name)
        self.shards = {}
        self._offer(link)

    def _ignore(self, event: Event, error: FrameError) -> None:
        self.counts.malformed += 1
        log.warning("ignored a malformed frame in %s: %s", event.mailbox, error)
