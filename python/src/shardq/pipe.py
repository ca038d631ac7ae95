"""A scenario of the program in a child process, stepped through its pipe: `shardq environment …`."""

from __future__ import annotations

import json
import struct
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import Any

import numpy as np
import numpy.typing as npt

from shardq.errors import InternalError, UsageError, error_of
from shardq.program import arguments, find_program
from shardq.space import Factor, Space
from shardq.world import BATCH, BEGIN, DESCRIPTION, FAILURE, OPEN, STEP, TERMINATED, TRUNCATED, VERSION

WAITS = 16


@dataclass(frozen=True)
class Batch:
    """What became of every lane, and what is to be decided next."""

    flags: npt.NDArray[np.uint32]
    rewards: npt.NDArray[np.float32]
    states: npt.NDArray[np.uint64]
    masks: npt.NDArray[np.uint64] | None
    ends: npt.NDArray[np.uint64]
    end_masks: npt.NDArray[np.uint64] | None
    durations: npt.NDArray[np.uint32]
    #: The numbers behind the states, [lanes × numbers], and those in which episodes ended; empty unless they are told.
    numbers: npt.NDArray[np.float64]
    end_numbers: npt.NDArray[np.float64]

    @property
    def terminated(self) -> npt.NDArray[np.bool_]:
        """Whose episode is over, with nothing to follow."""
        return np.asarray((self.flags & TERMINATED) != 0)

    @property
    def truncated(self) -> npt.NDArray[np.bool_]:
        """Whose episode was cut off."""
        return np.asarray((self.flags & (TERMINATED | TRUNCATED)) == TRUNCATED)

    @property
    def waits(self) -> npt.NDArray[np.bool_]:
        """Who has nothing to decide."""
        return np.asarray((self.flags & WAITS) != 0)

    @classmethod
    def read(cls, body: bytes, lanes: int) -> Batch:
        """Reads the body of a batch that tells of lanes that wait, and of numbers where some follow."""
        place = 0

        def array(kind: Any, count: int) -> npt.NDArray[Any]:
            nonlocal place
            found = np.frombuffer(body, kind, count, place)
            place += found.nbytes
            return found

        has_masks = bool(array("<u4", 1)[0])
        flags, rewards, states = array("<u4", lanes), array("<f4", lanes), array("<u8", lanes)
        cut = int(np.count_nonzero((flags & (TERMINATED | TRUNCATED)) == TRUNCATED))
        ends = array("<u8", cut)
        masks, end_masks = (array("<u8", lanes), array("<u8", cut)) if has_masks else (None, None)
        durations = array("<u4", lanes)
        over = int(np.count_nonzero(flags & (TERMINATED | TRUNCATED)))
        # Each lane has as many, one that has ended twice.
        told = (len(body) - place) // 8 // (lanes + over)
        numbers, end_numbers = array("<f8", lanes * told), array("<f8", over * told)
        return cls(
            flags,
            rewards,
            states,
            masks,
            ends,
            end_masks,
            durations,
            numbers.reshape(lanes, told),
            end_numbers.reshape(over, told),
        )


def action_mask(mask: int, count: int) -> npt.NDArray[np.int8]:
    """A mask as Gymnasium and PettingZoo have it: 1 for each action that is allowed."""
    return ((mask >> np.arange(count)) & 1).astype(np.int8)


class Pipe:
    """The child, started when it is first opened and ended by `close`."""

    def __init__(self, scenario: str, options: Mapping[str, Any], *, numbers: bool = False) -> None:
        self.scenario = scenario
        self._numbers = numbers
        self._command = [find_program(), "environment", scenario, *arguments(options)]
        self._errors = TemporaryFile()  # noqa: SIM115 (it lives as long as the child)
        self._child = subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors, start_new_session=True
        )
        self.lanes = 0
        # What it is, is known before anything begins.
        self.description = self.open(seed=0, replicas=1)
        factors = self.description["factors"]
        self.space = Space(
            tuple(Factor(each["name"], each["levels"], tuple(each.get("labels", ()))) for each in factors),
            tuple(self.description["actions"]),
        )
        self.agents: list[str] = list(self.description["agents"])

    def open(self, *, seed: int, replicas: int) -> dict[str, Any]:
        """Says which worlds are meant; what went on before is over."""
        text = json.dumps(
            {
                "version": VERSION,
                "firstReplica": 0,
                "replicas": replicas,
                "seed": seed,
                "holds": True,
                "numbers": self._numbers,
            }
        ).encode()
        padded = struct.pack("<I", len(text)) + text + b"\0" * (-len(text) % 4)
        body = self._exchange(OPEN, padded, DESCRIPTION)
        (length,) = struct.unpack_from("<I", body)
        description: dict[str, Any] = json.loads(body[4 : 4 + length])
        self.lanes = replicas * len(description["agents"])
        return description

    def begin(self) -> Batch:
        """Begins the first episodes."""
        return Batch.read(self._exchange(BEGIN, b"", BATCH), self.lanes)

    def step(self, actions: npt.NDArray[Any]) -> Batch:
        """Lets every lane act; the actions of those that wait mean nothing."""
        return Batch.read(self._exchange(STEP, actions.astype("<u4").tobytes(), BATCH), self.lanes)

    def _exchange(self, kind: int, body: bytes, wanted: int) -> bytes:
        source, sink = self._child.stdout, self._child.stdin
        assert source
        assert sink
        try:
            sink.write(struct.pack("<II", 1 + len(body) // 4, kind) + body)
            sink.flush()
            head = source.read(8)
            answer = source.read(4 * struct.unpack("<II", head)[0] - 4) if len(head) == 8 else b""
        except (BrokenPipeError, ValueError):
            head = b""
        if len(head) < 8:
            raise self._end()
        found = struct.unpack("<II", head)[1]
        if found == FAILURE:
            (length,) = struct.unpack_from("<I", answer)
            raise UsageError(answer[4 : 4 + length].decode())
        if found != wanted:
            raise InternalError(f"shardq environment answered frame {found}, not {wanted}")
        return answer

    def _end(self) -> Exception:
        """Why the child is gone, in its own words."""
        if self._child.poll() is None:
            self._child.stdin and self._child.stdin.close()
        code = self._child.wait()
        if self._errors.closed:
            return UsageError(f"the environment {self.scenario} is closed")
        self._errors.seek(0)
        said = self._errors.read().decode(errors="replace").strip().splitlines()
        last = said[-1].removeprefix("shardq: ") if said else f"shardq environment ended with exit code {code}"
        self.close()
        return error_of(code, last) if code else UsageError(f"shardq environment has ended: {last}")

    def close(self) -> None:
        """Ends the child; once more is no mistake."""
        for stream in (self._child.stdin, self._child.stdout):
            if stream is not None and not stream.closed:
                try:
                    stream.close()
                except BrokenPipeError:
                    continue
        try:
            self._child.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
        self._errors.close()

    def __del__(self) -> None:
        if hasattr(self, "_child") and self._child.poll() is None:
            self.close()
