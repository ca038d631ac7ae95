"""Summarises the samples of all repetitions: medians with minimum and maximum, and which rows go together."""

from __future__ import annotations

import re
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from .rows import ONE_PROCESS, STATES, WALK
from .running import Sample


@dataclass(frozen=True)
class Line:
    """One row over all repetitions."""

    sample: Sample
    rates: tuple[float, ...]
    master: float
    workers: float
    broker: float
    cpus: tuple[float, ...]
    p50: float | None = None
    p99: float | None = None
    step: float | None = None
    raw: float | None = None
    environment_share: float | None = None

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
        return self.sample.scenario == WALK and self.sample.states == STATES and self.sample.actions == 4

    @property
    def is_own(self) -> bool:
        return self.sample.who == "ShardQ"

    @property
    def is_yardstick(self) -> bool:
        return self.sample.isYardstick

    @property
    def goes_through_broker(self) -> bool:
        return self.is_own and "RabbitMQ" in self.sample.variant and "stepwise" not in self.sample.variant

    @property
    def worker_count(self) -> int:
        """The number in "RabbitMQ, 2 workers"; 0 without workers."""
        found = re.search(r"(\d+) worker", self.sample.variant)
        return int(found[1]) if found else 0

    @property
    def thread_count(self) -> int:
        """The number of threads of a row without messages; 0 elsewhere."""
        found = re.fullmatch(r"(one|\d+) threads?, no messages", self.sample.variant)
        return 0 if not found else 1 if found[1] == "one" else int(found[1])

    @property
    def memory(self) -> dict[str, int]:
        """Peak resident bytes of master, workers and broker; empty where they are not known."""
        return self.sample.peakResidentBytes or {}


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
            tuple(sample.master + sample.workers + sample.broker for sample in group),
            quantile(group, "roundTripMicroseconds", "p50"),
            quantile(group, "roundTripMicroseconds", "p99"),
            quantile(group, "stepMicroseconds", "p50"),
            quantile(group, "rawRoundTripMicroseconds", "p50"),
            median_of([sample.environmentShare for sample in group]),
        )
        for group in by_row.values()
    ]
    return sorted(made, key=lambda line: -line.rate)


def quantile(group: list[Sample], key: str, name: str) -> float | None:
    """The median of a quantile over the repetitions that report it, in microseconds."""
    return median_of([(getattr(sample, key) or {}).get(name) for sample in group])


def median_of(values: Sequence[float | None]) -> float | None:
    """The median of the values that are known."""
    known = [value for value in values if value]
    return statistics.median(known) if known else None


def as_json(line: Line) -> dict[str, object]:
    """A line in the shape of `shardq bench`."""
    sample = line.sample
    return {
        "who": sample.who,
        "scenario": sample.scenario,
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
        "stepMicroseconds": {"p50": line.step},
        "rawRoundTripMicroseconds": {"p50": line.raw},
        "environmentShare": line.environment_share,
        "peakResidentBytes": line.memory,
    }


def three_digits(value: float) -> str:
    """A figure with three significant digits and k or M."""
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= size:
            scaled = value / size
            digits = 2 if scaled < 10 else 1 if scaled < 100 else 0
            return f"{scaled:.{digits}f} {letter}"
    return f"{value:.3g}"


def spread(line: Line) -> str:
    """The rate with its minimum and maximum."""
    rate = three_digits(line.rate)
    if len(line.rates) > 1:
        rate += f" ({three_digits(min(line.rates))} to {three_digits(max(line.rates))})"
    return rate


def parts(line: Line) -> str:
    """The CPU time of master, workers and broker; a dash where there is one process."""
    if not line.workers and not line.broker:
        return "–"
    return " + ".join(map(figure, (line.master, line.workers, line.broker)))


def figure(value: float) -> str:
    """Three significant digits, written out."""
    return f"{value:.3g}" if value < 100 else f"{value:.0f}"
