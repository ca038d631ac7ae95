"""Learns a benchmark of NASim, a simulator of penetration tests: `python examples/attack.py NAME STEPS SEED`.

Needs `pip install nasim`. Seen of a host: unknown, discovered, entered or root; only scans of subnets add to that.
"""

import sys

import nasim
from gymnasium.spaces import Discrete, MultiDiscrete
from gymnasium.wrappers import TransformAction, TransformObservation

import shardq


def make(name: str) -> TransformObservation:
    env = nasim.make_benchmark(name, fully_obs=True)
    useful = [n for n, each in enumerate(env.action_space.actions) if not each.is_scan() or each.is_subnet_scan()]
    chosen = TransformAction(env, useful.__getitem__, Discrete(len(useful)))
    hosts = lambda _: (env.current_state.get_host(place) for place in env.scenario.address_space)  # noqa: E731
    seen = lambda observation: [int(host.discovered + host.access) for host in hosts(observation)]  # noqa: E731
    return TransformObservation(chosen, seen, MultiDiscrete([4] * len(env.scenario.address_space)))


if sys.argv[1] == "world":
    shardq.serve_worlds(lambda: make(sys.argv[2]), repeatable=False)  # it draws from numbers that no seed of its sets
else:
    command, name, steps, seed = f"{sys.executable} {__file__} world {sys.argv[1]}", *sys.argv[1:]
    run = shardq.train("world", command=command, broker="none", output=f"runs/{name}-{seed}", replace=True,
                       steps=int(steps), seed=int(seed), simulations=64)  # fmt: skip
    print(f"{run.table_digest[:12]}…: {run.evaluation.controllers['learned']['return'].mean:.1f} an episode")
