"""The configuration of supervisor, run by supervisord: a worker is killed, the digest is the serial one, 64 and 78 are not tried again."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Iterator

from . import broker
from .commands import ROOT, call, setup, wait
from .output import Failed, Unavailable, say

SOURCE = ROOT / "deploy" / "supervisor" / "shardq.conf"
USERS = ["grid-master", "grid-worker-0", "grid-worker-1"]
RUN = ["--steps", "256000", "--lanes", "64", "--no-evaluation"]
MASTER, WORKERS = "shardq:shardq-master", ["shardq:grid-worker-0", "shardq:grid-worker-1"]


class Supervisor:
    """A supervisord with a folder of its own that has read our configuration, with this machine's places in it."""

    def __init__(self, folder: Path, text: str) -> None:
        self.folder, self.own = folder, folder / "supervisord.conf"
        self.own.write_text(
            f"[supervisord]\nnodaemon=true\nlogfile={folder}/supervisord.log\npidfile={folder}/pid\nchildlogdir={folder}\n"
            f"[unix_http_server]\nfile={folder}/socket\nchmod=0600\n[supervisorctl]\nserverurl=unix://{folder}/socket\n"
            "[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface\n" + text)

    def ctl(self, *words: str) -> str:
        return call(["supervisorctl", "-c", str(self.own), *words], check=False).stdout

    def state(self, name: str) -> str:
        return (self.ctl("status", name).split() + ["", "missing"])[1]

    def pid(self, name: str) -> int:
        found = re.search(r"pid (\d+)", self.ctl("status", name))
        return int(found[1]) if found else 0

    def said(self, name: str) -> str:
        path = self.folder / name
        return path.read_text() if path.exists() else ""

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        process = subprocess.Popen(["supervisord", "-c", str(self.own)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL, start_new_session=True)
        try:
            wait("supervisord", lambda: (self.folder / "socket").exists() or process.poll() is not None, 30)
            yield
        finally:
            broker.end(process, 90)


def ours(folder: Path, port: int, passwords: Path, change: dict[str, str]) -> str:
    """The configuration that is delivered, with the places of this test."""
    text = SOURCE.read_text()
    places = {"/usr/bin/shardq": str(ROOT / ".build" / "release" / "shardq"), "amqp://127.0.0.1": f"amqp://127.0.0.1:{port}",
              "/etc/shardq/passwords": str(passwords), "/var/lib/shardq": str(folder), "/var/log/shardq": str(folder), "user=shardq\n": ""} | change
    for place, other in places.items():
        if place not in text:
            raise Failed(f"deploy/supervisor/shardq.conf has no {place}")
        text = text.replace(place, other)
    return text


def check() -> None:
    if not (shutil.which("supervisord") or setup("supervisor")):
        raise Unavailable("Debian's supervisor cannot be installed")
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="shardq-supervisor-") as place, broker.running("grid", USERS) as (port, passwords):
        train(Path(place), port, passwords)
        refused(Path(place), port, passwords)
    say(f"supervisor: {time.monotonic() - began:.0f} s")


def train(folder: Path, port: int, passwords: Path) -> None:
    options = " ".join([*RUN, "--checkpoint-every 200 --verbose --json"])
    change = {"master traffic --run grid": f"master maze --run grid {options}"}
    supervisor = Supervisor(folder, ours(folder, port, passwords, change))
    with supervisor.running():
        log = f"shardq-master.log"
        wait("a checkpoint", lambda: "checkpoint written" in supervisor.said(log) or supervisor.state(MASTER) == "EXITED", 300)
        victim = supervisor.pid(WORKERS[0])
        if victim:
            os.kill(victim, signal.SIGKILL)
            wait("the worker is back", lambda: supervisor.pid(WORKERS[0]) not in (0, victim) or supervisor.state(MASTER) == "EXITED", 60)
        wait("the run's end", lambda: supervisor.state(MASTER) == "EXITED", 900)
        wait("the workers' end", lambda: all(supervisor.state(name) == "EXITED" for name in WORKERS), 60)
        said = supervisor.said("shardq-master.out")
        if '"tableDigest"' not in said:
            raise Failed(f"no result: {supervisor.said(log)[-800:]}")
        result = json.loads(said.strip().splitlines()[-1])
    serial = json.loads(call([str(ROOT / ".build/release/shardq"), "train", "maze", "--broker", "none", "--json", "--quiet", *RUN]).stdout)
    if result["tableDigest"] != serial["tableDigest"]:
        raise Failed(f"{result['tableDigest']} instead of {serial['tableDigest']}")
    killed = "a worker killed and started again" if result["rollbacks"] else "over before a worker could be killed"
    say(f"supervisor {call(['supervisord', '--version']).stdout.strip()}: {killed}, the serial digest, all EXITED")


def refused(folder: Path, port: int, passwords: Path) -> None:
    """What cannot become better is not tried again: usage (64) and a wrong password (78); what can, is."""
    wrong = folder / "wrong"
    wrong.mkdir()
    for user in USERS:
        (wrong / user).write_text("wrong\n")
    cases = [("64", {"master traffic --run grid": "master traffic --run grid --discount 7"}, passwords),
             ("78", {"master traffic --run grid": "master maze --run grid"}, wrong)]
    for code, change, secrets in cases:
        own = folder / f"ends-{code}"
        own.mkdir()
        supervisor = Supervisor(own, ours(own, port, secrets, change))
        with supervisor.running():
            wait(f"an end with {code}", lambda: supervisor.state(MASTER) == "EXITED", 60)
            log = supervisor.said("supervisord.log")
        ends = re.findall(r"exited: shardq-master \(exit status (\d+); (\w+)\)", log)
        if ends != [(code, "expected")]:
            raise Failed(f"a master that ends with {code} has ended with {ends}")
    say("supervisor: a master that ends with 64 or 78 is not started again")
