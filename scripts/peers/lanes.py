"""The lanes of a driver in numpy, and the fused messages they exchange with two shards.

One round of a shard is one message: the cells and targets of the transitions that were just completed, then the rows
that the lanes now stand on. Its answer is those rows. Where several lanes update one cell in one round the last one
stands, as numpy does it.

Message:  u32 count of updates, u32 count of rows, u32 cells, f32 targets, u32 rows (little-endian)
Answer:   f32 values, four for each row
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from measure import ACTION_STRIDE, ACTIONS, DISCOUNT, EPSILON, INCREMENT, MULTIPLIER, REWARD_PERIOD, STEP_SIZE

SHARDS = 2
EXPLORATION_BOUND = np.uint32(EPSILON * 2**32)
LAST_ACTION = np.uint32(ACTIONS - 1)
MULTIPLIER_64 = np.uint64(MULTIPLIER)
ACTION_STRIDE_64 = np.uint64(ACTION_STRIDE)
INCREMENT_64 = np.uint64(INCREMENT)
REWARD_PERIOD_64 = np.uint64(REWARD_PERIOD)
RANDOM_NUMBERS_AT_ONCE = 65_536
LARGE_BATCH = 2_048
ARANGE = np.arange(LARGE_BATCH)
NO_UPDATES = (np.empty(0, np.uint32), np.empty(0, np.float32))


class Lanes:
    """States, random numbers and the policy of a batch of lanes."""

    def __init__(self, count: int, states: int, seed: int = 1) -> None:
        self.generator = np.random.Generator(np.random.SFC64(seed))
        self.states = self.generator.integers(0, states, count).astype(np.uint64)
        self.state_count = np.uint64(states)
        self.random_numbers = self.draw()

    def draw(self) -> Iterator[np.ndarray]:
        """Random numbers for a round; drawn many rounds at a time, since a call costs as much as a small batch."""
        count = len(self.states)
        rounds = max(1, RANDOM_NUMBERS_AT_ONCE // count)
        while True:
            yield from self.generator.integers(0, 2**32, (rounds, count), np.uint32)

    def step(self, values: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Chooses an action for each lane from its row and moves on; returns actions, rewarded, the rows' maxima."""
        greedy, maxima = best(values)
        drawn = next(self.random_numbers)
        actions = np.where(drawn < EXPLORATION_BOUND, drawn & LAST_ACTION, greedy)
        moved = self.states * MULTIPLIER_64 + actions * ACTION_STRIDE_64 + INCREMENT_64
        self.states = remainder(moved, self.state_count)
        return actions, remainder(self.states, REWARD_PERIOD_64) == 0, maxima


def remainder(dividend: np.ndarray, divisor: np.uint64) -> np.ndarray:
    """The remainder; for many lanes by way of the quotient, since numpy vectorises that division but not `%`."""
    if len(dividend) < LARGE_BATCH:
        return dividend % divisor
    return dividend - dividend // divisor * divisor


def best(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Index and value of each row's maximum, in whichever way is faster for so many rows."""
    if len(values) < LARGE_BATCH:
        index = values.argmax(axis=1)
        return index.astype(np.uint32), values.reshape(-1).take(index + ACTIONS * ARANGE[: len(values)])
    first, second, third, fourth = values.T
    low, high = np.maximum(first, second), np.maximum(third, fourth)
    index = np.where(high > low, np.uint32(2) + (fourth > third), second > first)
    return index, np.maximum(low, high)


class FusedDriver:
    """Plays rounds against two shards: `messages` to send, then `accept` with what came back."""

    def __init__(self, count: int, states: int) -> None:
        self.lanes = Lanes(count, states)
        self.values = np.empty((count, ACTIONS), np.float32)
        self.updates = [NO_UPDATES] * SHARDS
        self.indices: list[np.ndarray] = []
        self.pending: tuple[list[np.ndarray], list[np.ndarray], np.ndarray] | None = None

    def messages(self) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
        """Cells, targets and rows for each shard; shard = state mod 2."""
        states = self.lanes.states
        odd = (states & np.uint64(1)).astype(bool)
        rows = (states >> np.uint64(1)).astype(np.uint32)
        self.indices = [np.flatnonzero(~odd), np.flatnonzero(odd)]
        self.rows = [rows.take(index) for index in self.indices]
        return [(*update, row) for update, row in zip(self.updates, self.rows)]

    def accept(self, answers: list[np.ndarray]) -> tuple[int, float]:
        """Takes the rows of both shards, completes the last transitions, and makes the next ones."""
        for index, answer in zip(self.indices, answers):
            self.values[index] = answer
        actions, rewarded, maxima = self.lanes.step(self.values)
        if self.pending is not None:
            indices, cells, earned = self.pending
            targets = earned + np.float32(DISCOUNT) * maxima
            self.updates = [(cell, targets.take(index)) for index, cell in zip(indices, cells)]
        cells = [row * np.uint32(ACTIONS) + actions.take(index) for index, row in zip(self.indices, self.rows)]
        self.pending = (self.indices, cells, rewarded.astype(np.float32))
        return len(actions), int(np.count_nonzero(rewarded))


class Shard:
    """One half of the table."""

    def __init__(self, states: int) -> None:
        self.table = np.zeros(((states + SHARDS - 1) // SHARDS, ACTIONS), np.float32)
        self.cells = self.table.reshape(-1)

    def round(self, cells: np.ndarray, targets: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """Applies the updates, then answers the rows."""
        old = self.cells.take(cells)
        self.cells[cells] = old + np.float32(STEP_SIZE) * (targets - old)
        return self.table.take(rows, axis=0)

    def answer(self, message: bytes) -> bytes:
        """The same for a fused message."""
        return self.round(*unpack(message)).tobytes()


def pack(cells: np.ndarray, targets: np.ndarray, rows: np.ndarray) -> bytes:
    """One fused message."""
    head = np.array([len(cells), len(rows)], np.uint32)
    return b"".join([head.tobytes(), cells.tobytes(), targets.tobytes(), rows.tobytes()])


def unpack(message: bytes) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The three arrays of a fused message, as views into it."""
    updates, rows = np.frombuffer(message, np.uint32, 2)
    return (
        np.frombuffer(message, np.uint32, updates, 8),
        np.frombuffer(message, np.float32, updates, 8 + 4 * updates),
        np.frombuffer(message, np.uint32, rows, 8 + 8 * updates),
    )


def values_of(answer: bytes, offset: int = 0) -> np.ndarray:
    """The rows of an answer."""
    return np.frombuffer(answer, np.float32, offset=offset).reshape(-1, ACTIONS)
