"""srl-framework's tabular Q-learning, distributed: one actor and one trainer, transitions over RabbitMQ.

The framework keeps its task board and its parameters in Redis. What is counted is what its trainer reports there,
about once a second; the clocks are read at those moments. It is left at its own settings but for the reports.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import time
from multiprocessing.synchronize import Event
from pathlib import Path

# The framework's own processes import the environment from here.
os.environ["PYTHONPATH"] = str(Path(__file__).resolve().parent)

import srl  # noqa: E402
from srl.algorithms import ql  # noqa: E402
from srl.runner.distribution import server_actor, server_trainer  # noqa: E402
from srl.runner.distribution.callback import ActorServerCallback, TrainerServerCallback  # noqa: E402
from srl.runner.distribution.connector_configs import RabbitMQParameters, RedisParameters  # noqa: E402
from srl.runner.distribution.server_manager import TaskManager  # noqa: E402

import srl_walk  # noqa: E402
from measure import DISCOUNT, EPSILON, STEP_SIZE, Clocks, Measurement, descendants  # noqa: E402
from measure import options, process_seconds, processes, report  # noqa: E402

REPORT_SECONDS = 1
START_LIMIT_SECONDS = 60.0
NEVER = 2**40


class Until(ActorServerCallback, TrainerServerCallback):
    """Ends a server of the framework, and with it the process that it started, once the event is set."""

    def __init__(self, over: Event) -> None:
        self.over = over

    def on_polling(self, **kwargs: object) -> bool:
        return self.over.is_set()


def run_server(actor: bool, redis: RedisParameters, rabbitmq: RabbitMQParameters, over: Event) -> None:
    server = server_actor if actor else server_trainer
    server.run_forever(redis, rabbitmq, [Until(over)], keepalive_interval=REPORT_SECONDS)


def next_report(task: TaskManager, after: int, limit: float) -> int:
    """Waits until the trainer has reported more than `after` transitions."""
    while time.perf_counter() < limit:
        count = task.get_train_count()
        if count > after:
            return count
        time.sleep(0.005)
    sys.exit("srl-framework: the trainer reports no progress")


def watch(task: TaskManager, seconds: float, warm_up: float, clocks: Clocks) -> Measurement:
    """Measures from one report of the trainer to another."""
    count = next_report(task, 0, time.perf_counter() + START_LIMIT_SECONDS)
    warm = time.perf_counter() + warm_up
    while time.perf_counter() < warm:
        count = next_report(task, count, warm + START_LIMIT_SECONDS)
    clocks.workers, masters = descend(clocks.workers)

    def used() -> tuple[float, float, float]:
        _, workers, servers = clocks.read()
        return sum(map(process_seconds, masters)), workers, servers

    first, begin, before = count, time.perf_counter(), used()
    now = begin
    while now < begin + seconds:
        count = next_report(task, count, now + START_LIMIT_SECONDS)
        now = time.perf_counter()
    master, workers, broker = (late - early for early, late in zip(before, used()))
    return Measurement(count - first, now - begin, master, workers, broker)


def descend(servers: tuple[int, ...]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The processes of the trainer's server and of the actor's, each with the one that it started."""
    trainer, actor = servers
    return (trainer, *descendants(trainer)), (actor, *descendants(actor))


def main() -> None:
    run = options(__doc__, broker=True, redis=True, warm_up=3.0)
    # The framework's processes talk on standard output, which belongs to the result.
    output = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    redis = RedisParameters(url=run.redis)
    rabbitmq = RabbitMQParameters(url=run.broker, ssl=False, queue_name="srl-framework")
    over = multiprocessing.Event()
    servers = [
        multiprocessing.Process(target=run_server, args=(actor, redis, rabbitmq, over)) for actor in (False, True)
    ]
    learner = ql.Config(epsilon=EPSILON, lr=STEP_SIZE, discount=DISCOUNT)
    runner = srl.Runner(srl.EnvConfig(srl_walk.NAME, kwargs={"states": run.states}), learner)
    runner.train_distribution_start(
        redis, actor_num=1, max_train_count=NEVER, enable_progress=False, callbacks=[srl_walk.Registration()]
    )
    for server in servers:
        server.start()
    task = TaskManager(redis)
    clocks = Clocks(processes(*(server.pid for server in servers)), processes(run.broker_pid, run.redis_pid))
    try:
        result = watch(task, run.seconds, run.warm_up, clocks)
    finally:
        task.finished("measured")
        over.set()
        for server in servers:
            server.join(timeout=10)
    os.dup2(output, sys.stdout.fileno())
    report("srl-framework", "1 actor, 1 trainer", run, result, lanes=1)


if __name__ == "__main__":
    main()
