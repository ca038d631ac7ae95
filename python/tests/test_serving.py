"""A served policy, asked through RabbitMQ by a client that others wrote."""

from __future__ import annotations

import json
import re
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pika
from cluster import LIMIT_SECONDS, Run, wait_until

import shardq
from shardq.program import find_program

REPLIES = "amq.rabbitmq.reply-to"


@contextmanager
def serving(run: Run, policy: Path, number: int = 0) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    """A server of a policy under the run's name, and where it says what it does."""
    log = run.folder / f"serve-{number}.log"
    command = [find_program(), "serve", str(policy), "--port", "0", "--name", run.name, "--amqp", "env"]
    with open(log, "w") as errors:
        server = subprocess.Popen(command, env=run.environment, stderr=errors)
    try:
        yield server, log
    finally:
        server.kill()
        server.wait()


def heard(log: Path, pattern: str) -> str:
    """What a server has said, once it has."""
    wait_until(lambda: re.search(pattern, log.read_text(), re.MULTILINE) is not None)
    found = re.search(pattern, log.read_text(), re.MULTILINE)
    assert found
    return found[1]


class Asker:
    """Asks through an exchange, and is answered directly."""

    def __init__(self, url: str, name: str) -> None:
        self.exchange = f"shardq.decide.{name}"
        self.connection = pika.BlockingConnection(pika.URLParameters(url))
        self.channel = self.connection.channel()
        self.channel.basic_consume(REPLIES, self._take, auto_ack=True)
        self.answer: tuple[str, str, Any] | None = None

    def _take(self, _channel: Any, _method: Any, properties: pika.BasicProperties, body: bytes) -> None:
        self.answer = (properties.type or "", properties.correlation_id or "", json.loads(body))

    def ask(self, body: bytes, kind: str | None = None, mark: str | None = "7") -> tuple[str, str, Any]:
        """The answer's type, its correlation and what it says."""
        self.answer = None
        properties = pika.BasicProperties(reply_to=REPLIES, correlation_id=mark, type=kind)
        self.channel.basic_publish(self.exchange, "", body, properties, mandatory=True)
        while self.answer is None:
            self.connection.process_data_events(LIMIT_SECONDS)
        return self.answer


def test_a_policy_decides_through_a_queue_as_it_does_over_http(run: Run, maze: Path) -> None:
    with serving(run, maze) as (server, log):
        place = heard(log, r"at http://(\S+)$")
        heard(log, f"(exchange shardq.decide.{run.name})$")
        asker = Asker(run.environment["SHARDQ_BROKER"], run.name)

        def over_http(path: str, body: bytes | None = None) -> str:
            request = urllib.request.Request(f"http://{place}/{path}", data=body)
            with urllib.request.urlopen(request, timeout=LIMIT_SECONDS) as response:
                return str(response.read(), "utf-8")

        for state in shardq.load(maze).visited().tolist():
            body = json.dumps({"state": state}).encode()
            assert asker.ask(body) == ("answer", "7", json.loads(over_http("decide", body)))
        tensor = {"name": "state", "shape": [2], "datatype": "INT64", "data": [0, 1]}
        body = json.dumps({"inputs": [tensor]}).encode()
        inferred = json.loads(over_http(f"v2/models/{run.name}/infer", body))
        assert asker.ask(body, "infer", None) == ("answer", "", inferred)

        for kind, wrong, words in [
            ("decide", b'{"stat": 1}', "did you mean state?"),
            ("decice", b'{"state": 1}', "did you mean decide?"),
            ("decide", b"{", "no JSON"),
            ("reward", b'{"reward": 1}', "without --feedback"),
            ("", b" " * ((1 << 20) + 1), "at most 1048576 bytes"),
        ]:
            refusal, _, said = asker.ask(wrong, kind)
            assert refusal == "refusal"
            assert words in said["error"]

        # Whoever names no way back, or one that is not his own, is not answered, and counted; the next question is.
        for queue in [None, "shardq.run.control", "ä" * 100]:
            asker.channel.basic_publish(asker.exchange, "", b'{"state": 1}', pika.BasicProperties(reply_to=queue))
        assert asker.ask(b'{"state": 1}')[0] == "answer"
        metrics = over_http("metrics")
        assert re.search(r"^shardq_serve_unanswerable_total 3(\.0)?$", metrics, re.MULTILINE)
        assert re.search(r"^shardq_serve_queue_connected 1(\.0)?$", metrics, re.MULTILINE)

        with serving(run, maze, 1) as (other, complaint):
            heard(complaint, "(somebody else answers at queue)")
            assert other.wait(LIMIT_SECONDS) != 0
        asker.connection.close()
        server.terminate()
        assert server.wait(LIMIT_SECONDS) == 0
