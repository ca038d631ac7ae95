"""ShardQ from Python: open what was learned, let it act, look at results, run the program.

>>> policy = shardq.load("runs/maze")
>>> policy.act(17)
"""

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
from shardq.policy import Explanation, Policy, load
from shardq.protocol.master import Master
from shardq.protocol.watch import watch
from shardq.protocol.worker import Worker
from shardq.results import learning, results, runs
from shardq.space import Factor, Space
from shardq.training import Evaluation, Training, evaluate, train
from shardq.world import serve_worlds

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
    "plot",
    "results",
    "runs",
    "serve_worlds",
    "train",
    "watch",
]
