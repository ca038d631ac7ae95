"""How ShardQ through RabbitMQ grows: with workers, lanes, states and actions, all else as in the row they share."""

from __future__ import annotations

from collections.abc import Callable

from .rows import STATES, WALK
from .summary import Line, figure, parts, spread

WORKERS, LANES, COHORTS, ACTIONS = 2, 4096, 4, 4
GIBIBYTE = 1 << 30

Key = Callable[[Line], int]
KEYS: dict[str, Key] = {
    "workers": lambda line: line.worker_count,
    "lanes": lambda line: line.sample.lanes,
    "states": lambda line: line.sample.states,
    "actions": lambda line: line.sample.actions,
}
SHARED = {"workers": WORKERS, "lanes": LANES, "states": STATES, "actions": ACTIONS}


def members(lines: list[Line], key: str) -> list[Line]:
    """The rows that differ from the shared one in this number only."""
    others = {name: value for name, value in SHARED.items() if name != key}
    found = [
        line
        for line in lines
        if line.goes_through_broker
        and line.sample.scenario == WALK
        and line.sample.cohorts == COHORTS
        and all(KEYS[name](line) == value for name, value in others.items())
    ]
    return sorted(found, key=KEYS[key])


def gibibytes(value: int) -> str:
    return f"{value / GIBIBYTE:.2f}"


def table(lines: list[Line], key: str) -> str:
    """One table; that of the states says besides what memory it took."""
    rows = members(lines, key)
    if len(rows) < 2:
        return ""
    has_memory = key == "states" and all(line.memory for line in rows)
    head = f"| {key} | transitions/s | CPU µs per transition | master + workers + broker |"
    rule = "| ---: | ---: | ---: | ---: |"
    if has_memory:
        head += " GiB of the workers | GiB of all |"
        rule += " ---: | ---: |"
    text = f"{head}\n{rule}\n"
    for line in rows:
        text += f"| {KEYS[key](line):,} | {spread(line)} | {figure(line.cpu)} | {parts(line)} |"
        if has_memory:
            text += f" {gibibytes(line.memory['workers'])} | {gibibytes(sum(line.memory.values()))} |"
        text += "\n"
    return text


def section(lines: list[Line]) -> str:
    """All four tables."""
    tables = [table(lines, key) for key in KEYS]
    if not any(tables):
        return ""
    text = (
        f"Through RabbitMQ, {WORKERS} workers, {LANES:,} lanes × {COHORTS} cohorts, {STATES:,} states, "
        f"{ACTIONS} actions, except for the number in the first column. Memory is the sum of each process's peak.\n\n"
    )
    return text + "\n".join(filter(None, tables))
