"""A master of the protocol: gives shards to workers, sends them rounds, and collects the table."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection
from types import TracebackType
from typing import Any

import numpy as np
import numpy.typing as npt

from shardq.errors import InternalError, UnavailableError, UsageError
from shardq.protocol.decoding import decode
from shardq.protocol.frames import (
    MAXIMUM_BYTES,
    VERSION,
    Assign,
    Cells,
    Dump,
    Floats,
    Form,
    Frame,
    FrameError,
    Header,
    Join,
    Kind,
    Leave,
    Probe,
    QValues,
    Ready,
    Refuse,
    Round,
    StepSize,
    Stop,
    VersionError,
    Words,
    round_type,
)
from shardq.protocol.link import Event, Link
from shardq.protocol.table import Shard

_LULL_SECONDS = 0.25
_PATIENCE_SECONDS = 120.0
_CELLS_AT_ONCE = 1 << 20
_FURTHEST_EPOCH = 1 << 25

log = logging.getLogger("shardq.master")

Indices = npt.NDArray[np.int64]
_NONE: Indices = np.empty(0, np.int64)


class LocalTable:
    """The same table in this process: what a master does with one worker, without messages."""

    def __init__(self, states: int, actions: int, *, step_size: StepSize, initial_value: float = 0.0) -> None:
        self._shard = Shard(states, actions, initial_value, step_size)
        self._action_count = actions
        self._sequence = 0

    def exchange(
        self, ask: Indices, states: Indices = _NONE, actions: Indices = _NONE, targets: Floats | None = None
    ) -> Floats:
        """Applies updates, then reads the rows of states: [asked × actions]."""
        cells = (states * self._action_count + actions).astype("<u4")
        aims = np.empty(0, "<f4") if targets is None else targets
        answer = self._shard.serve(Round(Header(1, sequence=self._sequence), cells, aims, ask.astype("<u4")))
        self._sequence += 1
        return np.empty((0, self._action_count), "<f4") if answer is None else answer.values

    def collect(self) -> tuple[Floats, Words]:
        """Values and visit counts, [states × actions] each."""
        shape = (-1, self._action_count)
        return self._shard.values.reshape(shape).copy(), self._shard.visits.reshape(shape).copy()

    def close(self) -> None:
        """Does nothing; a master dismisses its workers."""


class Master:
    """A run with workers elsewhere: `with Master(...) as master: master.exchange(...); master.collect()`.

    The table is cut into ranges of states, a shard each. When a worker is lost the run is: there is no checkpoint.
    """

    def __init__(
        self,
        run: str,
        states: int,
        actions: int,
        *,
        broker: str | None = None,
        workers: int = 1,
        shards: int | None = None,
        step_size: StepSize,
        initial_value: float = 0.0,
        wait: float = 300,
    ) -> None:
        count = workers if shards is None else shards
        if not 1 <= workers <= count <= states:
            raise UsageError(f"{workers} workers, {count} shards, {states} states: none may be more than the next")
        self.action_count = actions
        self.bounds = np.linspace(0, states, count + 1).astype(np.int64)
        self._issued = [0] * count
        self._sequences = [0] * count
        self._messages = 0
        self._dumps = 0
        self._own: dict[str, Assign] = {}
        self._owners: list[str] = []
        self._standing_by: set[str] = set()
        self._epoch = int(time.time())
        self._ready = False
        self._link = Link(broker, run)
        try:
            self._link.open("control")
            self._link.open("replies")
            joined = self._await_workers(workers, wait)
            self._assign(joined, actions, initial_value, step_size)
        except BaseException:
            self._link.close()
            raise

    # Joining

    def _await_workers(self, count: int, wait: float) -> list[str]:
        """Takes the first workers that offer themselves; they have not been given anything yet."""
        limit, joined = time.monotonic() + wait, dict[str, None]()
        while len(joined) < count:
            if time.monotonic() > limit:
                raise UnavailableError(f"{len(joined)} of {count} workers offered themselves to run {self._link.run}")
            event = self._link.receive(_LULL_SECONDS)
            if event is None:
                self._probe([f"worker.{name}" for name in joined])
            elif event.what == "returned":
                joined.pop(event.mailbox.removeprefix("worker."), None)
            elif (offer := self._offer(event)) is not None:
                joined[offer.worker] = None
                self._epoch = max(self._epoch, offer.header.epoch + 1)
        return list(joined)

    def _offer(self, event: Event) -> Join | None:
        """A worker's offer; those that cannot be taken are refused in words, anything else is ignored."""
        if event.mailbox != "control":
            return None
        try:
            (frame,) = decode(event.body)
        except VersionError as error:
            name = event.body[36:].rstrip(b"\0").decode(errors="replace")
            self._refuse(name, f"the worker speaks protocol version {error.version}, this master {VERSION}")
            return None
        except (FrameError, ValueError):
            return None
        # Who wants to go is no help; a run of this master has no shards that move.
        if not isinstance(frame, Join) or isinstance(frame, Leave) or not frame.worker:
            return None
        if frame.header.epoch > time.time() + _FURTHEST_EPOCH:
            self._refuse(frame.worker, f"epoch {frame.header.epoch} is of no run that can have been")
            return None
        return frame

    def _refuse(self, worker: str, reason: str) -> None:
        self._link.publish(f"worker.{worker}", "REFUSE", 0, Refuse(Header(self._epoch), reason).encode())

    def _assign(self, workers: list[str], actions: int, initial: float, step: StepSize) -> None:
        rows = np.diff(self.bounds)
        self._owners = [workers[shard % len(workers)] for shard in range(len(rows))]
        for number, name in enumerate(workers):
            shards = tuple((shard, int(rows[shard])) for shard in range(number, len(rows), len(workers)))
            self._own[name] = Assign(Header(self._epoch), actions, initial, step, shards)
            self._send_assignment(name)
        missing = set(range(len(rows)))

        def take(frame: Frame) -> bool:
            if isinstance(frame, Ready):
                missing.discard(frame.header.shard)
            return not missing

        self._listen(take, lambda: [f"worker.{name}" for name in self._own])
        self._ready = True

    def _send_assignment(self, name: str) -> None:
        self._link.publish(f"worker.{name}", "ASSIGN", 0, self._own[name].encode())

    # Rounds

    def exchange(
        self, ask: Indices, states: Indices = _NONE, actions: Indices = _NONE, targets: Floats | None = None
    ) -> Floats:
        """Sends updates and questions, at most one message to a worker, and waits for the rows: [asked × actions].

        Every shard applies its updates, in the order given, before it answers.
        """
        aims = np.empty(0, "<f4") if targets is None else targets
        updated, asked = self._shards_of(states), self._shards_of(ask)
        open_: dict[int, int] = {}
        rounds: dict[str, list[Round]] = {}
        for shard in np.union1d(updated, asked).tolist():
            mine, wanted = updated == shard, asked == shard
            first = self.bounds[shard]
            cells = ((states[mine] - first) * self.action_count + actions[mine]).astype("<u4")
            rows = (ask[wanted] - first).astype("<u4")
            sequence = self._sequences[shard]
            frame = Round(Header(self._epoch, shard, 0, sequence), cells, aims[mine], rows)
            rounds.setdefault(self._owners[shard], []).append(frame)
            self._sequences[shard] += 1
            self._issued[shard] += len(cells)
            if len(rows):
                open_[shard] = sequence
        for worker, together in rounds.items():
            self._send(worker, together)
        answers: Floats = np.empty((len(ask), self.action_count), "<f4")

        def take(frame: Frame) -> bool:
            shard = frame.header.shard
            if isinstance(frame, QValues) and open_.get(shard) == frame.header.sequence:
                wanted = asked == shard
                shape = (int(wanted.sum()), self.action_count)
                if frame.form != Form.ROWS or frame.values.shape != shape or not np.isfinite(frame.values).all():
                    raise InternalError(
                        f"shard {shard} answers {frame.values.shape} values where {shape} were asked for"
                    )
                answers[wanted] = frame.values
                del open_[shard]
            return not open_

        if open_:
            self._listen(take, lambda: self._mailboxes(open_))
        return answers

    def _send(self, worker: str, rounds: list[Round]) -> None:
        """Sends a worker's rounds in one message, or in several where they would be more than a body holds."""
        part: list[bytes] = []
        frames: list[Round] = []
        for frame in [*rounds, None]:
            encoded = b"" if frame is None else frame.encode()
            if frames and (frame is None or sum(map(len, part)) + len(encoded) > MAXIMUM_BYTES):
                self._link.publish(f"worker.{worker}", round_type(frames), self._messages, b"".join(part))
                self._messages += 1
                part, frames = [], []
            if frame is not None:
                part.append(encoded)
                frames.append(frame)

    def _mailboxes(self, shards: Collection[int]) -> list[str]:
        return sorted({f"worker.{self._owners[shard]}" for shard in shards})

    def _shards_of(self, states: Indices) -> Indices:
        return np.searchsorted(self.bounds, states, side="right") - 1

    # The end

    def collect(self) -> tuple[Floats, Words]:
        """Values and visit counts, [states × actions] each, when every update has been applied."""
        width, parts = self.action_count, []
        self._dumps += 1
        for shard, (first, end) in enumerate(zip(self.bounds[:-1], self.bounds[1:], strict=True)):
            for start in range(0, int(end - first) * width, _CELLS_AT_ONCE):
                count = min(_CELLS_AT_ONCE, int(end - first) * width - start)
                parts.append(self._cells(Dump(Header(self._epoch, shard, sequence=self._dumps), start, count)))
        values = np.concatenate([part.values for part in parts]).reshape(-1, width)
        return values, np.concatenate([part.visits for part in parts]).reshape(-1, width)

    def _cells(self, request: Dump) -> Cells:
        shard, found = request.header.shard, list[Cells]()
        (mailbox,) = self._mailboxes([shard])
        self._link.publish(mailbox, "DUMP", request.header.sequence, request.encode())

        def take(frame: Frame) -> bool:
            if isinstance(frame, Cells) and frame.header == request.header and frame.start == request.start:
                found.append(frame)
            return bool(found)

        self._listen(take, lambda: [mailbox])
        if len(found[0].values) != request.count or not np.isfinite(found[0].values).all():
            raise InternalError(
                f"shard {shard} hands out {len(found[0].values)} cells where {request.count} were asked for"
            )
        if found[0].updates != self._issued[shard]:
            raise InternalError(f"shard {shard} applied {found[0].updates} updates of {self._issued[shard]} issued")
        return found[0]

    def close(self) -> None:
        """Dismisses the workers, those that stand by too, and leaves."""
        try:
            for name in [*self._own, *self._standing_by]:
                self._link.publish(
                    f"worker.{name}", "STOP", 0, Stop(Header(self._epoch), "the run is complete").encode()
                )
        finally:
            self._link.close()

    def __enter__(self) -> Master:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # A master that fails leaves without STOP: its workers notice, and offer themselves to the next one.
        self.close() if error is None else self._link.close()

    # Listening

    def _listen(self, take: Callable[[Frame], bool], waiting_for: Callable[[], Collection[str]]) -> None:
        """Takes frames of this epoch until `take` says that it is enough; probes those who are waited for in a lull."""
        heard = time.monotonic()
        while True:
            event = self._link.receive(_LULL_SECONDS)
            if event is None:
                if time.monotonic() - heard > _PATIENCE_SECONDS:
                    raise UnavailableError(
                        f"nothing came from {', '.join(waiting_for())} for {_PATIENCE_SECONDS:.0f} s"
                    )
                self._probe(waiting_for())
            elif event.what == "returned":
                self._take_return(event)
            elif event.mailbox == "control" and self._is_offer(event):
                self._take_offer(event)
            else:
                heard = time.monotonic()
                for frame in self._readable(event):
                    if frame.header.epoch == self._epoch and take(frame):
                        return

    @staticmethod
    def _is_offer(event: Event) -> bool:
        return event.body[6:8] == Kind.JOIN.to_bytes(2, "little")

    @staticmethod
    def _readable(event: Event) -> list[Frame]:
        try:
            return decode(event.body)
        except FrameError as error:
            log.warning("ignored a malformed frame in %s: %s", event.mailbox, error)
            return []

    def _take_offer(self, event: Event) -> None:
        offer = self._offer(event)
        if offer is None:
            return
        epoch, name = offer.header.epoch, offer.worker
        if name not in self._own:
            self._standing_by.add(name)
            # Somebody to spare may be there because one of its own is gone; and offers leave no lull.
            self._probe([f"worker.{each}" for each in (name, *self._own)])
        elif epoch < self._epoch:
            if self._ready:
                raise UnavailableError(f"worker {name} has begun anew, without its shards")
            self._send_assignment(name)
        elif not offer.header.sequence:
            raise UnavailableError(f"worker {name} has lost its shards")

    def _take_return(self, event: Event) -> None:
        name = event.mailbox.removeprefix("worker.")
        if name in self._own:
            raise UnavailableError(f"nobody reads {event.mailbox} of run {self._link.run} any more: a worker is gone")
        self._standing_by.discard(name)

    def _probe(self, mailboxes: Collection[Any]) -> None:
        for mailbox in list(mailboxes)[:256]:
            self._link.publish(mailbox, "PROBE", 0, Probe(Header(self._epoch)).encode())
