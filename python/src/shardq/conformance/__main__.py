"""Examines a worker in any language: plays its master at a real broker and says what it gets wrong.

    python -m shardq.conformance [--document docs/protocol.md] COMMAND

COMMAND is run by a shell with the broker's address in SHARDQ_BROKER; {run} and {name} stand for the run's name and the
worker's.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path

from shardq.conformance.checks import CHECKS
from shardq.conformance.examiner import Examiner, Failure
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


def main() -> int:
    """Examines the command that is given."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--document", type=Path, default=Path("docs/protocol.md"), help="where the golden frames are")
    parser.add_argument("--broker", help="amqp://USER:PASSWORD@HOST:PORT (default: a private RabbitMQ node)")
    parser.add_argument("--patience", type=float, default=30, help="seconds to wait for a message (default: 30)")
    names = [check.__name__ for check in CHECKS]
    parser.add_argument(
        "--only", action="append", default=[], choices=names, help="a check; may be given several times"
    )
    parser.add_argument("command", help="starts the worker; {run} and {name} stand for its run and name")
    arguments = parser.parse_args()
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
