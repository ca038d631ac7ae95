"""The chart and the base of kustomize: that they render, are valid, and say what they have to."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Iterator

import helm_python as helm
import jsonschema
import kubernetes_validate
import yaml

from .commands import ROOT, call
from .output import Failed, say
from .tools import kubectl

CHART = ROOT / "deploy" / "kubernetes" / "chart"
BASE = ROOT / "deploy" / "kubernetes" / "base"
VALUES = Path(__file__).resolve().parent / "values"
VERSIONS = [f"1.{minor}" for minor in range(31, 38)]
CUSTOM = json.loads((Path(__file__).resolve().parent / "custom-resources.json").read_text())
# What the schema of the values has to refuse, with a word of its reason.
REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"wrokers": 2}, "wrokers"),
    ({"workers": 0}, "workers"),
    ({"workers": "2"}, "workers"),
    ({"run": "a b"}, "run"),
    ({"run": "../other"}, "run"),
    ({"wait": 0}, "wait"),
    ({"checkpointEvery": "often"}, "checkpointEvery"),
    ({"broker": {"kind": "bitnami"}}, "kind"),
    ({"broker": {"kind": "address"}}, "address"),
    ({"broker": {"kind": "pod", "address": "amqp://elsewhere"}}, "address"),
    ({"broker": {"kind": "pod", "replicas": 3}}, "replicas"),
    ({"broker": {"kind": "address", "address": "amqp://user:secret@elsewhere"}}, "address"),
    ({"broker": {"kind": "address", "address": "amqp://elsewhere", "tlsSecret": "authority"}}, "address"),
    ({"metrics": {"port": 80}}, "port"),
    ({"master": {"resources": {"limit": {}}}}, "limit"),
]


def check() -> None:
    """Everything about manifests that needs no engine."""
    lint()
    refuse()
    names = ["defaults", *sorted(path.stem for path in VALUES.glob("*.yaml"))]
    count = 0
    for name in names:
        resources = render(values(name), "shardq" if name == "defaults" else name)
        for resource in resources:
            validate(resource, name)
        agree(resources, name)
        count += len(resources)
    say(f"chart: {len(names)} sets of values, {count} resources, strict-valid for Kubernetes {VERSIONS[0]} to {VERSIONS[-1]}; "
        f"{len(REFUSED)} wrong values refused")
    base()


def values(name: str) -> dict[str, Any]:
    return {} if name == "defaults" else yaml.safe_load((VALUES / f"{name}.yaml").read_text())


def render(given: dict[str, Any], release: str, namespace: str = "training") -> list[dict[str, Any]]:
    """The chart's resources, as Helm's engine makes them."""
    with helm.Chart.load(str(CHART)) as chart:
        texts = chart.render(given, name=release, namespace=namespace)
    found = []
    for name, text in texts.items():
        if name.endswith(".yaml"):
            found += [resource for resource in yaml.safe_load_all(text) if resource]
    return found


def lint() -> None:
    report = helm.lint(str(CHART))
    bad = report["errors"] + [message for message in report["messages"] if message["severity"] > 1]
    if bad:
        raise Failed(f"helm lint: {bad}")


def refuse() -> None:
    for given, word in REFUSED:
        try:
            render(given, "refused")
        except helm.HelmError as error:
            if word not in str(error):
                raise Failed(f"{given} is refused without a word of {word}: {error}") from None
        else:
            raise Failed(f"{given} is not refused")
    try:
        render({}, "r" * 41)
    except helm.HelmError:
        return
    raise Failed("a release's name of 41 characters is not refused")


def validate(resource: dict[str, Any], place: str) -> None:
    kind = resource["kind"]
    name = f"{place}: {kind} {resource['metadata']['name']}"
    if kind in CUSTOM:
        try:
            jsonschema.validate(resource, CUSTOM[kind])
        except jsonschema.ValidationError as error:
            raise Failed(f"{name}: {error.json_path}: {error.message}") from None
        return
    for version in VERSIONS:
        try:
            kubernetes_validate.validate(resource, version, strict=True)
        except (kubernetes_validate.ValidationError, kubernetes_validate.SchemaNotFoundError) as error:
            raise Failed(f"{name} for {version}: {error}") from None


def pods(resources: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every pod that the resources would bring, by the name of who brings it."""
    for resource in resources:
        if resource["kind"] == "Pod":
            yield resource["metadata"]["name"], resource
        elif resource["kind"] in ("Job", "StatefulSet", "Deployment"):
            yield resource["metadata"]["name"], resource["spec"]["template"]


def agree(resources: list[dict[str, Any]], place: str) -> None:
    """What no schema knows: that pods have no rights, that names and codes fit together."""
    names = {(resource["kind"], resource["metadata"]["name"]) for resource in resources}
    for name, pod in pods(resources):
        spec = pod["spec"]
        context = spec["securityContext"]
        closed = context["runAsNonRoot"] and context["seccompProfile"]["type"] and spec["automountServiceAccountToken"] is False
        if not closed:
            raise Failed(f"{place}: the pod of {name} has more rights than it needs")
        mounted = {volume["name"] for volume in spec.get("volumes", [])}
        for container in spec["containers"]:
            rights = container["securityContext"]
            if not rights["readOnlyRootFilesystem"] or rights["allowPrivilegeEscalation"] or rights["capabilities"] != {"drop": ["ALL"]}:
                raise Failed(f"{place}: a container of {name} has more rights than it needs")
            if "memory" not in container["resources"]["limits"]:
                raise Failed(f"{place}: {name} has no limit of memory")
            for mount in container.get("volumeMounts", []):
                if mount["name"] not in mounted:
                    raise Failed(f"{place}: {name} mounts {mount['name']}, which is no volume")
            if any("PASSWORD" in variable["name"] and not variable["name"].endswith("_FILE") for variable in container.get("env", [])):
                raise Failed(f"{place}: {name} has a password in a variable")
    exits(resources, place)
    for resource in resources:
        if resource["kind"] == "StatefulSet" and ("Service", resource["spec"]["serviceName"]) not in names:
            raise Failed(f"{place}: the Service of {resource['metadata']['name']} is missing")
        selector = resource.get("spec", {}).get("selector") if resource["kind"] in ("Service", "PodDisruptionBudget", "PodMonitor") else None
        if selector:
            wanted = selector.get("matchLabels", selector)
            labels = [pod["metadata"].get("labels", {}) for _, pod in pods(resources)]
            if not any(wanted.items() <= label.items() for label in labels):
                raise Failed(f"{place}: {resource['kind']} {resource['metadata']['name']} chooses no pod")
    worker = next(pod for name, pod in pods(resources) if name.endswith("-worker"))
    if "readinessProbe" in worker["spec"]["containers"][0]:
        raise Failed(f"{place}: a standby is never ready, and must not be asked")


def exits(resources: list[dict[str, Any]], place: str) -> None:
    """The Job's policy, the units and the programs' table speak of the same exit codes."""
    table = (ROOT / "docs" / "cli.md").read_text().partition("## Exit codes")[2].partition("## ")[0]
    known = {int(code) for row in re.findall(r"^\| ([\d, ]+) \|", table, re.MULTILINE) for code in row.split(",")}
    job = next(resource for resource in resources if resource["kind"] == "Job")
    named: dict[str, set[int]] = {}
    for rule in job["spec"]["podFailurePolicy"]["rules"]:
        named.setdefault(rule["action"], set()).update(rule.get("onExitCodes", {}).get("values", []))
    if named != {"Ignore": {130, 143}, "FailJob": {64, 65, 70, 78}} or not set().union(*named.values()) <= known:
        raise Failed(f"{place}: the Job's policy of exit codes is {named}")


def base_text() -> str:
    """The chart's defaults for kustomize: without what is Helm's alone."""
    kept = []
    for resource in render({}, "shardq"):
        metadata = resource["metadata"]
        if any(key.startswith("helm.sh/hook") for key in metadata.get("annotations", {})):
            continue
        metadata.pop("annotations", None)
        metadata["labels"].pop("app.kubernetes.io/managed-by")
        if resource["kind"] == "Job":
            metadata["name"] = "shardq-master"
        kept.append(resource)
    head = "# Made from the chart's defaults by scripts/test-deploy --write-base; patch it from an overlay.\n"
    return head + "---\n".join(yaml.safe_dump(resource, sort_keys=False, width=140) for resource in kept)


def write_base() -> None:
    (BASE / "shardq.yaml").write_text(base_text())


def base() -> None:
    """The base is the chart's defaults, and kustomize builds it with an overlay."""
    if (BASE / "shardq.yaml").read_text() != base_text():
        raise Failed("deploy/kubernetes/base/shardq.yaml is not what the chart's defaults are: scripts/test-deploy --write-base")
    overlay = ROOT / "deploy" / "kubernetes" / "overlay"
    built = list(yaml.safe_load_all(call([kubectl(), "kustomize", str(overlay)]).stdout))
    for resource in built:
        validate(resource, "overlay")
    agree(built, "overlay")
    worker = next(resource for resource in built if resource["kind"] == "StatefulSet" and resource["metadata"]["name"].endswith("-worker"))
    job = next(resource for resource in built if resource["kind"] == "Job")
    arguments = job["spec"]["template"]["spec"]["containers"][0]["args"]
    if f"--workers={worker['spec']['replicas']}" not in arguments or {resource["metadata"]["namespace"] for resource in built} != {"training"}:
        raise Failed(f"the overlay has not become part of it: {arguments}")
    say(f"kustomize: base and overlay, {len(built)} resources, strict-valid")
