"""Worlds of your own: serve an environment to ``shardq train world --command …``.

The program starts one process for each cohort and speaks frames of 32-bit words with it; ``docs/worlds.md`` has them. A
single environment is one lane; a PettingZoo parallel environment one lane for each of its agents.
"""

from __future__ import annotations

import hashlib
import json
import os
import struct
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from shardq.coders import Coder, coder_of_world
from shardq.errors import UsageError

VERSION = 1

OPEN, BEGIN, STEP, REPLAY, DESCRIPTION, BATCH, FAILURE = range(1, 8)
TERMINATED, TRUNCATED, BEGINS, ABSENT = 1, 2, 4, 8


def episode_seed(seed: int, replica: int, episode: int) -> int:
    """What an episode is seeded with: 31 bits that depend on the run, the replica and the episode alone."""
    digest = hashlib.sha256(f"{seed}/{replica}/{episode}".encode()).digest()
    return int.from_bytes(digest[:4], "little") & 0x7FFF_FFFF


class _Single:
    """A Gymnasium environment."""

    agents: Sequence[str] = ("agent",)

    def __init__(self, env: Any, make_coder: Callable[[Any], Coder]) -> None:
        self.env = env
        self.coder = make_coder(env.observation_space)
        if type(env.action_space).__name__ != "Discrete":
            raise ValueError(f"actions are {env.action_space}: a table needs a Discrete action space")
        self.first_action = int(env.action_space.start)
        self.action_count = int(env.action_space.n)

    def _seen(self, observation: Any, info: Mapping[str, Any]) -> tuple[int, int | None]:
        mask = info.get("action_mask") if info else None
        return self.coder.encode(observation), None if mask is None else _mask_bits(mask)

    def reset(self, seed: int) -> list[tuple[int, int | None]]:
        observation, info = self.env.reset(seed=seed)
        return [self._seen(observation, info)]

    def step(self, actions: Sequence[int]) -> list[tuple[float, int, tuple[int, int | None]]]:
        observation, reward, terminated, truncated, info = self.env.step(actions[0] + self.first_action)
        flags = TERMINATED if terminated else TRUNCATED if truncated else 0
        return [(float(reward), flags, self._seen(observation, info))]


class _Parallel:
    """A PettingZoo parallel environment; its agents have equal spaces."""

    def __init__(self, env: Any, make_coder: Callable[[Any], Coder]) -> None:
        self.env = env
        self.agents = [str(agent) for agent in env.possible_agents]
        self._agents = list(env.possible_agents)
        spaces = [env.action_space(agent) for agent in self._agents]
        observations = [env.observation_space(agent) for agent in self._agents]
        if any(space != spaces[0] for space in spaces) or any(space != observations[0] for space in observations):
            raise ValueError("the agents share a table, so they need equal observation and action spaces")
        space = observations[0]
        if type(space).__name__ == "Dict" and set(space.spaces) == {"observation", "action_mask"}:
            space = space.spaces["observation"]
        self.coder = make_coder(space)
        if type(spaces[0]).__name__ != "Discrete":
            raise ValueError(f"actions are {spaces[0]}: a table needs a Discrete action space")
        self.first_action = int(spaces[0].start)
        self.action_count = int(spaces[0].n)

    def _seen(self, observation: Any, info: Mapping[str, Any]) -> tuple[int, int | None]:
        mask = info.get("action_mask")
        if isinstance(observation, Mapping) and "action_mask" in observation and "observation" in observation:
            observation, mask = observation["observation"], observation["action_mask"]
        return self.coder.encode(observation), _mask_bits(mask)

    def reset(self, seed: int) -> list[tuple[int, int | None] | None]:
        observations, infos = self.env.reset(seed=seed)
        return [
            self._seen(observations[agent], infos.get(agent, {})) if agent in observations else None
            for agent in self._agents
        ]

    def step(self, actions: Sequence[int]) -> list[tuple[float, int, tuple[int, int | None]] | None]:
        acting = set(self.env.agents)
        given = {
            agent: int(action) + self.first_action
            for agent, action in zip(self._agents, actions, strict=True)
            if agent in acting
        }
        observations, rewards, terminated, truncated, infos = self.env.step(given)
        results: list[tuple[float, int, tuple[int, int | None]] | None] = []
        for agent in self._agents:
            if agent not in acting:
                results.append(None)
                continue
            flags = TERMINATED if terminated[agent] else TRUNCATED if truncated[agent] else 0
            results.append((float(rewards[agent]), flags, self._seen(observations[agent], infos.get(agent, {}))))
        return results


def _mask_bits(mask: Any) -> int | None:
    if mask is None:
        return None
    return sum(1 << index for index, allowed in enumerate(np.ravel(mask)) if allowed)


class Lanes:
    """The replicas of a cohort: an environment each, reset in the same step in which its episode ends."""

    def __init__(
        self,
        make_env: Callable[[], Any],
        *,
        replicas: int,
        first_replica: int,
        seed: int,
        coder: Coder | None = None,
        bins: int | Sequence[int] | None = None,
        tiles: int | Sequence[int] | None = None,
        tilings: int | None = None,
        repeatable: bool | None = None,
    ) -> None:
        self.repeatable = repeatable is not False
        self.worlds: list[_Single | _Parallel] = []
        for _ in range(replicas):
            env = make_env()
            kind = _Parallel if hasattr(env, "possible_agents") else _Single
            self.worlds.append(kind(env, lambda space: coder_of_world(space, coder, bins, tiles, tilings)))
        self.agents = self.worlds[0].agents
        self.first_replica, self.seed = first_replica, seed
        count = replicas * len(self.agents)
        self.episodes = [0] * replicas
        # Lists, for they are written one by one; numpy gets them as a whole.
        self.flags = [0] * count
        self.rewards = [0.0] * count
        self.states = [0] * count
        self.all_actions = (1 << self.worlds[0].action_count) - 1
        self.masks = [self.all_actions] * count
        self.ends: dict[int, tuple[int, int | None]] = {}

    def _see(self, lane: int, seen: tuple[int, int | None] | None) -> None:
        if seen is None:
            self.flags[lane] |= ABSENT
            return
        self.states[lane] = seen[0]
        # Where the world says none, nothing is left of the one before: a mask belongs to its state.
        self.masks[lane] = self.all_actions if seen[1] is None else seen[1]

    def _reset(self, replica: int, episode: int) -> None:
        self.episodes[replica] = episode
        seen = self.worlds[replica].reset(episode_seed(self.seed, self.first_replica + replica, episode))
        for agent, what in enumerate(seen):
            lane = replica * len(self.agents) + agent
            self.flags[lane] = self.flags[lane] & ~ABSENT | BEGINS
            self._see(lane, what)

    def begin(self) -> None:
        """Begins the first episode of every replica."""
        for replica in range(len(self.worlds)):
            self._reset(replica, 0)

    def step(self, actions: npt.NDArray[np.uint32]) -> None:
        """Lets every lane act; what became of it is in the batch."""
        self._clear()
        width, words = len(self.agents), actions.tolist()
        for replica in range(len(self.worlds)):
            self._step(replica, words[replica * width : (replica + 1) * width])

    def _clear(self) -> None:
        self.flags = [0] * len(self.flags)
        self.rewards = [0.0] * len(self.rewards)
        self.ends.clear()

    def _step(self, replica: int, actions: Sequence[int]) -> None:
        first = replica * len(self.agents)
        is_over = True
        for agent, result in enumerate(self.worlds[replica].step(actions)):
            lane = first + agent
            if result is None:
                self.flags[lane] = ABSENT
                continue
            self.rewards[lane], flags, seen = result
            self.flags[lane] = flags
            if flags == TRUNCATED:
                self.ends[lane] = seen
            if flags:
                # Out until the whole world begins again.
                self.flags[lane] |= ABSENT
            else:
                is_over = False
                self._see(lane, seen)
        if is_over:
            self._reset(replica, self.episodes[replica] + 1)

    def replay(self, episodes: Sequence[int], actions: Sequence[npt.NDArray[np.uint32]]) -> None:
        """Begins certain episodes and goes through their first steps; ``actions[replica]`` is [steps × agents]."""
        self._clear()
        width = len(self.agents)
        for replica, episode in enumerate(episodes):
            self._reset(replica, int(episode))
            for row in actions[replica].tolist():
                self.flags[replica * width : (replica + 1) * width] = [0] * width
                self._step(replica, row)
                if self.episodes[replica] != episode:
                    raise RuntimeError(
                        f"episode {episode} of replica {replica} ended early when it was gone through again"
                    )
        # Where the lanes stand, not what became of them on the way there.
        self.flags = [flags & (BEGINS | ABSENT) for flags in self.flags]
        self.ends.clear()

    def batch(self) -> list[npt.NDArray[Any]]:
        """The arrays of a batch, in their order."""
        cut = sorted(self.ends)
        ends = [self.all_actions if self.ends[lane][1] is None else self.ends[lane][1] for lane in cut]
        # A matter of where the lanes are and not of where they were, or a world that is put back would differ.
        acting = [mask for mask, flags in zip(self.masks, self.flags, strict=True) if not flags & ABSENT]
        has_masks = any(mask != self.all_actions for mask in (*acting, *ends))
        parts: list[npt.NDArray[Any]] = [
            np.array([has_masks], np.uint32),
            np.array(self.flags, np.uint32),
            np.array(self.rewards, np.float32),
            np.array(self.states, np.uint64),
            np.array([self.ends[lane][0] for lane in cut], np.uint64),
        ]
        if has_masks:
            parts += [np.array(self.masks, np.uint64), np.array(ends, np.uint64)]
        return parts

    @property
    def replicas(self) -> int:
        """The number of replicas."""
        return len(self.worlds)

    def description(self, name: str | None) -> str:
        """What these worlds are, as JSON."""
        world = self.worlds[0]
        called = name or _name(world.env)
        return described(called, world.coder, world.first_action, world.action_count, self.agents, self.repeatable)


def described(
    name: str, coder: Coder, first_action: int, action_count: int, agents: Sequence[str], repeatable: bool
) -> str:
    """What worlds are, as JSON."""
    description: dict[str, Any] = {
        "version": VERSION,
        "name": name,
        "factors": [{"name": factor, "levels": levels} for factor, levels in coder.factors],
        "actions": [str(action + first_action) for action in range(action_count)],
        "agents": list(agents),
        "repeatable": repeatable,
        "coder": coder.to_json(),
    }
    if coder.tilings is not None:
        description["tilings"] = coder.tilings
    return json.dumps(description)


def _read(source: BinaryIO, count: int) -> bytes | None:
    data = b""
    while len(data) < count:
        more = source.read(count - len(data))
        if not more:
            return None
        data += more
    return data


def _text(words: bytes) -> str:
    (length,) = struct.unpack_from("<I", words)
    return words[4 : 4 + length].decode()


def _packed(text: str) -> bytes:
    data = text.encode()
    return struct.pack("<I", len(data)) + data + b"\0" * (-len(data) % 4)


def serve_worlds(
    make_env: Callable[[], Any] | None = None,
    *,
    make_vec: Callable[[int], Any] | None = None,
    coder: Coder | None = None,
    bins: int | Sequence[int] | None = None,
    tiles: int | Sequence[int] | None = None,
    tilings: int | None = None,
    repeatable: bool | None = None,
    name: str | None = None,
) -> None:
    """Serves environments on standard input and output until the input ends.

    Args:
        make_env: Makes a Gymnasium environment or a PettingZoo parallel environment, each time alike.
        make_vec: Makes a vector environment of Gymnasium with so many lanes, instead of ``make_env``.
        coder: How observations become states; by the observation space where it is left out.
        bins: The number of bins of each real number, where the coder is left out.
        tiles: Instead of bins, the number of tiles of each real number in each of several displaced grids: action
            values are sums over tiles, so that states near each other learn from each other.
        tilings: The number of those grids; 8 unless it is said.
        repeatable: Whether seeds and actions alone determine what happens; they do unless it is said, with vector
            environments where their autoreset mode is DISABLED.
        name: What the world is called; the environment's name where it is left out.

    """
    if (make_env is None) == (make_vec is None):
        raise UsageError("serve_worlds needs make_env, or make_vec for a vector environment: give one of the two")
    source, sink = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    # What the environment prints is for people, not part of the frames.
    os.dup2(2, 1)
    sys.stdout = sys.stderr

    def opened(opening: Mapping[str, Any]) -> Any:
        if opening["version"] != VERSION:
            raise RuntimeError(f"the program speaks version {opening['version']} of worlds, this package {VERSION}")
        settings = {"replicas": opening["replicas"], "first_replica": opening["firstReplica"], "seed": opening["seed"]}
        settings |= {"coder": coder, "bins": bins, "tiles": tiles, "tilings": tilings, "repeatable": repeatable}
        if make_vec is None:
            assert make_env
            return Lanes(make_env, **settings)
        from shardq.vector import VectorLanes

        return VectorLanes(make_vec, **settings)

    def say(kind: int, *parts: bytes) -> None:
        count = 1 + sum(len(part) for part in parts) // 4
        sink.write(struct.pack("<II", count, kind) + b"".join(parts))
        sink.flush()

    lanes: Any = None
    try:
        while (head := _read(source, 4)) is not None:
            body = _read(source, 4 * struct.unpack("<I", head)[0])
            if body is None:
                return
            (kind,), body = struct.unpack_from("<I", body), body[4:]
            if kind == OPEN:
                lanes = opened(json.loads(_text(body)))
                say(DESCRIPTION, _packed(lanes.description(name)))
                continue
            if lanes is None:
                raise RuntimeError("the first frame is to say which worlds are meant")
            if kind == BEGIN:
                lanes.begin()
            elif kind == STEP:
                lanes.step(np.frombuffer(body, "<u4"))
            elif kind == REPLAY:
                lanes.replay(*_episodes(lanes, body))
            else:
                raise RuntimeError(f"frame {kind} is none that a world knows")
            say(BATCH, *(np.ascontiguousarray(part).tobytes() for part in lanes.batch()))
    except BrokenPipeError:
        return
    except Exception as error:
        traceback.print_exc(file=sys.stderr)
        say(FAILURE, _packed(f"{type(error).__name__}: {error}"))
        sys.exit(1)


def _episodes(lanes: Any, body: bytes) -> tuple[list[int], list[npt.NDArray[np.uint32]]]:
    replicas, width = lanes.replicas, len(lanes.agents)
    episodes = np.frombuffer(body, "<u8", replicas)
    lengths = np.frombuffer(body, "<u4", replicas, 8 * replicas)
    actions = np.frombuffer(body, "<u4", offset=12 * replicas).reshape(-1, width)
    ends = np.cumsum(lengths)
    return [int(episode) for episode in episodes], [
        actions[end - length : end] for end, length in zip(ends, lengths, strict=True)
    ]


def _name(env: Any) -> str:
    spec = getattr(env, "spec", None)
    return str(spec.id) if spec is not None else str(getattr(env, "metadata", {}).get("name", type(env).__name__))
