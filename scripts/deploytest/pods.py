"""The pods that the chart renders, run for real: a broker, a master, workers; some are killed, and the digest is the serial one.

Podman runs pods; what controllers do is done here, as the manifests say: a StatefulSet's pods get their names, a Job's pod is
replaced or not by the Job's policy, a Service's name is an entry in the pods' hosts. What kubelet does is done here too: volumes are
folders with the owners and modes that it would give them, probes are asked by the program itself.
"""

from __future__ import annotations

import copy
import json
import os
import signal
import socket
import tempfile
import time
from pathlib import Path
from typing import Any, Callable

from . import charts
from .commands import ROOT, call, wait
from .output import Failed, say
from .podman import BROKER_IMAGE, NODE_IMAGE, Podman, running

RELEASE = "pods"
NETWORK_PART = "10.89.77"
BROKER_ADDRESS = f"{NETWORK_PART}.10"
MOST_STEPS = 5_000_000_000


def check(cache: Path, steps: int) -> None:
    with running(cache) as podman:
        say(f"podman {podman('version', '--format', '{{.Client.Version}}')}, RabbitMQ and ShardQ in pods from the rendered manifests")
        while not with_folder(train, podman, steps):
            if steps >= MOST_STEPS:
                raise Failed(f"{steps} steps were over before pods could be killed")
            steps *= 4
            say(f"the run was over before everything was done to it; again with {steps} steps")
        with_folder(refused, podman)


def with_folder(part: Callable[..., Any], *arguments: Any) -> Any:
    """Does something with a folder that users of containers may enter, and that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="shardq-pods-") as place:
        os.chmod(place, 0o755)
        return part(*arguments, Path(place))


def arguments(steps: int) -> list[str]:
    return ["--steps", str(steps), "--lanes", "64", "--no-evaluation"]


class Cluster:
    """The resources of one release, and what stands in for their controllers and for kubelet."""

    def __init__(self, podman: Podman, values: dict[str, Any], folder: Path) -> None:
        self.podman, self.folder = podman, folder
        image = {"repository": NODE_IMAGE.partition(":")[0], "tag": NODE_IMAGE.partition(":")[2], "pullPolicy": "Never"}
        given = {"image": image, "run": "pods", "scenario": "maze", "broker": {"image": BROKER_IMAGE}} | values
        resources = charts.render(given, RELEASE)
        self.by_kind: dict[str, dict[str, Any]] = {f"{item['kind']}/{item['metadata']['name']}": item for item in resources}
        self.job = next(item for item in resources if item["kind"] == "Job")
        # As deploy/kubernetes/README.md says.
        users = [f"{RELEASE}-master", *[f"{RELEASE}-worker-{number}" for number in range(given["workers"])]]
        call([str(ROOT / "deploy" / "credentials"), str(folder / "secret"), "pods", *users])
        self.masters = 0

    def pod(self, owner: dict[str, Any], name: str) -> dict[str, Any]:
        """A pod of a Job or a StatefulSet, with what kubelet would fill in."""
        pod = copy.deepcopy(owner["spec"]["template"])
        pod |= {"apiVersion": "v1", "kind": "Pod"}
        pod["metadata"]["name"] = name
        spec = pod["spec"]
        spec["hostname"] = name
        spec["hostAliases"] = [{"ip": BROKER_ADDRESS, "hostnames": [f"{RELEASE}-broker"]}]
        group = spec["securityContext"].pop("fsGroup")
        places = {volume["name"]: self.volume(volume, name, group) for volume in spec["volumes"]}
        spec["volumes"] = []
        for container in spec["containers"]:
            # This podman publishes every port on the machine, and calls probes in the container, which has no curl.
            for left_out in ("ports", "livenessProbe", "readinessProbe", "startupProbe"):
                container.pop(left_out, None)
            for variable in container.get("env", []):
                if variable.pop("valueFrom", None):
                    variable["value"] = name
                variable["value"] = variable["value"].replace("$(POD_NAME)", name)
            if "args" in container:
                container["args"] = [text.replace("$(POD_NAME)", name) for text in container["args"]]
            for number, mount in enumerate(container["volumeMounts"]):
                part = mount.pop("subPathExpr", "").replace("$(POD_NAME)", name)
                place = places[mount["name"]] / part
                mount["name"] = f"mount-{number}"
                spec["volumes"].append({"name": mount["name"], "hostPath": {"path": str(place), "type": "File" if part else "Directory"}})
        return pod

    def volume(self, volume: dict[str, Any], pod: str, group: int) -> Path:
        """A folder with the entries, owners and modes of a volume; a claim's is the same for every pod."""
        if claim := volume.get("persistentVolumeClaim"):
            if f"PersistentVolumeClaim/{claim['claimName']}" not in self.by_kind:
                raise Failed(f"there is no claim {claim['claimName']}")
            place = self.folder / "claims" / claim["claimName"]
        else:
            place = self.folder / pod / volume["name"]
        place.mkdir(parents=True, exist_ok=True)
        entries: dict[str, bytes] = {}
        if source := volume.get("secret"):
            found = {path.name: path.read_bytes() for path in (self.folder / "secret").iterdir()}
            wanted = source.get("items") or [{"key": key, "path": key} for key in found]
            entries = {item["path"]: found[item["key"]] for item in wanted}
        elif source := volume.get("configMap"):
            data = self.by_kind[f"ConfigMap/{source['name']}"]["data"]
            entries = {key: text.encode() for key, text in data.items()}
        for name, content in entries.items():
            (place / name).write_bytes(content)
            os.chmod(place / name, source.get("defaultMode", 0o644))
            os.chown(place / name, 0, group)
        os.chmod(place, 0o2755 if entries else 0o2777)
        os.chown(place, 0, group)
        return place

    def start_broker(self) -> None:
        owner = self.by_kind[f"StatefulSet/{RELEASE}-broker"]
        self.podman.play(self.pod(owner, f"{RELEASE}-broker-0"), address=BROKER_ADDRESS)

    def await_broker(self) -> None:
        """What its probe of readiness asks for. Nodes that come before end with 69 and are started again; the test need not wait for that."""
        container = f"{RELEASE}-broker-0-rabbitmq"
        wait("the broker", lambda: listens(BROKER_ADDRESS, 5672) or not self.podman.state(container).get("Pid"), 180)
        if not listens(BROKER_ADDRESS, 5672):
            raise Failed(f"the broker: {self.podman.said(container)[-800:]}")

    def start_workers(self) -> list[str]:
        owner = self.by_kind[f"StatefulSet/{RELEASE}-worker"]
        names = [f"{RELEASE}-worker-{number}" for number in range(owner["spec"]["replicas"])]
        for number, name in enumerate(names):
            self.podman.play(self.pod(owner, name), address=f"{NETWORK_PART}.{20 + number}")
        return [f"{name}-worker" for name in names]

    def start_master(self) -> str:
        self.masters += 1
        name = f"{self.job['metadata']['name']}-{self.masters}"
        self.podman.play(self.pod(self.job, name), address=f"{NETWORK_PART}.{100 + self.masters}")
        return f"{name}-master"

    def verdict(self, code: int) -> str:
        """What the Job's policy says of an end with this code."""
        if code == 0:
            return "Complete"
        for rule in self.job["spec"]["podFailurePolicy"]["rules"]:
            if code in rule.get("onExitCodes", {}).get("values", []):
                return rule["action"]
        return "Count"


def listens(address: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((address, port)) == 0


def kill(podman: Podman, container: str) -> None:
    """Ends its process as the kernel would."""
    pid = podman.state(container).get("Pid", 0)
    if not pid or "shardq" not in Path(f"/proc/{pid}/comm").read_text():
        raise Failed(f"{container} has no process of ours")
    os.kill(pid, signal.SIGKILL)


def ended(podman: Podman, container: str) -> bool:
    return podman.state(container)["Status"] == "exited"


def train(podman: Podman, steps: int, folder: Path) -> bool:
    """One run with a killed worker and a killed master; `False` when it was over before."""
    began = time.monotonic()
    values = {"workers": 2, "checkpointEvery": "1000", "arguments": ["--verbose", "--json", *arguments(steps)]}
    cluster = Cluster(podman, values, folder)
    cluster.start_broker()
    cluster.await_broker()
    workers = cluster.start_workers()
    master = cluster.start_master()

    def newest() -> str:
        """The newest checkpoint in the claim."""
        return max((path.name for path in (folder / "claims").glob("*/pods/checkpoints/round-*")), default="")

    def goes_on(name: str) -> bool:
        """Waits for another checkpoint; `False` when the run was over before. Looks at files and processes, for podman takes its time."""
        before, process = newest(), Path(f"/proc/{podman.state(name).get('Pid', 0)}/comm")
        wait(f"a checkpoint of {name}", lambda: newest() > before or not process.exists(), 300)
        if not process.exists() and podman.state(name).get("ExitCode") != 0:
            raise Failed(f"{name} has ended with {podman.state(name).get('ExitCode')}: {podman.said(name)[-800:]}")
        return process.exists()

    try:
        if not goes_on(master):
            return False
        # As kubelet does, from the machine.
        for number, place in [(101, "healthz"), (101, "readyz"), (20, "healthz")]:
            call([str(ROOT / ".build/release/shardq"), "health", f"http://{NETWORK_PART}.{number}:9400/{place}"])
        kill(podman, workers[0])
        if not goes_on(master):
            return False
        kill(podman, master)
        wait("the master's end", lambda: ended(podman, master), 60)
        code = podman.state(master)["ExitCode"]
        if cluster.verdict(code) != "Count":
            raise Failed(f"a master that was killed ends with {code}, which is {cluster.verdict(code)} by the Job's policy")
        podman("pod", "rm", "--force", master.removesuffix("-master"))
        master = cluster.start_master()
        wait("the run's end", lambda: ended(podman, master), 900)
        said = podman.said(master)
        result = next((json.loads(line) for line in said.splitlines() if line.startswith("{") and '"tableDigest"' in line), None)
        if podman.state(master)["ExitCode"] != 0 or result is None:
            raise Failed(f"the master has ended with {podman.state(master)['ExitCode']}: {said[-800:]}")
        version = podman("exec", f"{RELEASE}-broker-0-rabbitmq", "rabbitmqctl", "--quiet", "version", check=False) or "4"
    except Failed:
        if podman.state(master).get("ExitCode") == 0 and ended(podman, master):
            return False
        raise
    finally:
        podman("pod", "rm", "--all", "--force", "--time", "2", check=False)
    serial = json.loads(podman("run", "--rm", "--network", "none", "--read-only", NODE_IMAGE, "train", "maze", "--broker", "none", "--json",
                               "--quiet", *arguments(steps)))
    if result["tableDigest"] != serial["tableDigest"]:
        raise Failed(f"{result['tableDigest']} instead of {serial['tableDigest']}")
    say(f"{steps} steps, RabbitMQ {version}, 2 workers, one killed, master killed and replaced: the serial digest "
        f"{serial['tableDigest'][:12]}… in {time.monotonic() - began:.0f} s")
    return True


def refused(podman: Podman, folder: Path) -> None:
    """A master that can never succeed ends with a code that fails the Job at once."""
    cluster = Cluster(podman, {"workers": 1, "arguments": ["--discount", "7"]}, folder)
    master = cluster.start_master()
    wait("the master's end", lambda: ended(podman, master), 60)
    code = podman.state(master)["ExitCode"]
    if cluster.verdict(code) != "FailJob":
        raise Failed(f"a discount of 7 ends with {code}, which is {cluster.verdict(code)} by the Job's policy")
    say(f"a master with a discount of 7 ends with {code}: the Job's policy fails it at once")
