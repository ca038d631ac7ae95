"""The bill of materials of a release, in CycloneDX's form 1.5: what is inside of the program, and what it asks of the system."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import time
import uuid
from pathlib import Path
from typing import Any


def text(root: Path, program: Path, version: str, epoch: int) -> str:
    digest = hashlib.sha256(program.read_bytes()).hexdigest()
    itself = {"type": "application", "bom-ref": "shardq", "name": "shardq", "version": version,
              "licenses": [{"license": {"id": "Apache-2.0"}}], "hashes": [{"alg": "SHA-256", "content": digest}]}
    components = [*packages(root), swift(), *libraries(program)]
    bill = {
        "bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
        # The same program has the same number.
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, digest)}",
        "metadata": {"timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(epoch)), "component": itself},
        "components": components,
        "dependencies": [{"ref": "shardq", "dependsOn": [component["bom-ref"] for component in components]}],
    }
    return json.dumps(bill, indent=2) + "\n"


def packages(root: Path) -> list[dict[str, Any]]:
    """The Swift packages that are compiled in, with the commits they were resolved to."""
    found = []
    for pin in json.loads((root / "Package.resolved").read_text())["pins"]:
        state = pin["state"]
        reference = f"pkg:swift/{re.sub(r'^https://|.git$', '', pin['location'])}@{state.get('version', state['revision'])}"
        found.append({"type": "library", "bom-ref": reference, "name": pin["identity"], "version": state.get("version", state["revision"]),
                      "purl": reference, "properties": [{"name": "shardq:commit", "value": state["revision"]}]})
    return found


def swift() -> dict[str, Any]:
    """The libraries of Swift, which are inside of the program."""
    said = subprocess.run(["swift", "--version"], capture_output=True, text=True, check=True).stdout
    version = re.search(r"Swift version (\S+)", said)
    return {"type": "framework", "bom-ref": "swift", "name": "swift", "version": version[1] if version else "unknown",
            "licenses": [{"license": {"id": "Apache-2.0"}}]}


def libraries(program: Path) -> list[dict[str, Any]]:
    """The system's libraries that the program asks for by name, as this machine has them."""
    needed = re.findall(r"NEEDED\s+(\S+)", subprocess.run(["objdump", "-p", str(program)], capture_output=True, text=True, check=True).stdout)
    linked = dict(re.findall(r"(\S+) => (/\S+)", subprocess.run(["ldd", str(program)], capture_output=True, text=True, check=True).stdout))
    found = []
    for library in needed:
        owner = owning(linked.get(library, ""))
        entry: dict[str, Any] = {"type": "library", "bom-ref": library, "name": library, "scope": "required",
                                 "properties": [{"name": "shardq:linked", "value": "dynamic"}]}
        if owner:
            entry |= {"version": owner[1], "purl": f"pkg:deb/debian/{owner[0]}@{owner[1]}"}
        found.append(entry)
    return found


def owning(path: str) -> tuple[str, str] | None:
    """The Debian package of a file, and its version."""
    for candidate in (path, "/usr" + path, path.removeprefix("/usr")):
        said = subprocess.run(["dpkg-query", "-S", candidate], capture_output=True, text=True)
        if candidate and said.returncode == 0:
            name = said.stdout.split(": ")[0].split(",")[0]
            version = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", name], capture_output=True, text=True, check=True).stdout
            return name.partition(":")[0], version
    return None
