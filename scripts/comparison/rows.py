"""The rows of the comparison: which program, with which options, and what place it runs in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

STATES = 1_000_003
LARGE = 100_000_007
SMALL = 10_007
STATE_COUNTS = (SMALL, 100_003, STATES, 10_000_019, LARGE)
ACTION_COUNTS = (2, 4, 8, 16, 32, 64)
WORKER_COUNTS = (1, 2, 4, 8)
THREAD_COUNTS = (1, 2)
THREADED_LANES = (256, 4096)
LANE_COUNTS = (64, 256, 1024, 4096, 16384)
ONE_PROCESS = "one process"
PROCESSES = "processes"
THREADS = "threads"
WALK = "synthetic"
RABBITMQ = "rabbitmq"


@dataclass(frozen=True)
class Peer:
    """A program somebody would take instead."""

    script: str
    requirements: tuple[str, ...] = ()
    needs_broker: bool = False
    needs_redis: bool = False
    place: str = PROCESSES
    options: tuple[str, ...] = ()


PEERS = {
    "plain": Peer("plain_python.py", place=ONE_PROCESS),
    "numpy": Peer("numpy_one_process.py", ("numpy==2.4.6",), place=ONE_PROCESS),
    "numpy-tuned": Peer("numpy_one_process.py", ("numpy==2.4.6",), place=ONE_PROCESS, options=("--tuned",)),
    "numba": Peer("numba_loop.py", ("numpy==2.4.6", "numba==0.68.1"), place=ONE_PROCESS),
    "pipes": Peer("pipes_numpy.py", ("numpy==2.4.6",)),
    "stepwise": Peer("pika_stepwise.py", ("pika==1.4.4",), needs_broker=True),
    "pika": Peer("pika_numpy.py", ("pika==1.4.4", "numpy==2.4.6"), needs_broker=True),
    "redis": Peer("redis_lua.py", ("redis==8.1.0", "hiredis==3.5.0", "numpy==2.4.6"), needs_redis=True),
    "ray": Peer("ray_actors.py", ("ray==2.60.0", "numpy==2.4.6")),
    "srl": Peer(
        "srl_framework.py",
        ("srl-framework==1.4.6", "pika==1.4.4", "redis==8.1.0"),
        needs_broker=True,
        needs_redis=True,
    ),
}


@dataclass(frozen=True)
class PeerRow:
    """One peer at one size."""

    peer: str
    lanes: int
    states: int = STATES

    @property
    def name(self) -> str:
        return f"{self.peer} {self.lanes} lanes {self.states} states"


@dataclass(frozen=True)
class LayoutRow:
    """One layout of `shardq bench`."""

    broker: str
    workers: int
    lanes: int
    cohorts: int
    states: int = STATES
    actions: int = 4
    stepwise: bool = False
    scenario: str = WALK
    threads: int = 1

    @property
    def name(self) -> str:
        kind = " stepwise" if self.stepwise else ""
        by = f"{self.threads} threads" if self.broker == "none" else f"{self.workers} workers"
        layout = f"{self.lanes}x{self.cohorts} {by}"
        size = f"{self.states} states {self.actions} actions" if self.scenario == WALK else self.scenario
        return f"shardq {self.broker}{kind} {layout} {size}"

    def arguments(self, seconds: float, broker: list[str]) -> list[str]:
        """The command; `broker` names it to ShardQ."""
        options = {} if self.broker == "none" else {"--workers": self.workers}
        options |= {
            "--lanes": self.lanes,
            "--cohorts": self.cohorts,
            "--seconds": seconds,
            "--repetitions": 1,
        }
        if self.scenario == WALK:
            options |= {"--states": self.states, "--actions": self.actions}
        flat = [str(part) for pair in options.items() for part in pair]
        kind = ["--protocol", "stepwise"] if self.stepwise else []
        kind += ["--threads", str(self.threads)] if self.broker == "none" else []
        return ["bench", self.scenario, *broker, *flat, *kind, "--json"]

    @property
    def place(self) -> str:
        if self.broker == "none" and self.threads == 1:
            return ONE_PROCESS
        return THREADS if self.broker in ("none", "memory") else PROCESSES

    @property
    def variant(self) -> str:
        if self.broker == "none":
            return "one thread, no messages" if self.threads == 1 else f"{self.threads} threads, no messages"
        by = "in memory" if self.broker == "memory" else "RabbitMQ"
        kind = ", stepwise" if self.stepwise else ""
        plural = "" if self.workers == 1 else "s"
        return f"{by}, {self.workers} worker{plural}{kind}"


@dataclass(frozen=True)
class LearningRow:
    """One layout of `shardq bench maze --until`; each repetition runs another seed."""

    lanes: int
    cohorts: int
    staleness: int

    @property
    def name(self) -> str:
        return f"learning {self.lanes}x{self.cohorts} staleness {self.staleness}"


@dataclass(frozen=True)
class YardstickRow:
    """A program outside the project, named on the command line."""

    label: str
    command: str

    @property
    def name(self) -> str:
        return f"{self.label}: {self.command}"


Row = PeerRow | LayoutRow | LearningRow | YardstickRow

LEARNING = tuple(
    LearningRow(lanes, cohorts, staleness)
    for lanes in (16, 64, 256, 1024, 4096)
    for cohorts, staleness in ((1, 0), (1, 1), (4, 1))
)


def through_rabbitmq(workers: int = 2, lanes: int = 4096, cohorts: int = 4, **others: Any) -> LayoutRow:
    return LayoutRow(RABBITMQ, workers, lanes, cohorts, **others)


QUICK: tuple[Row, ...] = (
    through_rabbitmq(lanes=1, cohorts=1, stepwise=True),
    through_rabbitmq(lanes=256),
    through_rabbitmq(),
    LayoutRow("memory", 2, 4096, 4),
    LayoutRow("none", 1, 4096, 1),
    *(LayoutRow("none", 1, 4096, 4, threads=threads) for threads in (1, 2)),
    *(PeerRow(peer, 1) for peer in ("stepwise", "srl")),
    *(PeerRow(peer, 4096) for peer in ("plain", "redis", "ray", "pika", "pipes", "numpy", "numpy-tuned", "numba")),
    *(row for row in LEARNING if row.lanes == 256),
)

# A row that serves two purposes stands here once.
FULL: tuple[Row, ...] = tuple(
    dict.fromkeys(
        (
            *(through_rabbitmq(workers, lanes=1, cohorts=1, stepwise=True) for workers in (1, 2)),
            *(through_rabbitmq(lanes=256, cohorts=cohorts) for cohorts in (1, 4, 16)),
            *(through_rabbitmq(cohorts=cohorts) for cohorts in (1, 2, 4)),
            through_rabbitmq(lanes=16384, cohorts=2),
            *(through_rabbitmq(lanes=lanes) for lanes in LANE_COUNTS),
            *(through_rabbitmq(workers) for workers in WORKER_COUNTS),
            *(through_rabbitmq(states=states) for states in STATE_COUNTS),
            *(through_rabbitmq(actions=actions) for actions in ACTION_COUNTS),
            LayoutRow("memory", 1, 4096, 1),
            LayoutRow("memory", 1, 4096, 4),
            LayoutRow("memory", 2, 4096, 4),
            *(LayoutRow("none", 1, 4096, 1, states) for states in (SMALL, STATES, LARGE)),
            *(LayoutRow("none", 1, lanes, 4, threads=threads) for lanes in THREADED_LANES for threads in THREAD_COUNTS),
            *(
                LayoutRow(broker, workers, lanes, 4, scenario=scenario, threads=threads)
                for scenario, lanes in (("traffic", 4096), ("routing", 4104))
                for broker, workers, threads in ((RABBITMQ, 2, 1), ("none", 1, 1), ("none", 1, 2))
            ),
            *(PeerRow(peer, 1) for peer in ("stepwise", "srl")),
            PeerRow("plain", 4096),
            *(
                PeerRow(peer, lanes)
                for peer in ("redis", "ray", "pika", "pipes", "numpy", "numpy-tuned", "numba")
                for lanes in (256, 4096)
            ),
            *(PeerRow(peer, 4096, LARGE) for peer in ("numpy-tuned", "numba")),
            *LEARNING,
        )
    )
)
