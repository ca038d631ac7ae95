"""The image of the stack, and what it is made of where no registry can be reached."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Iterator

from .commands import call
from .engine import Docker
from .output import Failed, Unavailable, say

MIRROR = "http://deb.debian.org/debian"
SUITE = "bookworm"
# The first with a RabbitMQ of the major version that compose.yaml names.
BROKER_SUITE = "trixie"
NAME = "shardq:test-compose"
STAND_INS = Path(__file__).resolve().parent / "stand-ins"
# Parts of a toolchain that build nothing.
SUPERFLUOUS = ["usr/bin/lldb*", "usr/lib/liblldb*", "usr/bin/sourcekit-lsp", "usr/lib/*ource[kK]it*", "usr/bin/docc", "usr/bin/clangd",
               "usr/bin/swift-format", "usr/bin/wasmkit", "usr/lib/swift/embedded", "usr/share"]


def build(root: Path, docker: Docker, cache: Path, program: Path | None) -> str:
    """Makes the image as a user does; only what its base images are made of may differ, and who compiled the program."""
    dockerfile = root / "compose" / "Dockerfile"
    bases = re.findall(r"^ARG \w+_IMAGE=(\S+)$", dockerfile.read_text(), re.MULTILINE)
    if program:
        bases = [name for name in bases if not name.startswith("swift")]
    broker = re.findall(r"RABBITMQ_IMAGE:-([^}]+)", (root / "compose" / "compose.yaml").read_text())
    names = sorted({*bases, *broker})
    for name in names:
        provide(docker, name, cache)
    made = [name for name in names if name in stand_ins(cache)] if docker.is_own else []
    if made:
        say(f"no registry can be reached: {', '.join(made)} are stand-ins made from Debian's packages and this machine's Swift")
    if program:
        say(f"building the image with compose/Dockerfile around {program}, which is not compiled again there")
        with around(program, dockerfile) as folder:
            docker("build", "--network", "host", "--tag", NAME, str(folder), limit=1200)
    else:
        say("building the image with compose/Dockerfile")
        docker("build", "--network", "host", "--tag", NAME, "--file", str(dockerfile), str(root), limit=3000)
    size = int(docker("image", "inspect", "--format", "{{.Size}}", NAME))
    base = int(docker("image", "inspect", "--format", "{{.Size}}", next(name for name in bases if name.startswith("debian"))))
    say(f"image: {size / 1e6:.0f} MB, {base / 1e6:.0f} MB of them Debian")
    check(docker)
    return NAME


@contextlib.contextmanager
def around(program: Path, dockerfile: Path) -> Iterator[Path]:
    """A folder to build the image from whose stage `build` compiles nothing: it holds the program and Swift's libraries."""
    stages = re.split(r"^(?=FROM )", dockerfile.read_text(), flags=re.MULTILINE)
    if len(stages) != 3 or " AS build\n" not in stages[1]:
        raise Failed(f"{dockerfile} is not one stage that builds and one that runs")
    given = "FROM ${DEBIAN_IMAGE} AS build\nCOPY image /image\n\n"
    # Beside the program, which looks for them there.
    last = stages[2].replace("COPY --from=build /image/shardq /usr/local/bin/shardq", "COPY --from=build /image/bin /usr/local/bin")
    if last == stages[2]:
        raise Failed(f"{dockerfile} does not copy the program to /usr/local/bin")
    with tempfile.TemporaryDirectory() as scratch:
        image = Path(scratch) / "image"
        (image / "bin").mkdir(parents=True)
        (image / "runs").mkdir()
        for file in [program, *swift_libraries(program)]:
            call(["strip", "--strip-unneeded", "-o", str(image / "bin" / file.name), str(file)])
        (Path(scratch) / "Dockerfile").write_text(stages[0] + given + last)
        yield Path(scratch)


def swift_libraries(program: Path) -> list[Path]:
    """The shared libraries of Swift that a program needs; Debian's are in the image."""
    lines = call(["ldd", str(program)]).stdout.splitlines()
    return [Path(line.split()[2]) for line in lines if "/swift/linux/" in line]


def check(docker: Docker) -> None:
    """The program starts as nobody special, with nothing to write to and no shell."""
    entry = docker("image", "inspect", "--format", "{{json .Config.Entrypoint}} {{.Config.User}}", NAME)
    if entry != '["shardq"] 10001:10001':
        raise Failed(f"the image starts {entry}")
    docker("run", "--rm", "--read-only", "--network", "none", "--cap-drop", "ALL", NAME, "--version")


def stand_ins(cache: Path) -> list[str]:
    """The base images that were made here."""
    record = cache / "stand-ins"
    return record.read_text().split() if record.exists() else []


def provide(docker: Docker, name: str, cache: Path) -> None:
    """Sees to it that a base image is there: a stand-in, where it cannot be pulled."""
    if docker.has("image", name) and not is_outdated(docker, name):
        return
    if call([docker.client, "pull", "--quiet", name], docker.environment, check=False, limit=900).returncode == 0:
        return
    if not docker.is_own:
        raise Unavailable(f"{name} cannot be pulled, and stand-ins are made in an engine of our own only")
    say(f"making a stand-in for {name}")
    match name.partition(":")[0]:
        case "debian": make_debian(docker, name, cache)
        case "rabbitmq": make_rabbitmq(docker, name, cache)
        case "swift": make_swift(docker, name, cache)
        case other: raise Failed(f"no stand-in is known for {other}")
    (cache / "stand-ins").write_text("\n".join([*stand_ins(cache), name]))


def make_debian(docker: Docker, name: str, cache: Path) -> None:
    """A minimal Debian without its documentation, as the slim images are."""
    if not shutil.which("debootstrap"):
        call([str(STAND_INS.parent.parent / "setup"), "debootstrap"])
    folder = cache / "debian"
    shutil.rmtree(folder, ignore_errors=True)
    call(["debootstrap", "--variant=minbase", SUITE, str(folder), MIRROR], limit=1200)
    security = f"{MIRROR}-security {SUITE}-security"
    sources = "".join(f"deb {place} main\n" for place in [f"{MIRROR} {SUITE}", f"{MIRROR} {SUITE}-updates", security])
    (folder / "etc/apt/sources.list").write_text(sources)
    for part in ["usr/share/doc", "usr/share/man", "usr/share/info", "usr/share/locale", "var/cache/apt/archives", "var/lib/apt/lists"]:
        shutil.rmtree(folder / part, ignore_errors=True)
        (folder / part).mkdir()
    pipe(["tar", "--numeric-owner", "-C", str(folder), "-c", "."], docker,
         ["import", "--change", 'CMD ["bash"]', "-", name])
    shutil.rmtree(folder)


def is_outdated(docker: Docker, name: str) -> bool:
    """Whether a broker was made here of another Debian."""
    made = docker("image", "inspect", "--format", "{{.Comment}}", name)
    return name.startswith("rabbitmq:") and docker.is_own and made != f"Debian {BROKER_SUITE}"


def make_rabbitmq(docker: Docker, name: str, cache: Path) -> None:
    """Debian's packages, with the official image's user, folders and ports."""
    if not shutil.which("mmdebstrap"):
        call([str(STAND_INS.parent.parent / "setup"), "mmdebstrap"])
    folder = cache / "rabbitmq"
    shutil.rmtree(folder, ignore_errors=True)
    # The user comes before the package, which would give it another number.
    call(["mmdebstrap", "--variant=apt", "--dpkgopt=force-unsafe-io", "--include=rabbitmq-server,openssl",
          "--essential-hook=echo 'rabbitmq:x:999:' >> \"$1/etc/group\"",
          "--essential-hook=echo 'rabbitmq:x:999:999::/var/lib/rabbitmq:/bin/sh' >> \"$1/etc/passwd\"",
          BROKER_SUITE, str(folder), MIRROR], limit=1200)
    for place in ["var/lib/rabbitmq/.erlang.cookie", "var/lib/rabbitmq/mnesia"]:
        shutil.rmtree(folder / place) if (folder / place).is_dir() else (folder / place).unlink(missing_ok=True)
    for place in ["etc/rabbitmq/conf.d", "var/lib/rabbitmq", "var/log/rabbitmq"]:
        (folder / place).mkdir(parents=True, exist_ok=True)
        os.chown(folder / place, 999, 999)
    shutil.copy(STAND_INS / "rabbitmq-entrypoint", folder / "usr/local/bin/docker-entrypoint.sh")
    # The server's own scripts: Debian's are for its installed service.
    changes = ["ENV PATH=/usr/lib/rabbitmq/bin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "ENV HOME=/var/lib/rabbitmq", "ENV LANG=C.UTF-8",
               "ENV RABBITMQ_LOGS=-", "VOLUME /var/lib/rabbitmq", "EXPOSE 4369 5671 5672 25672", 'ENTRYPOINT ["docker-entrypoint.sh"]',
               'CMD ["rabbitmq-server"]']
    pipe(["tar", "--numeric-owner", "-C", str(folder), "-c", "."], docker,
         ["import", "--message", f"Debian {BROKER_SUITE}", *[part for change in changes for part in ("--change", change)], "-", name])
    shutil.rmtree(folder)


def make_swift(docker: Docker, name: str, cache: Path) -> None:
    """The toolchain on PATH, and the mirrors of packages that git is told of, at their places."""
    provide(docker, "debian:bookworm-slim", cache)
    program = shutil.which("swift")
    if not program:
        raise Unavailable("no registry can be reached, and no Swift toolchain is on PATH")
    prefix = Path(os.path.realpath(program)).parent.parent
    if prefix.name != "usr":
        raise Unavailable(f"a toolchain in {prefix} is not laid out as the official image's")
    mirrors = local_mirrors()
    with tempfile.TemporaryDirectory() as scratch:
        (Path(scratch) / "etc").mkdir()
        configuration = Path(scratch) / "etc" / "gitconfig"
        configuration.write_text('[safe]\n\tdirectory = "*"\n')
        for address, folder in mirrors:
            call(["git", "config", "--file", str(configuration), "--add", f"url.{folder}.insteadOf", address])
        shutil.copy(STAND_INS / "swift.Dockerfile", Path(scratch) / "Dockerfile")
        folders = sorted({folder.strip("/") for _, folder in mirrors})
        pipe(["tar", "--numeric-owner", "-c", *[f"--exclude={part}" for part in SUPERFLUOUS], "-C", str(prefix.parent), "usr",
              *(["-C", "/", *folders] if folders else []), "-C", scratch, "Dockerfile", "etc"],
             docker, ["build", "--network", "host", "--tag", name, "-"])


def local_mirrors() -> list[tuple[str, str]]:
    """Addresses that git is told to look up in a folder of this machine."""
    found = call(["git", "config", "--get-regexp", r"^url\..*\.insteadof$"], check=False).stdout
    pairs = []
    for line in found.splitlines():
        key, _, address = line.partition(" ")
        folder = key[len("url."):-len(".insteadof")]
        if folder.startswith("/"):
            pairs.append((address, folder))
    return pairs


def pipe(producer: list[str], docker: Docker, arguments: list[str]) -> None:
    """Gives what a program writes to the engine's client."""
    with tempfile.TemporaryFile("w+", errors="replace") as log, \
            subprocess.Popen(producer, stdout=subprocess.PIPE, stderr=log) as source:
        result = subprocess.run([docker.client, *arguments], env=os.environ | docker.environment, stdin=source.stdout,
                                stdout=log, stderr=log)
        if source.stdout:
            source.stdout.close()
        if source.wait() != 0 or result.returncode != 0:
            log.seek(0)
            raise Failed(f"docker {arguments[0]}:\n" + "".join(log.readlines()[-25:]))
