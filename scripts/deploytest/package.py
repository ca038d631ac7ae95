"""A release on a fresh Debian: lintian finds nothing, and the package's own getting-started.md leads to a served decision there."""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
import time
from pathlib import Path

from .commands import ROOT, call, setup
from .output import Failed, Unavailable, say

MIRROR = "http://deb.debian.org/debian"
SUITE = "bookworm"
RUN = ["train", "maze", "--steps", "200000", "--no-evaluation", "--json", "--quiet"]
# A number of lane-steps that says whether everything works; the document's run takes minutes.
STEPS = "200000"
BLOCK = re.compile(r"^```sh(?: \(([^)]*)\))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def check(dist: Path | None) -> None:
    if os.getuid() != 0 or not setup("lintian", "mmdebstrap", "xz-utils", "binutils", "dpkg-dev"):
        raise Unavailable("a fresh Debian needs root, lintian and mmdebstrap")
    with tempfile.TemporaryDirectory(prefix="shardq-package-") as place:
        if dist is None:
            say("package: making a release; --dist takes one that was made")
            dist = Path(place) / "dist"
            call([str(ROOT / "scripts/dist"), "--output", str(dist), "--maintainer", "ShardQ <shardq@example.org>"], limit=3600)
        began = time.monotonic()
        (package,), (tarball,) = (sorted(dist.glob(f"shardq*{end}")) for end in ("_*.deb", ".tar.gz"))
        look(dist, package)
        root = Path(place) / "root"
        call(["mmdebstrap", "--variant=minbase", "--dpkgopt=force-unsafe-io", SUITE, str(root), MIRROR], limit=1800)
        say(f"package: {SUITE} made anew, {time.monotonic() - began:.0f} s")
        use(Machine(root), package, tarball)
    say(f"package: {time.monotonic() - began:.0f} s beside the build")


def look(dist: Path, package: Path) -> None:
    """Checksums, Debian's own checker, the bill of materials."""
    call(["sha256sum", "--check", "--quiet", "SHA256SUMS"], folder=dist)
    findings = call(["lintian", "--allow-root", "--fail-on", "error,warning", "--display-level", ">=warning", str(package)], check=False)
    if findings.returncode != 0 or findings.stdout.strip():
        raise Failed(f"lintian: {findings.stdout.strip()}{findings.stderr.strip()[-500:]}")
    bill = json.loads(next(dist.glob("*.cdx.json")).read_text())
    names = {component["name"] for component in bill["components"]}
    if not {"swift-nio", "yams", "swift", "librabbitmq.so.4"} <= names:
        raise Failed(f"the bill of materials lacks parts: {names}")
    say("package: checksums, lintian and the bill of materials are in order")


class Machine:
    """A fresh Debian in a folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def __call__(self, command: str, limit: float = 900, **variables: str) -> str:
        """What a shell of root says there; its processes end with it."""
        script = 'mount -t proc proc "$0/proc"; mount --rbind /dev "$0/dev"; exec chroot "$0" sh -ec "$1"'
        environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", "HOME": "/root", "DEBIAN_FRONTEND": "noninteractive"}
        return call(["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-ec", script, str(self.root), "cd /root\n" + command],
                    {**environment, **variables}, limit=limit).stdout


def use(machine: Machine, package: Path, tarball: Path) -> None:
    """What a user does, by the document alone: install, train, serve; then the same from the tarball."""
    home = machine.root / "root"
    shutil.copy(package, home)
    began = time.monotonic()
    document = (ROOT / "docs/getting-started.md").read_text()
    install, *others = [(marks or "", text) for marks, text in BLOCK.findall(document)]
    if "apt-get install" not in install[1]:
        raise Failed("docs/getting-started.md does not begin with the package")
    machine(install[1].replace("apt-get install", "apt-get install -qq -y").replace("apt-get update", "apt-get update -qq"))
    installed = time.monotonic()
    machine("test -s /usr/share/man/man1/shardq-train.1.gz; test -s /usr/share/bash-completion/completions/shardq; "
            "cmp /usr/share/doc/shardq/getting-started.md /dev/stdin <<'END'\n" + document + "END")
    said = "".join(machine(text, SHARDQ_STEPS=STEPS) for marks, text in others if not marks.startswith("not run"))
    decision = re.search(r'^\{"action":\d.*\}$', said, re.MULTILINE)
    if not decision or json.loads(decision[0])["source"] not in ("table", "fallback"):
        raise Failed(f"docs/getting-started.md has served no decision:\n{said[-1500:]}")
    say(f"package: installed in {installed - began:.0f} s, trained {STEPS} steps over RabbitMQ and a decision served after "
        f"{time.monotonic() - began:.0f} s, by docs/getting-started.md alone: {json.loads(decision[0])['name']}")
    digests = {broker: json.loads(machine(f"shardq {' '.join(RUN)} --broker {broker}"))["tableDigest"] for broker in ("none", "local")}
    machine("dpkg --purge shardq")
    left = [path for path in machine.root.rglob("*shardq*") if not path.is_relative_to(home) and "proc" not in path.parts]
    left = [path for path in left if path.parent.name not in ("archives", "tmp")]
    if left:
        raise Failed(f"purged, it leaves {left}")
    shutil.copy(tarball, home)
    folder = tarball.name.removesuffix(".tar.gz")
    machine(f"tar -xzf {tarball.name}")
    digests["tarball"] = json.loads(machine(f"{folder}/bin/shardq {' '.join(RUN)} --broker local"))["tableDigest"]
    if len(set(digests.values())) != 1:
        raise Failed(f"on a fresh Debian: {digests}")
    say(f"package: purged, nothing left; the tarball's program trains there too: digest {digests['none'][:12]}…")
