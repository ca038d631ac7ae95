"""Summarises the samples of all repetitions: medians with minimum and maximum, and which rows go together."""

from __future__ import annotations

import statistics
from dataclasses import dataclass

from .rows import ONE_PROCESS, STATES
from .running import Sample


@dataclass(frozen=True)
class Line:
    """One row over all repetitions."""

    sample: Sample
    rates: tuple[float, ...]
    master: float
    workers: float
    broker: float
    p50: float | None = None
    p99: float | None = None

    @property
    def rate(self) -> float:
        return statistics.median(self.rates)

    @property
    def cpu(self) -> float:
        return self.master + self.workers + self.broker

    @property
    def layout(self) -> str:
        cohorts = f" × {self.sample.cohorts}" if self.sample.cohorts > 1 else ""
        return f"{self.sample.lanes:,}{cohorts}"

    @property
    def title(self) -> str:
        lanes = "1 lane" if self.sample.lanes == 1 else f"{self.layout} lanes"
        return f"{self.sample.who}, {self.sample.variant}, {lanes}"

    @property
    def is_distributed(self) -> bool:
        return self.sample.place != ONE_PROCESS

    @property
    def is_main(self) -> bool:
        """Of the size and kind that all programs run, so that it may stand in one chart with them."""
        return self.sample.states == STATES and self.sample.actions == 4


def lines(samples: list[Sample]) -> list[Line]:
    """One line for each row, fastest first."""
    by_row: dict[str, list[Sample]] = {}
    for sample in samples:
        by_row.setdefault(sample.row, []).append(sample)
    made = [
        Line(
            group[0],
            tuple(sample.transitionsPerSecond for sample in group),
            statistics.median(sample.master for sample in group),
            statistics.median(sample.workers for sample in group),
            statistics.median(sample.broker for sample in group),
            round_trip(group, "p50"),
            round_trip(group, "p99"),
        )
        for group in by_row.values()
    ]
    return sorted(made, key=lambda line: -line.rate)


def round_trip(group: list[Sample], quantile: str) -> float | None:
    """The median of a quantile of the round trip over the repetitions that report it, in microseconds."""
    reported = [(sample.roundTripMicroseconds or {}).get(quantile) for sample in group]
    known = [value for value in reported if value]
    return statistics.median(known) if known else None


def as_json(line: Line) -> dict[str, object]:
    """A line in the shape of `shardq bench`."""
    sample = line.sample
    return {
        "who": sample.who,
        "variant": sample.variant,
        "place": sample.place,
        "states": sample.states,
        "actions": sample.actions,
        "lanes": sample.lanes,
        "cohorts": sample.cohorts,
        "repetitions": len(line.rates),
        "transitionsPerSecond": {"median": line.rate, "minimum": min(line.rates), "maximum": max(line.rates)},
        "cpuMicrosecondsPerTransition": {"master": line.master, "workers": line.workers, "broker": line.broker},
        "roundTripMicroseconds": {"p50": line.p50, "p99": line.p99},
    }


def three_digits(value: float) -> str:
    """A figure with three significant digits and k or M."""
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= size:
            scaled = value / size
            digits = 2 if scaled < 10 else 1 if scaled < 100 else 0
            return f"{scaled:.{digits}f} {letter}"
    return f"{value:.3g}"


def figure(value: float) -> str:
    """Three significant digits, written out."""
    return f"{value:.3g}" if value < 100 else f"{value:.0f}"
