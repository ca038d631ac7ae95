"""What examines worlds finds every mistake that it is there for, and none where there is none."""

from __future__ import annotations

import contextlib
import re
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import REPOSITORY

from shardq.conformance.batches import Description
from shardq.conformance.examiner import Failure
from shardq.conformance.line import WorldLine, opening
from shardq.conformance.worlds import CHECKS, REPEATING, World, examine
from shardq.world import BATCH, BEGIN, DESCRIPTION, REPLAY, STEP

WORLDS = Path(__file__).parent / "worlds"
CORRIDOR = REPOSITORY / "Tests/Fixtures/worlds/corridor.py"

# What is changed in the corridor, the check that has to find it, and what it has to say.
MISTAKES = {
    "no name": ('"name": "corridor",', "", "describes", "no 'name'"),
    "another version": ('"version": 1,', '"version": 2,', "describes", "version 2"),
    "no levels": ('CELLS if trick != "other"', '0 if trick != "other"', "describes", "levels from 1 on"),
    "an action twice": ('["left", "right"]', '["left", "left"]', "describes", "a name twice"),
    "a truth that is none": ('trick != "unrepeatable"', "1", "describes", "true or false"),
    "reads in one piece": (
        "data = sys.stdin.buffer.read(count)",
        "data = os.read(0, count)",
        "takes_pieces",
        "has ended with exit code 0",
    ),
    "a seed of 63 bits": (
        '            lanes = [Lane(opening["seed"]'[4:],
        '        lanes = [Lane(struct.unpack("<q", struct.pack("<q", opening["seed"]))[0]',
        "takes_pieces",
        "struct.error",
    ),
    "begins nothing": ("[(BEGINS, 0.0, 0)] * len(lanes)", "[(0, 0.0, 0)] * len(lanes)", "begins", "at the beginning"),
    "a lane too few": ("states = [lane.cell for lane in lanes]", "states = [0] * (len(lanes) - 1)", "begins", "bytes"),
    "an end too many": (
        "result[0] & TRUNCATED]",
        "result[0] & (TRUNCATED | TERMINATED)]",
        "steps",
        "of which 0 were truncated have",
    ),
    "a reward that is no number": (
        "rewards[3] = ",
        "pass\n    if len(results) > 3 and results[3][0]:\n        rewards[3] = ",
        "steps",
        "a finite number",
    ),
    "a state beyond the last": ("[lane.cell for", "[lane.cell or CELLS for", "steps", "is in state 9 of 9"),
    "a flag that is none": ("flags |= BEGINS", "flags |= 16", "steps", "0 to 15"),
    "masks of nothing": (
        'struct.pack("<I", 0)',
        'struct.pack("<I", 2)',
        "steps",
        "0 without masks",
    ),
    "begins out of the middle": (
        "return flags, float",
        "return flags and flags & BEGINS, float",
        "steps",
        "neither terminated nor been truncated",
    ),
    "acts on when it is over": ("            flags |= BEGINS\n", "", "steps", "acts on"),
    "leaves for nothing": (
        "end = self.cell\n",
        "end = self.cell\n        if self.age == self.replica == 3:\n            return 8, 0.0, end\n",
        "steps",
        "leaves",
    ),
    "prints among the frames": (
        "self.age += 1\n",
        "self.age += 1\n        print('step', flush=True)\n",
        "steps",
        "no frame",
    ),
    "another frame": ("        BATCH,\n", "        STEP,\n", "begins", "kind 3; expected is 6"),
    "dies in the middle": (
        "self.age += 1\n",
        "self.age += 1\n        self.age == 7 and os._exit(9)\n",
        "steps",
        "code 9",
    ),
    "hangs": ("self.age += 1\n", "self.age += 1\n        time.sleep(60)\n", "steps", "does not answer step"),
    "draws from the machine": ("random.Random(digest)", "random.Random()", "repeats", "the other time"),
    "one stream for all": ("random.Random(digest)", "random.Random(lanes and id(self))", "repeats", "the other time"),
    "a lane's number for a replica's": (
        'Lane(opening["seed"], first + replica)',
        'Lane(opening["seed"], replica)',
        "halves",
        "replicas 2 to 3",
    ),
    "a replay of another episode": ("lane.begin(episode)", "lane.begin(0)", "replays", "after a replay of"),
    "a replay of too little": ("for action in struct", "for action in () and struct", "replays", "after a replay of"),
    "a replay that goes on with old luck": (
        "lane.begin(episode)",
        "luck = lane.__dict__.get('random', random.Random(1)); lane.begin(episode); lane.random = luck",
        "replays",
        "after a replay of",
    ),
    "goes on without its input": ("sys.exit(0)", "time.sleep(60)", "ends", "still runs"),
}


class Impatient(World):
    """Waits long for the start, however slow the machine, and for what hangs afterwards no longer than it has to."""

    @contextlib.contextmanager
    def opened(self, *which: int | None) -> Iterator[tuple[WorldLine, Description]]:
        with super().opened(*which) as (line, description):  # type: ignore[arg-type]
            line.patience = 3
            yield line, description


def outcome(command: str, check: str, kind: type[World] = World) -> str:
    """What one check says."""
    world = kind(command, replicas=4, steps=120, seed=1, patience=60)
    (found,) = examine(world, [each for each in CHECKS if each.__name__ == check])
    return str(found)


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_of_a_world_is_found(mistake: str, tmp_path: Path) -> None:
    right, wrong, check, words = MISTAKES[mistake]
    source = CORRIDOR.read_text()
    assert source.count(right) == 1, "the corridor has changed"
    (tmp_path / "world.py").write_text(source.replace(right, wrong))
    kind = Impatient if "time.sleep(60)" in wrong else World
    said = outcome(f"{sys.executable} {tmp_path}/world.py", check, kind)
    assert said.startswith("not ok")
    assert words in said


# What is changed in the package's own frames for a world of two agents and masks.
AGENTS_MISTAKES = {
    "nobody is allowed anything": ("world._mask_bits = lambda mask: 0", "at least one of its 2 actions"),
    "an action beyond the last": ("world._mask_bits = lambda mask: 5", "and no other"),
    "an agent begins alone": (
        "reset = Lanes._reset\n"
        "def _reset(self, replica, episode):\n    reset(self, replica, episode)\n    self.flags[1] &= ~4\n"
        "Lanes._reset = _reset",
        "begins an episode alone",
    ),
    "an agent comes back": (
        "step = Lanes.step\ndef stepped(self, actions):\n    step(self, actions)\n"
        "    self.flags[1] = 0 if self.flags[1] == 8 else self.flags[1]\nLanes.step = stepped",
        "acts again",
    ),
    "nobody is left": (
        "step = Lanes.step\ndef stepped(self, actions):\n    step(self, actions)\n"
        "    self.flags = [9] * 8\nLanes.step = stepped",
        "nobody is left who acts",
    ),
}


@pytest.mark.parametrize("mistake", AGENTS_MISTAKES)
def test_a_mistake_among_agents_is_found(mistake: str, tmp_path: Path) -> None:
    change, words = AGENTS_MISTAKES[mistake]
    (tmp_path / "world.py").write_text(
        f"import sys\nsys.path.insert(0, {str(WORLDS.parent)!r})\n"
        f"from shardq import world\nfrom shardq.world import Lanes\n{change}\n"
        f"exec(open({str(WORLDS / 'two.py')!r}).read())\n"
    )
    said = outcome(f"{sys.executable} {tmp_path}/world.py", "steps")
    assert said.startswith("not ok")
    assert words in said


@pytest.mark.parametrize("command", [f"python3 {CORRIDOR}", f"{sys.executable} {WORLDS / 'two.py'}"])
def test_worlds_conform(command: str) -> None:
    world = World(command, replicas=4, steps=120, seed=1, patience=60)
    assert [str(each) for each in examine(world, CHECKS) if each.wrong or each.skipped] == []


def test_a_course_that_is_wrong_is_told_once_and_what_rests_on_it_is_not_examined() -> None:
    world = World(f"python3 {CORRIDOR} nan", replicas=4, steps=120, seed=1, patience=60)
    outcomes = list(examine(world, CHECKS))
    assert [each.check.__name__ for each in outcomes if each.wrong] == ["steps"]
    assert [each.check for each in outcomes if each.skipped] == REPEATING


def test_who_says_that_it_does_not_repeat_itself_is_told_whether_it_does() -> None:
    command = [sys.executable, "-m", "shardq.conformance"]
    world = ["--", "python3", str(CORRIDOR), "unrepeatable"]
    whole = subprocess.run([*command, "world", *world], capture_output=True, text=True, check=False)
    assert whole.returncode == 0
    assert whole.stdout.endswith("conformance: 5 of 8 hold, 3 not examined\n")
    alone = subprocess.run([*command, "env-check", *world], capture_output=True, text=True, check=False)
    assert alone.returncode == 0
    assert alone.stdout.endswith("env-check: the world repeats itself\n")


def test_the_worked_example_of_worlds_is_what_is_said_and_answered() -> None:
    blocks = re.findall(r"^```hex (\S+)\n(.*?)^```$", (REPOSITORY / "docs/worlds.md").read_text(), re.M | re.S)
    golden = {name: bytes.fromhex(re.sub(r"#.*", "", text)) for name, text in blocks}
    line = WorldLine(f"python3 {CORRIDOR}", 30)
    try:
        line.exchange(opening(0, 2, 1), DESCRIPTION)
        for asked, answered in (("begin", "begun"), ("step", "stepped"), ("replay", "replayed")):
            answer = line.exchange(golden[asked], BATCH)
            assert struct.pack("<II", 1 + len(answer) // 4, BATCH) + answer == golden[answered]
    finally:
        line.close()
    assert [golden[name][4] for name in ("begin", "step", "replay")] == [BEGIN, STEP, REPLAY]


def test_a_world_that_cannot_be_started_is_told() -> None:
    with pytest.raises(Failure, match="exit code 127"):
        assert World("/nowhere/world", replicas=1, steps=1, seed=1, patience=60).description
