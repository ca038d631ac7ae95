from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from conftest import REPOSITORY

from shardq.coders import (
    Coder,
    DiscreteCoder,
    EdgesCoder,
    HashCoder,
    MultiDiscreteCoder,
    TilesCoder,
    TupleCoder,
    coder_from,
)
from shardq.tiles import TileCoding

FIXTURE = REPOSITORY / "Tests/Fixtures/coders.json"


def box_and_whole(box: np.ndarray[Any, Any]) -> list[list[float]]:
    """Observations of a number, a whole number from 2 to 6, and a number."""
    return [[row[0], float(2 + index % 5), row[2]] for index, row in enumerate(box.tolist())]


def made() -> list[tuple[Coder, list[list[float]]]]:
    """Coders of every kind, each with flat observations."""
    random = np.random.default_rng(5)
    box = random.normal(size=(40, 3)).round(6)
    edges = EdgesCoder.uniform([-1, -1, -1], [1, 1, 1], [4, 3, 5])
    on_edges = [[row[0] for row in edges.edges], [row[-1] for row in edges.edges], [-9.0, 9.0, -0.0]]
    discrete, multi = DiscreteCoder(5, 2), MultiDiscreteCoder([3, 2])
    whole = [[float(3 + row % 4), float(row % 3), float(row % 2)] for row in range(12)]
    return [
        (discrete, [[float(number)] for number in range(2, 7)]),
        (multi, [[2.0, 1.0], [0.0, 0.0], [1.0, 1.0]]),
        (edges, [*box.tolist(), *on_edges]),
        (EdgesCoder.quantile(box, 4), box.tolist()),
        (HashCoder(1000, [0.1, 0.25, 1]), [*box.tolist(), [-0.0, 0.0, 1e15]]),
        (HashCoder(7, [1]), [[float(number)] for number in range(-20, 20)]),
        (
            TilesCoder([-1, -1, 0.1], [1, 0.5, 0.7], [4, 3, 5], 8),
            [*box[:12].tolist(), [-9.0, 9.0, -0.0], [1.0, -1.0, 0.4]],
        ),
        (TilesCoder([-1.2, -0.07, 0], [0.6, 0.07, 1e-300], 500, 16), [*box[:12].tolist(), [0.6, -0.07, 5e-301]]),
        (TupleCoder([TilesCoder([0], [1], 2, 4), discrete, TilesCoder([-1], [1], 3, 4)]), box_and_whole(box[:12])),
        (TupleCoder([discrete, multi]), whole),
        (TupleCoder([EdgesCoder([[0.5], []]), HashCoder(50, [0.5])], ["a", "b"]), box.tolist()),
    ]


def parts(coder: Coder, flat: list[float]) -> Any:
    """An observation as its space has it."""
    if isinstance(coder, TupleCoder):
        found, start = [], 0
        for part in coder.parts:
            width = len(getattr(part, "edges", getattr(part, "widths", part.factors)))
            found.append(parts(part, flat[start : start + width]))
            start += width
        return found if coder.keys is None else dict(zip(coder.keys, found, strict=True))
    return int(flat[0]) if isinstance(coder, DiscreteCoder) else flat


def test_both_languages_have_the_same_states() -> None:
    """`Tests/ClassicWorldsTests/SpaceCoderTests.swift` reads what stands there."""
    cases: list[dict[str, Any]] = [
        {"coder": coder.settings(), "observations": seen, "states": [coder.encode(parts(coder, each)) for each in seen]}
        for coder, seen in made()
    ]
    for (coder, _), case in zip(made(), cases, strict=True):
        if coder.tilings is not None:
            coding = TileCoding([levels for _, levels in coder.factors], coder.tilings)
            case["rowCount"] = coding.row_count
            case["rows"] = coding.rows(np.array(case["states"][:3])).tolist()
    text = json.dumps(cases, indent=1, sort_keys=True) + "\n"
    if not FIXTURE.exists():
        FIXTURE.write_text(text)
    assert FIXTURE.read_text() == text
    for (coder, seen), case in zip(made(), cases, strict=True):
        again = coder_from(coder.to_json())
        assert [again.encode(parts(again, each)) for each in seen] == case["states"]


def test_a_batch_has_the_states_of_one_after_another() -> None:
    for coder, seen in made():
        if not isinstance(coder, TupleCoder):
            states = [coder.encode(parts(coder, each)) for each in seen]
            assert coder.encode_many(np.array(seen), len(seen)).tolist() == states


def test_quantiles_part_what_was_seen_evenly() -> None:
    seen = np.arange(100.0).reshape(-1, 1) ** 3
    coder = EdgesCoder.quantile(seen, 4)
    assert np.bincount([coder.encode(each) for each in seen]).tolist() == [25] * 4
    assert EdgesCoder.quantile([[1.0], [1.0], [1.0], [7.0]], 4).edges == [[7.0]]
    assert EdgesCoder.quantile([[1.0]] * 9, 4).state_count == 1
    with pytest.raises(ValueError, match="at least one and all of them finite"):
        EdgesCoder.quantile([[np.nan]], 2)


def test_collisions_are_counted_and_the_table_stays_as_large_as_it_is() -> None:
    coder = HashCoder(100, [1, 1])
    seen = [[float(x), float(y)] for x in range(10) for y in range(10)]
    states = [coder.encode(each) for each in seen + seen]
    assert states[:100] == states[100:]
    assert coder.collisions == 100 - len(set(states)) > 0
    assert coder.state_count == 100
    assert HashCoder(100, [1, 1]).encode([3.2, 4.9]) == coder.encode([3, 4])
    other = HashCoder(1 << 30, [1, 1])
    assert len({other.encode(each) for each in seen}) == 100
    assert other.collisions == 0


@pytest.mark.parametrize("seen", [[np.nan, 0], [np.inf, 0], [0], [1e300, 0]])
def test_what_has_no_steps_is_refused(seen: list[float]) -> None:
    with pytest.raises(ValueError, match="observation"):
        HashCoder(100, [1, 1]).encode(seen)


@pytest.mark.parametrize(("count", "widths"), [(0, [1.0]), (5, [0.0]), (5, [np.nan])])
def test_a_hash_without_places_or_widths_is_refused(count: int, widths: list[float]) -> None:
    with pytest.raises(ValueError, match="widths above 0"):
        HashCoder(count, widths)


def test_a_state_has_a_tile_in_each_grid_and_shares_most_with_its_neighbors() -> None:
    coder = TilesCoder([0, 0], [1, 1], tiles=4, tilings=8)
    coding = TileCoding([levels for _, levels in coder.factors], 8)
    here, near, far = (coding.rows(coder.encode(seen)).tolist() for seen in ([0.5, 0.5], [0.6, 0.5], [0.99, 0.01]))
    assert [row // (coding.row_count // 8) for row in here] == list(range(8))
    assert 4 <= len(set(here) & set(near)) < 8
    assert not set(here) & set(far)


def test_whole_numbers_beside_tiles_share_none() -> None:
    coder = TupleCoder([TilesCoder([0], [1], 2, 4), DiscreteCoder(3)])
    coding = TileCoding([levels for _, levels in coder.factors], 4)
    rows = [set(coding.rows(coder.encode(([0.3], which))).tolist()) for which in range(3)]
    assert [len(each) for each in rows] == [4, 4, 4]
    assert len(set.union(*rows)) == 12


def test_sums_are_made_in_double_precision_grid_after_grid() -> None:
    weights = np.array([[[1e8, 1], [1, 2], [-1e8, 3]]], np.float32)
    assert TileCoding([9], 3).sums(weights).tolist() == [[1.0, 6.0]]


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: TilesCoder([0, -np.inf], [1, 1]), "number 1 lies between -inf and 1.0: tiles need finite bounds"),
        (lambda: TilesCoder([0], [0]), "finite bounds, the lower one first"),
        (lambda: TilesCoder([0], [1, 2]), "1 lower bounds and 2 upper ones"),
        (lambda: TilesCoder([0], [1], [2, 3]), "for 1 numbers: one for each"),
        (lambda: TilesCoder([0], [1], 0), "not each 1 to 1000"),
        (lambda: TilesCoder([0], [1], 2, 257), "there are 1 to 256"),
        (lambda: TilesCoder([0], [1]).encode([np.nan]), "not a number"),
        (lambda: TilesCoder([0], [1]).encode([1, 2]), "tiles for 1"),
        (lambda: TupleCoder([TilesCoder([0], [1], 2, 4), TilesCoder([0], [1], 2, 8)]), "all of them have as many"),
    ],
)
def test_tiles_that_cannot_be_laid_are_refused_with_the_reason(make: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        make()
