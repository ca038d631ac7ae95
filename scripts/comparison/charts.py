"""Two bar charts, drawn by gnuplot: transitions per second and CPU per transition, both on logarithmic axes."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from statistics import median

from .rows import ONE_PROCESS
from .summary import Line, figure, three_digits

COLOURS = {"ShardQ": "#c2410c", "other": "#2563a8", ONE_PROCESS: "#8a8f98"}
KEYS = {"ShardQ": "ShardQ", "other": "several processes", ONE_PROCESS: "one process, nothing sent"}


def group_of(line: Line) -> str:
    if not line.is_distributed:
        return ONE_PROCESS
    return "ShardQ" if line.sample.who == "ShardQ" else "other"


def script(
    lines: list[Line],
    title: str,
    values: Callable[[Line], tuple[float, ...]],
    label: Callable[[float], str],
    low: float,
    high: float,
) -> str:
    """Horizontal bars of medians from top to bottom in the order given, with whiskers from minimum to maximum.

    The figure of the median stands behind each.
    """
    count = len(lines)
    text = [
        f'set terminal svg size 1000,{110 + 24 * count} font "sans-serif,13" background rgb "white"',
        f'set title "{title}" font ",16"',
        "set logscale x",
        f"set xrange [{low:g}:{high:g}]",
        f"set yrange [0.3:{count + 0.7}]",
        'set format x "%.0s %c"' if low >= 1 else 'set format x "%g"',
        'set grid xtics lc rgb "#d7dade"',
        "set border 1",
        "set tics nomirror scale 0",
        "set key outside bottom center horizontal reverse Left samplen 1",
        "set style fill solid 1.0 noborder",
        "set lmargin 48",
        "unset ytics",
    ]
    for place, line in enumerate(lines):
        name = line.title.replace('"', "'")
        text.append(f'set label "{name}" at graph -0.01,first {count - place} right noenhanced')
        end = f"{max(values(line)):g},{count - place}"
        text.append(f'set label "{label(median(values(line)))}" at first {end} left offset 0.6,0 noenhanced font ",11"')
    columns = "2:1:3:2:($1-0.36):($1+0.36)"
    plots = [
        f'"-" using {columns} with boxxyerror lc rgb "{COLOURS[group]}" title "{KEYS[group]}"'
        for group in COLOURS
        if any(group_of(line) == group for line in lines)
    ]
    spreads = [(count - place, values(line)) for place, line in enumerate(lines) if len(values(line)) > 1]
    if spreads:
        plots.append('"-" using 2:1:3:4 with xerrorbars pt 0 lw 1.2 lc rgb "#1f2328" title "minimum to maximum"')
    text.append("plot " + ", ".join(plots))
    for group in COLOURS:
        members = [(count - place, line) for place, line in enumerate(lines) if group_of(line) == group]
        if members:
            text += [f"{place} {median(values(line)):g} {low:g}" for place, line in members] + ["e"]
    if spreads:
        text += [f"{place} {median(all):g} {min(all):g} {max(all):g}" for place, all in spreads] + ["e"]
    return "\n".join(text) + "\n"


def draw(lines: list[Line], folder: Path) -> str | None:
    """Draws both charts into a folder; returns a word of reason when that cannot be done."""
    program = shutil.which("gnuplot")
    if program is None:
        return "no-gnuplot"
    shown = [line for line in lines if line.is_main and line.cpu > 0]
    if not shown:
        return "no-rows"
    by_rate = sorted(shown, key=lambda line: -line.rate)
    by_cpu = sorted(shown, key=lambda line: line.cpu)
    charts = {
        "throughput.svg": script(
            by_rate,
            "Transitions per second (more is better)",
            lambda line: line.rates,
            three_digits,
            100,
            1e9,
        ),
        "cpu.svg": script(
            by_cpu,
            "CPU µs per transition, all processes (less is better)",
            lambda line: line.cpus,
            figure,
            0.001,
            10_000,
        ),
    }
    for name, commands in charts.items():
        drawn = subprocess.run([program], input=commands, capture_output=True, text=True, check=False)
        if drawn.returncode != 0:
            return f"gnuplot: {drawn.stderr.strip()}"
        (folder / name).write_text(drawn.stdout)
    return None
