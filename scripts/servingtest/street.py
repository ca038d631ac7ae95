"""A street for SUMO: two junctions in a row, with traffic that one plan does not suit."""

from __future__ import annotations

import subprocess
from pathlib import Path

FLOWS = [("left0A0", "B0right0", 500), ("right0B0", "A0left0", 300), ("top0A0", "A0bottom0", 250), ("bottom1B0", "B0top1", 250)]


def street(folder: Path, seconds: int) -> list[str]:
    """Makes the network; returns the options that name it."""
    net, routes = folder / "street.net.xml", folder / "street.rou.xml"
    grid = ["--grid", "--grid.x-number", "2", "--grid.y-number", "1", "--grid.length", "150", "--grid.attach-length", "150"]
    subprocess.run(["netgenerate", *grid, "--default-junction-type", "traffic_light", "--output-file", net, "--no-warnings"],
                   check=True, stdout=subprocess.DEVNULL)
    flows = [f'<flow id="f{number}" begin="0" end="{seconds}" from="{start}" to="{end}" vehsPerHour="{count}"/>'
             for number, (start, end, count) in enumerate(FLOWS)]
    routes.write_text(f"<routes>{''.join(flows)}</routes>")
    return ["--simulator", "sumo", "--net", str(net), "--routes", str(routes)]
