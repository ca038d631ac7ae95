"""A master that asks for the exact bytes of the protocol."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from typing import Any

import numpy as np

from shardq.protocol.decoding import decode
from shardq.protocol.frames import Assign, Cells, Dump, Frame, FrameError, Header, Join, Ready, StepSize
from shardq.protocol.link import Event, Link

# Copies of cells are numbered upwards: those that only fence off what went before are in the middle.
_FENCES = 1000
BEHIND_FENCES = 5000


class Failure(Exception):  # noqa: N818
    """What a worker got wrong."""


class Examiner:
    """A master that asks for the exact bytes of the protocol."""

    def __init__(self, broker: str, run: str, command: str, golden: dict[str, bytes], patience: float) -> None:
        self.broker, self.run, self.golden, self.patience = broker, run, golden, patience
        self.name = "examined"
        self.command = command.replace("{run}", run).replace("{name}", self.name)
        self.epoch = 1000
        self.fence = _FENCES
        self.output = tempfile.TemporaryFile()  # noqa: SIM115
        self.worker: subprocess.Popen[bytes] | None = None
        self.link = Link(broker, run)
        self.link.open("control")
        self.link.open("replies")

    def start(self) -> None:
        """Starts the worker if none is there."""
        if self.worker is None or self.worker.poll() is not None:
            self.output.seek(0)
            self.output.truncate()
            self.worker = subprocess.Popen(
                ["sh", "-c", f"exec {self.command}"],
                env={**os.environ, "SHARDQ_BROKER": self.broker},
                stdin=subprocess.DEVNULL,
                stdout=self.output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def close(self) -> None:
        """Ends the worker."""
        self.link.close()
        if self.worker and self.worker.poll() is None:
            os.killpg(self.worker.pid, signal.SIGKILL)
            self.worker.wait()
        self.output.close()

    def said(self) -> str:
        """What the worker has printed."""
        self.output.seek(0)
        return self.output.read().decode(errors="replace")

    def exit_code(self) -> int:
        """Waits for the worker's end."""
        assert self.worker
        try:
            return self.worker.wait(self.patience)
        except subprocess.TimeoutExpired:
            raise Failure(f"it has not ended {self.patience:g} s later") from None

    # Messages

    def send(self, mailbox: str, body: bytes, kind: str = "", correlation: int = 0) -> None:
        """Sends a body, by its own type unless another is given."""
        self.link.publish(mailbox, kind or decode(body)[0].type, correlation, body)

    def tell(self, body: bytes, kind: str = "", correlation: int = 0) -> None:
        """Sends a body to the worker."""
        self.send(f"worker.{self.name}", body, kind, correlation)

    def messages(self, seconds: float) -> Iterator[Event]:
        """What comes meanwhile; a message that nobody reads is none."""
        limit = time.monotonic() + seconds
        while (rest := limit - time.monotonic()) > 0:
            event = self.link.receive(rest)
            if event and event.what == "delivery":
                yield event

    def next(self, *mailboxes: str) -> tuple[Event, list[Frame]]:
        """The next message in one of these mailboxes; signs of life are passed over in `replies`."""
        for event in self.messages(self.patience):
            if event.mailbox in mailboxes:
                try:
                    return event, decode(event.body)
                except FrameError as error:
                    raise Failure(f"a message to {event.mailbox} is none of the protocol's: {error}") from None
        code = self.worker.poll() if self.worker else None
        ended = f"; the worker has ended with {code}: {self.said()[-300:]}" if code is not None else ""
        raise Failure(f"no message came to {' or '.join(mailboxes)} in {self.patience:g} s{ended}")

    def answers(self, count: int, correlation: int) -> list[bytes]:
        """So many frames of answers, in one message or several, each as bytes."""
        found: list[bytes] = []
        while len(found) < count:
            event, frames = self.next("replies")
            equal("the type of an answer", event.type, "Q_VALUES")
            equal("the correlation of an answer", event.correlation, correlation)
            found += [frame.encode() for frame in frames]
        return found

    def silence(self, why: str) -> None:
        """What was sent to shard 0 is not answered: a question behind it, for no cells, has the next answer."""
        self.fence += 1
        header = Header(self.epoch, sequence=self.fence)
        self.tell(Dump(header, 0, 0).encode(), correlation=self.fence)
        event, frames = self.next("replies")
        if not isinstance(frames[0], Cells) or frames[0].header != header:
            raise Failure(f"it answers {why}: {event.type} {event.body.hex()[:160]}")

    def offer(self, shards: int = 0) -> Join:
        """The next offer, or sign of life, with so many shards."""
        for _ in range(100):
            event, frames = self.next("control")
            frame = frames[0]
            if len(frames) != 1 or not isinstance(frame, Join):
                raise Failure(f"a message to control is {frame.kind.name}")
            equal("type and correlation of JOIN", (event.type, event.correlation), ("JOIN", 0))
            equal("the name in JOIN", frame.worker, self.name)
            if frame.header.sequence == shards:
                return frame
        raise Failure(f"no JOIN says that it has {shards} shards")

    def assign(
        self,
        actions: int = 2,
        rows: tuple[int, ...] = (2,),
        step: StepSize | None = None,
        rule: int = 0,
        senders: tuple[tuple[str, int], ...] = (),
    ) -> Assign:
        """Gives shards in a new epoch, and waits until they are ready."""
        self.epoch += 1
        shards = tuple(enumerate(rows))
        header = Header(self.epoch, cohort=sum(cohorts for _, cohorts in senders))
        assignment = Assign(header, actions, 0.0, step or StepSize(0, 0.5), shards, rule, senders)
        self.give(assignment)
        return assignment

    def give(self, assignment: Assign) -> None:
        """Gives shards, and waits until the worker says of each that it is ready."""
        self.send(f"worker.{self.name}", assignment.encode())
        missing = {Ready(Header(self.epoch, shard)).encode() for shard, _ in assignment.shards}
        limit = time.monotonic() + self.patience
        while missing:
            event, (frame, *_) = self.next("control")
            # A worker that offers itself on and on is not waited for.
            if isinstance(frame, Join) and time.monotonic() < limit:
                continue
            equal("type and correlation of READY", (event.type, event.correlation), ("READY", 0))
            if event.body not in missing:
                raise Failure(f"READY is {event.body.hex()}, expected is one of {[each.hex() for each in missing]}")
            missing.discard(event.body)

    def example(self, name: str) -> bytes:
        """A body of the document in the present epoch."""
        words = np.frombuffer(self.golden[name], "<u4").copy()
        start = 0
        while start < len(words):
            words[start + 2] = self.epoch
            start += 8 + int(words[start + 7])
        return bytes(words.tobytes())


def equal(what: str, got: Any, expected: Any) -> None:
    """Says what is not as it ought to be."""
    if got != expected:
        shown = [each.hex(" ", 4) if isinstance(each, bytes) else repr(each) for each in (got, expected)]
        raise Failure(f"{what} is {shown[0]}; expected is {shown[1]}")
