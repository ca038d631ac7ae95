"""The stack, as somebody who uses it sees it."""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path
from typing import Iterator

from . import files
from .commands import call, compose_program, wait
from .engine import Docker
from .output import Early, Failed, say

TOO_SHORT = "the run was complete before everything was done to it"
PROJECT = "shardq-test"


class Stack:
    """One project of compose, with the overrides that belong to it."""

    def __init__(self, root: Path, docker: Docker, image: str, overrides: list[str]) -> None:
        program = compose_program()
        if not program:
            raise Failed("no compose tool")
        # Compose finds the engine by the same variables as the client.
        self.docker = docker
        self.program = [*program, "--project-name", PROJECT, *files.options(root, overrides)]
        self.variables = {"SHARDQ_IMAGE": image, "SCENARIO": "maze", "CHECKPOINT_EVERY": "1000", "WAIT": "120"}

    def compose(self, *arguments: str, check: bool = True, limit: float = 300) -> str:
        environment = self.docker.environment | self.variables
        return call([*self.program, *arguments], environment, check=check, limit=limit).stdout

    def up(self) -> None:
        """What a user does to start, to go on, and to change the number of workers."""
        self.compose("up", "--detach", "--no-build", "--scale", f"worker={self.variables['WORKERS']}")

    def start(self, run: str, workers: int, arguments: str) -> None:
        """Starts a run of its own folder."""
        self.variables |= {"RUN": run, "WORKERS": str(workers), "ARGUMENTS": f"{arguments} --verbose --json"}
        self.up()

    def containers(self, service: str) -> list[str]:
        """A service's containers, also those that have ended."""
        label = f"label=com.docker.compose.service={service}"
        project = f"label=com.docker.compose.project={PROJECT}"
        return self.docker("ps", "--all", "--quiet", "--filter", label, "--filter", project).split()

    def said(self, service: str) -> str:
        """What a service's containers have written, those of its former processes included."""
        return "".join(call([self.docker.client, "logs", name], self.docker.environment).stderr
                       for name in self.containers(service))

    def checkpoints(self) -> int:
        """How many checkpoints the master's container has written."""
        return self.said("master").count("checkpoint written")

    def await_checkpoints(self, count: int = 1) -> None:
        """Waits until so many more have been written: the run is under way, and has something to go back to."""
        before = self.checkpoints()
        wait("a checkpoint", lambda: self.checkpoints() >= before + count or self.is_complete(), 300)
        if self.is_complete():
            raise Early(TOO_SHORT)

    @contextlib.contextmanager
    def under_way(self) -> Iterator[None]:
        """What is done inside is done to a run; `Early` if that was complete before the end of it, whatever came of that."""
        try:
            yield
        except Failed as failure:
            if self.is_complete():
                raise Early(f"{TOO_SHORT} ({failure})") from None
            raise

    def await_health(self, services: list[str]) -> None:
        """Waits until the engine finds everybody well."""
        for service in services:
            for name in self.containers(service):
                wait(f"{service} is well", lambda: self.is_healthy(name) or self.is_complete(), 300)
                if not self.is_healthy(name):
                    raise Early(TOO_SHORT)

    def is_healthy(self, name: str) -> bool:
        return self.docker.state(name, "State.Health.Status") == "healthy"

    def is_complete(self) -> bool:
        """Whether the master has ended in order, with its result."""
        ends = [self.docker.state(name, "State.Status") + self.docker.state(name, "State.ExitCode")
                for name in self.containers("master")]
        return bool(ends) and all(end == "exited0" for end in ends)

    def has_ended(self, service: str) -> bool:
        return all(self.docker.state(name, "State.Status") == "exited" for name in self.containers(service))

    def pid(self, container: str) -> int:
        return int(self.docker.state(container, "State.Pid"))

    def crash(self, container: str) -> None:
        """Ends its process as the kernel would, so that the restart policy applies; waits until it is there again."""
        pid, restarts = self.pid(container), int(self.docker.state(container, "RestartCount"))
        try:
            if "shardq" not in Path(f"/proc/{pid}/comm").read_text():
                raise Failed(f"process {pid} is not {container}'s")
            os.kill(pid, signal.SIGKILL)
        except (OSError, ProcessLookupError):
            raise Failed(f"{container} has no process") from None
        wait(f"{container} is started again",
             lambda: int(self.docker.state(container, "RestartCount")) > restarts and self.pid(container) > 0, 300)

    def digest(self, workers: int) -> str:
        """Waits for the end of the run, which has to be one in order; the digest of its table."""
        wait("the master's end", lambda: self.has_ended("master"), 1800)
        wait("the workers' end", lambda: self.has_ended("worker"), 300)
        ends = [self.docker.state(name, "State.ExitCode") for name in self.containers("master") + self.containers("worker")]
        if ends != ["0"] * (workers + 1):
            raise Failed(f"exit codes {ends} of master and {workers} workers")
        return self.docker("run", "--rm", "--read-only", "--network", "none", "--volume", f"{PROJECT}_runs:/runs:ro",
                           self.variables["SHARDQ_IMAGE"], "table", "digest", f"/runs/{self.variables['RUN']}")

    def tail(self) -> str:
        """The last that everybody has said."""
        return self.compose("logs", "--no-color", "--tail", "12", check=False)

    def check_closed(self) -> None:
        """Nothing of it can be reached from outside its network."""
        for service in ("broker", "master", "worker"):
            for name in self.containers(service):
                bindings = self.docker("inspect", "--format", "{{json .HostConfig.PortBindings}}", name)
                if bindings not in ("{}", "null"):
                    raise Failed(f"{service} is published: {bindings}")
        if self.docker("network", "inspect", "--format", "{{.Internal}}", f"{PROJECT}_stack") != "true":
            raise Failed("the stack's network reaches out")


@contextlib.contextmanager
def brought_up(root: Path, docker: Docker, image: str, overrides: list[str]) -> Iterator[Stack]:
    """A stack that is taken down with its volumes, however the checks end."""
    stack = Stack(root, docker, image, overrides)
    stack.variables |= {"RUN": "none", "WORKERS": "1", "ARGUMENTS": ""}
    stack.compose("down", "--volumes", "--remove-orphans")
    try:
        yield stack
    except BaseException:
        say(f"the last that was said:\n{stack.tail()}")
        raise
    finally:
        stack.compose("down", "--volumes", "--remove-orphans", check=False)
