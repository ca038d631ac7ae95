"""A corridor of nine cells as a world, by docs/worlds.md alone and with nothing but the standard library.

Left or right, one way in ten against one's will; the right end is worth 1 and ends the episode, which is cut off after
thirty steps. The first argument makes it misbehave in the fourth step of the second episode of its first lane: die (as long
as there is no file of the name that follows), die-once (and make the file), hang, nan, state, short, print, raise. Others
misbehave from the beginning: other, unrepeatable.
"""

import hashlib
import json
import os
import random
import struct
import sys
import time

CELLS, LIMIT = 9, 30
OPEN, BEGIN, STEP, REPLAY, DESCRIPTION, BATCH, FAILURE = range(1, 8)
TERMINATED, TRUNCATED, BEGINS = 1, 2, 4

trick = sys.argv[1] if len(sys.argv) > 1 else ""
mark = sys.argv[2] if len(sys.argv) > 2 else ""


def read(count):
    data = sys.stdin.buffer.read(count)
    if len(data) < count:
        sys.exit(0)
    return data


def say(kind, body):
    sys.stdout.buffer.write(struct.pack("<II", 1 + len(body) // 4, kind) + body)
    sys.stdout.buffer.flush()


def text(string):
    data = string.encode()
    return struct.pack("<I", len(data)) + data + b"\0" * (-len(data) % 4)


class Lane:
    def __init__(self, seed, replica):
        self.seed, self.replica = seed, replica

    def begin(self, episode):
        self.episode, self.cell, self.age = episode, 0, 0
        digest = hashlib.sha256(f"{self.seed}/{self.replica}/{episode}".encode()).digest()
        self.random = random.Random(digest)

    def step(self, action):
        """Returns flags, reward, and where a truncated episode ends."""
        right = (action == 1) != (self.random.random() < 0.1)
        self.cell = min(CELLS - 1, self.cell + 1) if right else max(0, self.cell - 1)
        self.age += 1
        flags = TERMINATED if self.cell == CELLS - 1 else TRUNCATED if self.age == LIMIT else 0
        end = self.cell
        if flags:
            self.begin(self.episode + 1)
            flags |= BEGINS
        return flags, float(flags & TERMINATED), end


def batch(lanes, results):
    flags, rewards = [result[0] for result in results], [result[1] for result in results]
    states = [lane.cell for lane in lanes]
    if trick == "nan" and is_there:
        rewards[3] = float("nan")
    if trick == "state" and is_there:
        states[2] = CELLS
    if trick == "short" and is_there:
        states.pop()
    ends = [result[2] for result in results if result[0] & TRUNCATED]
    say(
        BATCH,
        struct.pack("<I", 0)
        + struct.pack(f"<{len(flags)}I", *flags)
        + struct.pack(f"<{len(rewards)}f", *rewards)
        + struct.pack(f"<{len(states)}Q", *states)
        + struct.pack(f"<{len(ends)}Q", *ends),
    )


lanes, is_there = [], False
while True:
    (count,) = struct.unpack("<I", read(4))
    body = read(4 * count)
    (kind,) = struct.unpack_from("<I", body)
    if kind == OPEN:
        (length,) = struct.unpack_from("<I", body, 4)
        opening = json.loads(body[8 : 8 + length])
        first = opening["firstReplica"]
        lanes = [Lane(opening["seed"], first + replica) for replica in range(opening["replicas"])]
        description = {
            "version": 1,
            "name": "corridor",
            "factors": [{"name": "cell", "levels": CELLS if trick != "other" or len(lanes) == 1 else CELLS + 1}],
            "actions": ["left", "right"],
            "agents": ["agent"],
            "repeatable": trick != "unrepeatable",
            "coder": None,
        }
        say(DESCRIPTION, text(json.dumps(description)))
    elif kind == BEGIN:
        for lane in lanes:
            lane.begin(0)
        batch(lanes, [(BEGINS, 0.0, 0)] * len(lanes))
    elif kind == STEP:
        is_there = lanes[0].episode == 1 and lanes[0].age == 3
        if is_there:
            if trick in ("die", "die-once") and not os.path.exists(mark):
                if trick == "die-once":
                    open(mark, "w").close()
                print("the corridor has collapsed", file=sys.stderr, flush=True)
                os._exit(7)
            if trick == "hang":
                time.sleep(3600)
            if trick == "print":
                print("the fourth step")
                sys.stdout.flush()
            if trick == "raise":
                say(FAILURE, text("there is no fourth step"))
                continue
        actions = struct.unpack_from(f"<{len(lanes)}I", body, 4)
        batch(lanes, [lane.step(action) for lane, action in zip(lanes, actions)])
    elif kind == REPLAY:
        count = len(lanes)
        episodes = struct.unpack_from(f"<{count}Q", body, 4)
        lengths = struct.unpack_from(f"<{count}I", body, 4 + 8 * count)
        position = 4 + 12 * count
        for lane, episode, length in zip(lanes, episodes, lengths):
            lane.begin(episode)
            for action in struct.unpack_from(f"<{length}I", body, position):
                lane.step(action)
            position += 4 * length
        batch(lanes, [(0, 0.0, 0)] * count)
