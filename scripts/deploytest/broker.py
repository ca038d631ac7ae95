"""A RabbitMQ node on loopback, as the program's own private one, with the users that deploy/credentials makes."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import Iterator

from .commands import ROOT, call, wait
from .output import Failed


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def end(process: subprocess.Popen[bytes], seconds: float = 20) -> None:
    """Ends what was started here, with its group."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@contextlib.contextmanager
def running(run: str, users: list[str], tls: Path | None = None) -> Iterator[tuple[int, Path]]:
    """Gives the port and the folder with the users' passwords; with `tls`, a folder of certificates, it listens to TLS only."""
    with tempfile.TemporaryDirectory(prefix="shardq-broker-") as place:
        folder = Path(place)
        passwords = folder / "passwords"
        call([str(ROOT / "deploy" / "credentials"), str(passwords), run, *users])
        port, distribution, mapper = free_port(), free_port(), free_port()
        lines = [f"load_definitions = {passwords}/definitions.json", "frame_max = 1048576", "log.console = true"]
        if tls:
            lines += ["listeners.tcp = none", f"listeners.ssl.1 = 127.0.0.1:{port}", f"ssl_options.cacertfile = {tls}/ca.pem",
                      f"ssl_options.certfile = {tls}/broker.pem", f"ssl_options.keyfile = {tls}/broker.key", "ssl_options.verify = verify_none"]
        else:
            lines += [f"listeners.tcp.1 = 127.0.0.1:{port}"]
        (folder / "rabbitmq.conf").write_text("\n".join(lines) + "\n")
        (folder / "plugins").write_text("[].\n")
        (folder / "log").write_text("")
        environment = os.environ | {
            "HOME": place, "RABBITMQ_NODENAME": f"shardq{port}@localhost", "RABBITMQ_CONFIG_FILE": f"{place}/rabbitmq.conf",
            "RABBITMQ_MNESIA_BASE": f"{place}/data", "RABBITMQ_LOG_BASE": place, "RABBITMQ_LOGS": "-",
            "RABBITMQ_ENABLED_PLUGINS_FILE": f"{place}/plugins", "RABBITMQ_DIST_PORT": str(distribution), "ERL_EPMD_PORT": str(mapper),
            "ERL_EPMD_ADDRESS": "127.0.0.1", "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
        }
        mapping = subprocess.Popen(["epmd", "-port", str(mapper), "-address", "127.0.0.1"], stdin=subprocess.DEVNULL, start_new_session=True,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with open(folder / "log", "w") as log:
            server = subprocess.Popen(["/usr/lib/rabbitmq/bin/rabbitmq-server"], env=environment, stdin=subprocess.DEVNULL, stdout=log,
                                      stderr=log, start_new_session=True)
        try:
            wait("the broker", lambda: answers(port) or server.poll() is not None, 120)
            if server.poll() is not None:
                raise Failed(f"the broker has ended: {(folder / 'log').read_text()[-800:]}")
            yield port, passwords
        finally:
            end(server)
            end(mapping)
