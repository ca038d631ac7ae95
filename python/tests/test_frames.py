from __future__ import annotations

import re

import numpy as np
import pytest
from conftest import REPOSITORY

from shardq.protocol.decoding import decode
from shardq.protocol.frames import (
    MAGIC,
    Assign,
    Form,
    Frame,
    FrameError,
    Header,
    Join,
    Kind,
    Load,
    QValues,
    Round,
    StepSize,
    Stop,
    VersionError,
)
from shardq.protocol.table import Shard

BLOCK = re.compile(r"^```hex (\S+)\n(.*?)^```$", re.M | re.S)
GOLDEN = {
    name: bytes.fromhex(re.sub(r"#.*", "", text))
    for name, text in BLOCK.findall((REPOSITORY / "docs/protocol.md").read_text())
}
HALF, ONE = 0x3F000000, 0x3F800000


def words(*numbers: int) -> bytes:
    return np.array(numbers, "<u4").tobytes()


@pytest.mark.parametrize("name", GOLDEN)
def test_the_documents_bytes_are_read_and_written(name: str) -> None:
    frames = decode(GOLDEN[name])
    assert b"".join(frame.encode() for frame in frames) == GOLDEN[name]


def test_the_document_has_every_kind() -> None:
    assert {frame.kind for body in GOLDEN.values() for frame in decode(body)} == set(Kind)


def test_every_field_has_its_own_words() -> None:
    round_ = Round(
        Header(3, 2, 1, 0x1_0000_0002),
        np.array([4, 9], "<u4"),
        np.array([0.5, 1], "<f4"),
        np.array([7, 8, 9], "<u4"),
        Form.MAXIMA,
    )
    expected = words(MAGIC, 0x0004_0004, 3, 2, 1, 2, 1, 10, 2, 3, 1, 4, 9, HALF, ONE, 7, 8, 9)
    assert round_.encode() == expected
    step = StepSize(1, 20, 0.5)
    assert Assign(Header(1), 4, 1, step, ((0, 10), (2, 9))).encode() == words(
        MAGIC, 0x0002_0004, 1, 0, 0, 0, 0, 12, 4, ONE, 1, 0x41A0_0000, HALF, 0, 0, 2, 0, 10, 2, 9
    )


def test_notes_and_masks_stand_behind_the_rows() -> None:
    rows = np.array([8, 9], "<u4")
    asked = Round(
        Header(1),
        rows=rows,
        form=Form.MAXIMA,
        epsilon=0.5,
        notes=np.array([0x81, 127], np.uint8),
        masks=np.array([3, 1], np.uint64),
    )
    assert asked.encode() == words(MAGIC, 0x0004_0004, 1, 0, 0, 0, 0, 8, 0, 2, 0x301, 8, 9, HALF, 0x7F81, 0x0103)
    (read,) = decode(asked.encode())
    assert isinstance(read, Round)
    assert read.notes is not None
    assert read.masks is not None
    assert (read.epsilon, read.notes.tolist(), read.masks.tolist()) == (0.5, [0x81, 127], [3, 1])
    wide = Round(Header(1), rows=rows[:1], form=Form.TIES, masks=np.array([1 << 40], np.uint64), wide=True)
    assert decode(wide.encode())[0].encode() == wide.encode()


def test_the_worked_example_is_what_a_shard_answers() -> None:
    for form in ("rows", "maxima", "ties"):
        assignment, round_ = decode(GOLDEN["assign"])[0], decode(GOLDEN[f"round-{form}"])[0]
        assert isinstance(assignment, Assign)
        assert isinstance(round_, Round)
        shard = Shard.assigned(assignment.shards[0][1], assignment)
        answer = shard.serve(round_)
        assert answer
        assert answer.encode() == GOLDEN[f"answer-{form}"]


def test_several_frames_in_a_body_are_rounds_or_answers_of_one_shard_and_epoch() -> None:
    answer = GOLDEN["answer-rows"]
    assert len(decode(answer + answer)) == 2
    for body in (
        GOLDEN["stop"] * 2,
        answer + GOLDEN["round-rows"],
        answer + QValues(Header(2), Form.ROWS, np.ones((1, 2), "<f4")).encode(),
    ):
        with pytest.raises(FrameError):
            decode(body)


def test_texts_and_versions() -> None:
    assert decode(Stop(Header(9), "schön").encode()) == [Stop(Header(9), "schön")]
    with pytest.raises(FrameError, match="UTF-8"):
        decode(Stop(Header(1), "ab").encode()[:-4] + b"\xff\xff\0\0")
    other = bytearray(Join(Header(0), "w1").encode())
    other[4] = 2
    with pytest.raises(VersionError, match="version 2"):
        decode(bytes(other))


@pytest.mark.parametrize("name", GOLDEN)
def test_what_is_damaged_is_refused_or_read_and_never_traps(name: str) -> None:
    body = GOLDEN[name]
    wholes = {0, len(decode(body)[0].encode())} - {0, len(body)}
    for length in set(range(len(body))) - wholes:
        with pytest.raises(FrameError):
            decode(body[:length])
    for bit in range(8 * len(body)):
        flipped = bytearray(body)
        flipped[bit // 8] ^= 1 << bit % 8
        try:
            frames: list[Frame] = decode(bytes(flipped))
        except FrameError:
            continue
        # What stands between the counts is free; nothing that is read is lost.
        if not any(isinstance(frame, (Join, Stop, QValues, Load)) for frame in frames):
            assert b"".join(frame.encode() for frame in frames) == bytes(flipped)
