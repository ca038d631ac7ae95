"""How long a run with a large table stands still when a worker or the broker dies."""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

from chaosrun.children import Child, Identity, descendants
from chaosrun.schedule import HEARTBEAT_SECONDS
from chaosrun.scoreboard import percentile, times
from comparison.servers import RabbitMQ, Unavailable

DEATHS = 20
BROKER_RESTARTS = 5
WORKER_TARGET_SECONDS = 3.0
BROKER_TARGET_SECONDS = 5.0
LIMIT_SECONDS = 60.0
GOING_ON = "the rounds go on"


class Overdue(Exception):
    """The run did not go on in time."""


class LargeRun:
    """`train` with a million states on a broker of the script's own; it replaces its workers itself."""

    def __init__(self, program: Path, broker: RabbitMQ, folder: Path) -> None:
        command = [str(program), "train", "synthetic", "--states", "1000003", "--steps", "100000000000"]
        command += ["--broker", broker.address.replace("guest:guest@", ""), "--workers", "2"]
        command += ["--output", str(folder / "run"), "--checkpoint-every", "5s", "--no-evaluation", "--quiet", "--verbose"]
        credentials = {"SHARDQ_AMQP_USER": "guest", "SHARDQ_AMQP_PASSWORD": "guest"}
        self.broker = broker
        self.known: dict[int, Identity] = {}
        self.main = Child(command, {**os.environ, **credentials, "TMPDIR": str(folder)}, folder, "train")

    def workers(self) -> list[Identity]:
        """The worker processes that are there."""
        found = [each for each in descendants(self.main.pid) if each.is_worker]
        self.known.update({each.pid: each for each in found})
        return found

    def await_rounds(self, since: float) -> float:
        """Waits until a round was applied after a moment; the time at which it was."""
        limit = time.monotonic() + LIMIT_SECONDS
        while time.monotonic() < limit:
            going = next((moment for moment in self.main.moments(GOING_ON) if moment > since), None)
            if going:
                return going
            if self.main.code is not None:
                raise Overdue(f"the run ended with code {self.main.code}: {self.main.said[-300:]}")
            time.sleep(0.01)
        raise Overdue(f"no round within {LIMIT_SECONDS:.0f} s: {self.main.said[-300:]}")

    def kill_worker(self, dice: random.Random) -> float:
        """Kills one; the seconds until rounds went on."""
        victim = dice.choice(self.workers())
        moment = time.monotonic()
        victim.send(signal.SIGKILL)
        return self.await_rounds(moment) - moment

    def restart_broker(self) -> float:
        """Kills the broker and starts it again; the seconds from when it listened until rounds went on."""
        self.broker.kill_node()
        self.broker.launch_node()
        self.broker.wait_for(self.broker.port)
        moment = time.monotonic()
        return self.await_rounds(moment) - moment

    def interrupt(self) -> float:
        """Ends the run in good order; the seconds that this took."""
        moment = time.monotonic()
        self.main.send(signal.SIGINT)
        self.main.process.wait(LIMIT_SECONDS)
        return time.monotonic() - moment

    def close(self) -> None:
        """Ends what is left."""
        self.main.close()
        for each in self.known.values():
            each.send(signal.SIGKILL)


def measure(options: argparse.Namespace) -> int:
    """Prints the times; 0 when they keep the targets."""
    folder = Path(tempfile.mkdtemp(prefix="shardq-chaos-"))
    dice = random.Random(options.seed)
    deaths: list[float] = []
    restarts: list[float] = []
    try:
        broker = RabbitMQ(f"heartbeat = {HEARTBEAT_SECONDS}\n")
    except Unavailable as error:
        print(f"chaos: {error}", file=sys.stderr)
        return 69
    try:
        run = LargeRun(options.shardq, broker, folder)
        try:
            run.await_rounds(0)
            for number in range(DEATHS + BROKER_RESTARTS):
                # Anywhere between two checkpoints, also while one is written.
                time.sleep(dice.uniform(2, 8))
                if number < DEATHS:
                    deaths.append(run.kill_worker(dice))
                else:
                    restarts.append(run.restart_broker())
                seconds = (deaths + restarts)[-1]
                print(f"chaos: {'worker' if number < DEATHS else 'broker'}: {seconds:.2f} s", file=sys.stderr, flush=True)
            time.sleep(3)
            ending = run.interrupt()
        except Overdue as error:
            print(f"chaos: {error}", file=sys.stderr)
            return 1
        finally:
            run.close()
            options.output.mkdir(parents=True, exist_ok=True)
            shutil.copy(run.main.log, options.output / "recovery-time.log")
    finally:
        broker.kill_node()
        broker.stop()
        shutil.rmtree(folder, ignore_errors=True)
    print(f"worker killed to next round, 1,000,003 states    {times(deaths)} (target: p95 <= {WORKER_TARGET_SECONDS:.0f} s)")
    print(f"broker listens to next round, 1,000,003 states   {times(restarts)} (target: {BROKER_TARGET_SECONDS:.0f} s)")
    print(f"SIGINT to the exit, with a checkpoint            {ending:.2f} s")
    return 0 if percentile(deaths, 0.95) <= WORKER_TARGET_SECONDS and max(restarts) <= BROKER_TARGET_SECONDS else 1
