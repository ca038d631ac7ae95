"""Many schedules, some at the same time."""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from chaosrun import scoreboard
from chaosrun.disk import can_mount
from chaosrun.fire import Fire
from chaosrun.outcome import Outcome
from chaosrun.schedule import HEARTBEAT_SECONDS, KINDS, LOCAL, Schedule, draw
from comparison.servers import RabbitMQ, Unavailable

# A signal ends a run in seconds (the summary says in how many); a run that does not end at all is found by this, on a slow
# and busy machine too.
SIGNAL_LIMIT_SECONDS = 60.0


def say(text: str) -> None:
    print(f"chaos: {text}", file=sys.stderr, flush=True)


class Campaign:
    """Carries schedules out; every thread has a broker of its own, which its schedules share."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.local = threading.local()
        self.brokers: list[RabbitMQ] = []
        self.digests: dict[tuple[str, ...], str] = {}
        self.lock = threading.Lock()
        self.is_over = False

    def reference(self, schedule: Schedule) -> str:
        """The digest of the same run on one table in one thread; computed once."""
        with self.lock:
            if schedule.arguments not in self.digests:
                command = [str(self.options.shardq), "train", *schedule.arguments, "--broker", "none"]
                command += ["--no-evaluation", "--quiet", "--json"]
                result = subprocess.run(command, capture_output=True, text=True, check=True)
                self.digests[schedule.arguments] = json.loads(result.stdout)["tableDigest"]
            return self.digests[schedule.arguments]

    def broker(self) -> RabbitMQ:
        """This thread's broker, which is there and takes connections."""
        if getattr(self.local, "broker", None) is None:
            broker = RabbitMQ(f"heartbeat = {HEARTBEAT_SECONDS}\n")
            with self.lock:
                self.brokers.append(broker)
            self.local.broker = broker
        return self.local.broker

    def carry_out(self, schedule: Schedule) -> Outcome:
        """Runs one schedule in a folder of its own and judges how it ended."""
        if self.is_over:
            raise KeyboardInterrupt
        reference = self.reference(schedule)
        folder = Path(tempfile.mkdtemp(prefix="shardq-chaos-"))
        try:
            return self._judge(schedule, folder, reference)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _judge(self, schedule: Schedule, folder: Path, reference: str) -> Outcome:
        broker = None if schedule.layout == LOCAL else self.broker()
        outcome = Fire(schedule, self.options.shardq, broker, folder, lambda: self.is_over).run()
        if not outcome.failure and outcome.digest != reference:
            outcome.failure = f"its digest is {outcome.digest[:16]}…, without faults it is {reference[:16]}…"
        if not outcome.failure and (outcome.lost or outcome.duplicated):
            outcome.failure = f"{outcome.lost} transitions lost, {outcome.duplicated} duplicated"
        if not outcome.failure and any(seconds > SIGNAL_LIMIT_SECONDS for seconds in outcome.interruptions):
            outcome.failure = f"SIGINT took {max(outcome.interruptions):.1f} s"
        if outcome.failure:
            kept = self.options.output / f"seed-{schedule.seed}"
            shutil.rmtree(kept, ignore_errors=True)
            self.options.output.mkdir(parents=True, exist_ok=True)
            shutil.copytree(folder, kept, ignore=shutil.ignore_patterns("shardq-scratch-*"))
            (kept / "schedule.txt").write_text(f"{schedule}\n{schedule!r}\n{outcome!r}\n")
        return outcome

    def close(self) -> None:
        """Ends the brokers."""
        self.is_over = True
        for broker in self.brokers:
            broker.kill_node()
            broker.stop()


def chosen(options: argparse.Namespace) -> list[Schedule]:
    """The schedules that were asked for."""
    mounts = can_mount()
    if not mounts:
        say("no right to mount a file system: no schedule has a full disk")
    first = options.seed * 1000
    seeds = [options.only] if options.only is not None else list(range(first, first + options.schedules))
    return [draw(seed, mounts, options.faults) for seed in seeds]


def run(options: argparse.Namespace) -> int:
    """Carries the schedules out; 0 when every one ended as it must."""
    schedules = chosen(options)
    if options.list:
        print("\n".join(f"{schedule.seed}: {schedule}" for schedule in schedules))
        return 0
    campaign = Campaign(options)
    kinds = "" if options.faults == KINDS else f" --faults '{','.join(options.faults)}'"
    begin = time.monotonic()
    outcomes: list[Outcome] = []
    pool = ThreadPoolExecutor(options.jobs)
    try:
        futures = {pool.submit(campaign.carry_out, schedule): schedule for schedule in schedules}
        for future in as_completed(futures):
            outcome, schedule = future.result(), futures[future]
            outcomes.append(outcome)
            verdict = outcome.failure or f"ok in {outcome.seconds:.1f} s, {outcome.rollbacks} returns"
            say(f"{len(outcomes)}/{len(schedules)} seed {schedule.seed}, {schedule}: {verdict}")
            if outcome.failure:
                say(f"logs in {options.output}/seed-{schedule.seed}; again: scripts/chaos --only {schedule.seed}{kinds}")
    except Unavailable as error:
        say(str(error))
        return 69
    finally:
        campaign.is_over = True
        pool.shutdown(cancel_futures=True)
        campaign.close()
    print("\n".join(scoreboard.lines(outcomes, time.monotonic() - begin)))
    return 1 if any(outcome.failure for outcome in outcomes) else 0
