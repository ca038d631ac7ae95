"""Two agents of PettingZoo learn to meet on a ring: `python examples/rendezvous.py [none|local]`; optimum −10/7."""

import sys

from gymnasium.spaces import Discrete
from pettingzoo import ParallelEnv

import shardq


class Ring(ParallelEnv):  # noqa: D101
    possible_agents, metadata = ("a", "b"), {"name": "ring"}
    observation_space, action_space = lambda _, agent: Discrete(16), lambda _, agent: Discrete(3)

    def reset(self, seed: int, options: object = None) -> tuple[dict, dict]:  # b is 1 to 7 of 8 places ahead of a
        self.agents, self.ahead = list(self.possible_agents), 1 + seed % 7
        return {"a": self.ahead, "b": 8 + self.ahead}, {}

    def step(self, actions: dict[str, int]) -> tuple[dict, ...]:  # 0, 1 or 2 places on; each step costs 1
        self.ahead, acting = (self.ahead + actions["b"] - actions["a"]) % 8, self.agents
        self.agents, values = acting if self.ahead else [], (-1.0, self.ahead == 0, False, {})
        return {"a": self.ahead, "b": 8 + self.ahead}, *(dict.fromkeys(acting, value) for value in values)


if sys.argv[1:] == ["world"]:
    shardq.serve_worlds(Ring)
else:
    command, broker = f"{sys.executable} {__file__} world", (sys.argv[1:] or ["none"])[0]
    run = shardq.train("world", command=command, broker=broker, output="ring", replace=True, steps=200_000)
    print(f"{run.table_digest[:12]}…: {run.evaluation.controllers['learned']['return'].mean:.3f} an episode")
