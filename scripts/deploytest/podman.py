"""Podman as the kubelet of one machine: images without a registry, a network, pods from manifests."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import resource
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any, Iterator

import yaml

from .commands import ROOT, call, setup
from .output import Failed, Unavailable, say

NETWORK = "shardq-test-deploy"
NODE_IMAGE = "localhost/shardq:test-deploy"
BROKER_IMAGE = "localhost/rabbitmq:test-deploy"
MIRROR = "http://deb.debian.org/debian"


class Podman:
    """An engine of its own: its storage in the cache, nothing of the machine's."""

    def __init__(self, cache: Path) -> None:
        # Podman asks for more than this machine may give.
        limits = [f'"{name}={limit}:{limit}"' for name, limit in [
            ("nofile", resource.getrlimit(resource.RLIMIT_NOFILE)[1]), ("nproc", most_processes())]]
        configuration = cache / "containers.conf"
        configuration.write_text(f'[containers]\ndefault_ulimits = [{", ".join(limits)}]\n[engine]\nruntime = "runc"\n'
                                 'cgroup_manager = "cgroupfs"\nevents_logger = "file"\n')
        self.environment = {"CONTAINERS_CONF": str(configuration)}
        # Sockets have short names only, so that this one cannot be in the cache.
        own = Path("/run") / f"shardq-{hashlib.sha256(str(cache.resolve()).encode()).hexdigest()[:12]}"
        self.program = ["podman", "--root", str(cache.resolve() / "podman"), "--runroot", str(own), "--network-config-dir",
                        str(cache.resolve() / "networks"), "--log-level", "error"]

    def __call__(self, *arguments: str, check: bool = True, text: str | None = None, limit: float = 300) -> str:
        return call([*self.program, *arguments], self.environment, check=check, text=text, limit=limit).stdout.strip()

    def said(self, container: str) -> str:
        result = call([*self.program, "logs", container], self.environment, check=False)
        return result.stdout + result.stderr

    def state(self, container: str) -> dict[str, Any]:
        found = self("container", "inspect", container, check=False)
        return json.loads(found)[0]["State"] if found.startswith("[") and found != "[]" else {"Status": "missing"}

    def play(self, pod: dict[str, Any], address: str | None = None) -> None:
        """Starts a pod."""
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
            yaml.safe_dump(pod, file)
            file.flush()
            self("kube", "play", "--network", NETWORK, *(["--ip", address] if address else []), file.name)

    def import_root(self, root: Path, name: str, *changes: str) -> None:
        options = [part for change in changes for part in ("--change", change)]
        with subprocess.Popen(["tar", "--numeric-owner", "-C", str(root), "-c", "."], stdout=subprocess.PIPE) as source:
            result = subprocess.run([*self.program, "import", *options, "-", name], env=os.environ | self.environment, stdin=source.stdout,
                                    capture_output=True, text=True)
        if result.returncode != 0 or source.returncode != 0:
            raise Failed(f"podman import {name}: {result.stderr[-500:]}")


def most_processes() -> int:
    """Enough for a pod, and no more than the machine allows."""
    limit = resource.getrlimit(resource.RLIMIT_NPROC)[1]
    return 8192 if limit == resource.RLIM_INFINITY else min(limit, 8192)


@contextlib.contextmanager
def running(cache: Path) -> Iterator[Podman]:
    """An engine with both images and an empty network; pods and network are gone afterwards."""
    if os.getuid() != 0:
        raise Unavailable("pods need root here")
    if not setup("podman", "runc", "netavark", "aardvark-dns", "catatonit", "mmdebstrap"):
        raise Unavailable("Debian's podman cannot be installed")
    cache.mkdir(parents=True, exist_ok=True)
    podman = Podman(cache)
    lock = open(cache / "lock", "w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise Failed(f"another test-deploy uses {cache}") from None
    clean(podman)
    make_node(podman)
    make_broker(podman, cache)
    # A machine whose kernel or rights do not let containers run says so here.
    probe = call([*podman.program, "run", "--rm", "--network", "none", NODE_IMAGE, "--version"], podman.environment, check=False)
    if probe.returncode != 0:
        raise Unavailable(f"containers do not run here: {probe.stderr.strip().splitlines()[-1:]}")
    podman("network", "create", "--internal", "--subnet", "10.89.77.0/24", NETWORK)
    try:
        yield podman
    finally:
        clean(podman)
        lock.close()


def clean(podman: Podman) -> None:
    podman("pod", "rm", "--all", "--force", "--time", "2", check=False)
    podman("network", "rm", "--force", NETWORK, check=False)


def make_node(podman: Podman) -> None:
    """An image of the program and the libraries it is linked to, and nothing else."""
    program = ROOT / ".build" / "release" / "shardq"
    if not program.exists():
        raise Failed("there is no .build/release/shardq: make build")
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        linked = call(["ldd", str(program)]).stdout.split()
        for library in [Path(word) for word in linked if word.startswith("/")]:
            target = root / library.relative_to("/")
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(library, target)
        for name in ["etc", "usr/local/bin", "tmp", "runs", "run", "proc", "dev", "sys"]:
            (root / name).mkdir(parents=True, exist_ok=True)
        shutil.copy(program, root / "usr/local/bin/shardq")
        (root / "etc/passwd").write_text("shardq:x:10001:10001::/runs:/usr/sbin/nologin\n")
        (root / "etc/group").write_text("shardq:x:10001:\n")
        os.chmod(root, 0o755)
        os.chmod(root / "tmp", 0o1777)
        os.chown(root / "runs", 10001, 10001)
        podman.import_root(root, NODE_IMAGE, 'ENTRYPOINT ["/usr/local/bin/shardq"]', "USER 10001:10001", "WORKDIR /runs")


def make_broker(podman: Podman, cache: Path) -> None:
    """RabbitMQ 4 from Debian's packages; kept in the engine's storage."""
    if podman("images", "--quiet", BROKER_IMAGE):
        return
    say("no registry: RabbitMQ 4 is Debian trixie's, in place of the official image")
    root = cache / "rabbitmq"
    shutil.rmtree(root, ignore_errors=True)
    call(["mmdebstrap", "--variant=apt", "--dpkgopt=force-unsafe-io", "--include=rabbitmq-server", "trixie", str(root), MIRROR], limit=1200)
    for name in ["proc", "sys", "dev", "run"]:
        (root / name).mkdir(exist_ok=True)
    for name in ["var/lib/rabbitmq", "var/log/rabbitmq", "etc/rabbitmq", "tmp"]:
        (root / name).mkdir(parents=True, exist_ok=True)
        os.chown(root / name, 999, 999)
    (root / "etc/passwd").write_text("root:x:0:0::/root:/bin/sh\nrabbitmq:x:999:999::/var/lib/rabbitmq:/bin/sh\n")
    (root / "etc/group").write_text("root:x:0:\nrabbitmq:x:999:\n")
    # The server itself: Debian's own script is for its installed service.
    podman.import_root(root, BROKER_IMAGE, "ENV PATH=/usr/lib/rabbitmq/bin:/usr/sbin:/usr/bin:/sbin:/bin", "ENV HOME=/var/lib/rabbitmq",
                       "ENV RABBITMQ_LOGS=-", "ENV LANG=C.UTF-8", 'CMD ["rabbitmq-server"]')
    shutil.rmtree(root)
