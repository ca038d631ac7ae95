"""The scenarios of the program as parallel environments of PettingZoo: an agent for each place that decides."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
from gymnasium import spaces
from gymnasium.utils import seeding
from pettingzoo import ParallelEnv

from shardq.environments import _allowed
from shardq.errors import UsageError
from shardq.pipe import Batch, Pipe, action_mask


class ScenarioParallelEnv(ParallelEnv[str, np.int64, np.int64]):  # type: ignore[misc]
    """A scenario in a child process, its agents acting together.

    Observations are numbers of states. An agent whose decision takes several steps, or who has nothing to decide,
    waits: ``infos[agent]["waits"]`` says so, its mask has one action alone, and what it does means nothing; the reward
    comes with the step in which the decision is done. An action that is not allowed is replaced by the first that is.
    """

    metadata: ClassVar[dict[str, Any]] = {"render_modes": [], "name": "shardq", "is_parallelizable": True}

    def __init__(self, scenario: str, **options: Any) -> None:
        self._pipe = Pipe(scenario, options)
        self.space = self._pipe.space
        self.metadata = self.metadata | {"name": f"shardq_{scenario.replace('-', '_')}_v0"}  # type: ignore[misc]
        self.possible_agents = list(self._pipe.agents)
        self.agents: list[str] = []
        count = len(self.space.actions)
        self._observations = {agent: spaces.Discrete(self.space.state_count) for agent in self.possible_agents}
        self._actions = {agent: spaces.Discrete(count) for agent in self.possible_agents}
        self._random, _ = seeding.np_random()
        self._last: Batch | None = None

    def observation_space(self, agent: str) -> spaces.Discrete:
        """The states."""
        return self._observations[agent]

    def action_space(self, agent: str) -> spaces.Discrete:
        """The actions; those of agents that differ are told apart by masks."""
        return self._actions[agent]

    def reset(
        self, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[dict[str, np.int64], dict[str, dict[str, Any]]]:
        """Begins an episode; without a seed the next of those that follow from the last one."""
        if seed is not None:
            self._random, _ = seeding.np_random(seed)
        self._pipe.open(seed=int(self._random.integers(1 << 63)), replicas=1)
        self._last = self._pipe.begin()
        self.agents = list(self.possible_agents)
        states = self._by_agent(self._last.states.astype(np.int64))
        return {agent: np.int64(state) for agent, state in states.items()}, self._infos(self._last)

    def step(
        self, actions: dict[str, np.int64]
    ) -> tuple[dict[str, np.int64], dict[str, float], dict[str, bool], dict[str, bool], dict[str, dict[str, Any]]]:
        """Lets every agent act."""
        if not self.agents or self._last is None:
            raise UsageError("the episode is over: reset() begins the next one")
        count, words = len(self.space.actions), np.zeros(len(self.possible_agents), np.int64)
        for lane, agent in enumerate(self.possible_agents):
            if agent in self.agents and not self._last.waits[lane]:
                mask = (1 << count) - 1 if self._last.masks is None else int(self._last.masks[lane])
                words[lane] = _allowed(int(actions[agent]), mask, count)
        before, self._last = self._last, self._pipe.step(words)
        batch, acting = self._last, self.agents
        # Whoever has ended is out until reset() begins the next episode.
        terminated, truncated = self._by_agent(batch.terminated), self._by_agent(batch.truncated)
        states = batch.states.astype(np.int64)
        over = batch.terminated | batch.truncated
        states[over] = before.states.astype(np.int64)[over]
        states[batch.truncated] = batch.ends
        result = (
            {agent: np.int64(state) for agent, state in self._by_agent(states).items()},
            {agent: float(reward) for agent, reward in self._by_agent(batch.rewards).items()},
            {agent: bool(ends) for agent, ends in terminated.items()},
            {agent: bool(ends) for agent, ends in truncated.items()},
            self._infos(batch),
        )
        self.agents = [agent for agent in acting if not (terminated[agent] or truncated[agent])]
        return result

    def _by_agent(self, values: npt.NDArray[Any]) -> dict[str, Any]:
        live = set(self.agents)
        return {agent: values[lane] for lane, agent in enumerate(self.possible_agents) if agent in live}

    def _infos(self, batch: Batch) -> dict[str, dict[str, Any]]:
        count = len(self.space.actions)
        masks = np.full(len(self.possible_agents), (1 << count) - 1) if batch.masks is None else batch.masks
        return {
            agent: {
                "action_mask": action_mask(int(masks[lane]), count),
                "waits": bool(batch.waits[lane]),
                "duration": int(batch.durations[lane]),
            }
            for agent, lane in self._by_agent(np.arange(len(self.possible_agents))).items()
        }

    def render(self) -> None:
        """Nothing is drawn."""

    def close(self) -> None:
        """Ends the child process."""
        self._pipe.close()
