from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

import shardq
from shardq.plot import student


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Three runs that differ in their seeds."""
    root = tmp_path_factory.mktemp("seeds")
    folders = [root / f"seed-{seed}" for seed in (1, 2, 3)]
    for seed, folder in enumerate(folders, 1):
        shardq.train("cliff-walking", broker="none", steps=5_000, seed=seed, output=folder)
    return folders


def test_results_are_tidy_and_have_the_means_of_the_run(runs: dict[str, shardq.Training], maze: Path) -> None:
    frame = shardq.results(maze)
    evaluation = runs["maze"].evaluation
    assert evaluation
    for (controller, metric), rows in frame.groupby(["controller", "metric"]):
        assert rows["value"].mean() == pytest.approx(evaluation.controllers[str(controller)][str(metric)].mean)


def test_learning_curves_have_the_seeds_of_their_runs(seeds: list[Path]) -> None:
    frame = shardq.learning(seeds)
    assert frame.groupby("run")["seed"].first().tolist() == [1, 2, 3]
    assert frame["lane-steps"].max() == 5_000
    with pytest.raises(ValueError, match="no folder"):
        shardq.learning([])


def test_runs_have_a_row_each_also_where_one_is_damaged(seeds: list[Path], tmp_path: Path) -> None:
    root = tmp_path / "all"
    shutil.copytree(seeds[0].parent, root)
    (root / "seed-2/policy.json").write_text("{}")
    frame = shardq.runs(root)
    assert frame["folder"].tolist() == ["seed-1", "seed-2", "seed-3"]
    assert frame["problem"].notna().tolist() == [False, True, False]
    assert frame.loc[0, "digest"] == shardq.load(seeds[0]).digest
    assert frame.loc[0, "epsilon"] == 0.1
    assert shardq.runs(seeds[0] / "charts").empty
    with pytest.raises(shardq.InaccessibleError):
        shardq.runs(root / "none")


def test_a_band_is_the_interval_of_the_mean_over_the_runs(seeds: list[Path]) -> None:
    axes = shardq.plot.learning(seeds, y="mean reward")
    frame = shardq.learning(seeds).pivot_table(index="lane-steps", columns="run", values="mean reward")
    last = frame.iloc[-1].to_numpy()
    assert np.asarray(axes.lines[0].get_ydata())[-1] == pytest.approx(last.mean())
    bounds = axes.collections[0].get_paths()[0].vertices
    heights = np.asarray(bounds)[np.isclose(np.asarray(bounds)[:, 0], 5_000), 1]
    half = 4.303 * last.std(ddof=1) / np.sqrt(3)
    assert heights.min() == pytest.approx(last.mean() - half)
    assert heights.max() == pytest.approx(last.mean() + half)
    with pytest.raises(ValueError, match="mean reward"):
        shardq.plot.learning(seeds, y="none")


def test_controllers_are_compared_in_a_metric_with_its_unit(maze: Path) -> None:
    axes = shardq.plot.compare(maze, "RMSE of Q")
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["learned", "optimal"]
    assert axes.get_ylabel() == "RMSE of Q"
    with pytest.raises(ValueError, match="RMSE of Q"):
        shardq.plot.compare(maze, "none")


@pytest.mark.parametrize(("count", "quantile"), [(2, 12.706), (31, 2.042), (41, 2.021), (101, 1.984), (1001, 1.962)])
def test_intervals_are_students(count: int, quantile: float) -> None:
    assert student(count) == pytest.approx(quantile, abs=1e-3)
