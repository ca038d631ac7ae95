"""What MLflow and OpenLineage make of exported runs: read with their own packages, and compared with the folders."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from .output import Failed


def check(program: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="shardq-provenance-") as place:
        folder = Path(place)
        train(program, folder)
        def shardq(*arguments: str) -> str:
            return subprocess.run([program, *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout
        shardq("runs", "runs", "--export", "mlflow", "--output", "mlruns")
        # Once more: a run takes its own place.
        shardq("runs", "runs", "--export", "mlflow", "--output", "mlruns")
        read_by_mlflow(folder)
        read_by_openlineage(folder, shardq("runs", "runs", "--export", "openlineage"))


def train(program: Path, folder: Path) -> None:
    """One run in two processes, one on another scenario, one that failed."""
    def run(*arguments: str, steps: int | None = None) -> int:
        environment = {**os.environ, **({"SHARDQ_STEPS": str(steps)} if steps else {})}
        return subprocess.run([program, "train", *arguments, "--broker", "none", "--quiet"], cwd=folder, env=environment,
                              capture_output=True, text=True, stdin=subprocess.DEVNULL).returncode
    expect("training", [run("maze", "--steps", "40000", "--checkpoint-every", "50", "--output", "runs/maze"),
                        run("cliff-walking", "--steps", "20000", "--output", "runs/cliff")], [0, 0])
    # A session that failed: a record with an end that says why, as a disk that fills up leaves it.
    record = json.loads((folder / "runs/cliff/run.json").read_text())
    failed = json.loads(json.dumps(record["sessions"][0]))
    failed["begun"] = "2026-01-02T03:04:05Z"
    failed["end"] = {"outcome": "failed", "ended": "2026-01-02T03:04:06Z", "reason": 'no "space" left\nin /runs'}
    record["sessions"].insert(0, failed)
    (folder / "runs/cliff/run.json").write_text(json.dumps(record))


def expect(what: str, found: Any, wanted: Any) -> None:
    if found != wanted:
        raise Failed(f"{what}: {found!r}, not {wanted!r}")


def read_by_mlflow(folder: Path) -> None:
    os.environ["MLFLOW_ALLOW_FILE_STORE"] = "true"
    from mlflow.entities import ViewType
    from mlflow.tracking import MlflowClient
    client = MlflowClient(tracking_uri=(folder / "mlruns").as_uri())
    experiments = {experiment.name: experiment.experiment_id for experiment in client.search_experiments()}
    expect("experiments", sorted(set(experiments) - {"Default"}), ["shardq cliff-walking", "shardq maze"])
    for name, scenario in [("maze", "maze"), ("cliff", "cliff-walking")]:
        runs = client.search_runs([experiments[f"shardq {scenario}"]], run_view_type=ViewType.ALL)
        expect(f"runs of {scenario}", [run.info.run_name for run in runs], [name])
        run, own = runs[0], folder / "runs" / name
        policy = json.loads((own / "policy.json").read_text())
        sessions = json.loads((own / "run.json").read_text())["sessions"]
        expect("status", run.info.status, "FINISHED")
        expect("digest", run.data.tags["shardq.tableDigest"], policy["tableDigest"])
        expect("seed", run.data.params["seed"], str(policy["policy"]["seed"]))
        expect("steps", run.data.metrics["steps"], float(policy["policy"]["steps"]))
        expect("sessions", run.data.tags["shardq.sessions"], str(len(sessions)))
        points = json.loads((own / "learning.json").read_text())["points"]
        curve = client.get_metric_history(run.info.run_id, "mean reward")
        expect("curve", [(point.step, point.value) for point in curve],
               [(point["laneSteps"], point["meanReward"]) for point in points if point.get("meanReward") is not None])
        # The artifacts are the folder's own files.
        found = {artifact.path for artifact in client.list_artifacts(run.info.run_id)}
        if not {"policy.json", "run.json", "learning.csv"} <= found:
            raise Failed(f"artifacts of {name}: {found}")
        expect("artifact", Path(client.download_artifacts(run.info.run_id, "policy.json")).read_bytes(), (own / "policy.json").read_bytes())
        # The search of the registry finds it by its digest.
        by_digest = client.search_runs([experiments[f"shardq {scenario}"]], f"tags.`shardq.tableDigest` = '{policy['tableDigest']}'")
        expect("found by digest", [each.info.run_id for each in by_digest], [run.info.run_id])


def read_by_openlineage(folder: Path, text: str) -> None:
    """Each event is made anew of their classes, which check it, and written by their writer: it must come out the same."""
    from openlineage.client import event_v2, facet_v2
    from openlineage.client.serde import Serde
    def facet(cls: Any, tree: dict[str, Any]) -> Any:
        made = cls(producer=tree["_producer"], **{key: value for key, value in tree.items() if not key.startswith("_")})
        expect(f"schema of {cls.__name__}", tree["_schemaURL"], made._get_schema())
        return made
    classes = {
        "processing_engine": facet_v2.processing_engine_run.ProcessingEngineRunFacet, "errorMessage": facet_v2.error_message_run.ErrorMessageRunFacet,
        "jobType": facet_v2.job_type_job.JobTypeJobFacet, "version": facet_v2.dataset_version_dataset.DatasetVersionDatasetFacet,
        "executionParameters": facet_v2.execution_parameters_run.ExecutionParametersRunFacet,
    }
    def facets(tree: dict[str, Any]) -> dict[str, Any]:
        made = {}
        for name, value in tree["facets"].items():
            if name == "executionParameters":
                value = {**value, "parameters": [facet_v2.execution_parameters_run.ExecutionParameter(**each) for each in value["parameters"]]}
            made[name] = facet(classes[name], value)
        return made
    def dataset(cls: Any, tree: dict[str, Any]) -> Any:
        return cls(namespace=tree["namespace"], name=tree["name"], facets=facets(tree))
    types = []
    for line in text.splitlines():
        tree = json.loads(line)
        event = event_v2.RunEvent(
            eventTime=tree["eventTime"], eventType=event_v2.RunState(tree["eventType"]), producer=tree["producer"],
            run=event_v2.Run(runId=tree["run"]["runId"], facets=facets(tree["run"])),
            job=event_v2.Job(namespace=tree["job"]["namespace"], name=tree["job"]["name"], facets=facets(tree["job"])),
            inputs=[dataset(event_v2.InputDataset, each) for each in tree["inputs"]],
            outputs=[dataset(event_v2.OutputDataset, each) for each in tree["outputs"]])
        expect("an event", without_empty(json.loads(Serde.to_json(event))), without_empty(tree))
        types.append((Path(tree["outputs"][0]["name"]).name, tree["eventType"]))
    expect("events", types, [("cliff", "START"), ("cliff", "FAIL"), ("cliff", "START"), ("cliff", "COMPLETE"),
                             ("maze", "START"), ("maze", "COMPLETE")])


def without_empty(tree: Any) -> Any:
    """Lists and objects that are empty say nothing."""
    if isinstance(tree, dict):
        return {key: kept for key, value in tree.items() if (kept := without_empty(value)) not in ({}, [], None)}
    return [without_empty(each) for each in tree] if isinstance(tree, list) else tree
