"""What happens in one schedule: everything follows from its seed."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

# Rounds of all cohorts together, so that a run through a broker takes some seconds on two cores.
ROUNDS = {"maze": 24_000, "traffic": 8_000, "routing": 10_000}
OPTIONS: dict[str, tuple[str, ...]] = {"maze": (), "traffic": (), "routing": ("--load", "2")}
# Multiples of what a replica of the scenario has.
LANES = {"maze": (16, 64), "traffic": (64, 128), "routing": (36, 72)}

NODES, TRAIN, LOCAL = "nodes", "train", "local"
KILL_WORKER, KILL_MASTER = "kill worker", "kill master"
STOP_WORKER, STOP_MASTER = "stop worker", "stop master"
KILL_BROKER, CUT, ALARM = "kill broker", "cut connections", "memory alarm"
DISK, INTERRUPT = "disk full", "interrupt"
DRAIN_WORKER, JOIN_WORKER = "drain worker", "join worker"
KINDS = (KILL_WORKER, KILL_MASTER, STOP_WORKER, STOP_MASTER, KILL_BROKER, CUT, ALARM, DISK, INTERRUPT, DRAIN_WORKER, JOIN_WORKER)
# The script's own broker closes a connection that is silent for two of these; `train --broker local` asks for 10 s.
HEARTBEAT_SECONDS = 2


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong."""

    kind: str
    after: float
    """Seconds since the fault before it, or since the start."""
    seconds: float = 0.0
    """How long it lasts, where it lasts."""
    choice: int = 0
    """Which worker, counted round and round."""

    def __str__(self) -> str:
        lasting = f" for {self.seconds:.1f} s" if self.seconds else ""
        return f"{self.kind}{lasting} after {self.after:.1f} s"


@dataclass(frozen=True)
class Schedule:
    """One run and what befalls it."""

    seed: int
    scenario: str
    arguments: tuple[str, ...]
    """The options that shape the result."""
    layout: str
    workers: int
    spread: tuple[str, ...]
    """How the table is spread; it never shapes the result."""
    checkpoint: str
    restart_delay: float
    """Seconds until what was killed is started again, as a supervisor would."""
    reuses_names: bool
    """Whether a replaced worker has the name of the one before."""
    resumed_workers: int
    """The number of workers after the master was started again."""
    elastic: bool = False
    """Whether workers that join are given shards."""
    faults: list[Fault] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.scenario}, {self.layout}, {self.workers} workers: " + ", ".join(map(str, self.faults))


def draw(seed: int, can_mount: bool, kinds: tuple[str, ...] = KINDS) -> Schedule:
    """The schedule of a seed; without the right to mount a file system there is no full one."""
    dice = random.Random(seed)
    scenario = dice.choice(sorted(ROUNDS))
    layout = dice.choice((NODES, NODES, TRAIN, TRAIN, LOCAL))
    workers = dice.randint(2, 4)
    shards = dice.choice((workers, workers, workers + dice.randint(1, 3)))
    spread = ("--shards", str(shards), *dice.choice(((), (), ("--partition", "hash"), ("--partition", "modulo"))))
    lanes = dice.choice(LANES[scenario])
    faults = [_fault(dice, layout, kinds) for _ in range(dice.randint(1, 4))]
    if not can_mount:
        faults = [fault for fault in faults if fault.kind != DISK]
    return Schedule(
        seed=seed,
        scenario=scenario,
        arguments=(
            scenario,
            *OPTIONS[scenario],
            *("--steps", str(ROUNDS[scenario] * lanes)),
            *("--seed", str(dice.randint(1, 3))),
            *("--lanes", str(lanes)),
            *("--cohorts", dice.choice(("1", "2", "3"))),
        ),
        layout=layout,
        workers=workers,
        spread=spread,
        checkpoint=dice.choice(("0.3s", "1s", "2s", "50", "500", "30s")),
        restart_delay=dice.choice((0.05, 0.3, 1.0)),
        reuses_names=dice.random() < 0.5,
        resumed_workers=dice.choice((workers, workers, min(shards, dice.randint(1, 4)))),
        elastic=dice.random() < 0.5,
        faults=faults,
    )


def _fault(dice: random.Random, layout: str, kinds: tuple[str, ...]) -> Fault:
    # rabbitmqctl needs the broker's cookie, which a private node of `train` keeps to itself.
    possible = [kind for kind in kinds if layout != LOCAL or kind not in (CUT, ALARM)]
    # Only where the script starts workers can it start one more; others have no need of it.
    possible = [kind for kind in possible if layout == NODES or kind != JOIN_WORKER] or [KILL_WORKER]
    kind = dice.choice(possible)
    # A third come while the run still recovers from the fault before.
    after = dice.uniform(0.0, 1.0) if dice.random() < 0.33 else dice.uniform(1.0, 5.0)
    seconds = 0.0
    if kind in (STOP_WORKER, STOP_MASTER):
        beyond = dice.uniform(21, 25) if layout == LOCAL else dice.uniform(3 * HEARTBEAT_SECONDS, 4 * HEARTBEAT_SECONDS)
        rarely = 0.15 if layout == LOCAL else 0.3
        seconds = beyond if dice.random() < rarely else dice.uniform(0.5, 3.0)
    elif kind in (ALARM, DISK):
        seconds = 2.0
    elif kind == KILL_BROKER:
        seconds = dice.uniform(0.0, 2.0)
    return Fault(kind, round(after, 2), round(seconds, 2), dice.randrange(12))
