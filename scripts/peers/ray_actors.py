"""Ray: two actors hold the shards, one fused call to each a round, numpy in all three processes."""

from __future__ import annotations

import os

# Set before Ray is imported: nothing is reported to anyone.
os.environ["RAY_USAGE_STATS_ENABLED"] = "0"

import ray  # noqa: E402

from lanes import SHARDS, FusedDriver, Shard  # noqa: E402
from measure import Clocks, descendants, measure, options, report  # noqa: E402


class ShardProcess(Shard):
    """A shard in a process of its own."""

    def process(self) -> int:
        return os.getpid()


ShardActor = ray.remote(num_cpus=0)(ShardProcess)


def main() -> None:
    run = options(__doc__)
    here = os.path.dirname(os.path.abspath(__file__))
    ray.init(
        num_cpus=SHARDS,
        include_dashboard=False,
        log_to_driver=False,
        logging_level="ERROR",
        _node_ip_address="127.0.0.1",
        object_store_memory=256 * 1024 * 1024,
        runtime_env={"env_vars": {"PYTHONPATH": here}},
    )
    try:
        shards = [ShardActor.remote(run.states) for _ in range(SHARDS)]
        workers = tuple(ray.get([shard.process.remote() for shard in shards]))
        servers = tuple(process for process in descendants(os.getpid()) if process not in workers)
        driver = FusedDriver(run.lanes, run.states)

        def play() -> tuple[int, float]:
            calls = [shard.round.remote(*message) for shard, message in zip(shards, driver.messages())]
            return driver.accept(ray.get(calls))

        result = measure(play, run, Clocks(workers, servers))
    finally:
        ray.shutdown()
    report("Ray", "numpy, 2 actors", run, result)


if __name__ == "__main__":
    main()
