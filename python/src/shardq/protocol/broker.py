"""A private RabbitMQ node on loopback, for trying things out and for tests; it ends with this process."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType

from shardq.errors import UnavailableError

_PLACES = "/usr/lib/rabbitmq/bin:/opt/rabbitmq/sbin"
_START_SECONDS = 300.0
_STOP_SECONDS = 10.0

# Waits for the end of its input, which is the end of whoever started it; then ends the node and removes the folder.
_GUARDIAN = 'read _; kill -KILL "$0" 2>/dev/null; for i in 1 2 3 4 5; do rm -rf "$1" && exit; sleep 1; done'

_CONFIGURATION = """[{{rabbit, [
  {{tcp_listeners, [{{"127.0.0.1", {port}}}]}},
  {{default_user, <<"{user}">>}}, {{default_pass, <<"{password}">>}},
  {{disk_free_limit, 0}}, {{collect_statistics, none}}, {{frame_max, 1048576}}, {{reverse_dns_lookups, false}}
]}}].
"""


class LocalBroker:
    """A node with a folder, ports, a user and a password of its own: `with LocalBroker() as broker: … broker.url`."""

    def __init__(self) -> None:
        server = shutil.which("rabbitmq-server", path=f"{_PLACES}:{os.environ.get('PATH', '')}")
        if server is None:
            raise UnavailableError("RabbitMQ is not installed: apt-get install rabbitmq-server, or name a broker")
        self.port, distribution = _free_ports()
        user, password = secrets.token_hex(8), secrets.token_hex(24)
        self.url = f"amqp://{user}:{password}@127.0.0.1:{self.port}"
        self._folder = Path(tempfile.mkdtemp(prefix="shardq-broker-"))
        self._write("advanced.config", _CONFIGURATION.format(port=self.port, user=user, password=password))
        self._write("enabled_plugins", "[].\n")
        (self._folder / "home").mkdir(0o700)
        self._write("home/.erlang.cookie", secrets.token_hex(20), 0o400)
        with open(self._folder / "output", "w") as output:
            self._node = subprocess.Popen(
                [server],
                env=self._environment(distribution),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._guardian = subprocess.Popen(
            ["sh", "-c", _GUARDIAN, str(self._node.pid), str(self._folder)],
            stdin=subprocess.PIPE,
            start_new_session=True,
        )
        try:
            self._wait()
        except BaseException:
            self.stop()
            raise

    def _write(self, name: str, text: str, mode: int = 0o600) -> None:
        (self._folder / name).touch(0o600)
        (self._folder / name).write_text(text)
        (self._folder / name).chmod(mode)

    def _environment(self, distribution: int) -> dict[str, str]:
        """Nothing of the machine's configuration, and no name server of Erlang's (docs/decisions/0004)."""
        place = str(self._folder)
        return {
            "PATH": f"{_PLACES}:{os.environ.get('PATH', os.defpath)}",
            "LC_ALL": "C.UTF-8",
            "HOME": f"{place}/home",
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_EPMD_PORT": "1",
            "ERL_ZFLAGS": "-start_epmd false",
            "ERL_CRASH_DUMP_SECONDS": "0",
            "RUNNING_UNDER_SYSTEMD": "true",
            "RABBITMQ_CONF_ENV_FILE": f"{place}/none",
            "RABBITMQ_NODENAME": "shardq@localhost",
            "RABBITMQ_BASE": place,
            "RABBITMQ_MNESIA_BASE": f"{place}/data",
            "RABBITMQ_LOG_BASE": f"{place}/log",
            "RABBITMQ_LOGS": f"{place}/log/node.log",
            "RABBITMQ_CONFIG_FILE": f"{place}/none",
            "RABBITMQ_CONFIG_FILES": f"{place}/none.d",
            "RABBITMQ_ADVANCED_CONFIG_FILE": f"{place}/advanced.config",
            "RABBITMQ_ENABLED_PLUGINS_FILE": f"{place}/enabled_plugins",
            "RABBITMQ_GENERATED_CONFIG_DIR": f"{place}/data/config",
            "RABBITMQ_SCHEMA_DIR": f"{place}/data/schema",
            "RABBITMQ_FEATURE_FLAGS_FILE": f"{place}/data/feature_flags",
            "RABBITMQ_PLUGINS_EXPAND_DIR": f"{place}/data/plugins",
            "RABBITMQ_SCHEDULER_BIND_TYPE": "u",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": f"-sname shardq@localhost -erl_epmd_port {distribution} "
            "-kernel inet_dist_use_interface {127,0,0,1} +S 1:1",
        }

    def _wait(self) -> None:
        limit = time.monotonic() + _START_SECONDS
        while not _answers(self.port):
            if self._node.poll() is not None or time.monotonic() > limit:
                said = " ".join((self._folder / "output").read_text(errors="replace").split())
                raise UnavailableError(f"a private RabbitMQ node did not start: {said[-300:] or 'it said nothing'}")
            time.sleep(0.05)

    def stop(self) -> None:
        """Ends the node, and removes its folder."""
        if self._node.poll() is None:
            self._node.send_signal(signal.SIGTERM)
            try:
                self._node.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._node.kill()
                self._node.wait()
        shutil.rmtree(self._folder, ignore_errors=True)
        # Its node's number may be another's by now: it goes first, and its input after it.
        self._guardian.kill()
        self._guardian.communicate()
        shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> LocalBroker:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _free_ports() -> list[int]:
    sockets = [socket.socket() for _ in range(2)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports: list[int] = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def _answers(port: int) -> bool:
    """Whether AMQP is spoken on a port: what is no protocol header is answered with the one that is."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.settimeout(5)
            connection.sendall(b"AMQP\0\0\0\0")
            return connection.recv(8)[:4] == b"AMQP"
    except OSError:
        return False
