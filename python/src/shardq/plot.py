"""Pictures of results; each function draws into axes of matplotlib and returns them."""

from __future__ import annotations

from collections.abc import Iterable
from os import PathLike
from typing import TYPE_CHECKING, Any

import numpy as np

from shardq.errors import ShardQError
from shardq.results import learning as learning_of
from shardq.results import results as results_of

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

Source = Any  # a folder, several, or a frame that results() or learning() has made

# Student's t at 97.5 %, for 1 to 30 degrees of freedom.
_STUDENT = [
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
    2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
]  # fmt: skip
_NORMAL = 1.95996


def student(count: int) -> float:
    """Half the 95 % interval of a mean of `count` values, in standard errors."""
    freedom = count - 1
    if freedom < 1:
        return float("nan")
    # Beyond the list, the first terms of the expansion in 1 / freedom, exact to the third decimal.
    return _STUDENT[freedom - 1] if freedom <= len(_STUDENT) else _NORMAL + 2.3722 / freedom + 2.8225 / freedom**2


def learning(source: Source, y: str | None = None, x: str = "lane-steps", ax: Axes | None = None) -> Axes:
    """Learning curves: the mean over the runs with its 95 % interval as a band, or one line for one run.

    `y` is a column of `learning()`; unless given, the mean return, or the mean reward where no episode ended.
    """
    frame = learning_of(source) if _is_folders(source) else source
    column = y or _default_column(frame)
    for name in (column, x):
        if name not in frame.columns:
            raise ValueError(f"there is no column {name!r}; there are {', '.join(frame.columns)}")
    axes = ax or _axes()
    # A run on other terms has other intervals; means are taken where all runs have a value.
    wide = frame.pivot_table(index=x, columns="run", values=column).dropna()
    steps, mean = wide.index.to_numpy(), wide.mean(axis=1).to_numpy()
    count = wide.shape[1]
    (line,) = axes.plot(steps, mean, label=f"mean of {count} runs" if count > 1 else None)
    if count > 1:
        half = student(count) * wide.std(axis=1, ddof=1).to_numpy() / np.sqrt(count)
        axes.fill_between(steps, mean - half, mean + half, color=line.get_color(), alpha=0.2, label="95 % interval")
        axes.legend()
    axes.set(xlabel=x, ylabel=column)
    return axes


def compare(source: Source, metric: str | None = None, ax: Axes | None = None) -> Axes:
    """Controllers side by side in one metric: each seed's value, the mean and its 95 % interval."""
    frame = results_of(source) if _is_folders(source) else source
    metrics = list(dict.fromkeys(frame["metric"]))
    chosen = metric or metrics[0]
    if chosen not in metrics:
        raise ValueError(f"there is no metric {chosen!r}; there are {', '.join(metrics)}")
    rows = frame[frame["metric"] == chosen]
    axes = ax or _axes()
    names = list(dict.fromkeys(rows["controller"]))
    for place, name in enumerate(names):
        values = rows.loc[rows["controller"] == name, "value"].to_numpy(dtype=float)
        spread = student(len(values)) * values.std(ddof=1) / np.sqrt(len(values)) if len(values) > 1 else 0.0
        axes.plot(np.full(len(values), place), values, "o", color="0.6", markersize=3, zorder=1)
        axes.errorbar([place], [values.mean()], yerr=[spread], fmt="o", capsize=4, zorder=2)
    unit = rows["unit"].iloc[0]
    axes.set_xticks(range(len(names)), names)
    axes.set_ylabel(f"{chosen} [{unit}]" if isinstance(unit, str) and unit else chosen)
    return axes


def _default_column(frame: pd.DataFrame) -> str:
    return "mean return" if frame["mean return"].notna().any() else "mean reward"


def _is_folders(source: Source) -> bool:
    if isinstance(source, (str, PathLike)):
        return True
    return isinstance(source, Iterable) and not hasattr(source, "columns")


def _axes() -> Axes:
    try:
        from matplotlib import pyplot
    except ImportError:
        raise ShardQError("pictures need matplotlib: pip install 'shardq[plot]'") from None
    return pyplot.figure(layout="constrained").add_subplot()
