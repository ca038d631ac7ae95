"""One run under fire, from its start to its digest."""

from __future__ import annotations

import heapq
import itertools
import json
import os
import time
from collections.abc import Callable
from pathlib import Path

from chaosrun import schedule as kinds
from chaosrun.children import Child, Identity, descendants
from chaosrun.disk import SmallDisk
from chaosrun.faults import Faults
from chaosrun.outcome import Outcome
from chaosrun.schedule import LOCAL, NODES, TRAIN, Schedule
from comparison.servers import RabbitMQ

# A run that hangs is found by this; one on a slow and busy machine is not.
LIMIT_SECONDS = 900.0
# So long after a disturbance an attempt to start may fail because of it.
AFTERMATH_SECONDS = 60.0


class Failure(Exception):
    """What a run did that it must not."""


class Fire:
    """Starts a run, lets its faults happen, starts again what they ended, and looks at the result."""

    def __init__(
        self, schedule: Schedule, program: Path, broker: RabbitMQ | None, folder: Path, is_over: Callable[[], bool]
    ) -> None:
        self.schedule, self.program, self.broker, self.folder, self.is_over = schedule, program, broker, folder, is_over
        self.outcome = Outcome(schedule.seed)
        self.result = folder / "run"
        self.disk = SmallDisk(self.result) if any(fault.kind == kinds.DISK for fault in schedule.faults) else None
        (folder / "tmp").mkdir(exist_ok=True)
        self.environment = {**os.environ, "TMPDIR": str(folder / "tmp")}
        self.mains: list[Child] = []
        self.workers: list[Child] = []
        self.retired: list[Child] = []
        self.known: dict[int, Identity] = {}
        # What the master is told, and the workers that are kept running: those that join are more.
        self.workers_asked = self.workers_wanted = schedule.workers
        self.numbers = itertools.count()
        self.agenda: list[tuple[float, int, Callable[[], None]]] = []
        self.last_look = 0.0
        self.main_restart: float | None = None
        self.worker_restarts: dict[int, float] = {}
        self.faults = Faults(self)

    # The clock.

    def at(self, moment: float, action: Callable[[], None]) -> None:
        """Has something done at a time to come."""
        heapq.heappush(self.agenda, (moment, next(self.numbers), action))

    def run(self) -> Outcome:
        """Runs to the end; whatever was started is ended then."""
        begin = time.monotonic()
        try:
            self._start_main()
            for index in range(self.workers_wanted if self.schedule.layout == NODES else 0):
                self._start_worker(index)
            if self.schedule.layout != LOCAL:
                self.faults.plan()
            while not self._has_finished():
                # A private node takes its time to start, in which there is little to disturb.
                if not self.faults.is_planned and self.main.moments("the rounds go on"):
                    self.faults.plan()
                if time.monotonic() - begin > LIMIT_SECONDS:
                    raise Failure(f"it has not ended after {LIMIT_SECONDS:.0f} s")
                if self.is_over():
                    raise KeyboardInterrupt
                while self.agenda and self.agenda[0][0] <= time.monotonic():
                    heapq.heappop(self.agenda)[2]()
                self._revive_workers()
                self._look()
                time.sleep(0.02)
            self.outcome.seconds = time.monotonic() - begin
        except Failure as failure:
            self.outcome.failure = str(failure)
        finally:
            self._close()
        self._measure()
        return self.outcome

    # The processes.

    @property
    def main(self) -> Child:
        """The master, or `train`."""
        return self.mains[-1]

    def living_workers(self) -> list[Child | Identity]:
        """Those that a fault may hit, in the order of their start."""
        if self.schedule.layout == NODES:
            return [worker for worker in self.workers if worker.code is None]
        return [each for each in descendants(self.main.pid) if each.is_worker] if self.main.code is None else []

    def local_node(self) -> Identity | None:
        """The private node of `train`, if it is there."""
        return next((each for each in descendants(self.main.pid) if each.is_broker), None)

    def _start_main(self) -> None:
        schedule = self.schedule
        resumes = any((self.result / "checkpoints").glob("*"))
        if resumes and self.mains:
            what, self.workers_asked = ["--resume", str(self.result)], schedule.resumed_workers
            self.workers_wanted = self.workers_asked
        else:
            what = [*schedule.arguments, "--output", str(self.result)]
        layout = {
            NODES: ["master", *self._meeting()],
            TRAIN: ["train", "--broker", self.broker.address if self.broker else ""],
        }.get(schedule.layout, ["train", "--broker", "local"])
        elastic = ["--elastic"] if schedule.elastic else []
        options = ["--workers", str(self.workers_asked), *schedule.spread, *elastic, "--checkpoint-every", schedule.checkpoint]
        command = [str(self.program), layout[0], *what, *self._public(layout[1:]), *options]
        command += ["--no-evaluation", "--quiet", "--verbose", "--json"]
        self.mains.append(self._child(command, f"main-{len(self.mains)}"))
        self.main_restart = None

    def _start_worker(self, index: int) -> None:
        name = f"w{index}" if self.schedule.reuses_names else f"w{index}.{next(self.numbers)}"
        command = [str(self.program), "worker", *self._public(self._meeting()), "--name", name, "--verbose"]
        worker = self._child(command, f"worker-{index}-{next(self.numbers)}")
        if index == len(self.workers):
            self.workers.append(worker)
        else:
            self.retired.append(self.workers[index])
            self.workers[index] = worker

    def _meeting(self) -> list[str]:
        address = self.broker.address if self.broker else ""
        return ["--broker", address, "--run", f"chaos-{self.schedule.seed}-{os.getpid()}"]

    @staticmethod
    def _public(arguments: list[str]) -> list[str]:
        """Credentials are no arguments; a broker on loopback takes the usual ones."""
        return [argument.replace("guest:guest@", "") for argument in arguments]

    def _child(self, command: list[str], name: str) -> Child:
        credentials = {"SHARDQ_AMQP_USER": "guest", "SHARDQ_AMQP_PASSWORD": "guest"} if self.broker else {}
        return Child(command, {**self.environment, **credentials}, self.folder, name)

    def _look(self) -> None:
        """Remembers who was started by `train`: when that is killed they are nobody's children."""
        if self.schedule.layout != NODES and time.monotonic() - self.last_look > 0.2:
            self.last_look = time.monotonic()
            self.known.update({each.pid: each for each in descendants(self.main.pid)})

    # The supervisor.

    def _revive_workers(self) -> None:
        if self.schedule.layout != NODES:
            return
        now = time.monotonic()
        for index, worker in enumerate(self.workers):
            if worker.code is None:
                continue
            due = self.worker_restarts.setdefault(index, now + self.schedule.restart_delay)
            if now >= due:
                del self.worker_restarts[index]
                # Who was told to go and could not hand its shards over ends as a signal ends it.
                self._judge(worker, {0, 143} if worker.told_to_go else {0})
                self._start_worker(index)
        while len(self.workers) < self.workers_wanted:
            self._start_worker(len(self.workers))

    def _has_finished(self) -> bool:
        main = self.main
        if main.code is None:
            return False
        if self.main_restart is None:
            if main.code == 0:
                self._take_result(main)
                return True
            self._judge(main, {130} if main.interrupted else set())
            if main.interrupted and main.code == 130:
                self.faults.note_interruption(main)
            self.main_restart = time.monotonic() + self.schedule.restart_delay
        if time.monotonic() >= self.main_restart and not (self.disk and self.disk.is_full):
            self.outcome.restarts += 1
            self._start_main()
        return False

    def _judge(self, child: Child, expected: set[int]) -> None:
        """Whether an end is to be expected; what is, is only started again."""
        code = child.code
        if child.was_killed or code in expected:
            return
        said = child.said.splitlines()
        ending = f"{child.name} ended with code {code}: {said[-1] if said else 'without a word'}"
        # An attempt to start: the broker is out of reach, or a name not yet given up by a process that was killed.
        is_attempt = not child.moments("the rounds go on")
        if is_attempt and code in (69, 78) and time.monotonic() - self.faults.last_disturbance < AFTERMATH_SECONDS:
            self.outcome.attempts += 1
            return
        if code == 74 and self.disk and time.monotonic() - self.faults.last_full < AFTERMATH_SECONDS:
            return
        raise Failure(ending)

    # The end.

    def _take_result(self, main: Child) -> None:
        text = main.output.read_text()
        try:
            result = json.loads(text)
        except ValueError as error:
            raise Failure(f"{main.name} printed no result: {text[:200]}") from error
        self.outcome.digest = result["tableDigest"]
        self.outcome.lost = result["ledger"]["lost"]
        self.outcome.duplicated = result["ledger"]["duplicated"]
        if result["ledger"]["issued"] != result["ledger"]["applied"]:
            raise Failure(f"{result['ledger']['issued']} transitions issued, {result['ledger']['applied']} applied")

    def _close(self) -> None:
        """Undoes every fault that lasts, and ends every process that is left."""
        self._look()
        self.faults.undo()
        for child in [*self.mains, *self.workers, *self.retired]:
            child.close()
        for each in self.known.values():
            if not each.is_guardian:
                each.send(9)
        limit = time.monotonic() + 60
        while any(each.is_there for each in self.known.values()) and time.monotonic() < limit:
            time.sleep(0.05)
        if self.disk:
            self.disk.close()

    def _measure(self) -> None:
        lines = sorted((moment, line) for main in self.mains for moment, line in main.lines)
        goings = [moment for moment, line in lines if "the rounds go on" in line]
        returns = [moment for moment, line in lines if "returns to its last checkpoint" in line]
        self.outcome.rollbacks = len(returns)
        stops = sorted([*returns, *(each.begin for each in self.faults.happened if each.kind == kinds.KILL_MASTER)])
        for index, moment in enumerate(stops):
            following = next((going for going in goings if going > moment), None)
            if following and not any(moment < other < following for other in stops[index + 1 :]):
                self.outcome.standing += following - moment
        self.outcome.recoveries = self.faults.recoveries(goings)
