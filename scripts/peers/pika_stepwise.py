"""The design as first described: one lane, JSON, every step broadcast to two workers over RabbitMQ.

A step is COMPUTE_Q to both workers, two answers that are summed (the worker that does not own the state answers
zeros), an action, and an UPDATE_Q to both once the next answers have given the target's bootstrap.
"""

from __future__ import annotations

import json
import multiprocessing
import random
from collections.abc import Callable

import pika

from measure import ACTION_STRIDE, ACTIONS, DISCOUNT, EPSILON, INCREMENT, MULTIPLIER, REWARD_PERIOD, STEP_SIZE
from measure import Clocks, ended_afterwards, measure, options, processes, report
from rabbitmq import Mailbox

WORKERS = 2
STEPS_BETWEEN_CLOCKS = 20


def work(broker: str, shard: int, queue: str, replies: str) -> None:
    table: dict[int, list[float]] = {}
    zeros = [0.0] * ACTIONS
    mailbox = Mailbox(broker, queue)

    def handle(channel: object, method: object, properties: pika.BasicProperties, body: bytes) -> None:
        message = json.loads(body)
        owned = message["state"] % WORKERS == shard
        if message["kind"] == "COMPUTE_Q":
            values = table.get(message["state"], zeros) if owned else zeros
            mailbox.publish(replies, json.dumps({"step": message["step"], "values": values}).encode())
        elif owned:
            row = table.setdefault(message["state"], [0.0] * ACTIONS)
            row[message["action"]] += STEP_SIZE * (message["target"] - row[message["action"]])

    mailbox.serve(handle)


def player(mailbox: Mailbox, queues: list[str], states: int) -> Callable[[], tuple[int, float]]:
    """The master: a function that plays some steps."""
    uniform = random.Random(1).random
    state, step = int(uniform() * states), 0
    last: tuple[int, int, float] | None = None

    def broadcast(message: dict[str, object]) -> None:
        for queue in queues:
            mailbox.publish(queue, json.dumps(message).encode())

    def play_one() -> float:
        nonlocal state, step, last
        broadcast({"kind": "COMPUTE_Q", "step": step, "state": state})
        answers = [json.loads(mailbox.take())["values"] for _ in queues]
        values = [sum(parts) for parts in zip(*answers)]
        if last is not None:
            target = last[2] + DISCOUNT * max(values)
            broadcast({"kind": "UPDATE_Q", "step": step, "state": last[0], "action": last[1], "target": target})
        action = int(uniform() * ACTIONS) if uniform() < EPSILON else values.index(max(values))
        following = (state * MULTIPLIER + action * ACTION_STRIDE + INCREMENT) % states
        reward = 1.0 if following % REWARD_PERIOD == 0 else 0.0
        last, state, step = (state, action, reward), following, step + 1
        return reward

    return lambda: (STEPS_BETWEEN_CLOCKS, sum(play_one() for _ in range(STEPS_BETWEEN_CLOCKS)))


def main() -> None:
    run = options(__doc__, broker=True)
    mailbox = Mailbox(run.broker)
    queues = [mailbox.new_queue() for _ in range(WORKERS)]
    workers = [
        multiprocessing.Process(target=work, args=(run.broker, shard, queue, mailbox.queue), daemon=True)
        for shard, queue in enumerate(queues)
    ]
    for worker in workers:
        worker.start()
    with ended_afterwards(workers):
        clocks = Clocks(processes(*(worker.pid for worker in workers)), processes(run.broker_pid))
        result = measure(player(mailbox, queues, run.states), run, clocks)
    report("pika", "stepwise, JSON, 2 workers", run, result, lanes=1)


if __name__ == "__main__":
    # A worker must not inherit the master's open connection.
    multiprocessing.set_start_method("spawn")
    main()
