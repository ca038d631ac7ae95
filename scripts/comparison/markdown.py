"""The report in Markdown, and its way into `docs/performance.md`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from . import growth, learning
from .rows import ONE_PROCESS, WALK
from .running import LearningSample
from .summary import Line, figure, parts, spread, three_digits

BEGIN = "<!-- throughput: begin, written by scripts/compare-throughput --write-docs -->"
END = "<!-- throughput: end -->"
HEADER = (
    "| who | lanes | transitions/s | CPU µs per transition | master + workers + broker |\n"
    "| --- | ---: | ---: | ---: | ---: |\n"
)


def table_row(line: Line) -> str:
    sample = line.sample
    name = f"**{sample.who}**" if line.is_own else sample.who
    return f"| {name}, {sample.variant} | {line.layout} | {spread(line)} | {figure(line.cpu)} | {parts(line)} |\n"


def table(lines: list[Line]) -> str:
    return HEADER + "".join(map(table_row, lines))


def beyond_reach(main: list[Line]) -> str:
    """Says which rows no design that sends messages can pass."""
    local = [line for line in main if not line.is_distributed]
    distributed = [line for line in main if line.is_distributed and not line.thread_count]
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
    """ShardQ through RabbitMQ beside every peer at as many lanes."""
    own = [line for line in main if line.goes_through_broker and line.worker_count == 2]
    text = ""
    for line in sorted(own, key=lambda line: (line.sample.lanes, line.sample.cohorts)):
        others = [
            other
            for other in main
            if not other.is_own and not other.is_yardstick and other.sample.lanes == line.sample.lanes
        ]
        text += "".join(
            f"| {line.layout} | {other.title} | {line.rate / other.rate:.2f} | {line.cpu / other.cpu:.2f} |\n"
            for other in others
        )
    head = "| ShardQ, lanes × cohorts | against | transitions/s, times | CPU, times |\n| ---: | --- | ---: | ---: |\n"
    return head + text if text else ""


def counterpart(yardstick: Line, lines: list[Line]) -> Line | None:
    """ShardQ at the size of a yardstick: through RabbitMQ with 2 workers, or in one thread, as the yardstick is."""
    sample = yardstick.sample
    for line in lines:
        if not line.is_own or line.sample.scenario != WALK:
            continue
        if (line.sample.states, line.sample.actions) != (sample.states, sample.actions):
            continue
        if line.layout != yardstick.layout:
            continue
        if not yardstick.is_distributed:
            if not line.is_distributed:
                return line
        elif line.goes_through_broker and line.worker_count == 2:
            return line
    return None


def yardsticks(lines: list[Line]) -> str:
    """ShardQ beside the programs that were named on the command line; CPU without that of the broker."""
    text = ""
    for other in sorted(lines, key=lambda line: (line.sample.states, line.sample.lanes, line.sample.cohorts)):
        line = counterpart(other, lines) if other.is_yardstick else None
        if line is None:
            continue
        cpu = (line.master + line.workers) / max(other.master + other.workers, 1e-9)
        text += (
            f"| {other.sample.states:,} | {other.title} | {three_digits(other.rate)} | {three_digits(line.rate)} "
            f"| {line.rate / other.rate:.2f} | {cpu:.2f} |\n"
        )
    head = (
        "| states | yardstick | its transitions/s | ShardQ's | times | CPU of master and workers, times |\n"
        "| ---: | --- | ---: | ---: | ---: | ---: |\n"
    )
    return head + text if text else ""


def threads(main: list[Line]) -> str:
    """ShardQ without messages, by the number of threads."""
    own = [line for line in main if line.is_own and line.thread_count]
    alone = {line.layout: line for line in own if line.thread_count == 1}
    shared = {line.layout for line in own if line.thread_count > 1}
    rows = "".join(
        f"| {line.layout} | {line.thread_count} | {spread(line)} | {line.rate / alone[line.layout].rate:.2f} "
        f"| {figure(line.cpu)} |\n"
        for line in sorted(own, key=lambda line: (line.sample.lanes, line.sample.cohorts, line.thread_count))
        if line.layout in shared and line.layout in alone
    )
    head = (
        "| lanes × cohorts | threads | transitions/s | times one thread | CPU µs per transition |\n"
        "| ---: | ---: | ---: | ---: | ---: |\n"
    )
    return head + rows if rows else ""


def scenarios(lines: list[Line]) -> str:
    """The scenarios that are more than a walk, with the share of the time that their own steps take."""
    rows = "".join(
        f"| {line.sample.scenario} | {line.sample.variant} | {line.layout} | {spread(line)} | {figure(line.cpu)} "
        f"| {line.environment_share or 0:.0%} |\n"
        for line in sorted(lines, key=lambda line: (line.sample.scenario, -line.rate))
        if line.sample.scenario != WALK
    )
    head = (
        "| scenario | by | lanes × cohorts | transitions/s | CPU µs per transition | time in the environment |\n"
        "| --- | --- | ---: | ---: | ---: | ---: |\n"
    )
    return head + rows if rows else ""


def other_sizes(lines: list[Line]) -> str:
    """The one-process rows at other sizes of the table."""
    rows = "".join(
        f"| {line.title} | {line.sample.states:,} | {spread(line)} | {figure(line.cpu)} |\n"
        for line in sorted(lines, key=lambda line: (line.sample.states, -line.rate))
        if line.sample.scenario == WALK and not line.is_main and not line.is_distributed
    )
    head = "| who | states | transitions/s | CPU µs |\n| --- | ---: | ---: | ---: |\n"
    return head + rows if rows else ""


def stepwise(lines: list[Line]) -> str:
    """What a step of the stepwise protocol takes beside two round trips of the broker itself."""
    return "".join(
        f"A step of the stepwise protocol takes {figure(line.step)} µs at the median by {line.sample.variant}; a bare round "
        f"trip through the same broker takes {figure(line.raw)} µs, so a step is {line.step / (2 * line.raw):.2f} times two "
        "of them.\n\n"
        for line in sorted(lines, key=lambda line: line.worker_count)
        if line.is_own and "stepwise" in line.sample.variant and line.step and line.raw
    )


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


def preface(lines: list[Line], machine: dict[str, Any]) -> str:
    """The machine, and what speaks against the figures."""
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
    return text


def report(
    lines: list[Line],
    learned: list[LearningSample],
    machine: dict[str, Any],
    skipped: dict[str, str],
    images: str,
) -> str:
    """The whole report; `images` is the folder of the charts as seen from where the text will stand."""
    main = [line for line in lines if line.is_main]
    sections = [
        ("Through messages or shared memory", table([line for line in main if line.is_distributed])),
        (ONE_PROCESS.capitalize(), beyond_reach(main)),
        ("Ratios", ratios(main)),
        ("Beside the yardsticks", yardsticks(lines)),
        ("Threads", threads(main)),
        ("Growth", growth.section(lines)),
        ("Other sizes in one process", other_sizes(lines)),
        ("Scenarios", scenarios(lines)),
        ("Learning per second", learning.section(learned)),
        ("Round trips", stepwise(lines) + round_trips(lines)),
    ]
    text = preface(lines, machine)
    if main:
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
