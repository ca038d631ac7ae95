"""ShardQ from Python: open what was learned, let it act, look at results, run the program.

>>> policy = shardq.load("runs/maze")
>>> policy.act(17)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shardq import coders, plot
from shardq._version import __version__
from shardq.errors import (
    BadInputError,
    ConditionFailedError,
    ConfigurationError,
    InaccessibleError,
    InternalError,
    InterruptedRunError,
    ShardQError,
    TablesDifferError,
    TerminatedRunError,
    UnavailableError,
    UnvisitedStateError,
    UsageError,
)
from shardq.policy import Explanation, Policy, State, load
from shardq.protocol.master import Master
from shardq.protocol.watch import watch
from shardq.protocol.worker import Worker
from shardq.results import learning, results, runs
from shardq.space import Factor, Space
from shardq.training import Evaluation, Training, evaluate, train
from shardq.world import serve_worlds

if TYPE_CHECKING:
    from shardq.parallel import ScenarioParallelEnv


def parallel_env(scenario: str, **options: Any) -> ScenarioParallelEnv:
    """A scenario as a parallel environment of PettingZoo: ``parallel_env("traffic", rows=2, columns=2)``.

    Args:
        scenario: As on the command line.
        options: The scenario's options, as ``shardq environment SCENARIO --help`` has them, with underscores.

    """
    from shardq.parallel import ScenarioParallelEnv

    return ScenarioParallelEnv(scenario, **options)


__all__ = [
    "BadInputError",
    "ConditionFailedError",
    "ConfigurationError",
    "Evaluation",
    "Explanation",
    "Factor",
    "InaccessibleError",
    "InternalError",
    "InterruptedRunError",
    "Master",
    "Policy",
    "ShardQError",
    "Space",
    "State",
    "TablesDifferError",
    "TerminatedRunError",
    "Training",
    "UnavailableError",
    "UnvisitedStateError",
    "UsageError",
    "Worker",
    "__version__",
    "coders",
    "evaluate",
    "learning",
    "load",
    "parallel_env",
    "plot",
    "results",
    "runs",
    "serve_worlds",
    "train",
    "watch",
]
