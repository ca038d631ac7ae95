"""Runs rows: makes the peers' environments, starts programs, reads their one object of JSON."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import venv
from dataclasses import asdict, dataclass
from pathlib import Path

from .rows import ONE_PROCESS, PEERS, PROCESSES, RABBITMQ, LayoutRow, LearningRow, Peer, PeerRow, YardstickRow
from .servers import RabbitMQ, Redis

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / "scripts" / "peers"
ENVIRONMENTS = ROOT / ".build-peers"
MAZE = Path(__file__).with_name("maze.txt")
GOAL = 0.95
LEARNING_STEPS = 2_000_000
START_ALLOWANCE_SECONDS = 120.0


class Skipped(Exception):
    """A row that cannot be run; the text is one word of reason."""


class NoBench(Exception):
    """The program has no bench command, or is not built."""


@dataclass
class Sample:
    """One run of one row."""

    row: str
    who: str
    variant: str
    place: str
    states: int
    actions: int
    lanes: int
    cohorts: int
    transitionsPerSecond: float
    master: float
    workers: float
    broker: float
    roundTripMicroseconds: dict[str, float | None] | None = None
    bytesPerTransition: float | None = None
    staleness: int | None = None
    scenario: str = "synthetic"
    environmentShare: float | None = None
    stepMicroseconds: dict[str, float | None] | None = None
    rawRoundTripMicroseconds: dict[str, float | None] | None = None
    peakResidentBytes: dict[str, int] | None = None
    isYardstick: bool = False

    def as_json(self) -> dict[str, object]:
        return asdict(self)


@dataclass
class LearningSample:
    """One run of one learning row; `steps` and `wallSeconds` are missing where the goal was not reached."""

    row: str
    lanes: int
    cohorts: int
    staleness: int
    seed: int
    steps: int | None
    wallSeconds: float | None

    def as_json(self) -> dict[str, object]:
        return asdict(self)


@dataclass
class Surroundings:
    """What a row may use."""

    seconds: float
    shardq: Path
    rabbitmq: RabbitMQ | None
    redis: Redis | None


def prepare(peer: str) -> str | None:
    """Makes a peer's virtual environment unless it is there; returns a word of reason when that fails."""
    wanted = "\n".join(PEERS[peer].requirements)
    directory = ENVIRONMENTS / peer
    made = directory / "requirements.txt"
    if made.exists() and made.read_text() == wanted and (directory / "bin" / "python").exists():
        return None
    shutil.rmtree(directory, ignore_errors=True)
    print(f"compare-throughput: making the environment of {peer}", file=sys.stderr)
    try:
        venv.create(directory, with_pip=bool(wanted), symlinks=True)
        if wanted:
            command = [str(directory / "bin" / "python"), "-m", "pip", "install", "--quiet", *PEERS[peer].requirements]
            with open(ENVIRONMENTS / f"{peer}.log", "w") as log:
                subprocess.run(command, check=True, stdout=log, stderr=log, timeout=900)
    except (OSError, subprocess.SubprocessError):
        shutil.rmtree(directory, ignore_errors=True)
        return "uninstallable"
    made.write_text(wanted)
    return None


def answer_of(command: list[str], limit: float, extra: dict[str, str] | None = None) -> tuple[int, str, str]:
    """Runs a program in a process group of its own, so that nothing of it stays when it takes too long."""
    child = subprocess.Popen(
        command,
        env={**os.environ, **(extra or {})},
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        output, errors = child.communicate(timeout=limit)
    except BaseException as error:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        if isinstance(error, subprocess.TimeoutExpired):
            raise Skipped("timeout") from None
        raise
    return child.returncode, output, errors


def object_in(output: str) -> dict:
    """The last line of standard output that is an object, or the whole output."""
    for text in (output, *reversed(output.strip().splitlines())):
        try:
            value = json.loads(text)
        except ValueError:
            continue
        if isinstance(value, dict):
            return value
    raise Skipped("unreadable")


def run_peer(row: PeerRow, around: Surroundings) -> Sample:
    peer = PEERS[row.peer]
    command = [
        str(ENVIRONMENTS / row.peer / "bin" / "python"),
        str(SCRIPTS / peer.script),
        *("--states", str(row.states), "--lanes", str(row.lanes), "--seconds", str(around.seconds)),
        *peer.options,
        *addresses(peer, around),
    ]
    status, output, errors = answer_of(command, around.seconds + START_ALLOWANCE_SECONDS)
    if status != 0:
        print(errors[-2000:], file=sys.stderr)
        raise Skipped("failed")
    found = object_in(output)
    cpu = found["cpuMicrosecondsPerTransition"]
    return Sample(
        row.name,
        found["who"],
        found["variant"],
        peer.place,
        row.states,
        4,
        found["lanes"],
        1,
        found["transitionsPerSecond"],
        cpu["master"],
        cpu["workers"],
        cpu["broker"],
    )


def addresses(peer: Peer, around: Surroundings) -> list[str]:
    """The options that name the servers a peer needs."""
    options: list[str] = []
    if peer.needs_broker:
        if around.rabbitmq is None:
            raise Skipped("no-rabbitmq")
        options += ["--broker", around.rabbitmq.address, "--broker-pid", str(around.rabbitmq.process)]
    if peer.needs_redis:
        if around.redis is None:
            raise Skipped("no-redis")
        options += ["--redis", around.redis.address, "--redis-pid", str(around.redis.process)]
    return options


def check_bench(shardq: Path) -> None:
    """Raises NoBench, with one line that says what to do, unless `shardq bench` is there."""
    if not shardq.exists():
        raise NoBench(f"{shardq} is not there: build it with `make build`, or name it with --shardq")
    status, output, errors = answer_of([str(shardq), "bench", "--help"], 30)
    if status != 0 or "--broker" not in output + errors:
        raise NoBench(f"{shardq} has no bench command")


def broker_of(around: Surroundings) -> tuple[list[str], dict[str, str]]:
    """Options and environment that lead ShardQ to the broker that the peers use; no password among the arguments."""
    if around.rabbitmq is None:
        raise Skipped("no-rabbitmq")
    options = ["--broker", f"amqp://127.0.0.1:{around.rabbitmq.port}", "--broker-process", str(around.rabbitmq.process)]
    return options, {"SHARDQ_AMQP_USER": "guest", "SHARDQ_AMQP_PASSWORD": "guest"}


def run_layout(row: LayoutRow, around: Surroundings) -> Sample:
    broker, extra = broker_of(around) if row.broker == RABBITMQ else (["--broker", row.broker], {})
    command = [str(around.shardq), *row.arguments(around.seconds, broker)]
    status, output, errors = answer_of(command, 2 * around.seconds + START_ALLOWANCE_SECONDS, extra)
    if status != 0:
        print(errors[-2000:], file=sys.stderr)
        raise Skipped("failed")
    found = object_in(output)
    cpu = found["cpuMicrosecondsPerTransition"]
    return Sample(
        row.name,
        "ShardQ",
        row.variant,
        row.place,
        found["states"],
        found["actions"],
        found["lanes"],
        found["cohorts"],
        found["transitionsPerSecond"]["median"],
        cpu["master"],
        cpu["workers"],
        cpu["broker"],
        found.get("roundTripMicroseconds"),
        found.get("bytesPerTransition"),
        found.get("staleness"),
        row.scenario,
        found.get("environmentShare"),
        found.get("stepMicroseconds"),
        found.get("rawRoundTripMicroseconds"),
        found.get("peakResidentBytes"),
    )


def run_learning(row: LearningRow, around: Surroundings, seed: int) -> LearningSample:
    """Times one layout to the goal, with a seed of its own."""
    broker, extra = broker_of(around)
    numbers = {
        "--until": GOAL,
        "--steps": LEARNING_STEPS,
        "--lanes": row.lanes,
        "--cohorts": row.cohorts,
        "--staleness": row.staleness,
        "--seed": seed,
        # As the other programs' argmax takes the first.
        "--ties": "lowest",
    }
    options = [str(part) for pair in numbers.items() for part in pair]
    command = [str(around.shardq), "bench", "maze", "--maze", str(MAZE), *broker, "--workers", "2", *options, "--json"]
    status, output, errors = answer_of(command, START_ALLOWANCE_SECONDS, extra)
    if status != 0:
        print(errors[-2000:], file=sys.stderr)
        raise Skipped("failed")
    reached = object_in(output)["reached"] or {}
    return LearningSample(
        row.name, row.lanes, row.cohorts, row.staleness, seed, reached.get("steps"), reached.get("wallSeconds")
    )


def run_yardstick(row: YardstickRow, around: Surroundings) -> Sample:
    extra = {}
    if around.rabbitmq is not None:
        extra = {"AMQP_PORT": str(around.rabbitmq.port), "BROKER_PID": str(around.rabbitmq.process)}
    try:
        status, output, errors = answer_of(shlex.split(row.command), START_ALLOWANCE_SECONDS, extra)
    except OSError as error:
        print(error, file=sys.stderr)
        raise Skipped("unrunnable") from None
    if status != 0:
        print(errors[-2000:], file=sys.stderr)
        raise Skipped("failed")
    found = object_in(output)
    cpu = found.get("cpu_us") or found["cpuMicrosecondsPerTransition"]
    driver, workers, broker = cpu.get("driver", cpu.get("master", 0)), cpu["workers"], cpu["broker"]
    rate = found.get("tps") or found["transitionsPerSecond"]
    # A program that does not name its cohorts may say how many groups are in flight.
    groups = re.search(r"(\d+) group", found.get("variant", ""))
    return Sample(
        row.name,
        row.label,
        found.get("variant", ""),
        PROCESSES if workers or broker else ONE_PROCESS,
        int(found.get("states", 0)),
        int(found.get("actions", 4)),
        int(found.get("lanes", found.get("batch", 0))),
        int(found.get("cohorts") or (groups[1] if groups else 0)),
        rate["median"] if isinstance(rate, dict) else float(rate),
        driver,
        workers,
        broker,
        isYardstick=True,
    )


def run(row: PeerRow | LayoutRow | YardstickRow, around: Surroundings) -> Sample:
    """Runs one row once."""
    if isinstance(row, PeerRow):
        return run_peer(row, around)
    if isinstance(row, LayoutRow):
        return run_layout(row, around)
    return run_yardstick(row, around)
