"""The report in Markdown, and its way into `docs/performance.md`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .rows import ONE_PROCESS
from .summary import Line, figure, three_digits

BEGIN = "<!-- throughput: begin, written by scripts/compare-throughput --write-docs -->"
END = "<!-- throughput: end -->"
HEADER = (
    "| who | lanes | transitions/s | CPU µs per transition | master + workers + broker |\n"
    "| --- | ---: | ---: | ---: | ---: |\n"
)


def table_row(line: Line) -> str:
    rate = three_digits(line.rate)
    if len(line.rates) > 1:
        rate += f" ({three_digits(min(line.rates))} to {three_digits(max(line.rates))})"
    sample = line.sample
    parts = "–"
    if line.workers or line.broker:
        parts = " + ".join(map(figure, (line.master, line.workers, line.broker)))
    name = f"**{sample.who}**" if sample.who == "ShardQ" else sample.who
    return f"| {name}, {sample.variant} | {line.layout} | {rate} | {figure(line.cpu)} | {parts} |\n"


def table(lines: list[Line]) -> str:
    return HEADER + "".join(map(table_row, lines))


def beyond_reach(main: list[Line]) -> str:
    """Says which rows no design that sends messages can pass."""
    local = [line for line in main if not line.is_distributed]
    distributed = [line for line in main if line.is_distributed]
    if not local or not distributed:
        return ""
    best = max(distributed, key=lambda line: line.rate)
    ahead = [line for line in local if line.rate > best.rate]
    text = (
        "These send no messages: everything happens in one process, on a table that fits its memory. "
        "No design that distributes its table, this one included, can beat a compiled loop among them; "
        "what they lack is a table larger than one machine, several processes on one table, "
        "and surviving a lost one.\n\n"
        + table(local)
    )
    if ahead:
        names = "; ".join(line.title for line in ahead)
        text += f"\nFaster here than every distributed row (the best is {best.title}): {names}.\n"
    return text


def ratios(main: list[Line]) -> str:
    """ShardQ through RabbitMQ beside every other row at as many lanes."""
    text = ""
    own = [
        line
        for line in main
        if line.sample.who == "ShardQ" and "RabbitMQ, 2 workers" in line.sample.variant and line.sample.lanes > 1
    ]
    for line in sorted(own, key=lambda line: (line.sample.lanes, line.sample.cohorts)):
        others = [other for other in main if other.sample.who != "ShardQ" and other.sample.lanes == line.sample.lanes]
        text += "".join(
            f"| {line.layout} | {other.title} | {line.rate / other.rate:.2f} | {line.cpu / other.cpu:.2f} |\n"
            for other in others
        )
    head = "| ShardQ, lanes × cohorts | against | transitions/s, times | CPU, times |\n| ---: | --- | ---: | ---: |\n"
    return head + text if text else ""


def growth(lines: list[Line]) -> str:
    """ShardQ and the one-process rows at other sizes of the state and action spaces."""
    others = [line for line in lines if not line.is_main]
    others.sort(key=lambda line: (line.sample.actions, line.sample.states, -line.rate))
    rows = "".join(
        f"| {line.title} | {line.sample.states:,} | {line.sample.actions} | {three_digits(line.rate)} "
        f"| {figure(line.cpu)} |\n"
        for line in others
    )
    head = "| who | states | actions | transitions/s | CPU µs |\n| --- | ---: | ---: | ---: | ---: |\n"
    return head + rows if rows else ""


def round_trips(lines: list[Line]) -> str:
    """The layouts that report their round trips."""
    rows = "".join(
        f"| {line.title} | {figure(line.p50)} | {figure(line.p99)} | {figure(line.sample.bytesPerTransition or 0)} "
        f"| {line.sample.staleness} |\n"
        for line in lines
        if line.is_main and line.p50 and line.p99
    )
    head = "| layout | p50 µs | p99 µs | bytes per transition | staleness |\n| --- | ---: | ---: | ---: | ---: |\n"
    return head + rows if rows else ""


def report(lines: list[Line], machine: dict[str, Any], skipped: dict[str, str], images: str) -> str:
    """The whole report; `images` is the folder of the charts as seen from where the text will stand."""
    main = [line for line in lines if line.is_main]
    repetitions = max((len(line.rates) for line in lines), default=0)
    text = (
        f"{machine['processors']} × {machine['processor']}, {machine['system']}, {machine['date']}; "
        f"medians of {repetitions} (minimum to maximum), {machine['seconds']:g} s each; "
        f"load before the first run {machine['load']:.1f}. {machine['programs']}.\n"
    )
    if machine["load"] > 0.5:
        text += "\n**The machine was not quiet: these figures are indications.**\n"
    if repetitions < 5:
        text += "\n**Fewer than five repetitions: these figures are indications.**\n"
    sections = [
        ("Through messages or shared memory", table([line for line in main if line.is_distributed])),
        (ONE_PROCESS.capitalize(), beyond_reach(main)),
        ("Ratios", ratios(main)),
        ("Other sizes", growth(lines)),
        ("Round trips", round_trips(lines)),
    ]
    text += f"\n![Transitions per second]({images}throughput.svg)\n\n![CPU per transition]({images}cpu.svg)\n"
    text += "".join(f"\n### {title}\n\n{body}" for title, body in sections if body)
    if skipped:
        text += "\nSkipped: " + "; ".join(f"{row} ({reason})" for row, reason in skipped.items()) + ".\n"
    return text


def write_into(document: Path, text: str) -> None:
    """Replaces what stands between the markers of a document."""
    before, begin, rest = document.read_text().partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{document} has no markers to write between")
    document.write_text(f"{before}{BEGIN}\n\n{text}\n{END}{after}")
