"""`python -m shardq worker --run NAME`, a worker in Python, and `watch NAME`, a run's messages a line each."""

from __future__ import annotations

import argparse
import logging
import sys

from shardq._version import __version__
from shardq.errors import ShardQError
from shardq.protocol.watch import watch
from shardq.protocol.worker import Worker


def main() -> int:
    """Runs a command and returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m shardq", description=__doc__)
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    worker = commands.add_parser("worker", help="own shards of a run until its master dismisses it")
    worker.set_defaults(run_command=_work)
    worker.add_argument("--run", required=True, help="the run's name, the same for all of its nodes")
    worker.add_argument("--broker", help="amqp://HOST:PORT/VHOST, without a password (default: SHARDQ_BROKER)")
    worker.add_argument("--name", help="different from every other worker's (default: host and process)")
    worker.add_argument("--wait", type=float, default=300, help="seconds to wait for a master (default: 300)")
    watcher = commands.add_parser("watch", help="print the messages of a run, decoded, one a line")
    watcher.set_defaults(run_command=_watch)
    watcher.add_argument("run", help="the run's name")
    watcher.add_argument("--broker", help="amqp://HOST:PORT/VHOST, without a password (default: SHARDQ_BROKER)")
    watcher.add_argument("--mailboxes", default=".*", help="a regular expression, such as 'worker.w1|replies'")
    watcher.add_argument("--types", default="", help="AMQP types with commas between them, such as UPDATE_Q,Q_VALUES")
    watcher.add_argument("--wait", type=float, default=60, help="seconds to wait for a master (default: 60)")
    arguments = parser.parse_args()
    logging.basicConfig(format="%(name)s: %(message)s")
    # What it would log is either an error that is told anyway, or a refusal that is an answer.
    logging.getLogger("pika").setLevel(logging.CRITICAL)
    try:
        arguments.run_command(arguments)
    except ShardQError as error:
        print(f"shardq: {error}", file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:
        sys.stdout = None
    except KeyboardInterrupt:
        return 130
    return 0


def _work(arguments: argparse.Namespace) -> None:
    worker = Worker(arguments.run, broker=arguments.broker, name=arguments.name, wait=arguments.wait)
    print(worker.run(), worker.counts, file=sys.stderr)


def _watch(arguments: argparse.Namespace) -> None:
    types = [name for name in arguments.types.split(",") if name]
    seen = watch(
        arguments.run,
        arguments.broker,
        wait=arguments.wait,
        mailboxes=arguments.mailboxes,
        types=types,
        found=lambda: print("its master is there", file=sys.stderr),
    )
    print(f"watching run {arguments.run}", file=sys.stderr)
    for message in seen:
        print(message, flush=True)


if __name__ == "__main__":
    sys.exit(main())
