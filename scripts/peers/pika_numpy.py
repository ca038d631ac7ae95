"""pika with numpy: many lanes, one fused binary message a shard and round over RabbitMQ, two worker processes."""

from __future__ import annotations

import multiprocessing

from lanes import SHARDS, FusedDriver, Shard, pack, values_of
from measure import Clocks, ended_afterwards, measure, options, processes, report
from rabbitmq import Mailbox


def work(broker: str, states: int, number: int, queue: str, replies: str) -> None:
    shard = Shard(states)
    mailbox = Mailbox(broker, queue)
    tag = bytes([number])
    mailbox.serve(lambda channel, method, properties, body: mailbox.publish(replies, tag + shard.answer(body)))


def main() -> None:
    run = options(__doc__, broker=True)
    mailbox = Mailbox(run.broker)
    queues = [mailbox.new_queue() for _ in range(SHARDS)]
    workers = [
        multiprocessing.Process(target=work, args=(run.broker, run.states, number, queue, mailbox.queue), daemon=True)
        for number, queue in enumerate(queues)
    ]
    for worker in workers:
        worker.start()
    driver = FusedDriver(run.lanes, run.states)

    def play() -> tuple[int, float]:
        for queue, message in zip(queues, driver.messages()):
            mailbox.publish(queue, pack(*message))
        answers = sorted((mailbox.take() for _ in queues), key=lambda answer: answer[0])
        return driver.accept([values_of(answer, 1) for answer in answers])

    with ended_afterwards(workers):
        clocks = Clocks(processes(*(worker.pid for worker in workers)), processes(run.broker_pid))
        result = measure(play, run, clocks)
    report("pika", "numpy, 2 workers", run, result)


if __name__ == "__main__":
    # A worker must not inherit the master's open connection.
    multiprocessing.set_start_method("spawn")
    main()
