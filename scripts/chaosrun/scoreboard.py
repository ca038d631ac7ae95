"""What a chaos run has shown."""

from __future__ import annotations

from collections import Counter

from chaosrun.outcome import Outcome
from chaosrun.schedule import KINDS


def percentile(values: list[float], share: float) -> float:
    """The smallest value that at least this share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -(-int(share * 100) * len(ordered) // 100) - 1))]


def times(values: list[float]) -> str:
    """The median and the 95th percentile, in words."""
    if not values:
        return "none measured"
    middle, high = percentile(values, 0.5), percentile(values, 0.95)
    return f"p50 {middle:.2f} s, p95 {high:.2f} s, longest {max(values):.2f} s, n = {len(values)}"


def lines(outcomes: list[Outcome], wall: float) -> list[str]:
    """The scoreboard."""
    faults: Counter[str] = Counter()
    for outcome in outcomes:
        faults += outcome.faults
    failures = [outcome for outcome in outcomes if outcome.failure]
    equal = sum(1 for outcome in outcomes if not outcome.failure)
    recoveries = [value for outcome in outcomes for value in outcome.recoveries]
    interruptions = [value for outcome in outcomes for value in outcome.interruptions]
    rows = [
        ("schedules", f"{len(outcomes)} in {wall:.0f} s"),
        ("faults", f"{faults.total()}: " + ", ".join(f"{faults[kind]} {kind}" for kind in KINDS if faults[kind])),
        ("returns to a checkpoint", f"{sum(outcome.rollbacks for outcome in outcomes)}"),
        ("masters started again", f"{sum(outcome.restarts for outcome in outcomes)}"),
        ("starts that had to be repeated", f"{sum(outcome.attempts for outcome in outcomes)}"),
        ("time in which rounds stood still", f"{sum(outcome.standing for outcome in outcomes):.0f} s"),
        ("death of a worker to the next round", times(recoveries)),
        ("SIGINT to the exit", times(interruptions)),
        ("transitions lost", f"{sum(outcome.lost for outcome in outcomes)}"),
        ("transitions duplicated", f"{sum(outcome.duplicated for outcome in outcomes)}"),
        ("digests equal to the fault-free run's", f"{equal} of {len(outcomes)}"),
    ]
    width = max(len(name) for name, _ in rows)
    return [f"{name:<{width}}  {value}" for name, value in rows] + [
        f"FAILED seed {outcome.seed}: {outcome.failure}" for outcome in failures
    ]
