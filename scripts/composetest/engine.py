"""The Docker engine: the one that is there, or one that is started here and ended here."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator

from .commands import call
from .output import Unavailable, say

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Docker:
    """An engine and its client."""

    client: str
    environment: dict[str, str]
    is_own: bool

    def __call__(self, *arguments: str, check: bool = True, limit: float = 600) -> str:
        """Calls the client; what it writes to standard output."""
        return call([self.client, *arguments], self.environment, check=check, limit=limit).stdout.strip()

    def has(self, kind: str, name: str) -> bool:
        return call([self.client, kind, "inspect", name], self.environment, check=False).returncode == 0

    def state(self, container: str, field: str) -> str:
        """A field of a container's state, by Go's template."""
        return self("inspect", "--format", "{{." + field + "}}", container)


@contextlib.contextmanager
def running(cache: Path) -> Iterator[Docker]:
    """Gives an engine; one that was started for this ends afterwards, what it has built stays in its folder."""
    if shutil.which("docker") and call(["docker", "info"], check=False, limit=60).returncode == 0:
        say("engine: the one that runs here")
        yield Docker("docker", {}, is_own=False)
        return
    program = engine_program()
    cache.mkdir(parents=True, exist_ok=True)
    socket, log = cache / "docker.sock", cache / "dockerd.log"
    # Every network is the stack's own, builds use the host's, and this machine becomes no router.
    command = [program, "--data-root", str(cache / "data"), "--exec-root", str(cache / "exec"), "--bridge", "none", "--ip-forward=false",
               "--host", f"unix://{socket}", "--pidfile", str(cache / "docker.pid")]
    with open(log, "w") as output:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                                   start_new_session=True)
    try:
        # Debian's client belongs to Debian's engine; another one may stand before it on PATH.
        client = "/usr/bin/docker" if os.access("/usr/bin/docker", os.X_OK) else "docker"
        docker = Docker(client, {"DOCKER_HOST": f"unix://{socket}", "DOCKER_BUILDKIT": "0"}, is_own=True)
        await_engine(docker, process, log)
        say(f"engine: dockerd {docker('version', '--format', '{{.Server.Version}}')}, started for this, in {cache}")
        yield docker
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(60)
        if process.poll() is None:
            process.kill()
            process.wait()
        unmount(cache.resolve())


def unmount(folder: Path) -> None:
    """Lets go of what dockerd leaves mounted in its folder, which could not be removed otherwise."""
    places = [line.split()[1] for line in Path("/proc/mounts").read_text().splitlines()]
    for place in reversed([place for place in places if place.startswith(f"{folder}/")]):
        call(["umount", place], check=False)


def engine_program() -> str:
    """Where dockerd is; Debian's packages are installed where that is possible."""
    if os.getuid() != 0:
        raise Unavailable("no Docker engine runs here, and only root can start one")
    if not shutil.which("dockerd"):
        result = call([str(ROOT / "scripts" / "setup"), "docker.io", "iptables"], check=False)
        if result.returncode != 0:
            raise Unavailable(f"no Docker engine, and docker.io cannot be installed: {result.stderr.strip()}")
    program = shutil.which("dockerd")
    if not program:
        raise Unavailable("no dockerd on PATH")
    return program


def await_engine(docker: Docker, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 300
    while call([docker.client, "info"], docker.environment, check=False).returncode != 0:
        if process.poll() is not None or time.monotonic() > deadline:
            lines = log.read_text().splitlines() or ["it says nothing"]
            raise Unavailable(f"dockerd does not start: {lines[-1]}")
        time.sleep(0.3)
