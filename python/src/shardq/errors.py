"""What can go wrong, by the program's exit codes."""

from __future__ import annotations

from typing import ClassVar


class ShardQError(Exception):
    """Something that ShardQ refuses or could not do; the text says what and what would be right."""

    exit_code: ClassVar[int] = 70


class TablesDifferError(ShardQError):
    """Two tables differ, or a node is not ready."""

    exit_code = 1


class ConditionFailedError(ShardQError):
    """A condition of an evaluation does not hold; `evaluation` has the figures that decided."""

    exit_code = 3

    def __init__(self, message: str, evaluation: object = None) -> None:
        super().__init__(message)
        self.evaluation = evaluation


class UsageError(ShardQError):
    """An option or value that makes no sense."""

    exit_code = 64


class BadInputError(ShardQError):
    """A file is there and is not what it ought to be."""

    exit_code = 65


class UnavailableError(ShardQError):
    """A broker, another node or the program cannot be reached."""

    exit_code = 69


class InternalError(ShardQError):
    """A mistake of ShardQ, such as a ledger that does not add up."""


class InaccessibleError(ShardQError):
    """A file or folder cannot be read or written."""

    exit_code = 74


class ConfigurationError(ShardQError):
    """Something around the run is not as it has to be: a key, a password, a limit, another version."""

    exit_code = 78


class InterruptedRunError(ShardQError):
    """SIGINT ended the run in order; with an output folder it can be resumed."""

    exit_code = 130


class TerminatedRunError(ShardQError):
    """SIGTERM ended the run in order; with an output folder it can be resumed."""

    exit_code = 143


class UnvisitedStateError(ShardQError, LookupError):
    """A policy was asked about a state in which no allowed action was ever tried."""

    exit_code = 65


_BY_CODE: dict[int, type[ShardQError]] = {
    kind.exit_code: kind
    for kind in (
        TablesDifferError,
        ConditionFailedError,
        UsageError,
        BadInputError,
        UnavailableError,
        InternalError,
        InaccessibleError,
        ConfigurationError,
        InterruptedRunError,
        TerminatedRunError,
    )
}


def error_of(exit_code: int, message: str) -> ShardQError:
    """The error that an exit code of the program stands for."""
    if exit_code in _BY_CODE:
        return _BY_CODE[exit_code](message)
    how = f"signal {-exit_code}" if exit_code < 0 else f"exit code {exit_code}"
    return ShardQError(f"shardq ended with {how}: {message}")
