"""Two processes behind multiprocessing pipes, numpy in all three, one fused message a shard and round."""

from __future__ import annotations

import multiprocessing
from multiprocessing.connection import Connection

from lanes import SHARDS, FusedDriver, Shard, pack, values_of
from measure import Clocks, ended_afterwards, measure, options, report


def serve(pipe: Connection, states: int) -> None:
    shard = Shard(states)
    while True:
        pipe.send_bytes(shard.answer(pipe.recv_bytes()))


def main() -> None:
    run = options(__doc__)
    pairs = [multiprocessing.Pipe() for _ in range(SHARDS)]
    workers = [multiprocessing.Process(target=serve, args=(far, run.states), daemon=True) for _, far in pairs]
    for worker in workers:
        worker.start()
    pipes = [near for near, _ in pairs]
    driver = FusedDriver(run.lanes, run.states)

    def play() -> tuple[int, float]:
        for pipe, message in zip(pipes, driver.messages()):
            pipe.send_bytes(pack(*message))
        return driver.accept([values_of(pipe.recv_bytes()) for pipe in pipes])

    with ended_afterwards(workers):
        clocks = Clocks(workers=tuple(worker.pid or 0 for worker in workers))
        result = measure(play, run, clocks)
    report("multiprocessing pipes", "numpy, 2 processes", run, result)


if __name__ == "__main__":
    main()
