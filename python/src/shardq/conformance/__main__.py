"""Examines a worker in any language: plays its master at a real broker and says what it gets wrong.

    python -m shardq.conformance [--document docs/protocol.md] COMMAND

COMMAND is run by a shell with the broker's address in SHARDQ_BROKER; {run} and {name} stand for the run's name and the
worker's. `master COMMAND` examines a master instead, `world COMMAND` a world, `env-check COMMAND` whether one repeats
itself.
"""

from __future__ import annotations

import argparse
import os
import re
import shlex
import sys
from collections.abc import Callable
from pathlib import Path

from shardq.conformance.checks import CHECKS
from shardq.conformance.examiner import Examiner, Failure
from shardq.conformance.masters import CHECKS as MASTER_CHECKS
from shardq.conformance.masters import Course, Master
from shardq.conformance.worlds import CHECKS as WORLD_CHECKS
from shardq.conformance.worlds import REPEATING, World
from shardq.conformance.worlds import examine as examine_world
from shardq.errors import ShardQError
from shardq.protocol.broker import LocalBroker

_BLOCK = re.compile(r"^```hex (\S+)\n(.*?)^```$", re.M | re.S)


def golden_frames(document: Path) -> dict[str, bytes]:
    """The bodies of the document's blocks, by name."""
    blocks = _BLOCK.findall(document.read_text(encoding="utf-8"))
    return {name: bytes.fromhex(re.sub(r"#.*", "", text)) for name, text in blocks}


def examine(command: str, document: Path, broker: str, patience: float, only: list[str]) -> int:
    """Makes the checks, prints a line for each, and returns the number of those that failed."""
    failed = 0
    it = Examiner(broker, f"conformance-{os.getpid()}", command, golden_frames(document), patience)
    try:
        for check in chosen(only):
            it.start()
            try:
                check(it)
                print(f"ok      {check.__doc__}", flush=True)
            except Failure as failure:
                failed += 1
                print(f"not ok  {check.__doc__} But {failure}.", flush=True)
    finally:
        it.close()
    return failed


def chosen(only: list[str]) -> list[Callable[[Examiner], None]]:
    """The checks of these names, all unless given."""
    return [check for check in CHECKS if not only or check.__name__ in only]


def shown(world: World, only: list[str], repeating: bool) -> int:
    """Examines a world and prints a line for each check; returns the exit code."""
    checks = REPEATING if repeating else [each for each in WORLD_CHECKS if not only or each.__name__ in only]
    outcomes = []
    for outcome in examine_world(world, checks):
        outcomes.append(outcome)
        print(outcome, flush=True)
    failed = sum(each.wrong is not None for each in outcomes)
    skipped = sum(each.skipped is not None for each in outcomes)
    if repeating:
        print(f"env-check: the world {'does not repeat' if failed else 'repeats'} itself")
    else:
        left = f", {skipped} not examined" if skipped else ""
        print(f"conformance: {len(checks) - failed - skipped} of {len(checks)} hold{left}")
    return 1 if failed else 0


def main() -> int:
    """Examines the command that is given."""
    words = sys.argv[1:]
    if words and words[0] in ("world", "env-check"):
        return _main_of_worlds(words[0], words[1:])
    if words[:1] == ["master"]:
        return _main_of_masters(words[1:])
    return _main_of_workers(words[1:] if words[:1] == ["worker"] else words)


def _main_of_worlds(kind: str, words: list[str]) -> int:
    """Examines a world, or whether it repeats itself."""
    parser = argparse.ArgumentParser(
        prog=f"conformance {kind}",
        description="Examines a world (docs/worlds.md): asks what the program asks, and says what it gets wrong."
        if kind == "world"
        else "Says whether a world repeats itself: in another process, in two, and after a replay.",
    )
    parser.add_argument("--replicas", type=_count, default=4, help="worlds in a process (default: 4)")
    parser.add_argument("--steps", type=_count, default=300, help="steps of the course (default: 300)")
    parser.add_argument("--seed", type=int, default=1, help="of the run, and of the actions (default: 1)")
    parser.add_argument("--patience", type=float, default=60, help="seconds to wait for an answer (default: 60)")
    if kind == "world":
        names = [check.__name__ for check in WORLD_CHECKS]
        parser.add_argument("--only", action="append", choices=names, help="a check; may be given several times")
    parser.add_argument("command", nargs="+", help="starts the world: one word for a shell, or several")
    given = parser.parse_args(words)
    command = given.command[0] if len(given.command) == 1 else shlex.join(given.command)
    world = World(command, replicas=given.replicas, steps=given.steps, seed=given.seed, patience=given.patience)
    return shown(world, (kind == "world" and given.only) or [], kind == "env-check")


def _count(text: str) -> int:
    """A number from 1 on."""
    if not (text.isdigit() and int(text) >= 1):
        raise argparse.ArgumentTypeError(f"'{text}' is no number from 1 on")
    return int(text)


def examine_master(master: Master, only: list[str]) -> int:
    """Makes the checks, prints a line for each, and returns the number of those that failed."""
    failed, course = 0, Course()
    for number, check in enumerate(MASTER_CHECKS):
        # What the others compare with comes from the first.
        if only and check.__name__ not in only and number:
            continue
        crew = master.crew(number)
        try:
            check(crew, course)
            print(f"ok      {check.__doc__}", flush=True)
        except Failure as failure:
            failed += 1
            print(f"not ok  {check.__doc__} But {failure}.", flush=True)
            if not number:
                print("        The other checks begin with a whole run, and are not made.", flush=True)
                return failed
        finally:
            crew.close()
    return failed


def _main_of_masters(words: list[str]) -> int:
    """Examines a master."""
    parser = argparse.ArgumentParser(
        prog="conformance master",
        description="Plays the workers of a master at a real broker, and says what it gets wrong. COMMAND is run by a "
        "shell with the broker's address in SHARDQ_BROKER; {run} stands for its run's name. It has to end by itself, "
        "within some ten seconds, and to learn the same every time.",
    )
    parser.add_argument("--broker", help="amqp://USER:PASSWORD@HOST:PORT (default: a private RabbitMQ node)")
    parser.add_argument("--workers", type=_count, default=2, help="workers that it waits for (default: 2)")
    parser.add_argument("--patience", type=float, default=30, help="seconds to wait for a message (default: 30)")
    names = [check.__name__ for check in MASTER_CHECKS]
    parser.add_argument("--only", action="append", default=[], choices=names, help="a check, beside the whole run")
    parser.add_argument("command", help="starts the master; {run} stands for its run")
    given = parser.parse_args(words)

    def failures(broker: str) -> int:
        run = f"conformance-{os.getpid()}"
        return examine_master(Master(broker, given.command, run, given.workers, given.patience), given.only)

    try:
        if given.broker:
            failed = failures(given.broker)
        else:
            with LocalBroker() as node:
                failed = failures(node.url)
    except (ShardQError, OSError) as error:
        print(f"conformance: {error}", file=sys.stderr)
        return error.exit_code if isinstance(error, ShardQError) else 74
    print("conformance: " + (f"{failed} do not hold" if failed else "all hold"))
    return 1 if failed else 0


def _main_of_workers(words: list[str]) -> int:
    """Examines a worker."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--document", type=Path, default=Path("docs/protocol.md"), help="where the golden frames are")
    parser.add_argument("--broker", help="amqp://USER:PASSWORD@HOST:PORT (default: a private RabbitMQ node)")
    parser.add_argument("--patience", type=float, default=30, help="seconds to wait for a message (default: 30)")
    names = [check.__name__ for check in CHECKS]
    parser.add_argument(
        "--only", action="append", default=[], choices=names, help="a check; may be given several times"
    )
    parser.add_argument("command", help="starts the worker; {run} and {name} stand for its run and name")
    arguments = parser.parse_args(words)
    try:
        if arguments.broker:
            failed = examine(
                arguments.command, arguments.document, arguments.broker, arguments.patience, arguments.only
            )
        else:
            with LocalBroker() as node:
                failed = examine(arguments.command, arguments.document, node.url, arguments.patience, arguments.only)
    except (ShardQError, OSError) as error:
        print(f"conformance: {error}", file=sys.stderr)
        return error.exit_code if isinstance(error, ShardQError) else 74
    count = len(chosen(arguments.only))
    print(f"conformance: {count - failed} of {count} hold")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
