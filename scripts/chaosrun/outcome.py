"""What became of a run under fire."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Outcome:
    """What became of a schedule."""

    seed: int
    seconds: float = 0.0
    faults: Counter[str] = field(default_factory=Counter)
    rollbacks: int = 0
    restarts: int = 0
    attempts: int = 0
    """Starts that failed because the broker was away or a name was not free yet."""
    standing: float = 0.0
    """Seconds in which no round went on, after the first one."""
    recoveries: list[float] = field(default_factory=list)
    """Seconds from the death of a worker to the next round that was applied, where nothing else came between."""
    interruptions: list[float] = field(default_factory=list)
    """Seconds from a signal to the exit."""
    lost: int = 0
    duplicated: int = 0
    digest: str = ""
    failure: str = ""
