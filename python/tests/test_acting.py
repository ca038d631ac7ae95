from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import shardq
from shardq.coders import Coder, DiscreteCoder, EdgesCoder, HashCoder, MultiDiscreteCoder, TupleCoder


def policy_of(coder: Coder, folder: Path) -> shardq.Policy:
    """A policy of a world with a coder, in which state s takes action s mod 7 and nothing else."""
    states = np.arange(coder.state_count)
    np.save(folder / "action-values.npy", np.zeros((len(states), 7), "<f4"))
    np.save(folder / "visit-counts.npy", np.eye(7, dtype="<u4")[states % 7])
    world = {"name": "world", "settings": {"description": {"coder": coder.to_json()}}}
    described = {"seed": 1, "steps": 9, "scenario": world, "parameters": {}}
    manifest = {"format": 1, "stateCount": len(states), "actionCount": 7, "policy": described, "tableDigest": ""}
    (folder / "policy.json").write_text(json.dumps(manifest))
    return shardq.load(folder, verify=False)


SPACIOUS = MultiDiscreteCoder([5, 6])
PAIRS = TupleCoder([DiscreteCoder(4), DiscreteCoder(5)])


@pytest.mark.parametrize(
    ("coder", "seen"),
    [
        (DiscreteCoder(9), 5),
        (DiscreteCoder(9), np.int64(5)),
        (SPACIOUS, np.array([3, 4])),
        (SPACIOUS, np.array([3, 4], np.int8)),
        (SPACIOUS, [3, 4]),
        (MultiDiscreteCoder([2, 3, 2, 3]), np.array([[1, 2], [0, 1]])),
        (MultiDiscreteCoder([2] * 4), np.array([True, False, True, True])),
        (EdgesCoder([[0.0, 1.0], [2.0]]), np.array([0.5, 3.0], np.float32)),
        (HashCoder(11, [1.0, 1.0]), np.array([2.5, -3.0])),
        (PAIRS, (3, 2)),
        (TupleCoder([DiscreteCoder(4), DiscreteCoder(5)], ["x", "y"]), {"x": 3, "y": 2}),
    ],
)
def test_what_an_environment_returns_is_acted_upon_as_it_is(coder: Coder, seen: Any, tmp_path: Path) -> None:
    policy = policy_of(coder, tmp_path)
    expected = coder.encode(seen) % 7
    assert policy.act(seen) == policy.act(policy.encode(seen)) == expected
    assert isinstance(policy.act(seen), int)
    assert policy.explain(seen).state == coder.encode(seen)


@pytest.mark.parametrize(
    ("coder", "either"),
    [
        (DiscreteCoder(5, start=2), 3),
        (DiscreteCoder(5, start=2), np.array([3, 4])),
        (SPACIOUS, np.array([3, 4, 2])),
        (EdgesCoder([[0.0, 1.0], [2.0]]), np.array([1, 3])),
        (EdgesCoder([[0.0, 1.0]]), 1),
        (HashCoder(11, [1.0, 1.0, 1.0]), np.array([1, 2, 3], np.uint8)),
        (PAIRS, np.array([3, 2])),
    ],
)
def test_what_may_be_states_or_an_observation_is_refused_with_what_to_write(
    coder: Coder, either: Any, tmp_path: Path
) -> None:
    policy = policy_of(coder, tmp_path)
    instead = r"shardq\.State\(" if np.ndim(either) == 0 else r"act_states\(…\)"
    with pytest.raises(ValueError, match=f"or what was observed, .*{instead}.*encode"):
        policy.act(either)


@pytest.mark.parametrize("coder", [DiscreteCoder(9, start=2), SPACIOUS, EdgesCoder([[0.0, 1.0], [2.0]]), PAIRS])
def test_states_are_states_where_that_is_said(coder: Coder, tmp_path: Path) -> None:
    policy = policy_of(coder, tmp_path)
    assert policy.act_states(np.array([2, 3])).tolist() == [2, 3]
    assert policy.act_states(3) == policy.act(shardq.State(3)) == policy.act_states(np.array([3]))[0]
    assert policy.explain(shardq.State(3)).state == 3
    with pytest.raises(TypeError, match="states are integers"):
        policy.act_states(np.array([1.5]))
    with pytest.raises(ValueError, match="the table's states are 0 to"):
        policy.act_states(coder.state_count)


@pytest.mark.parametrize(
    ("coder", "states"),
    [
        (DiscreteCoder(9), np.arange(9)),
        (EdgesCoder([[0.0, 1.0], [2.0]]), np.arange(6)),
        (PAIRS, np.arange(20)),
        (TupleCoder([DiscreteCoder(4), DiscreteCoder(5)], ["x", "y"]), np.array([3, 2])),
    ],
)
def test_an_array_that_no_observation_looks_like_is_one_of_states(coder: Coder, states: Any, tmp_path: Path) -> None:
    assert policy_of(coder, tmp_path).act(states).tolist() == (states % 7).tolist()


def test_a_state_prints_as_its_number() -> None:
    state = shardq.State(12)
    assert (str(state), f"{state}", repr(state), json.dumps(state), state + 1) == ("12", "12", "State(12)", "12", 13)
