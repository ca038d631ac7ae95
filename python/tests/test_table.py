from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from shardq.protocol.frames import Cells, Dump, Form, FrameError, Header, Load, Round, StepSize
from shardq.protocol.table import DOUBLE_Q, EXPECTED_SARSA, Q_LEARNING, SARSA, Shard

f = np.float32


def apply_one_by_one(
    values: list[np.float32], visits: list[int], cells: list[int], targets: list[np.float32], step: StepSize
) -> None:
    """The protocol's sentences, one number at a time."""
    for cell, target in zip(cells, targets, strict=True):
        alpha = f(step.first)
        if step.rule == 1:
            height = f(step.first) + f(1)
            alpha = max(f(step.second), height / (height + f(visits[cell])))
        values[cell] = values[cell] + alpha * (target - values[cell])
        visits[cell] += 1


@pytest.mark.parametrize("step", [StepSize(0, 0.1), StepSize(1, 99, 0.02), StepSize(1, 0)])
def test_updates_have_the_bits_of_one_after_another(step: StepSize) -> None:
    random = np.random.default_rng(1)
    shard = Shard(20, 3, 0.25, step)
    values, visits = [f(0.25)] * 60, [0] * 60
    for count in (0, 1, 500, 37):
        cells = random.integers(0, 60, count).astype("<u4")
        targets = random.normal(size=count).astype("<f4")
        shard.apply(cells, targets)
        apply_one_by_one(values, visits, cells.tolist(), list(targets), step)
    assert shard.values.tobytes() == np.array(values, "<f4").tobytes()
    assert shard.visits.tolist() == visits
    assert shard.update_count == 538


def test_a_visit_count_stays_at_its_limit() -> None:
    shard = Shard(1, 1, 0, StepSize(0, 0.5))
    shard.visits[0] = 0xFFFFFFFE
    for _ in range(3):
        shard.apply(np.zeros(1, "<u4"), np.zeros(1, "<f4"))
    assert shard.visits[0] == 0xFFFFFFFF


def ask(
    rule: int, notes: list[int], masks: list[int] | None = None, epsilon: float = 0.0
) -> tuple[list[float], list[int]]:
    """What a shard with one row answers by a rule: its planes are 1 4 4 and, of a rule with two, 3 2 8."""
    shard = Shard(1, 3, 0, StepSize(0, 0.5), rule)
    shard.values[:] = np.array([1, 4, 4, 3, 2, 8], "<f4")[: shard.width]
    answer = shard.serve(
        Round(
            Header(1),
            rows=np.zeros(len(notes), "<u4"),
            form=Form.TIES,
            epsilon=epsilon,
            notes=np.array(notes, np.uint8) if rule != Q_LEARNING else None,
            masks=None if masks is None else np.array(masks, np.uint64),
        )
    )
    assert answer is not None
    assert answer.actions is not None
    return answer.values.tolist(), answer.actions.tolist()


def test_rules_say_what_a_row_is_worth() -> None:
    assert ask(Q_LEARNING, [127]) == ([4], [0b110])
    assert ask(Q_LEARNING, [127, 127], masks=[0b001, 0b101]) == ([1, 4], [0b001, 0b100])
    assert ask(SARSA, [0, 127]) == ([1, 4], [0b110, 0b110])
    # Means 2 3 6. The coin 0 chooses in the first plane, where 1 and 2 are equal: the second's value
    # of 1. The coin 1 the other way round.
    assert ask(DOUBLE_Q, [127, 128 | 127]) == ([2, 4], [0b100, 0b100])
    assert ask(EXPECTED_SARSA, [127], epsilon=0.5) == ([3.5], [0b110])
    assert ask(EXPECTED_SARSA, [127], masks=[0b011], epsilon=0.5) == ([3.25], [0b010])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"cells": [6], "targets": [0]}, "cell 6"),
        ({"cells": [0], "targets": [np.inf]}, "finite"),
        ({"cells": [0], "targets": [np.nan]}, "finite"),
        ({"rows": [2]}, "row 2"),
        ({"rows": [0xFFFFFFFF], "form": Form.MAXIMA}, "row 4294967295"),
        ({"rows": [0], "form": Form.MAXIMA, "masks": [8]}, "mask"),
        ({"rows": [0], "form": Form.MAXIMA, "masks": [0]}, "mask"),
        ({"rows": [0], "form": Form.MAXIMA, "notes": [0]}, "without notes"),
    ],
)
def test_a_round_that_is_none_of_the_shards_changes_nothing(change: dict[str, Any], words: str) -> None:
    kinds: dict[str, Any] = {"cells": "<u4", "targets": "<f4", "rows": "<u4", "masks": np.uint64, "notes": np.uint8}
    parts = {name: np.array(value, kinds[name]) if name in kinds else value for name, value in change.items()}
    shard = Shard(2, 3, 0, StepSize(0, 0.5))
    with pytest.raises(FrameError, match=words):
        shard.serve(Round(Header(1), **parts))  # type: ignore[arg-type]
    assert (shard.update_count, shard.next_sequence, shard.visits.sum()) == (0, 0, 0)


def test_absent_rows_are_zeros() -> None:
    shard = Shard(1, 2, 7, StepSize(0, 0.5))
    answer = shard.serve(Round(Header(1), rows=np.array([0xFFFFFFFF, 0], "<u4")))
    assert answer is not None
    assert answer.values.tolist() == [[0, 0], [7, 7]]


def test_a_copy_is_of_one_moment_and_can_be_loaded_in_parts() -> None:
    shard, other = Shard(3, 1, 0, StepSize(0, 0.5)), Shard(3, 1, 0, StepSize(0, 0.5))
    shard.apply(np.array([0, 2], "<u4"), np.ones(2, "<f4"))
    first = shard.dump(Dump(Header(1, sequence=1), 0, 2))
    shard.apply(np.array([2], "<u4"), np.ones(1, "<f4"))
    second = shard.dump(Dump(Header(1, sequence=1), 2, 1))
    assert shard.dump(Dump(Header(1, sequence=1), 2, 1)) is None
    assert isinstance(first, Cells)
    assert isinstance(second, Cells)
    assert (first.values.tolist(), second.values.tolist(), second.updates) == ([0.5, 0], [0.5], 2)
    parts = [Load(Header(2), part.start, 0, part.values, part.visits) for part in (first, second)]
    assert [other.load(parts[1]), other.load(parts[0]), other.load(parts[1])] == [None, 2, 3]
    assert (other.values.tolist(), other.visits.tolist(), other.update_count) == ([0.5, 0, 0.5], [1, 0, 1], 0)
