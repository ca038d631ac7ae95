"""What is done to the stack. Every run has to end in the digest of one process that nobody disturbed."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import Callable

from . import files
from .engine import Docker
from .output import Early, Failed, say
from .stack import Stack, brought_up

# So many times the steps, when a run was over before everything was done to it; not without end, in case it never is.
LONGER = 4
MOST_STEPS = 20_000_000_000


def arguments(steps: int) -> str:
    """What makes a run of so many steps this run."""
    return f"--steps {steps} --lanes 64 --no-evaluation"


class Runs:
    """The run that all of them are, and where it has to end."""

    def __init__(self, docker: Docker, image: str, steps: int) -> None:
        self.docker, self.image, self.steps = docker, image, steps
        self.digests: dict[int, str] = {}

    def expected(self, steps: int) -> str:
        """The digest of one process that nobody disturbed."""
        if steps not in self.digests:
            result = self.docker("run", "--rm", "--read-only", "--network", "none", self.image, "train", "maze", "--broker",
                                 "none", "--json", "--quiet", *arguments(steps).split())
            self.digests[steps] = json.loads(result)["tableDigest"]
            say(f"one process, no broker, {steps} steps: {self.digests[steps]}")
        return self.digests[steps]

    def through(self, stack: Stack, name: str, workers: int, disturb: Callable[[Stack], None] | None = None) -> None:
        """Trains from beginning to end while something is done to the stack, with as many steps as that takes.

        What is done takes its time, and no number of steps lasts that long on every machine. So a run that ends before is
        done again with more of them.
        """
        # Nothing has to find its moment in a run that is left alone.
        steps = self.steps if disturb else self.steps // 5
        while True:
            try:
                return self.once(stack, name, workers, disturb, steps)
            except Early as early:
                if steps >= MOST_STEPS:
                    raise Failed(f"{name}: {early}, of {steps} steps") from None
                steps *= LONGER
                say(f"{name}: {early}; again with {steps} steps")

    def once(self, stack: Stack, name: str, workers: int, disturb: Callable[[Stack], None] | None, steps: int) -> None:
        """One run of so many steps; `Early` when it ended before everything was done to it."""
        began = time.monotonic()
        stack.start(f"{name} {steps}".replace(" ", "-"), workers, arguments(steps))
        if disturb:
            with stack.under_way():
                disturb(stack)
        digest = stack.digest(workers)
        if digest != self.expected(steps):
            raise Failed(f"{name}: {digest} instead of {self.expected(steps)}")
        rounds = f"{stack.checkpoints()} checkpoints, {time.monotonic() - began:.0f} s"
        say(f"{name}, {workers} worker{'s' if workers > 1 else ''}: same digest ({rounds})")


def looks(stack: Stack) -> None:
    """Nothing fails; all are well, and nobody else can reach them."""
    stack.await_health(["broker", "worker", "master"])
    stack.check_closed()


def kills(stack: Stack) -> None:
    """Workers and the master die, by a crash and by hand."""
    stack.await_checkpoints()
    stack.crash(stack.containers("worker")[0])
    stack.await_checkpoints()
    stack.docker("kill", stack.containers("worker")[0])
    stack.up()
    stack.await_checkpoints()
    stack.crash(stack.containers("master")[0])
    stack.await_checkpoints()
    stack.docker("kill", stack.containers("master")[0])
    stack.up()
    stack.await_checkpoints()
    if "is gone" not in stack.said("master"):
        raise Failed("the master has not noticed that a worker was gone")


def all_down(stack: Stack) -> None:
    """`docker compose kill` and up again; `docker compose stop`, in order, and up again."""
    stack.await_checkpoints()
    stack.compose("kill")
    stack.up()
    stack.await_checkpoints()
    written = stack.checkpoints()
    stack.compose("stop")
    if stack.docker.state(stack.containers("master")[0], "State.ExitCode") != "143" or stack.checkpoints() == written:
        raise Failed(f"the master was stopped without a checkpoint")
    stack.up()
    stack.await_checkpoints()


def broker_away(stack: Stack) -> None:
    """The broker is stopped for 20 seconds."""
    stack.await_checkpoints()
    stack.compose("stop", "broker")
    time.sleep(20)
    stack.compose("start", "broker")
    stack.await_checkpoints()


def broker_node_away(stack: Stack) -> None:
    """The broker of three that the master is connected to dies and stays away; whoever was there goes to another."""
    stack.await_checkpoints()
    connections = stack.compose("exec", "-T", "broker", "rabbitmqctl", "-q", "list_connections", "pid", "user")
    node = re.search(r"<rabbit@(broker-\d)[^>]*>\s+shardq-master", connections)
    if not node:
        raise Failed(f"the master's connection is not among {connections}")
    stack.compose("kill", "broker" if node[1] == "broker-1" else node[1])
    stack.await_checkpoints(2)
    if "connecting again" not in stack.said("master"):
        raise Failed("the master has not noticed that its broker was gone")


def plain(root: Path, docker: Docker, image: str, runs: Runs) -> None:
    with brought_up(root, docker, image, []) as stack:
        runs.through(stack, "undisturbed", 1, looks)
        runs.through(stack, "workers and master killed", 2, kills)
        runs.through(stack, "everything killed and stopped", 2, all_down)
        runs.through(stack, "broker stopped for 20 s", 4, broker_away)


def tls(root: Path, docker: Docker, image: str, runs: Runs) -> None:
    with brought_up(root, docker, image, files.TLS) as stack:
        runs.through(stack, "over TLS", 2)


def cluster(root: Path, docker: Docker, image: str, runs: Runs) -> None:
    with brought_up(root, docker, image, files.CLUSTER) as stack:
        brokers = ["broker", "broker-2", "broker-3"]
        stack.compose("up", "--detach", *brokers)
        stack.await_health(brokers)
        nodes = stack.compose("exec", "-T", "broker", "rabbitmqctl", "-q", "cluster_status", "--formatter", "json")
        together = json.loads(nodes[nodes.index("{"):])["running_nodes"]
        if len(together) != 3:
            raise Failed(f"the cluster is {together}")
        runs.through(stack, "one of three brokers killed", 2, broker_node_away)


PARTS: dict[str, Callable[[Path, Docker, str, Runs], None]] = {
    "plain": plain,
    "tls": tls,
    "cluster": cluster,
}


def run(root: Path, docker: Docker, image: str, names: list[str], steps: int) -> None:
    """Carries out what was chosen."""
    runs = Runs(docker, image, steps)
    for name in names:
        PARTS[name](root, docker, image, runs)
