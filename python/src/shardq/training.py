"""Runs of the program, with typed results."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from shardq.errors import ConditionFailedError, InternalError, UsageError
from shardq.policy import Folder, Policy, load
from shardq.program import arguments, run_json

if TYPE_CHECKING:
    import pandas as pd

Record = TypeVar("Record")


@dataclass(frozen=True)
class Ledger:
    """Updates issued by the master and applied by the shards."""

    issued: int
    applied: int
    lost: int
    duplicated: int


@dataclass(frozen=True)
class Learning:
    """The learning curve: a row for each interval, and the best and last of each figure."""

    interval: str
    columns: tuple[str, ...]
    rows: list[list[float | None]] = field(repr=False)
    extremes: dict[str, dict[str, float]]

    def to_frame(self) -> pd.DataFrame:
        """The curve as a table."""
        from shardq.results import pandas

        frame: pd.DataFrame = pandas().DataFrame(self.rows, columns=list(self.columns))
        return frame


@dataclass(frozen=True)
class Figure:
    """A metric of one controller over the seeds, with its 95 % interval; of a single value there is none."""

    unit: str
    mean: float
    best: float
    worst: float
    values: tuple[float, ...]
    lower: float | None = None
    upper: float | None = None
    grows: bool | None = None


@dataclass(frozen=True)
class Difference:
    """A paired difference between two controllers on the same seeds."""

    controller: str
    baseline: str
    metric: str
    unit: str
    mean: float
    seeds_won: int
    verdict: str
    lower: float | None = None
    upper: float | None = None
    relative: float | None = None


@dataclass(frozen=True)
class Condition:
    """A `fail_unless` and what decided it."""

    condition: str
    holds: bool
    metric: str
    left: float
    right: float


@dataclass(frozen=True)
class Evaluation:
    """Controllers on common random numbers."""

    scenario: str
    title: str
    seeds: tuple[int, ...]
    controllers: dict[str, dict[str, Figure]]
    differences: tuple[Difference, ...]
    warnings: tuple[str, ...]
    conditions: tuple[Condition, ...]

    def to_frame(self) -> pd.DataFrame:
        """A row for each controller, metric and seed."""
        from shardq.results import pandas

        rows = [
            (controller, metric, figure.unit, seed, value)
            for controller, metrics in self.controllers.items()
            for metric, figure in metrics.items()
            for seed, value in zip(self.seeds, figure.values, strict=True)
        ]
        frame: pd.DataFrame = pandas().DataFrame(rows, columns=["controller", "metric", "unit", "seed", "value"])
        return frame


@dataclass(frozen=True)
class Training:
    """A finished run."""

    scenario: str
    seed: int
    steps: int
    wall_seconds: float
    steps_per_second: float
    workers: int
    threads: int
    shards: int
    lanes: int
    cohorts: int
    broker: str
    partition: str
    staleness: int
    table_digest: str
    rollbacks: int
    ledger: Ledger
    learning: Learning = field(repr=False)
    evaluation: Evaluation | None = field(default=None, repr=False)
    output: Path | None = field(default=None, repr=False)

    def policy(self) -> Policy:
        """What was learned, from the run's folder."""
        if self.output is None:
            raise UsageError("the run had no folder: train with output= to keep what is learned")
        return load(self.output)


def train(
    scenario: str | None = None,
    *,
    output: Folder | None = None,
    broker: str | None = None,
    workers: int | None = None,
    steps: int | None = None,
    seed: int | None = None,
    resume: Folder | None = None,
    progress: bool = False,
    **options: Any,
) -> Training:
    """Trains as `shardq train` does, in a child process.

    Further options have the names of the command line, with underscores: `checkpoint_every="30s"`, `evaluation=False`.
    Ctrl-C ends the run in order and raises `InterruptedRunError`; other failures raise the error of their exit code.

    `progress` passes on what the program says to standard error.
    """
    if (scenario is None) == (resume is None):
        raise UsageError("train a scenario, or resume a folder: give one of the two")
    given = {"output": output, "broker": broker, "workers": workers, "steps": steps, "seed": seed, "resume": resume}
    result, error = run_json(_command("train", scenario, given | options, quiet=not progress), progress=progress)
    if error or result is None:
        raise error or InternalError("shardq train printed nothing")
    folder = output if output is not None else resume
    return training_of(result, None if folder is None else Path(folder))


def evaluate(
    scenario: str,
    *,
    policy: Folder | list[Folder] | None = None,
    seeds: int | None = None,
    output: Folder | None = None,
    fail_unless: str | list[str] | None = None,
    progress: bool = False,
    **options: Any,
) -> Evaluation:
    """Compares controllers as `shardq evaluate` does, in a child process; options as for `train`.

    A `fail_unless` that does not hold raises `ConditionFailedError`, which carries the evaluation.
    """
    given = {"policy": policy, "seeds": seeds, "output": output, "fail_unless": fail_unless}
    result, error = run_json(_command("evaluate", scenario, given | options), progress=progress)
    evaluation = None if result is None else evaluation_of(result)
    if isinstance(error, ConditionFailedError):
        error.evaluation = evaluation
    if error or evaluation is None:
        raise error or InternalError("shardq evaluate printed nothing")
    return evaluation


def _command(name: str, scenario: str | None, options: Mapping[str, Any], quiet: bool = False) -> list[str]:
    if reserved := {"json", "quiet", "q"} & set(options):
        raise UsageError(f"{', '.join(reserved)}: the package sets it itself")
    words = [name] if scenario is None else [name, scenario]
    return words + arguments(options) + (["--quiet"] if quiet else [])


def training_of(result: Mapping[str, Any], output: str | PathLike[str] | None) -> Training:
    """Reads the object of `train --json`."""
    parts = dict(result)
    evaluation = parts.pop("evaluation", None)
    parts["ledger"] = _record(Ledger, parts["ledger"])
    parts["learning"] = _record(Learning, parts["learning"])
    parts["evaluation"] = None if evaluation is None else evaluation_of(evaluation)
    parts["output"] = None if output is None else Path(output)
    return _record(Training, parts)


def evaluation_of(result: Mapping[str, Any]) -> Evaluation:
    """Reads the object of `evaluate --json`."""
    parts = dict(result)
    parts["controllers"] = {
        controller: {metric: _record(Figure, figure) for metric, figure in metrics.items()}
        for controller, metrics in parts["controllers"].items()
    }
    parts["differences"] = tuple(_record(Difference, each) for each in parts["differences"])
    parts["conditions"] = tuple(_record(Condition, each) for each in parts["conditions"])
    return _record(Evaluation, parts)


def _record(kind: type[Record], values: Mapping[str, Any]) -> Record:
    """A dataclass from an object with names in camel case; what it does not know is left out."""
    named = {re.sub("([A-Z])", lambda match: "_" + match[1].lower(), name): value for name, value in values.items()}
    known = {each.name: named[each.name] for each in fields(kind) if each.name in named}  # type: ignore[arg-type]
    known = {
        name: tuple(value) if name != "rows" and isinstance(value, list) else value for name, value in known.items()
    }
    try:
        return kind(**known)
    except TypeError as error:
        raise InternalError(f"shardq printed another object than this release reads: {error}") from None
