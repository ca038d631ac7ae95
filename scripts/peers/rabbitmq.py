"""A queue of one's own on RabbitMQ through pika: transient, without acknowledgements, as fast as pika goes."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pika
from pika.adapters.blocking_connection import BlockingChannel


class Mailbox:
    """A connection that consumes one queue and publishes to others through the default exchange."""

    def __init__(self, broker: str, queue: str | None = None) -> None:
        self.connection = pika.BlockingConnection(pika.URLParameters(broker))
        self.channel: BlockingChannel = self.connection.channel()
        self.queue = queue or self.new_queue()
        self.deliveries: Iterator | None = None

    def new_queue(self) -> str:
        """Declares a queue that the broker names and that goes when its consumer goes."""
        return self.channel.queue_declare("", auto_delete=True).method.queue

    def publish(self, queue: str, body: bytes) -> None:
        self.channel.basic_publish("", queue, body)

    def take(self) -> bytes:
        """Waits for the next message."""
        if self.deliveries is None:
            self.deliveries = self.channel.consume(self.queue, auto_ack=True)
        return next(self.deliveries)[2]

    def serve(self, handle: Callable) -> None:
        """Calls `handle` for each message until the process ends."""
        self.channel.basic_consume(self.queue, handle, auto_ack=True)
        self.channel.start_consuming()
