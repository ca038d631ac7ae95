"""A master's learning loop, to read and to change: lanes of Gymnasium, and the table at workers or here."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from shardq.errors import UsageError
from shardq.policy import Folder, Policy, load
from shardq.protocol.frames import Floats, StepSize, Words
from shardq.protocol.master import Indices, LocalTable, Master

_Steps = tuple[Indices, Indices, Floats, npt.NDArray[np.bool_], Indices]
Rule = Callable[[Floats, Indices, float, npt.NDArray[np.bool_]], Floats]


class Table(Protocol):
    """Where the action values are."""

    def exchange(
        self, ask: Indices, states: Indices = ..., actions: Indices = ..., targets: Floats | None = ...
    ) -> Floats:
        """Applies updates, then reads rows."""

    def collect(self) -> tuple[Floats, Words]:
        """Values and visits."""

    def close(self) -> None:
        """Dismisses whoever works for it."""


# What follows is worth, by rows of action values, the actions taken there, ε, and what is allowed there.


def _greatest(rows: Floats, taken: Indices, epsilon: float, allowed: npt.NDArray[np.bool_]) -> Floats:
    greatest: Floats = np.where(allowed, rows, -np.inf).max(axis=1).astype(np.float32)
    return greatest


def _taken(rows: Floats, taken: Indices, epsilon: float, allowed: npt.NDArray[np.bool_]) -> Floats:
    value: Floats = rows[np.arange(len(rows)), taken]
    return value


def _expected(rows: Floats, taken: Indices, epsilon: float, allowed: npt.NDArray[np.bool_]) -> Floats:
    mean = np.where(allowed, rows, 0).sum(axis=1, dtype=np.float32) / allowed.sum(axis=1).astype(np.float32)
    rest, share = np.float32(1) - np.float32(epsilon), np.float32(epsilon)
    expected: Floats = rest * _greatest(rows, taken, epsilon, allowed) + share * mean
    return expected


_BY_VISITS = StepSize(1, 99)
RULES: dict[str, Rule] = {"q-learning": _greatest, "sarsa": _taken, "expected-sarsa": _expected}


@dataclass(frozen=True)
class Learned:
    """A finished table, and the returns of the episodes that ended: (steps taken by then, undiscounted return)."""

    values: Floats = field(repr=False)
    visits: Words = field(repr=False)
    returns: list[tuple[int, float]] = field(repr=False)
    digest: str
    described: dict[str, Any] = field(repr=False)

    def save(self, folder: Folder) -> Policy:
        """Writes a policy folder, which `shardq.load` opens."""
        root = Path(folder)
        root.mkdir(parents=True, exist_ok=True)
        np.save(root / "action-values.npy", self.values)
        np.save(root / "visit-counts.npy", self.visits)
        states, actions = self.values.shape
        manifest = {"format": 1, "stateCount": states, "actionCount": actions, "tableDigest": self.digest}
        (root / "policy.json").write_text(json.dumps({**manifest, "policy": self.described}, indent=2))
        return load(root)


def learn(
    make_env: Callable[[], Any],
    *,
    steps: int,
    rule: str = "q-learning",
    lanes: int = 8,
    discount: float = 0.99,
    step_size: float | StepSize = _BY_VISITS,
    epsilon: float | tuple[float, float] = 0.1,
    initial_value: float = 0.0,
    seed: int = 1,
    states: int | None = None,
    encode: Callable[[Any], int] | None = None,
    broker: str | None = None,
    run: str | None = None,
    workers: int = 1,
) -> Learned:
    """Learns in `lanes` copies of an environment.

    Without `run` the table is in this process; with it, at the workers of that run at `broker`, in either language, and
    ends in the same bits. `step_size` is α, or `StepSize(1, H)` for (H + 1) / (H + 1 + visits); `epsilon` is ε, or a
    pair between which it falls linearly. Actions and observations are Discrete, or `encode` makes a number below
    `states` of an observation.
    """
    if rule not in RULES:
        raise UsageError(f"rule {rule!r}: one of {', '.join(RULES)}")
    if steps < lanes or lanes < 1:
        raise UsageError(f"{steps} steps on {lanes} lanes: at least one of each")
    step = step_size if isinstance(step_size, StepSize) else StepSize(0, step_size)
    step.check()
    envs = [make_env() for _ in range(lanes)]
    if (states is None) != (encode is None):
        raise UsageError("states= and encode= go together")
    count, number = (states, encode) if states and encode else _discrete(envs[0].observation_space)
    actions, action = _discrete(envs[0].action_space)
    if not 1 <= actions <= 64:
        raise UsageError(f"{actions} actions: a table has 1 to 64")
    table: Table
    if run is None:
        table = LocalTable(count, actions, step_size=step, initial_value=initial_value)
    else:
        table = Master(
            run,
            count,
            actions,
            broker=broker,
            workers=workers,
            step_size=step,
            initial_value=initial_value,
        )
    learner = _Learner(table, envs, number, -action(0), actions, RULES[rule], discount, seed)
    try:
        learner.run(steps, epsilon if isinstance(epsilon, tuple) else (epsilon, epsilon))
        values, visits = table.collect()
    finally:
        for env in envs:
            env.close()
    table.close()
    sha = hashlib.sha256(np.stack([values.view("<u4"), visits], axis=-1).tobytes()).hexdigest()
    name = getattr(getattr(envs[0], "spec", None), "id", None) or type(envs[0]).__name__
    described = {
        "scenario": {"name": "gymnasium", "settings": {"environment": name}},
        "seed": seed,
        "steps": learner.taken,
        "lanes": lanes,
        "parameters": {"rule": rule, "discount": discount, "epsilon": epsilon, "initialValue": initial_value}
        | {"stepSize": [step.rule, step.first, step.second]},
    }
    return Learned(values, visits, learner.returns, sha, described)


class _Learner:
    """Lanes that step together; an update reaches the table with the question of the step after it."""

    def __init__(
        self,
        table: Table,
        envs: list[Any],
        number: Callable[[Any], int],
        first_action: int,
        actions: int,
        rule: Rule,
        discount: float,
        seed: int,
    ) -> None:
        self.table, self.envs, self.number, self.first_action = table, envs, number, first_action
        self.rule, self.discount, self.seed = rule, np.float32(discount), seed
        self.random = np.random.default_rng(seed)
        self.episodes = [0] * len(envs)
        self.sums = [0.0] * len(envs)
        self.returns: list[tuple[int, float]] = []
        self.taken = 0
        self.masks: npt.NDArray[np.bool_] = np.ones((len(envs), actions), bool)
        self.now: Indices = np.array([self._begin(lane) for lane in range(len(envs))])

    def run(self, steps: int, epsilon: tuple[float, float]) -> None:
        """Takes so many steps, rounded up to whole rounds of all lanes, and brings every update to the table."""
        lanes = len(self.envs)
        # Of the last steps: where, what, the reward, whether something follows, and which row says what that is worth.
        before = self.now[:0], self.now[:0], np.empty(0, np.float32), np.empty(0, bool), self.now[:0]
        updates = self.now[:0], self.now[:0], np.empty(0, np.float32)
        cut, cut_masks = self.now[:0], self.masks[:0]
        while True:
            share = self.taken / steps
            chance = epsilon[0] + (epsilon[1] - epsilon[0]) * min(share, 1)
            rows = self.table.exchange(np.concatenate([self.now, cut]), *updates)
            allowed = np.concatenate([self.masks, cut_masks])
            chosen = self._choose(rows, allowed, chance)
            states, actions, rewards, follows, asked = before
            worth = self.rule(rows, chosen, chance, allowed)[asked]
            updates = states, actions, rewards + np.where(follows, self.discount * worth, np.float32(0))
            if self.taken >= steps:
                break
            before, cut, cut_masks = self._step(chosen[:lanes])
        self.table.exchange(self.now[:0], *updates)

    def _choose(self, rows: Floats, allowed: npt.NDArray[np.bool_], chance: float) -> Indices:
        """ε-greedy; ties and explored actions are drawn among those that are allowed."""
        explores = self.random.random(len(rows)) < chance
        values = np.where(allowed, rows, -np.inf)
        among = np.where(explores[:, None], allowed, values == values.max(axis=1, keepdims=True))
        numbers = np.where(among, self.random.random(rows.shape), -1.0)
        chosen: Indices = numbers.argmax(axis=1)
        return chosen

    def _step(self, acting: Indices) -> tuple[_Steps, Indices, npt.NDArray[np.bool_]]:
        """Steps every lane; an episode that was cut needs the row of the state that it had come to."""
        lanes = len(self.envs)
        rewards, follows = np.empty(lanes, np.float32), np.ones(lanes, bool)
        before, asked, cut = self.now.copy(), np.arange(lanes), list[int]()
        cut_masks = [self.masks[:0]]
        for lane, env in enumerate(self.envs):
            seen, reward, terminated, truncated, info = env.step(self.first_action + int(acting[lane]))
            rewards[lane] = reward
            self.sums[lane] += float(reward)
            self.now[lane] = self.number(seen)
            self._mask(lane, info)
            if terminated or truncated:
                self.returns.append((self.taken + lanes, self.sums[lane]))
                follows[lane] = not terminated
                if not terminated:
                    asked[lane] = lanes + len(cut)
                    cut.append(int(self.now[lane]))
                    cut_masks.append(self.masks[lane : lane + 1].copy())
                self.now[lane] = self._begin(lane)
        self.taken += lanes
        return (before, acting, rewards, follows, asked), np.array(cut, np.int64), np.concatenate(cut_masks)

    def _begin(self, lane: int) -> int:
        """Begins an episode with a seed of its own, from the run's, the lane and the episode's number."""
        sequence = np.random.SeedSequence([self.seed, lane, self.episodes[lane]])
        seen, info = self.envs[lane].reset(seed=int(sequence.generate_state(1)[0]))
        self.episodes[lane] += 1
        self.sums[lane] = 0.0
        self._mask(lane, info)
        return self.number(seen)

    def _mask(self, lane: int, info: dict[str, Any]) -> None:
        mask = info.get("action_mask")
        self.masks[lane] = True if mask is None else np.asarray(mask).astype(bool)


def _discrete(space: Any) -> tuple[int, Callable[[Any], int]]:
    """How many values a Discrete space has, and the number of each."""
    from gymnasium.spaces import Discrete

    if not isinstance(space, Discrete):
        raise UsageError(f"{space} is not Discrete: give states= and encode=, which makes a number of an observation")
    start = int(space.start)
    return int(space.n), lambda value: int(value) - start
