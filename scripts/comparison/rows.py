"""The rows of the comparison: which program, with which options, and what place it runs in."""

from __future__ import annotations

from dataclasses import dataclass

STATES = 1_000_003
LARGE = 100_000_007
SMALL = 10_007
ONE_PROCESS = "one process"
PROCESSES = "processes"
THREADS = "threads"


@dataclass(frozen=True)
class Peer:
    """A program somebody would take instead."""

    script: str
    requirements: tuple[str, ...] = ()
    needs_broker: bool = False
    needs_redis: bool = False
    place: str = PROCESSES


PEERS = {
    "plain": Peer("plain_python.py", place=ONE_PROCESS),
    "numpy": Peer("numpy_one_process.py", ("numpy==2.4.6",), place=ONE_PROCESS),
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

    @property
    def name(self) -> str:
        kind = " stepwise" if self.stepwise else ""
        layout = f"{self.lanes}x{self.cohorts} {self.workers} workers"
        return f"shardq {self.broker}{kind} {layout} {self.states} states {self.actions} actions"

    def arguments(self, seconds: float) -> list[str]:
        options = {
            "--broker": self.broker,
            "--workers": self.workers,
            "--lanes": self.lanes,
            "--cohorts": self.cohorts,
            "--states": self.states,
            "--actions": self.actions,
            "--seconds": seconds,
            "--repetitions": 1,
        }
        flat = [str(part) for pair in options.items() for part in pair]
        return ["bench", *flat, *(["--protocol", "stepwise"] if self.stepwise else []), "--json"]

    @property
    def place(self) -> str:
        return {"none": ONE_PROCESS, "memory": THREADS}.get(self.broker, PROCESSES)

    @property
    def variant(self) -> str:
        if self.broker == "none":
            return "one thread, no messages"
        by = "in memory" if self.broker == "memory" else "RabbitMQ"
        kind = ", stepwise" if self.stepwise else ""
        plural = "" if self.workers == 1 else "s"
        return f"{by}, {self.workers} worker{plural}{kind}"


@dataclass(frozen=True)
class YardstickRow:
    """A program outside the project, named on the command line."""

    label: str
    command: str

    @property
    def name(self) -> str:
        return f"{self.label}: {self.command}"


Row = PeerRow | LayoutRow | YardstickRow

QUICK: tuple[Row, ...] = (
    LayoutRow("local", 2, 1, 1, stepwise=True),
    LayoutRow("local", 2, 256, 4),
    LayoutRow("local", 2, 4096, 4),
    LayoutRow("memory", 2, 4096, 4),
    LayoutRow("none", 1, 4096, 1),
    *(PeerRow(peer, 1) for peer in ("stepwise", "srl")),
    *(PeerRow(peer, 4096) for peer in ("plain", "redis", "ray", "pika", "pipes", "numpy", "numba")),
)

FULL: tuple[Row, ...] = (
    LayoutRow("local", 2, 1, 1, stepwise=True),
    *(LayoutRow("local", 2, 256, cohorts) for cohorts in (1, 4, 16)),
    LayoutRow("local", 2, 64, 4),
    LayoutRow("local", 2, 1024, 4),
    *(LayoutRow("local", 2, 4096, cohorts) for cohorts in (1, 2, 4)),
    LayoutRow("local", 2, 16384, 2),
    *(LayoutRow("local", workers, 4096, 4) for workers in (1, 4, 8)),
    *(LayoutRow("local", 2, 4096, 4, states) for states in (SMALL, LARGE)),
    *(LayoutRow("local", 2, 4096, 4, actions=actions) for actions in (2, 16, 64)),
    LayoutRow("memory", 1, 4096, 1),
    LayoutRow("memory", 2, 4096, 4),
    *(LayoutRow("none", 1, 4096, 1, states) for states in (SMALL, STATES, LARGE)),
    *(PeerRow(peer, 1) for peer in ("stepwise", "srl")),
    *(
        PeerRow(peer, lanes)
        for peer in ("plain", "redis", "ray", "pika", "pipes", "numpy", "numba")
        for lanes in (256, 4096)
    ),
    *(PeerRow(peer, 4096, LARGE) for peer in ("numpy", "numba")),
)
