"""The faults as they are carried out."""

from __future__ import annotations

import signal
import subprocess
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chaosrun.children import Child, Identity
from chaosrun.schedule import (
    ALARM,
    CUT,
    DISK,
    DRAIN_WORKER,
    INTERRUPT,
    JOIN_WORKER,
    KILL_BROKER,
    KILL_MASTER,
    KILL_WORKER,
    LOCAL,
    STOP_MASTER,
    STOP_WORKER,
    Fault,
)
from comparison.servers import answers

if TYPE_CHECKING:
    from chaosrun.fire import Fire

USUAL_WATERMARK = "0.4"
NO_WATERMARK = "0.00001"
# Nobody waits longer for what a test does to a broker.
CONTROL_LIMIT_SECONDS = 300.0
# How long a fault goes on to be felt.
LINGERING_SECONDS = {KILL_WORKER: 2, KILL_MASTER: 4, KILL_BROKER: 8, CUT: 5, ALARM: 10, INTERRUPT: 5}


@dataclass(frozen=True)
class Happening:
    """A fault that came to pass."""

    kind: str
    begin: float
    end: float
    """When it is no longer felt, about."""


class Faults:
    """Brings a schedule's faults about, and ends those that last."""

    def __init__(self, fire: Fire) -> None:
        self.fire = fire
        self.happened: list[Happening] = []
        self.last_disturbance = 0.0
        self.last_full = 0.0
        self.stopped: list[Child | Identity] = []
        self.has_alarm = False
        self.is_node_down = False
        self.is_planned = False
        self.controls: list[subprocess.Popen] = []

    def plan(self) -> None:
        """Puts all faults into the agenda, from now on."""
        self.is_planned = True
        moment = time.monotonic()
        for fault in self.fire.schedule.faults:
            moment += fault.after
            self.fire.at(moment, lambda fault=fault: self._happen(fault))

    def _happen(self, fault: Fault) -> None:
        action = {
            KILL_WORKER: self._kill_worker,
            KILL_MASTER: self._kill_master,
            STOP_WORKER: self._stop_worker,
            STOP_MASTER: self._stop_master,
            KILL_BROKER: self._kill_broker,
            CUT: self._cut,
            ALARM: self._alarm,
            DISK: self._fill,
            INTERRUPT: self._interrupt,
            DRAIN_WORKER: self._drain_worker,
            JOIN_WORKER: self._join_worker,
        }[fault.kind]
        begin = time.monotonic()
        if action(fault):
            self.fire.outcome.faults[fault.kind] += 1
            end = begin + fault.seconds + LINGERING_SECONDS.get(fault.kind, 1)
            self.happened.append(Happening(fault.kind, begin, end))
            self.last_disturbance = max(self.last_disturbance, time.monotonic() + fault.seconds)

    # Each answers whether there was anything to do it to.

    def _worker(self, fault: Fault) -> Child | Identity | None:
        workers = self.fire.living_workers()
        return workers[fault.choice % len(workers)] if workers else None

    def _kill_worker(self, fault: Fault) -> bool:
        worker = self._worker(fault)
        if isinstance(worker, Child):
            worker.kill()
        elif worker:
            worker.send(signal.SIGKILL)
        return worker is not None

    def _drain_worker(self, fault: Fault) -> bool:
        worker = self._worker(fault)
        # Not before it listens for signals.
        if isinstance(worker, Child) and time.monotonic() - worker.began < 0.5:
            return False
        if worker:
            worker.send(signal.SIGTERM)
        if isinstance(worker, Child):
            worker.told_to_go = True
        return worker is not None

    def _join_worker(self, _: Fault) -> bool:
        self.fire.workers_wanted += 1
        return True

    def _kill_master(self, _: Fault) -> bool:
        if self.fire.main.code is not None:
            return False
        self.fire.main.kill()
        return True

    def _stop_worker(self, fault: Fault) -> bool:
        return self._stop(self._worker(fault), fault)

    def _stop_master(self, fault: Fault) -> bool:
        return self._stop(self.fire.main if self.fire.main.code is None else None, fault)

    def _stop(self, process: Child | Identity | None, fault: Fault) -> bool:
        if process is None:
            return False
        process.send(signal.SIGSTOP)
        self.stopped.append(process)
        self.fire.at(time.monotonic() + fault.seconds, lambda: process.send(signal.SIGCONT))
        return True

    def _interrupt(self, _: Fault) -> bool:
        main = self.fire.main
        if main.code is not None or main.interrupted:
            return False
        # Not before it listens for signals.
        if time.monotonic() - main.began < 0.5:
            return False
        main.interrupted = time.monotonic()
        main.send(signal.SIGINT)
        return True

    def _kill_broker(self, fault: Fault) -> bool:
        if self.fire.schedule.layout == LOCAL:
            # `train` starts its own node again.
            node = self.fire.local_node()
            if node:
                node.send(signal.SIGKILL)
            return node is not None
        broker = self.fire.broker
        if broker is None or self.is_node_down or not answers(broker.port):
            return False
        broker.kill_node()
        self.is_node_down = True
        self.fire.at(time.monotonic() + fault.seconds, self._start_broker)
        return True

    def _start_broker(self) -> None:
        assert self.fire.broker is not None
        self.fire.broker.launch_node()
        self._await_broker(time.monotonic())

    def _await_broker(self, begin: float) -> None:
        """Looks until the node listens, without standing in the way of other faults."""
        assert self.fire.broker is not None
        self.last_disturbance = max(self.last_disturbance, time.monotonic())
        if answers(self.fire.broker.port):
            self.is_node_down = False
        elif time.monotonic() - begin < CONTROL_LIMIT_SECONDS:
            self.fire.at(time.monotonic() + 0.05, lambda: self._await_broker(begin))

    def _cut(self, _: Fault) -> bool:
        return self._control("close_all_connections", "chaos")

    def _alarm(self, fault: Fault) -> bool:
        if not self._control("set_vm_memory_high_watermark", NO_WATERMARK):
            return False
        self.has_alarm = True
        self.fire.at(time.monotonic() + fault.seconds, self._end_alarm)
        return True

    def _end_alarm(self) -> None:
        self.has_alarm = False
        if not self._control("set_vm_memory_high_watermark", USUAL_WATERMARK):
            # A node that was started again has forgotten it.
            self.last_disturbance = max(self.last_disturbance, time.monotonic())

    def _control(self, *arguments: str) -> bool:
        """Has rabbitmqctl do something, one thing after another."""
        broker = self.fire.broker
        if broker is None or self.is_node_down:
            return False
        self.last_disturbance = max(self.last_disturbance, time.monotonic())
        previous = self.controls[-1] if self.controls else None
        if previous is not None and previous.poll() is None:
            self.fire.at(time.monotonic() + 0.1, lambda: self._control(*arguments))
        else:
            self.controls.append(broker.control(*arguments))
        return True

    def _fill(self, fault: Fault) -> bool:
        disk = self.fire.disk
        if disk is None or disk.is_full:
            return False
        disk.fill()
        self.last_full = time.monotonic() + fault.seconds
        self.fire.at(time.monotonic() + fault.seconds, disk.free)
        return True

    def note_interruption(self, main: Child) -> None:
        """An interrupted run ends soon, unless something else stood in its way."""
        assert main.interrupted is not None
        elapsed = time.monotonic() - main.interrupted
        if all(other.end < main.interrupted for other in self.happened if other.kind != INTERRUPT):
            self.fire.outcome.interruptions.append(elapsed)

    def undo(self) -> None:
        """Ends what lasts, so that the broker and the disk are fit for the next run."""
        for process in self.stopped:
            process.send(signal.SIGCONT)
        if self.fire.disk:
            self.fire.disk.free()
        broker = self.fire.broker
        if broker is None:
            return
        for control in self.controls:
            control.wait(CONTROL_LIMIT_SECONDS)
        if self.is_node_down:
            if len(broker.children) < 2:
                broker.launch_node()
            broker.wait_for(broker.port)
        if any(each.kind == ALARM for each in self.happened):
            broker.control("set_vm_memory_high_watermark", USUAL_WATERMARK).wait(CONTROL_LIMIT_SECONDS)

    def recoveries(self, goings: list[float]) -> list[float]:
        """For each death of a worker in the middle of the rounds, alone, the time to the next round applied."""
        times = []
        for death in self.happened:
            following = next((going for going in goings if going > death.begin), None)
            if death.kind != KILL_WORKER or following is None or not any(going < death.begin for going in goings):
                continue
            others = [other for other in self.happened if other is not death]
            if all(other.end < death.begin or other.begin > following for other in others):
                times.append(following - death.begin)
        return times
