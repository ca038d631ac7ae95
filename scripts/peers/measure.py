"""What every peer shares: the workload's constants, its options, the clocks and the one line of JSON.

The workload is a walk over `states` states with four actions, s' = (1664525 s + 1013904223 a + 12345) mod states,
rewarded with 1 wherever s' is a multiple of 97, learned by epsilon-greedy Q-learning.
Only the standard library is used here, so that each peer's environment needs no more than that peer.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ACTIONS = 4
EPSILON = 0.1
STEP_SIZE = 0.1
DISCOUNT = 0.95
MULTIPLIER = 1664525
ACTION_STRIDE = 1013904223
INCREMENT = 12345
REWARD_PERIOD = 97

WARM_UP_SECONDS = 0.5
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


def options(
    description: str | None,
    *,
    broker: bool = False,
    redis: bool = False,
    tuned: bool = False,
    warm_up: float = WARM_UP_SECONDS,
) -> argparse.Namespace:
    """Reads the options that all peers understand, and the addresses that this one needs."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--states", type=int, default=1_000_003)
    parser.add_argument("--lanes", type=int, default=256)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--warm-up", type=float, default=warm_up, help="seconds that are run but not counted")
    if broker:
        parser.add_argument("--broker", default="amqp://guest:guest@127.0.0.1:5672/%2F", help="AMQP address")
        parser.add_argument("--broker-pid", type=int, help="process whose CPU time counts as the broker's")
    if tuned:
        parser.add_argument("--tuned", action="store_true", help="the faster of two ways to write it")
    if redis:
        parser.add_argument("--redis", default="redis://127.0.0.1:6379/0", help="Redis address")
        parser.add_argument("--redis-pid", type=int, help="process whose CPU time counts as the broker's")
    return parser.parse_args()


def process_seconds(process: int) -> float:
    """CPU seconds that another process, with its reaped children, has used; in clock ticks, so 10 ms apart."""
    try:
        text = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return 0.0
    fields = text.rpartition(")")[2].split()
    return sum(int(field) for field in fields[11:15]) / TICKS_PER_SECOND


def descendants(process: int) -> list[int]:
    """All living children of a process, their children, and so on."""
    try:
        tasks = list(Path(f"/proc/{process}/task").iterdir())
        children = [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except OSError:
        return []
    return children + [below for child in children for below in descendants(child)]


@dataclass
class Clocks:
    """The CPU clocks of one run: this process, its workers, and the servers between them."""

    workers: tuple[int, ...] = ()
    servers: tuple[int, ...] = ()

    def read(self) -> tuple[float, float, float]:
        return (
            time.process_time(),
            sum(map(process_seconds, self.workers)),
            sum(map(process_seconds, self.servers)),
        )


@dataclass
class Measurement:
    """What one run came to."""

    transitions: int
    seconds: float
    master: float
    workers: float
    broker: float
    rewards: float | None = None


def processes(*candidates: int | None) -> tuple[int, ...]:
    """The processes that are really there, for options that may be absent."""
    return tuple(process for process in candidates if process)


def measure(
    play: Callable[[], tuple[int, float]], run: argparse.Namespace, clocks: Clocks | None = None
) -> Measurement:
    """Plays until the time is over; `play` does some rounds and returns how many transitions and rewards they gave."""
    clocks = clocks or Clocks()
    end_of_warm_up = time.perf_counter() + run.warm_up
    play()
    while time.perf_counter() < end_of_warm_up:
        play()
    before = clocks.read()
    begin = time.perf_counter()
    end = begin + run.seconds
    now, transitions, rewards = begin, 0, 0.0
    while now < end:
        played, rewarded = play()
        transitions += played
        rewards += rewarded
        now = time.perf_counter()
    used = [after - earlier for after, earlier in zip(clocks.read(), before)]
    return Measurement(transitions, now - begin, used[0], used[1], used[2], rewards)


def check_rewards(result: Measurement, states: int) -> None:
    """Fails when a run over the usual table earns what no correct learner earns.

    Chance is 1/97 a step; a learner settles near 0.14 at 1,000,003 states once it has made some ten million steps.
    The bound is wide, because slow peers are still early on that curve.
    """
    if result.rewards is None or states != 1_000_003 or result.transitions < 20_000_000:
        return
    mean = result.rewards / result.transitions
    if not 0.05 < mean < 0.25:
        sys.exit(f"mean reward a step {mean:.4f} is not that of a learner on this workload")


def report(who: str, variant: str, run: argparse.Namespace, result: Measurement, lanes: int | None = None) -> None:
    """Prints the one object on standard output, after a check of what was learned."""
    check_rewards(result, run.states)
    per_transition = 1e6 / max(result.transitions, 1)
    answer = {
        "who": who,
        "variant": variant,
        "states": run.states,
        "lanes": run.lanes if lanes is None else lanes,
        "transitionsPerSecond": round(result.transitions / result.seconds, 1),
        "cpuMicrosecondsPerTransition": {
            "master": round(result.master * per_transition, 5),
            "workers": round(result.workers * per_transition, 5),
            "broker": round(result.broker * per_transition, 5),
        },
    }
    if result.rewards is not None:
        answer["meanReward"] = round(result.rewards / max(result.transitions, 1), 5)
    print(json.dumps(answer))


@contextmanager
def ended_afterwards(workers: Iterable) -> Iterator[None]:
    """Ends worker processes (anything with `terminate` and `join`) whatever happens in between."""
    try:
        yield
    finally:
        for worker in workers:
            worker.terminate()
        for worker in workers:
            worker.join()
