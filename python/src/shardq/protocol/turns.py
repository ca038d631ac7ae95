"""The turns of a shard's rounds where several actor processes send them."""

from __future__ import annotations

from enum import Enum

from shardq.protocol.frames import FrameError, Round, Section


class Arrival(Enum):
    """What is to be done with a round that has come."""

    DUE = "it is served now"
    EARLY = "it is held until its turn comes"
    STALE = "it has come before"
    BEHIND_LOST = "one before it, of the same cohort, has not come and never will"


class Turns:
    """Whose turn it is: of C cohorts the k-th round of cohort c has the number k × C + c.

    Every round is answered, and a cohort sends its next one behind that answer; so at most one a cohort is held back.
    """

    def __init__(self, cohorts: int) -> None:
        self.cohorts = cohorts
        # What the first cohort has said in the round that is under way.
        self.marks = 0
        self._expected = list(range(cohorts))
        self._early: dict[int, tuple[Round, int]] = {}
        self._copy: int | None = None

    def note(self, frame: Round, correlation: int, following: int) -> Arrival:
        """Takes up that a round has come; `following` is the number of the shard's next one."""
        cohort, number = frame.header.cohort, frame.header.sequence
        if cohort >= self.cohorts or number % self.cohorts != cohort:
            raise FrameError(f"round {number} is none of cohort {cohort} of {self.cohorts}")
        if number != self._expected[cohort]:
            return Arrival.STALE if number < self._expected[cohort] else Arrival.BEHIND_LOST
        if number - self.cohorts in self._early:
            raise FrameError(f"cohort {cohort} has not waited for the answer to its last round")
        self._expected[cohort] += self.cohorts
        if number == following:
            return Arrival.DUE
        self._early[number] = frame, correlation
        return Arrival.EARLY

    def due(self, following: int) -> tuple[Round, int] | None:
        """Takes out the round whose turn it is, if it has come, with the correlation of its message."""
        return self._early.pop(following, None)

    def begin(self, frame: Round) -> None:
        """Notes what the first cohort says to all."""
        if frame.header.cohort == 0:
            self.marks, self._copy = frame.marks, frame.copy if frame.marks & Section.CUT else None

    def copy_behind(self, frame: Round) -> int | None:
        """The number of the copy to keep now, where this was the last turn of a round that is a cut."""
        return self._copy if frame.header.cohort == self.cohorts - 1 else None
