"""A run through HAProxy with TLS at both sides, as through a mesh; the proxy cuts all connections under way."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from . import broker
from .commands import ROOT, call, setup, wait
from .output import Failed, Unavailable, say

USERS = ["proxy-master", "proxy-worker-0", "proxy-worker-1"]
RUN = ["--steps", "256000", "--lanes", "64", "--no-evaluation"]


def certificates(folder: Path) -> None:
    """An authority, and a certificate for the broker and one for the proxy."""
    def openssl(*arguments: str) -> None:
        call(["openssl", *arguments], folder=folder)
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    openssl("req", "-x509", *key, "-days", "2", "-subj", "/CN=authority", "-keyout", "ca.key", "-out", "ca.pem")
    for name in ("broker", "proxy"):
        openssl("req", *key, "-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.csr")
        (folder / f"{name}.names").write_text(f"subjectAltName=DNS:{name}.example,IP:127.0.0.1\n")
        openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
                "-extfile", f"{name}.names", "-out", f"{name}.pem")
    (folder / "proxy-both.pem").write_text((folder / "proxy.pem").read_text() + (folder / "proxy.key").read_text())


def check() -> None:
    if not (shutil.which("haproxy") or setup("haproxy")):
        raise Unavailable("Debian's haproxy cannot be installed")
    began = time.monotonic()
    program = str(ROOT / ".build" / "release" / "shardq")
    with tempfile.TemporaryDirectory(prefix="shardq-proxy-") as place:
        folder = Path(place)
        certificates(folder)
        with broker.running("proxy", USERS, tls=folder) as (port, passwords):
            front = broker.free_port()
            variables = os.environ | {
                "PROXY_ADDRESS": f"127.0.0.1:{front}", "PROXY_CERTIFICATE": f"{place}/proxy-both.pem",
                "BROKER_ADDRESS": f"127.0.0.1:{port}", "BROKER_AUTHORITY": f"{place}/ca.pem", "BROKER_NAME": "broker.example",
            }
            # For this test only: a socket on which the proxy is told to cut what it carries.
            (folder / "control.cfg").write_text(f"global\n    stats socket {place}/control mode 600 level admin\n")
            command = ["haproxy", "-db", "-f", str(ROOT / "deploy" / "proxy" / "haproxy.cfg"), "-f", str(folder / "control.cfg")]
            started: list[subprocess.Popen[bytes]] = []

            def start(*words: str, environment: dict[str, str] = variables, name: str) -> subprocess.Popen[bytes]:
                with open(folder / name, "w") as log:
                    process = subprocess.Popen([*words], env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
                started.append(process)
                return process

            def node(user: str, *words: str) -> subprocess.Popen[bytes]:
                own = {"SHARDQ_BROKER": f"amqps://127.0.0.1:{front}/?cacertfile={place}/ca.pem", "SHARDQ_AMQP_USER": user,
                       "SHARDQ_AMQP_PASSWORD_FILE": str(passwords / user)}
                return start(program, *words, environment=os.environ | own, name=f"{user}.log")

            try:
                start(*command, name="haproxy.log")
                wait("the proxy", lambda: broker.answers(front), 30)
                for user in USERS[1:]:
                    node(user, "worker", "--run", "proxy", "--name", user, "--wait", "120")
                master = node(USERS[0], "master", "maze", "--run", "proxy", "--workers", "2", "--output", f"{place}/run", "--checkpoint-every",
                              "200", "--json", "--verbose", "--wait", "120", *RUN)
                said = folder / f"{USERS[0]}.log"
                wait("a checkpoint", lambda: "checkpoint written" in said.read_text() or master.poll() is not None, 300)
                is_early = master.poll() is not None
                with socket.socket(socket.AF_UNIX) as control:
                    control.connect(f"{place}/control")
                    control.sendall(b"shutdown sessions server brokers/broker\n")
                    control.recv(1024)
                wait("the run's end", lambda: master.poll() is not None, 600)
                text = said.read_text()
                if master.returncode != 0:
                    raise Failed(f"the master has ended with {master.returncode}: {text[-800:]}")
                result = next(json.loads(line) for line in text.splitlines() if line.startswith("{"))
            finally:
                for process in reversed(started):
                    broker.end(process)
        serial = json.loads(call([program, "train", "maze", "--broker", "none", "--json", "--quiet", *RUN]).stdout)
        if result["tableDigest"] != serial["tableDigest"]:
            raise Failed(f"{result['tableDigest']} instead of {serial['tableDigest']}")
        if "connecting again" not in text and not is_early:
            raise Failed("the master has not noticed that the proxy cut its connection")
        say(f"through HAProxy, TLS at both sides, {'over before the proxy could cut it' if is_early else 'all connections cut under way'}: "
            f"the serial digest, {result['rollbacks']} rollbacks, {time.monotonic() - began:.0f} s")
