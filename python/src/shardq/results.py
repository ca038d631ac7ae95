"""What runs have left in their folders, as tables of pandas."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from os import PathLike, fspath
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from shardq.errors import BadInputError, InaccessibleError, ShardQError
from shardq.policy import Folder, load

if TYPE_CHECKING:
    import pandas as pd

_RESULT_COLUMNS = ["controller", "metric", "unit", "seed", "value"]


def pandas() -> ModuleType:
    """The library pandas, or an error that says how to install it."""
    try:
        import pandas as library
    except ImportError:
        raise ShardQError("tables need pandas: pip install 'shardq[pandas]'") from None
    return library


def results(folder: Folder) -> pd.DataFrame:
    """The evaluation in a folder, tidy: a row for each controller, metric and seed."""
    frame = _csv(Path(folder) / "evaluation.csv", "train or evaluate with output= writes it")
    if list(frame.columns) != _RESULT_COLUMNS:
        raise BadInputError(f"{folder}/evaluation.csv has columns {list(frame.columns)}, not {_RESULT_COLUMNS}")
    return frame


def learning(folders: Folder | Iterable[Folder]) -> pd.DataFrame:
    """The learning curves of one run or several, each row with the `run` (its folder) and its `seed`."""
    curves = []
    for folder in [folders] if isinstance(folders, (str, PathLike)) else folders:
        curve = _csv(Path(folder) / "learning.csv", "train with output= writes it")
        curve.insert(0, "run", fspath(folder))
        curve.insert(1, "seed", load(folder, verify=False).seed)
        curves.append(curve)
    if not curves:
        raise ValueError("no folder was given")
    frame: pd.DataFrame = pandas().concat(curves, ignore_index=True)
    return frame


def runs(folder: Folder) -> pd.DataFrame:
    """The policy folders below a folder, one a row: what was learned, how, and the digest; checkpoints are left out.

    A folder that cannot be read has its row too, with what is wrong in `problem`.
    """
    root = Path(folder)
    if not root.is_dir():
        raise InaccessibleError(f"{root} is no folder")
    rows = [_run(root, each) for each in sorted(_policies(root))]
    frame: pd.DataFrame = pandas().DataFrame(
        rows, columns=None if rows else ["folder", "scenario", "digest", "problem"]
    )
    return frame


def _policies(root: Path) -> Iterator[Path]:
    for manifest in root.rglob("policy.json"):
        if "checkpoints" not in manifest.relative_to(root).parts:
            yield manifest.parent


def _run(root: Path, folder: Path) -> dict[str, Any]:
    row: dict[str, Any] = {"folder": str(folder.relative_to(root))}
    try:
        policy = load(folder, verify=False)
    except ShardQError as error:
        return row | {"problem": str(error)}
    described = policy.description
    row |= {"scenario": policy.scenario, "seed": policy.seed, "steps": policy.steps}
    row |= {name: described[name] for name in ("plannedSteps", "lanes", "cohorts") if name in described}
    row |= {name: _plain(value) for name, value in policy.parameters.items()}
    row |= {f"settings.{name}": _plain(value) for name, value in policy.settings.items()}
    return row | {"digest": policy.digest, "problem": None}


def _plain(value: Any) -> Any:
    """A number or text as it is; `{"constant": {"_0": 0.1}}` is 0.1; anything else is JSON."""
    if isinstance(value, dict) and list(value) == ["constant"] and isinstance(value["constant"], dict):
        return value["constant"].get("_0", value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else value


def _csv(file: Path, hint: str) -> pd.DataFrame:
    library = pandas()
    try:
        frame: pd.DataFrame = library.read_csv(file)
    except OSError as error:
        raise InaccessibleError(f"{file} cannot be read: {error.strerror}; {hint}") from None
    except (ValueError, UnicodeDecodeError) as error:
        raise BadInputError(f"{file} is no table: {error}") from None
    return frame
