"""Workers that look at every byte their master sends."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from shardq.conformance.examiner import Failure, equal
from shardq.protocol.decoding import decode
from shardq.protocol.frames import (
    Assign,
    Dump,
    Frame,
    FrameError,
    Header,
    Join,
    Load,
    Loaded,
    Probe,
    Ready,
    Refuse,
    Round,
    Stop,
    Take,
    round_type,
)
from shardq.protocol.link import Event, Link
from shardq.protocol.table import Shard

_LIFE_SIGN_SECONDS = 2.0
_OFFER_SECONDS = 0.2

Answer = tuple[str, bytes, int]


@dataclass
class Hand:
    """One of the workers: what it has been given, and what has been asked of it."""

    name: str
    epoch: int = 0
    # The epoch it has heard of before this run, which its first offers name.
    known: int = 0
    # Whether it has begun anew without a word, and does not serve what it is sent until it is given shards again.
    has_forgotten: bool = False
    shards: dict[int, Shard] = field(default_factory=dict)
    # By shard and cohort: the number of the question that is not answered.
    asked: dict[tuple[int, int], int] = field(default_factory=dict)
    is_dismissed: bool = False
    counted: set[int] = field(default_factory=set)


class Crew:
    """The workers of a run whose master is examined: they serve it, and say what it gets wrong."""

    def __init__(self, broker: str, run: str, command: str, count: int, patience: float) -> None:
        self.broker, self.run, self.patience = broker, run, patience
        self.hands = {name: Hand(name) for name in (f"w{number}" for number in range(count))}
        self.output = tempfile.TemporaryFile()  # noqa: SIM115
        self.refusals: dict[str, str] = {}
        self.probes = self.rounds = 0
        self._life_sign = 0.0
        self.link = Link(broker, run)
        for name in self.hands:
            self.link.open(f"worker.{name}")
        self.master = subprocess.Popen(
            ["sh", "-c", f"exec {command.replace('{run}', run)}"],
            env={**os.environ, "SHARDQ_BROKER": broker},
            stdin=subprocess.DEVNULL,
            stdout=self.output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def close(self) -> None:
        """Ends the master."""
        self.link.close()
        if self.master.poll() is None:
            os.killpg(self.master.pid, signal.SIGKILL)
            self.master.wait()
        self.output.close()

    def said(self) -> str:
        """What the master has printed, its end."""
        self.output.seek(0)
        return self.output.read().decode(errors="replace").strip()[-300:]

    def exit_code(self) -> int:
        """Waits for the master's end."""
        try:
            return self.master.wait(self.patience)
        except subprocess.TimeoutExpired:
            raise Failure(f"it has not ended {self.patience:g} s later") from None

    @property
    def digest(self) -> str:
        """What all shards hold, of a run that is over."""
        hash_ = hashlib.sha256()
        shards = {number: shard for hand in self.hands.values() for number, shard in hand.shards.items()}
        for number in sorted(shards):
            hash_.update(shards[number].values.tobytes() + shards[number].visits.tobytes())
        return hash_.hexdigest()[:12]

    @property
    def is_over(self) -> bool:
        """Whether all that have shards are dismissed."""
        return all(hand.is_dismissed for hand in self.hands.values())

    # Messages

    def reply(self, answer: Answer) -> None:
        """Sends an answer: its questions are no longer open."""
        kind, body, correlation = answer
        for frame in decode(body) if kind == "Q_VALUES" else []:
            for hand in self.hands.values():
                if frame.header.epoch == hand.epoch and frame.header.shard in hand.shards:
                    hand.asked.pop((frame.header.shard, frame.header.cohort), None)
        self.send("replies", kind, body, correlation)

    def send(self, mailbox: str, kind: str, body: bytes, correlation: int = 0) -> None:
        """Sends a body."""
        self.link.publish(mailbox, kind, correlation, body)

    def offer(self, hand: Hand) -> None:
        """Has a worker offer itself, or say that it lives."""
        frame = Join(Header(hand.epoch or hand.known, sequence=len(hand.shards)), hand.name)
        self.send("control", "JOIN", frame.encode())

    def play(
        self,
        until: Callable[[], bool],
        answer: Callable[[Answer], Collection[Answer]] = lambda answer: (answer,),
        what: str = "the run has not ended",
        may_end: bool = False,
    ) -> None:
        """Serves the master until something is so; what is answered goes through `answer`."""
        heard = time.monotonic()
        while not until():
            has_ended = self.master.poll() is not None
            event = self.link.receive(_OFFER_SECONDS)
            self._live()
            if event is None:
                # What it had sent before has come.
                if has_ended and not may_end:
                    raise Failure(f"it has ended with {self.master.returncode}: {self.said()}")
                if time.monotonic() - heard > self.patience:
                    raise Failure(f"{what} {self.patience:g} s after its last message: {self.said()}")
            elif event.what == "delivery":
                heard = time.monotonic()
                for each in self._take(event):
                    for one in answer(each):
                        self.reply(one)

    def _live(self) -> None:
        """Offers those who have no shards, and lets the others say every two seconds that they live."""
        now = time.monotonic()
        is_due = now - self._life_sign >= _LIFE_SIGN_SECONDS
        if is_due:
            self._life_sign = now
        for hand in self.hands.values():
            if not hand.is_dismissed and (is_due or not hand.epoch):
                self.offer(hand)

    def _take(self, event: Event) -> list[Answer]:
        """What is answered to a message, once it has been looked at."""
        hand = self.hands.get(event.mailbox.removeprefix("worker."))
        if event.correlation is None:
            raise Failure(f"a message of type {event.type} to {event.mailbox} has no correlation")
        try:
            frames = decode(event.body)
        except FrameError as error:
            raise Failure(f"a message to {event.mailbox} is none of the protocol's: {error}") from None
        rounds = [frame for frame in frames if isinstance(frame, Round)]
        equal("the type of a message", event.type, round_type(rounds) if rounds else frames[0].type)
        if hand is None:
            if isinstance(frames[0], Refuse):
                self.refusals[event.mailbox.removeprefix("worker.")] = frames[0].reason
            return []
        answers = [part for frame in frames for part in self._serve(hand, frame)]
        bodies = b"".join(body for kind, body in answers if kind == "Q_VALUES")
        together = [("Q_VALUES", bodies, event.correlation)] if bodies else []
        others = [
            (kind, body, event.correlation if kind == "CELLS" else 0) for kind, body in answers if kind != "Q_VALUES"
        ]
        return together + others

    def _serve(self, hand: Hand, frame: Frame) -> list[tuple[str, bytes]]:
        if isinstance(frame, Probe):
            self.probes += 1
            return []
        if isinstance(frame, Stop):
            return self._dismiss(hand, frame)
        if isinstance(frame, Assign) and not isinstance(frame, Take):
            return self._accept(hand, frame)
        if hand.has_forgotten:
            return []
        if frame.header.epoch != hand.epoch:
            raise Failure(f"{frame.type} is of epoch {frame.header.epoch}; the worker was given shards in {hand.epoch}")
        shard = hand.shards.get(frame.header.shard)
        if shard is None:
            raise Failure(f"{frame.type} is for shard {frame.header.shard}, which is not {hand.name}'s")
        try:
            return self._serve_shard(hand, shard, frame)
        except FrameError as error:
            raise Failure(f"{frame.type} does not fit shard {frame.header.shard}: {error}") from None

    def _serve_shard(self, hand: Hand, shard: Shard, frame: Frame) -> list[tuple[str, bytes]]:
        header = frame.header
        if isinstance(frame, Round):
            return self._answer(hand, shard, frame)
        if isinstance(frame, Dump) and (cells := shard.dump(frame)):
            if shard.update_count == cells.updates:
                hand.counted.add(header.shard)
            return [("CELLS", cells.encode())]
        if isinstance(frame, Load):
            end = shard.load(frame)
            if end is None:
                raise Failure(f"LOAD of cell {frame.start} on is not the next part of shard {header.shard}")
            return [("LOADED", Loaded(Header(header.epoch, header.shard, header.cohort, end)).encode())]
        raise Failure(f"{frame.type} was not to be expected")

    def _accept(self, hand: Hand, frame: Assign) -> list[tuple[str, bytes]]:
        if frame.header.epoch < hand.epoch:
            raise Failure(f"ASSIGN is of epoch {frame.header.epoch}; the worker has served in {hand.epoch}")
        if frame.header.epoch > hand.epoch:
            hand.epoch, hand.asked, hand.counted, hand.has_forgotten = frame.header.epoch, {}, set(), False
            hand.shards = {number: Shard.assigned(rows, frame) for number, rows in frame.shards}
        for number in {} if hand.has_forgotten else hand.shards:
            self.send("control", "READY", Ready(Header(hand.epoch, number)).encode())
        return []

    def _answer(self, hand: Hand, shard: Shard, frame: Round) -> list[tuple[str, bytes]]:
        number, cohort, sequence = frame.header.shard, frame.header.cohort, frame.header.sequence
        equal(f"the number of a round of shard {number}", sequence, shard.next_sequence)
        if len(frame.rows) and (number, cohort) in hand.asked:
            raise Failure(f"cohort {cohort} asks shard {number} again, and its last question has not been answered")
        self.rounds += 1
        hand.counted.discard(number)
        answer = shard.serve(frame)
        if answer is None:
            return []
        hand.asked[number, cohort] = sequence
        return [("Q_VALUES", answer.encode())]

    def _dismiss(self, hand: Hand, frame: Stop) -> list[tuple[str, bytes]]:
        if not frame.reason:
            raise Failure("STOP says no reason")
        missing = sorted(set(hand.shards) - hand.counted)
        if missing:
            raise Failure(f"{hand.name} is dismissed, and shards {missing} were not asked what they have applied")
        hand.is_dismissed = True
        return []
