"""Learning per second: lane-steps and wall time to a good policy against lanes and staleness."""

from __future__ import annotations

import statistics

from .running import GOAL, LearningSample
from .summary import three_digits

HEADER = (
    "| lanes × cohorts | staleness | lane-steps | (min to max) | wall ms | (min to max) | lane-steps/s |\n"
    "| ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n"
)


def row(group: list[LearningSample]) -> str:
    """One layout over its seeds."""
    first = group[0]
    layout = f"{first.lanes:,} × {first.cohorts}"
    reached = [(one.steps, one.wallSeconds) for one in group if one.steps and one.wallSeconds]
    if len(reached) < len(group):
        missed = len(group) - len(reached)
        return f"| {layout} | {first.staleness} | not reached by {missed} of {len(group)} seeds | | | | |\n"
    steps = [float(one) for one, _ in reached]
    wall = [1e3 * seconds for _, seconds in reached]
    rates = [one / seconds for one, seconds in reached]
    return (
        f"| {layout} | {first.staleness} "
        f"| {three_digits(statistics.median(steps))} | {three_digits(min(steps))} to {three_digits(max(steps))} "
        f"| {statistics.median(wall):.0f} | {min(wall):.0f} to {max(wall):.0f} "
        f"| {three_digits(statistics.median(rates))} |\n"
    )


def section(samples: list[LearningSample]) -> str:
    """The table, by lanes, then cohorts and staleness."""
    by_row: dict[str, list[LearningSample]] = {}
    for sample in samples:
        by_row.setdefault(sample.row, []).append(sample)
    if not by_row:
        return ""
    groups = sorted(by_row.values(), key=lambda group: (group[0].lanes, group[0].cohorts, group[0].staleness))
    seeds = max(len(group) for group in groups)
    text = (
        f"To a greedy policy worth {GOAL:.0%} of the optimum in a maze of 32 × 32 cells, slip 0.1, through RabbitMQ "
        f"with 2 workers; medians of {seeds} seeds.\n\n"
    )
    return text + HEADER + "".join(map(row, groups))
