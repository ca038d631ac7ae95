"""A master in Python trains CliffWalking at two workers of the program, through RabbitMQ.

Q-learning finds the path along the cliff (return −13), SARSA one that keeps away from it.
"""

import os
import subprocess

import gymnasium

from shardq.program import find_program
from shardq.protocol.broker import LocalBroker
from shardq.protocol.learning import learn

with LocalBroker() as broker:
    for rule, alpha in (("q-learning", 0.5), ("sarsa", 0.1)):
        command = [find_program(), "worker", "--run", rule, "--name"]
        environment = {**os.environ, "SHARDQ_BROKER": broker.url}
        workers = [subprocess.Popen([*command, name], env=environment) for name in ("one", "two")]
        learned = learn(lambda: gymnasium.make("CliffWalking-v1"), steps=32_000, lanes=64, rule=rule, discount=1,
                        step_size=alpha, broker=broker.url, run=rule, workers=len(workers))  # fmt: skip
        env, total, over = gymnasium.make("CliffWalking-v1"), 0.0, False
        state, _ = env.reset()
        while not over:
            state, reward, over, _, _ = env.step(int(learned.values[state].argmax()))
            total += float(reward)
        print(
            f"{rule}: {total:.0f}, table {learned.digest[:12]}…, workers ended with {[each.wait() for each in workers]}"
        )
