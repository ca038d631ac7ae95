"""The protocol of `docs/protocol.md`: frames, the arithmetic of a shard, a worker and a master over RabbitMQ."""
