"""A shard's cells, and the arithmetic of the protocol: single precision, every operation rounded by itself."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum

import numpy as np
import numpy.typing as npt

from shardq.protocol.frames import (
    ABSENT_ROW,
    Assign,
    Cells,
    Dump,
    Floats,
    Form,
    FrameError,
    Give,
    Load,
    QValues,
    Round,
    StepSize,
    Words,
)
from shardq.protocol.turns import Turns

# The update rules: Q-learning, SARSA, Double Q-learning, Expected SARSA.
Q_LEARNING, SARSA, DOUBLE_Q, EXPECTED_SARSA = range(4)
_NO_ACTION = 127


class Stage(Enum):
    """What of a move concerns a shard."""

    OWNED = "it serves rounds"
    TAKING = "another worker has its cells still"
    GIVEN = "its cells go to another worker, and nothing changes them"


class Shard:
    """Rows of action values with their visit counts, and the rule by which they are asked."""

    def __init__(
        self, rows: int, action_count: int, initial_value: float, step_size: StepSize, rule: int = Q_LEARNING
    ) -> None:
        self.row_count = rows
        self.action_count = action_count
        self.rule = rule
        self.width = action_count * (2 if rule == DOUBLE_Q else 1)
        self.step_size = step_size
        self.values: Floats = np.full(rows * self.width, initial_value, np.float32)
        self.visits: Words = np.zeros(rows * self.width, np.uint32)
        self.update_count = 0
        self.next_sequence = 0
        self.term = 0
        self.stage = Stage.OWNED
        # Whose turn it is, where actor processes send the rounds.
        self.turns: Turns | None = None
        self._loaded = 0
        self._copy: tuple[Floats, Words, int] | None = None
        self._copy_number = 0

    @classmethod
    def assigned(cls, rows: int, assignment: Assign) -> Shard:
        """A shard as a master wants it."""
        shard = cls(rows, assignment.action_count, assignment.initial_value, assignment.step_size, assignment.rule)
        if assignment.senders:
            shard.turns = Turns(sum(cohorts for _, cohorts in assignment.senders))
        return shard

    def serve(self, round_: Round) -> QValues | None:
        """Checks a round as a whole, applies its updates, then answers its queries."""
        self.check(round_)
        self.next_sequence = round_.header.sequence + 1
        self.apply(round_.cells, round_.targets)
        return self.answer(round_) if len(round_.rows) else None

    def serve_in_turn(self, round_: Round, turns: Turns) -> QValues:
        """Serves a round of an actor process: every one is answered, and what the first cohort says is said to all."""
        turns.begin(round_)
        answer = self.serve(round_) or nothing(round_, self.width)
        if (number := turns.copy_behind(round_)) is not None:
            self._keep(number)
        return replace(answer, marks=turns.marks)

    def _keep(self, number: int) -> None:
        """Makes the copy of a number of the cells as they are now."""
        self._copy_number = number
        self._copy = self.values.copy(), self.visits.copy(), self.update_count

    def check(self, round_: Round) -> None:
        """Refuses cells, targets, rows, notes, masks and marks that are none of this shard's."""
        if round_.marks and (self.turns is None or round_.header.cohort):
            raise FrameError("only the first cohort of actor processes marks rounds")
        if len(round_.cells) and int(round_.cells.max()) >= len(self.values):
            raise FrameError(f"cell {round_.cells.max()} in a shard of {len(self.values)} cells")
        if not np.isfinite(round_.targets).all():
            raise FrameError("a target is not a finite number")
        rows = round_.rows[round_.rows != ABSENT_ROW] if round_.form == Form.ROWS else round_.rows
        if len(rows) and int(rows.max()) >= self.row_count:
            raise FrameError(f"row {rows.max()} in a shard of {self.row_count} rows")
        if not len(round_.rows) or round_.form == Form.ROWS:
            return
        if (round_.notes is not None) != (self.rule != Q_LEARNING):
            raise FrameError(f"update rule {self.rule} is asked {'with' if self.rule else 'without'} notes")
        if round_.notes is not None:
            explored = round_.notes & 127
            if ((explored >= self.action_count) & (explored != _NO_ACTION)).any():
                raise FrameError("a note names an action that is none")
        if round_.masks is not None:
            every = (1 << self.action_count) - 1
            if any(int(mask) == 0 or int(mask) & ~every for mask in round_.masks):
                raise FrameError("a mask names an action that is none, or no action at all")
            if not round_.wide and self.action_count > 8:
                raise FrameError(f"masks of a byte for {self.action_count} actions")

    def apply(self, cells: Words, targets: Floats) -> None:
        """Q ← Q + α (target − Q); a cell that is named twice moves twice, in order."""
        for turn in _turns(cells):
            named = cells[turn]
            q, n = self.values[named], self.visits[named]
            self.values[named] = q + self.alpha(n) * (targets[turn] - q)
            self.visits[named] = n + (n != 0xFFFFFFFF).astype(np.uint32)
        self.update_count += len(cells)

    def alpha(self, visits: Words) -> Floats:
        """The step size of cells with so many earlier updates."""
        step = self.step_size
        if step.rule == 0:
            return np.full(len(visits), step.first, np.float32)
        height = np.float32(step.first) + np.float32(1)
        falling: Floats = np.maximum(np.float32(step.second), height / (height + visits.astype(np.float32)))
        return falling

    def answer(self, round_: Round) -> QValues:
        """The values that a round asks for, from the table as it is now."""
        present = round_.rows != ABSENT_ROW
        q = self.values.reshape(-1, self.width)[np.where(present, round_.rows, 0)]
        if round_.form == Form.ROWS:
            q[~present] = 0
            return QValues(round_.header, Form.ROWS, q)
        allowed = self._allowed(round_, len(q))
        acting = q
        planes = [q]
        if self.rule == DOUBLE_Q:
            planes = [q[:, : self.action_count], q[:, self.action_count :]]
            acting = np.float32(0.5) * planes[0] + np.float32(0.5) * planes[1]
        lowest = np.where(allowed, acting, np.float32(-np.inf))
        best = lowest.argmax(axis=1)
        greatest = lowest[np.arange(len(q)), best]
        values = self._bootstrap(round_, planes, allowed, greatest)
        if round_.form == Form.MAXIMA:
            return QValues(round_.header, Form.MAXIMA, values, best.astype(np.uint64))
        bits = np.uint64(1) << np.arange(self.action_count, dtype=np.uint64)
        sets = ((lowest == greatest[:, None]) * bits).sum(axis=1, dtype=np.uint64)
        return QValues(round_.header, Form.TIES, values, sets, wide=self.action_count > 8)

    def _allowed(self, round_: Round, count: int) -> npt.NDArray[np.bool_]:
        if round_.masks is None:
            return np.ones((count, self.action_count), bool)
        actions = np.arange(self.action_count, dtype=np.uint64)
        allowed: npt.NDArray[np.bool_] = (round_.masks[:, None] >> actions & np.uint64(1)).astype(bool)
        return allowed

    def _bootstrap(
        self, round_: Round, planes: list[Floats], allowed: npt.NDArray[np.bool_], greatest: Floats
    ) -> Floats:
        """What a transition into each row is worth by the rule of the run."""
        every = np.arange(len(greatest))
        if self.rule == Q_LEARNING or round_.notes is None:
            return greatest
        action, coin = round_.notes & 127, round_.notes >> 7
        if self.rule == SARSA:
            explores = action != _NO_ACTION
            return np.where(explores, planes[0][every, np.where(explores, action, 0)], greatest)
        if self.rule == DOUBLE_Q:
            chosen, other = np.stack(planes)[coin, every], np.stack(planes)[1 - coin, every]
            crossed: Floats = other[every, np.where(allowed, chosen, np.float32(-np.inf)).argmax(axis=1)]
            return crossed
        total = np.zeros(len(greatest), np.float32)
        for column in range(self.action_count):
            total = np.where(allowed[:, column], total + planes[0][:, column], total)
        epsilon, one = np.float32(round_.epsilon), np.float32(1)
        mean: Floats = total / allowed.sum(axis=1).astype(np.float32)
        expected: Floats = (one - epsilon) * greatest + epsilon * mean
        return expected

    def dump(self, request: Dump) -> Cells | None:
        """Cells of the moment at which a copy's first request came; `None` for a copy that is out."""
        if self.stage is not Stage.OWNED:
            return None
        end, number = request.start + request.count, request.header.sequence
        if end > len(self.values):
            raise FrameError(f"cells {request.start} to {end} of a shard of {len(self.values)}")
        if number > self._copy_number:
            self._keep(number)
        if number != self._copy_number or self._copy is None:
            return None
        values, visits, updates = self._copy
        if end == len(values) or not request.count:
            self._copy = None
        cells = slice(request.start, end)
        return Cells(request.header, request.start, updates, values[cells], visits[cells])

    def give(self, request: Give) -> Cells | None:
        """Cells for another owner; from the first request on no round changes them. `None` for one of another term."""
        end = request.start + request.count
        if end > len(self.values):
            raise FrameError(f"cells {request.start} to {end} of a shard of {len(self.values)}")
        if request.header.cohort != self.term or self.stage is Stage.TAKING:
            return None
        self.stage, self._copy = Stage.GIVEN, None
        cells = slice(request.start, end)
        return Cells(request.header, request.start, self.update_count, self.values[cells], self.visits[cells])

    def load(self, part: Load) -> int | None:
        """Takes cells of a checkpoint or a former owner; the number so far, or `None` for a part that is not next."""
        is_open = self.stage is Stage.TAKING or (self.stage is Stage.OWNED and not self.next_sequence)
        if part.start != self._loaded or part.header.cohort != self.term or not is_open:
            return None
        end = part.start + len(part.values)
        if end > len(self.values) or not np.isfinite(part.values).all():
            raise FrameError(f"cells {part.start} to {end} for a shard of {len(self.values)}, all to be finite")
        self.values[part.start : end], self.visits[part.start : end] = part.values, part.visits
        self.update_count, self._loaded = part.updates, end
        if self.stage is Stage.TAKING and end == len(self.values):
            self.stage, self.next_sequence = Stage.OWNED, part.header.sequence
        return end


def nothing(round_: Round, width: int) -> QValues:
    """The answer to a round that asks for nothing."""
    if round_.form == Form.ROWS:
        return QValues(round_.header, round_.form, np.empty((0, width), np.float32))
    return QValues(round_.header, round_.form, np.empty(0, np.float32), np.empty(0, np.uint64))


def _turns(cells: Words) -> list[npt.NDArray[np.intp]]:
    """The positions of updates in turns, in each of which no cell comes twice: first ones, second ones, and so on."""
    if not len(cells):
        return []
    order = np.argsort(cells, kind="stable")
    fresh = np.concatenate([[True], cells[order][1:] != cells[order][:-1]])
    first = np.maximum.accumulate(np.where(fresh, np.arange(len(cells)), 0))
    turn = np.arange(len(cells)) - first
    return np.split(order[np.argsort(turn, kind="stable")], np.cumsum(np.bincount(turn))[:-1])
