"""The messages of a run, decoded as they pass."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any

from shardq.errors import UnavailableError
from shardq.protocol.decoding import frames
from shardq.protocol.frames import Form, Frame, FrameError, Join, Probe, QValues, Round, Stop
from shardq.protocol.link import Event, Listener

_PAUSE_SECONDS = 0.1
_LULL_SECONDS = 0.5
_QUEUED = 10_000
_SHOWN = 8


@dataclass(frozen=True)
class Seen:
    """A message that has passed: when, to which mailbox, and what it says."""

    seconds: float
    mailbox: str
    type: str
    correlation: int | None
    frames: tuple[Frame, ...]
    problem: str | None = None

    def __str__(self) -> str:
        words = "; ".join(map(describe, self.frames)) or "no frame"
        problem = f" MALFORMED: {self.problem}" if self.problem else ""
        return f"{self.seconds:9.3f} {self.mailbox:<16} {self.type:<18} {words}{problem}"


def describe(frame: Frame) -> str:
    """A frame in a line."""
    header = frame.header
    parts = [f"epoch {header.epoch}"]
    if frame.kind.name in ("ROUND", "Q_VALUES", "DUMP", "CELLS", "LOAD", "LOADED", "READY"):
        parts.append(f"shard {header.shard} cohort {header.cohort} number {header.sequence}")
    if isinstance(frame, Join):
        parts.append(f"worker {frame.worker} has {header.sequence} shards")
    elif isinstance(frame, Round):
        parts.append(f"cells {_few(frame.cells)} → {_few(frame.targets)}, rows {_few(frame.rows)} as {frame.form.name}")
    elif isinstance(frame, QValues):
        chosen = "" if frame.actions is None else f", {_chosen(frame)} {_few(frame.actions)}"
        parts.append(f"values {_few(frame.values.ravel())}{chosen}")
    elif isinstance(frame, Stop):
        parts.append(repr(frame.reason))
    else:
        own = {name: value for name, value in vars(frame).items() if name not in ("header", "values", "visits")}
        parts += [f"{name.replace('_', ' ')} {value}" for name, value in own.items()]
    return " ".join(parts)


def _chosen(frame: QValues) -> str:
    return "sets" if frame.form == Form.TIES else "actions"


def _few(numbers: Any) -> str:
    shown = " ".join(
        f"{number:g}" if isinstance(number, float) else str(number) for number in numbers[:_SHOWN].tolist()
    )
    more = f" … {len(numbers)} in all" if len(numbers) > _SHOWN else ""
    return f"[{shown}{more}]"


def watch(
    run: str,
    broker: str | None = None,
    *,
    wait: float = 60,
    mailboxes: str = ".*",
    types: Collection[str] = (),
    workers: Collection[str] = (),
    found: Callable[[], None] = lambda: None,
) -> Iterator[Seen]:
    """Yields the messages of a run from now on, until its master leaves; waits for a run that has not begun.

    `mailboxes` is a regular expression for `control`, `replies` and `worker.NAME`; `types` are types of
    AMQP such as UPDATE_Q, or parts of them between plus signs, all unless given. Who watches gets copies and hinders
    nobody: a mailbox is listened to only while its reader is there, since messages to one that is gone have to return
    to their senders. A watcher that is too slow misses the oldest of its messages: at most 10,000 wait for it.
    `workers` are names that are known: mailboxes of others are found when they say that they live, every two seconds.
    `found` is called once, when there is a master and it is listened to.
    """
    return _listen(Listener(broker, run, _QUEUED), wait, re.compile(mailboxes), set(types), workers, found)


def _listen(
    listener: Listener,
    wait: float,
    pattern: re.Pattern[str],
    wanted: set[str],
    workers: Collection[str],
    found: Callable[[], None],
) -> Iterator[Seen]:
    begin = time.monotonic()
    is_found = False
    try:
        while True:
            if not is_found:
                is_found = listener.look("control") and listener.look("replies")
                if not is_found and time.monotonic() - begin > wait:
                    raise UnavailableError(f"there is no master of run {listener.run}")
                if is_found:
                    for name in workers:
                        listener.look(f"worker.{name}")
                    found()
            event = listener.receive(_LULL_SECONDS if is_found else _PAUSE_SECONDS)
            if event is None:
                if is_found and not listener.look("control"):
                    return
                continue
            seen = _seen(event, time.monotonic() - begin)
            for frame in seen.frames:
                # Whoever sends these asks whether a reader is there, and has to hear that none is.
                if isinstance(frame, (Join, Probe)):
                    listener.look(event.mailbox)
                if isinstance(frame, Join) and not listener.hears(f"worker.{frame.worker}"):
                    listener.look(f"worker.{frame.worker}")
            if pattern.fullmatch(event.mailbox) and (not wanted or wanted & {event.type, *event.type.split("+")}):
                yield seen
    finally:
        listener.close()


def _seen(event: Event, seconds: float) -> Seen:
    read: list[Frame] = []
    problem = None
    try:
        read.extend(frames(event.body))
    except FrameError as error:
        problem = str(error)
    return Seen(seconds, event.mailbox, event.type, event.correlation, tuple(read), problem)
