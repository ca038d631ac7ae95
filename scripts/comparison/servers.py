"""Private servers on loopback: a RabbitMQ node and a Redis server with directories and ports of their own.

They are started as children and ended by process number; a node that runs on the machine already is never touched.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

RABBITMQ_SCRIPTS = ("/usr/lib/rabbitmq/bin/rabbitmq-server", "/opt/rabbitmq/sbin/rabbitmq-server")
# For a machine that is slow and busy; a server that ends is noticed at once.
START_LIMIT_SECONDS = 300.0
STOP_LIMIT_SECONDS = 30.0


class Unavailable(Exception):
    """A server that this machine does not have, or that did not start; the text says why."""


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on; all are held open until the last is known, so they differ."""
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def answers(port: int) -> bool:
    """Whether somebody accepts connections on a port of loopback."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


class Server:
    """A child process that listens, in a directory that goes with it; `stop` ends it."""

    name = "server"

    def __init__(self) -> None:
        self.directory = Path(tempfile.mkdtemp(prefix=f"shardq-{self.name}-"))
        self.children: list[subprocess.Popen] = []
        self.log = self.directory / "log"

    def launch(self, command: list[str], environment: dict[str, str] | None = None) -> subprocess.Popen:
        """Starts a child whose output goes into the directory."""
        log_file = self.directory / f"{Path(command[0]).name}.log"
        with open(log_file, "w") as log:
            child = subprocess.Popen(
                command,
                env=environment,
                cwd=self.directory,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.children.append(child)
        self.log = log_file
        return child

    def wait_for(self, port: int) -> None:
        """Waits until a port answers, or gives up with what the log says."""
        limit = time.monotonic() + START_LIMIT_SECONDS
        while not answers(port):
            if self.children[-1].poll() is not None or time.monotonic() > limit:
                tail = self.log.read_text()[-400:]
                self.stop()
                raise Unavailable(f"{self.name} did not start: {' '.join(tail.split())}")
            time.sleep(0.1)

    def stop(self) -> None:
        """Ends the children, last started first, and removes the directory."""
        for child in reversed(self.children):
            child.terminate()
            try:
                child.wait(STOP_LIMIT_SECONDS)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        self.children = []
        shutil.rmtree(self.directory, ignore_errors=True)


class RabbitMQ(Server):
    """A RabbitMQ node with an epmd of its own. User guest, whom RabbitMQ admits from loopback only."""

    name = "rabbitmq"

    def __init__(self, configuration: str = "", plugins: Sequence[str] = ()) -> None:
        given = os.environ.get("SHARDQ_RABBITMQ")
        scripts = (f"{given}/rabbitmq-server",) if given else RABBITMQ_SCRIPTS
        script = next((path for path in scripts if Path(path).exists()), None)
        epmd = shutil.which("epmd")
        if script is None or epmd is None:
            raise Unavailable("rabbitmq-server is not installed")
        super().__init__()
        self.script = Path(script)
        self.port, distribution, names = free_ports(3)
        (self.directory / "rabbitmq.conf").write_text(f"listeners.tcp.local = 127.0.0.1:{self.port}\n{configuration}")
        (self.directory / "plugins").write_text(f"[{','.join(plugins)}].\n")
        (self.directory / "environment").write_text("")
        self.environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith("RABBITMQ_")},
            "HOME": str(self.directory),
            "ERL_EPMD_PORT": str(names),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": f"shardq{self.port}@localhost",
            "RABBITMQ_DIST_PORT": str(distribution),
            "RABBITMQ_CONF_ENV_FILE": str(self.directory / "environment"),
            "RABBITMQ_CONFIG_FILE": str(self.directory / "rabbitmq.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.directory / "plugins"),
            "RABBITMQ_MNESIA_BASE": str(self.directory / "mnesia"),
            "RABBITMQ_LOG_BASE": str(self.directory / "log"),
            "RABBITMQ_PID_FILE": str(self.directory / "pid"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
        }
        self.launch([epmd, "-port", str(names), "-address", "127.0.0.1"])
        self.wait_for(names)
        self.launch_node()
        self.wait_for(self.port)

    def launch_node(self) -> None:
        """Starts the node, at first or again after it was killed; `wait_for(port)` tells when it listens."""
        self.launch([str(self.script)], self.environment)

    def kill_node(self) -> None:
        """Ends the node at once, as a crash would, and with it the helpers in its session."""
        if len(self.children) < 2:
            return
        node = self.children.pop()
        with contextlib.suppress(ProcessLookupError, FileNotFoundError, ValueError):
            os.kill(self.process, signal.SIGKILL)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(node.pid, signal.SIGKILL)
        node.wait()
        (self.directory / "pid").unlink(missing_ok=True)
        # The machine is not this process's child; until it is gone its port still answers.
        limit = time.monotonic() + STOP_LIMIT_SECONDS
        while answers(self.port) and time.monotonic() < limit:
            time.sleep(0.01)

    def stop(self) -> None:
        """Ends the node at once: a busy machine takes longer to end it in order than anybody waits, and then it stays."""
        self.kill_node()
        super().stop()

    def control(self, *arguments: str) -> subprocess.Popen:
        """Starts rabbitmqctl against the node."""
        return subprocess.Popen(
            [str(self.script.with_name("rabbitmqctl")), *arguments],
            env={**self.environment, "RABBITMQ_CTL_ERL_ARGS": "-dist_listen false"},
            cwd=self.directory,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    @property
    def process(self) -> int:
        """The Erlang machine's process."""
        return int((self.directory / "pid").read_text())

    @property
    def address(self) -> str:
        return f"amqp://guest:guest@127.0.0.1:{self.port}/%2F"


class Redis(Server):
    """A Redis server that keeps nothing on disk."""

    name = "redis"

    def __init__(self) -> None:
        program = shutil.which("redis-server")
        if program is None:
            raise Unavailable("redis-server is not installed")
        super().__init__()
        [self.port] = free_ports(1)
        self.launch([program, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"])
        self.wait_for(self.port)

    @property
    def process(self) -> int:
        return self.children[0].pid

    @property
    def address(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"
