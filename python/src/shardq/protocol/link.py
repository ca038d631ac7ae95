"""A node's way to its run: one connection of pika, mailboxes, and what comes back."""

from __future__ import annotations

import os
import re
import secrets
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Literal

from shardq.errors import ConfigurationError, ShardQError, UnavailableError, UsageError

CHECK = "CHECK"
# What a node with several brokers asks, and what it is answered.
ROUTE, ROUTED = "ROUTE", "ROUTED"
_CHECK_SECONDS = 1.0
_CHECKS_AT_ONCE = 1024
_HEARTBEAT_SECONDS = 30
_NOT_FOUND, _LOCKED = 404, 405


class ConnectionLostError(UnavailableError):
    """The connection, or one of its queues, is gone; whoever wants to go on connects again."""


class MailboxTakenError(UnavailableError):
    """Another node reads this mailbox."""


@dataclass(frozen=True)
class Event:
    """A message that has come to one of the own mailboxes, or an own one that found no reader."""

    what: Literal["delivery", "returned"]
    mailbox: str
    type: str
    correlation: int | None
    body: bytes


def broker_url(broker: str | None) -> str:
    """The broker that is named, or the one of SHARDQ_BROKER; with the user of SHARDQ_AMQP_USER if there is one."""
    url = broker or os.environ.get("SHARDQ_BROKER")
    if not url:
        raise UsageError("no broker: give broker='amqp://HOST:PORT', or set SHARDQ_BROKER")
    if not re.match("amqps?://", url):
        raise UsageError(f"broker {url.split('@')[-1]!r}: an address is amqp://HOST:PORT/VHOST or amqps://…")
    return url


class Connection:
    """A connection of pika to the exchange of a run, and the events that have come."""

    def __init__(self, broker: str | None, run: str) -> None:
        if not re.fullmatch(r"[A-Za-z0-9._-]{1,60}", run):
            raise UsageError(f"run {run!r}: a name has 1 to 60 letters, digits, '-', '_' or '.'")
        self.run = run
        self.exchange = f"shardq.{run}"
        self._events: deque[Event] = deque()
        self._lost: str | None = None
        self._pika = _pika()
        self._connection = self._connect(broker_url(broker))
        self._channel = self._connection.channel()
        self._channel.add_on_cancel_callback(self._take_cancel)

    def _connect(self, url: str) -> Any:
        parameters = self._pika.URLParameters(url)
        if user := os.environ.get("SHARDQ_AMQP_USER"):
            parameters.credentials = self._pika.PlainCredentials(user, _password())
        parameters.heartbeat = _HEARTBEAT_SECONDS
        try:
            return self._pika.BlockingConnection(parameters)
        except (self._pika.exceptions.ProbableAuthenticationError, self._pika.exceptions.ProbableAccessDeniedError):
            raise ConfigurationError(f"the broker at {parameters.host}:{parameters.port} refuses this user") from None
        except (self._pika.exceptions.AMQPError, OSError):
            raise ConnectionLostError(f"no broker answers at {parameters.host}:{parameters.port}") from None

    @contextmanager
    def _declaring(self) -> Iterator[Any]:
        """A channel of its own: a refusal closes a channel, and the main one goes on."""
        with self._speaking():
            channel = self._connection.channel()
            yield channel
            channel.close()

    @contextmanager
    def _speaking(self) -> Iterator[None]:
        try:
            yield
        except self._pika.exceptions.ChannelClosedByBroker as error:
            kind = MailboxTakenError if error.reply_code == _LOCKED else ConnectionLostError
            raise kind(f"the broker refuses ({error.reply_code}): {error.reply_text}") from None
        except (self._pika.exceptions.AMQPError, OSError) as error:
            raise ConnectionLostError(f"the connection to the broker is gone: {error!r}") from None

    def receive(self, seconds: float) -> Event | None:
        """The next event, or `None` when there is none for so long."""
        limit = time.monotonic() + seconds
        while not self._events:
            with self._speaking():
                self._connection.process_data_events(max(limit - time.monotonic(), 0))
            if self._lost:
                raise ConnectionLostError(self._lost)
            if not self._events and time.monotonic() >= limit:
                return None
        return self._events.popleft()

    def _take_delivery(self, channel: Any, method: Any, properties: Any, body: bytes) -> None:
        if properties.type != CHECK:
            self._events.append(_event("delivery", method.routing_key, properties, body))

    def _take_cancel(self, method: Any) -> None:
        self._lost = "the broker has cancelled a consumer: its queue is gone"

    def close(self) -> None:
        """Leaves."""
        with suppress(self._pika.exceptions.AMQPError, OSError):
            self._connection.close()


class Link(Connection):
    """A node's connection: the run's exchange, and the mailboxes that the node reads.

    A node publishes everything on one channel, so that what it sends to one mailbox arrives in that order.
    """

    def __init__(self, broker: str | None, run: str) -> None:
        super().__init__(broker, run)
        self._tags: dict[str, str] = {}
        self._next_check = time.monotonic() + _CHECK_SECONDS
        self._checked = 0
        self._channel.add_on_return_callback(self._take_return)
        try:
            self._join()
        except BaseException:
            self.close()
            raise

    def _join(self) -> None:
        """Declares the exchange, and keeps it while this node is there by a queue that nobody reads."""
        anchor = f"{self.exchange}.node.{secrets.token_hex(8)}"
        for attempt in range(10):
            try:
                with self._declaring() as channel:
                    channel.queue_declare(anchor, exclusive=True, auto_delete=True)
                    channel.exchange_declare(
                        self.exchange, "direct", auto_delete=True, arguments={"alternate-exchange": self.exchange}
                    )
                    channel.queue_bind(anchor, self.exchange, anchor)
                return
            except ConnectionLostError as error:
                # Between the two the last node has left, and the exchange with it.
                if attempt == 9 or f"({_NOT_FOUND})" not in str(error):
                    raise

    def open(self, mailbox: str) -> None:
        """Makes a mailbox and reads it; `MailboxTakenError` where another node does."""
        queue = f"{self.exchange}.{mailbox}"
        with self._declaring() as channel:
            channel.queue_declare(queue, exclusive=True, auto_delete=True)
            channel.queue_bind(queue, self.exchange, mailbox)
        with self._speaking():
            self._tags[mailbox] = self._channel.basic_consume(queue, self._take_delivery, auto_ack=True, exclusive=True)

    def shut(self, mailbox: str) -> None:
        """Gives a mailbox up, so that another node can open it."""
        with self._speaking():
            self._channel.basic_cancel(self._tags.pop(mailbox))
            self._channel.queue_delete(f"{self.exchange}.{mailbox}")

    def publish(self, mailbox: str, kind: str, correlation: int, body: bytes) -> None:
        """Sends a message; it comes back as an event if nobody reads the mailbox."""
        properties = self._pika.BasicProperties(
            type=kind,
            correlation_id=str(correlation),
            content_type="application/vnd.shardq.words",
            app_id="shardq",
        )
        with self._speaking():
            self._channel.basic_publish(self.exchange, mailbox, body, properties, mandatory=True)

    def receive(self, seconds: float) -> Event | None:
        """The next event, or `None` when there is none for so long; meanwhile the own mailboxes are checked."""
        limit = time.monotonic() + seconds
        while True:
            now = time.monotonic()
            if now >= self._next_check:
                self._check_mailboxes(now)
            event = super().receive(min(limit, self._next_check) - now)
            if event is not None or time.monotonic() >= limit:
                return event

    def _check_mailboxes(self, now: float) -> None:
        """Sends a message to each of the own mailboxes: where it comes back, a cluster has deleted the queue."""
        self._next_check = now + _CHECK_SECONDS
        own = list(self._tags)
        first = self._checked % max(len(own), 1)
        for mailbox in (own[first:] + own[:first])[:_CHECKS_AT_ONCE]:
            self.publish(mailbox, CHECK, 0, b"")
        self._checked = first + _CHECKS_AT_ONCE

    def _take_delivery(self, channel: Any, method: Any, properties: Any, body: bytes) -> None:
        if properties.type == ROUTE:
            self._answer_route(properties.correlation_id, body)
        else:
            super()._take_delivery(channel, method, properties, body)

    def _answer_route(self, correlation: str | None, body: bytes) -> None:
        """Says to a node with several brokers that the mailbox is read here, behind all that it has sent before."""
        words = [int.from_bytes(body[start : start + 4], "little") for start in range(0, len(body), 4)]
        if 1 <= len(words) <= 255 and max(words) < 256 and correlation and correlation.isdecimal():
            with suppress(UnicodeDecodeError):
                self.publish(bytes(words).decode(), ROUTED, int(correlation), b"")

    def _take_return(self, channel: Any, method: Any, properties: Any, body: bytes) -> None:
        if properties.type == ROUTED:
            return
        if properties.type != CHECK:
            self._events.append(_event("returned", method.routing_key, properties, body))
        elif method.routing_key in self._tags:
            self._lost = f"the queue of the mailbox {method.routing_key} is gone"


class Listener(Connection):
    """Copies of what goes to the mailboxes of a run, for somebody who is no node of it."""

    def __init__(self, broker: str | None, run: str, limit: int) -> None:
        super().__init__(broker, run)
        self._bound: set[str] = set()
        with self._speaking():
            arguments = {"x-max-length": limit, "x-overflow": "drop-head"}
            self._queue = self._channel.queue_declare("", exclusive=True, arguments=arguments).method.queue
            self._channel.basic_consume(self._queue, self._take_delivery, auto_ack=True)

    def look(self, mailbox: str) -> bool:
        """Whether a node reads a mailbox; listens to it as long as one does."""
        there = self._is_read(mailbox)
        if there != (mailbox in self._bound):
            with suppress(ConnectionLostError), self._declaring() as channel:
                (channel.queue_bind if there else channel.queue_unbind)(self._queue, self.exchange, mailbox)
                (self._bound.add if there else self._bound.discard)(mailbox)
        return there

    def hears(self, mailbox: str) -> bool:
        """Whether copies from a mailbox come."""
        return mailbox in self._bound

    def _is_read(self, mailbox: str) -> bool:
        """Asks for its queue: another connection's is locked, one that is gone is not found."""
        try:
            with self._declaring() as channel:
                channel.queue_declare(f"{self.exchange}.{mailbox}", passive=True)
        except MailboxTakenError:
            return True
        except ConnectionLostError as error:
            if f"({_NOT_FOUND})" not in str(error):
                raise
        return False


def _event(what: Literal["delivery", "returned"], mailbox: str, properties: Any, body: bytes) -> Event:
    text = properties.correlation_id or ""
    valid = re.fullmatch("[0-9]{1,20}", text) and int(text) < 1 << 64
    return Event(what, mailbox, properties.type or "", int(text) if valid else None, body)


def _password() -> str:
    file = os.environ.get("SHARDQ_AMQP_PASSWORD_FILE")
    if file:
        try:
            with open(file, encoding="utf-8") as lines:
                return lines.readline().rstrip("\n")
        except OSError as error:
            raise ConfigurationError(f"SHARDQ_AMQP_PASSWORD_FILE {file} cannot be read: {error.strerror}") from None
    return os.environ.get("SHARDQ_AMQP_PASSWORD", "")


def _pika() -> Any:
    try:
        import pika
        import pika.exceptions
    except ImportError:
        raise ShardQError("messages need pika: pip install 'shardq[amqp]'") from None
    return pika
