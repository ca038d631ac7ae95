from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from conftest import REPOSITORY, SCENARIOS, Program

import shardq


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_policy_acts_as_table_show_does_in_every_visited_state(
    scenario: str, runs: dict[str, shardq.Training], program: Program
) -> None:
    policy = runs[scenario].policy()
    shown: dict[int, int] = {}
    for block in re.split(r"^(?=state )", program("table", "show", policy.folder, "--count", "1000000"), flags=re.M)[
        1:
    ]:
        head, *rows = block.rstrip("\n").split("\n")
        shown[int(head.split(" ")[1].rstrip(":"))] = next(i for i, row in enumerate(rows) if row.startswith("  →"))
    visited = policy.visited()
    assert list(shown) == visited.tolist()
    assert list(shown.values()) == policy.act(visited).tolist() == [policy.act(int(state)) for state in visited]


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_digest_is_the_one_that_the_run_printed(scenario: str, runs: dict[str, shardq.Training]) -> None:
    policy = runs[scenario].policy()
    assert policy.computed_digest() == policy.digest == runs[scenario].table_digest


@pytest.mark.parametrize("folder", sorted((REPOSITORY / "Tests/Fixtures/first-release").glob("*/policy.json")))
def test_policies_of_the_first_release_open(folder: Path) -> None:
    policy = shardq.load(folder.parent)
    assert policy.act(policy.visited()).shape == policy.visited().shape


def table(folder: Path, values: list[list[float]], visits: list[list[int]], **changes: object) -> Path:
    """A folder with a table that was made by hand."""
    folder.mkdir(exist_ok=True)
    np.save(folder / "action-values.npy", np.array(values, "<f4"))
    np.save(folder / "visit-counts.npy", np.array(visits, "<u4"))
    described = {"seed": 1, "steps": 9, "scenario": {"name": "hand", "settings": {}}, "parameters": {}}
    manifest = {"format": 1, "stateCount": len(values), "actionCount": len(values[0]), "policy": described}
    (folder / "policy.json").write_text(json.dumps({**manifest, "tableDigest": "", **changes}))
    return folder


def test_what_was_never_tried_does_not_win_by_its_zeros(tmp_path: Path) -> None:
    policy = shardq.load(table(tmp_path, [[-3, 0, -2], [0, 0, 0]], [[5, 0, 1], [0, 0, 0]]), verify=False)
    assert policy.act(0) == 2
    assert policy.act(0, mask=[True, True, False]) == 0
    with pytest.raises(shardq.UnvisitedStateError, match="in state 1 "):
        policy.act(1)
    with pytest.raises(shardq.UnvisitedStateError, match="in state 0 "):
        policy.act(0, mask=[0, 1, 0])
    assert policy.act(1, default=2) == 2
    assert policy.act(np.array([[0, 1]]), default=1).tolist() == [[2, 1]]


def test_of_equals_the_lowest_is_taken_and_two_planes_act_by_their_mean(tmp_path: Path) -> None:
    assert shardq.load(table(tmp_path, [[-1, 4, 4]], [[1, 1, 1]]), verify=False).act(0) == 1
    two = table(tmp_path, [[1, 0, 2, 6]], [[1, 0, 0, 1]], actionCount=2, planes=2)
    policy = shardq.load(two, verify=False)
    assert policy.q.tolist() == [[1.5, 3]]
    assert policy.act(0) == 1
    assert [(each.value, each.visits) for each in policy.explain(0).actions] == [(1.5, 1), (3, 1)]


def test_several_planes_act_by_what_their_rule_makes_of_them(tmp_path: Path) -> None:
    described = {"seed": 1, "steps": 9, "scenario": {"name": "hand", "settings": {}}}
    for rule, planes, expected, visits in [
        ("maxmin-q-learning:3:0", 3, [1, 2], [6, 15]),
        ("delayed-q-learning", 3, [1, 5], [1, 4]),
    ]:
        folder = table(
            tmp_path, [[1, 5, 3, 6, 4, 2]], [[1, 4, 2, 5, 3, 6]], actionCount=2, planes=planes,
            policy={**described, "parameters": {"update": rule}},
        )  # fmt: skip
        policy = shardq.load(folder, verify=False)
        assert policy.q.tolist() == [expected]
        assert [each.visits for each in policy.explain(0).actions] == visits


def test_states_and_masks_that_are_none_are_refused(maze: Path) -> None:
    policy = shardq.load(maze)
    with pytest.raises(ValueError, match="0 to 255"):
        policy.act(256)
    with pytest.raises(ValueError, match="0 to 255"):
        policy.act(np.array([3, -1]))
    with pytest.raises(TypeError, match="float64"):
        policy.act(np.array([1.0]))
    with pytest.raises(ValueError, match="shape"):
        policy.act(68, mask=[1, 1])
    with pytest.raises(ValueError, match="no action"):
        policy.act(68, mask=[0, 0, 0, 0])


@pytest.mark.parametrize(
    ("file", "change", "error", "words"),
    [
        ("policy.json", None, shardq.InaccessibleError, "no policy folder"),
        ("policy.json", b"{", shardq.BadInputError, "no JSON"),
        ("policy.json", b'{"format": 9}', shardq.BadInputError, "format 9"),
        ("policy.json", b'{"format": 1}', shardq.BadInputError, "stateCount"),
        ("action-values.npy", None, shardq.InaccessibleError, "cannot be read"),
        ("action-values.npy", b"x", shardq.BadInputError, "no whole numpy array"),
        ("visit-counts.npy", -4, shardq.BadInputError, "no whole numpy array"),
        ("visit-counts.npy", "flip", shardq.BadInputError, "digest is"),
    ],
)
def test_a_damaged_folder_is_refused_in_words(
    file: str, change: bytes | int | str | None, error: type[Exception], words: str, maze: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "damaged"
    shutil.copytree(maze, folder)
    whole = (folder / file).read_bytes()
    if change is None:
        (folder / file).unlink()
    elif isinstance(change, bytes):
        (folder / file).write_bytes(change)
    elif isinstance(change, int):
        (folder / file).write_bytes(whole[:change])
    else:
        (folder / file).write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    with pytest.raises(error, match=words):
        shardq.load(folder)


def test_an_explanation_reads_as_that_of_the_program(maze: Path, program: Program) -> None:
    policy = shardq.load(maze)
    state = int(policy.visited()[0])
    explained = policy.explain(state)
    numbers = re.findall(r"-?\d+\.\d+|\d+ visits", program("table", "show", maze, "--state", str(state)))
    assert re.findall(r"-?\d+\.\d+|\d+ visits", str(explained)) == numbers
    assert f"state {state}" in explained._repr_html_()
    assert explained.greedy == explained.actions[policy.act(state)]


def test_a_space_turns_names_and_levels_into_states() -> None:
    space = shardq.Space((shardq.Factor("row", 3), shardq.Factor("light", 2, ("red", "green"))), ("stay", "go"))
    assert [space.levels(state) for state in range(space.state_count)] == [
        (0, 0),
        (0, 1),
        (1, 0),
        (1, 1),
        (2, 0),
        (2, 1),
    ]
    assert space.encode({"light": "green", "row": 2}) == space.encode((2, "green")) == space.encode([2, 1]) == 5
    assert space.describe(5) == "row 2, light green"
    for wrong in ({"row": 2}, (1,), (3, 0), (0, "blue"), (-1, 0), (0.5, 0)):
        with pytest.raises(ValueError, match=r"an observation has|row|light"):
            space.encode(wrong)  # type: ignore[arg-type]
