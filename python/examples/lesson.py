"""Shows messages of a run, by the original design (`stepwise`) or the one that is used (`batched`): docs/lesson.md."""

import os
import subprocess
import sys
import threading
from itertools import dropwhile, islice

from shardq.program import find_program
from shardq.protocol.broker import LocalBroker
from shardq.protocol.watch import watch

WAYS = {"stepwise": ["--protocol", "stepwise"], "batched": ["--lanes", "4", "--cohorts", "2", "--staleness", "1"]}
MASTER = ["master", "cliff-walking", "--workers", "2", "--steps", "2000", "--no-evaluation", "--quiet"]


def listen(url: str) -> None:
    seen = (each for each in watch("lesson", url, workers=["one", "two"]) if each.mailbox != "control")
    print(*islice(dropwhile(lambda each: "UPDATE_Q" not in each.type, seen), 60, 72), sep="\n")
    sum(1 for _ in seen)


with LocalBroker() as broker:
    listener = threading.Thread(target=listen, args=[broker.url])
    listener.start()
    nodes = [["worker", "--name", "one"], ["worker", "--name", "two"], [*MASTER, *WAYS[sys.argv[1]]]]
    environment = {**os.environ, "SHARDQ_BROKER": broker.url}
    processes = [subprocess.Popen([find_program(), *node, "--run", "lesson"], env=environment) for node in nodes]
    listener.join()
    print(f"they ended with {[each.wait() for each in processes]}")
