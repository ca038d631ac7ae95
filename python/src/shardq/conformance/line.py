"""The program's end of the frames of worlds: starts one, asks it, and reads whole answers with patience."""

from __future__ import annotations

import array
import fcntl
import json
import os
import select
import signal
import struct
import subprocess
import tempfile
import termios
import time
from typing import Any

from shardq.conformance.examiner import Failure
from shardq.world import BATCH, DESCRIPTION, FAILURE, OPEN, VERSION

_MOST_WORDS = 1 << 28
_NAMES = {OPEN: "open", 2: "begin", 3: "step", 4: "replay", DESCRIPTION: "description", BATCH: "batch"}


def packed(kind: int, body: bytes = b"") -> bytes:
    """A frame."""
    return struct.pack("<II", 1 + len(body) // 4, kind) + body


def opening(first: int, replicas: int, seed: int) -> bytes:
    """The frame that says which worlds are meant."""
    text = json.dumps({"version": VERSION, "firstReplica": first, "replicas": replicas, "seed": seed}).encode()
    return packed(OPEN, struct.pack("<I", len(text)) + text + b"\0" * (-len(text) % 4))


class WorldLine:
    """A world that runs, with what it said meanwhile."""

    def __init__(self, command: str, patience: float) -> None:
        self.patience = patience
        self._log = tempfile.TemporaryFile()  # noqa: SIM115
        self._buffer = bytearray()
        self._child = subprocess.Popen(
            ["/bin/sh", "-c", command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            start_new_session=True,
        )
        assert self._child.stdin
        assert self._child.stdout
        self._input, self._output = self._child.stdin, self._child.stdout
        os.set_blocking(self._input.fileno(), False)

    def ask(self, kind: int, body: bytes = b"", answer: int = BATCH) -> bytes:
        """Says something and waits for the answer: its body."""
        return self.exchange(packed(kind, body), answer)

    def exchange(self, frame: bytes, answer: int, piece: int = 1 << 20) -> bytes:
        """Sends a frame in pieces of so many bytes, and waits for the answer."""
        asked = _NAMES.get(struct.unpack_from("<I", frame, 4)[0], "?")
        if self._buffer or self._readable(0):
            self._read(asked, time.monotonic() + self.patience)
            raise self.failure(f"it says {len(self._buffer)} bytes more than was asked, before {asked}")
        limit = time.monotonic() + self.patience
        self._send(frame, piece, asked, limit)
        (count,) = struct.unpack("<I", self._take(4, asked, limit))
        if not 1 <= count <= _MOST_WORDS:
            raise self.failure(
                f"it answers {asked} with what is no frame: a first word of {count}, where 1 to {_MOST_WORDS} words "
                "may follow (what a world prints belongs on standard error)"
            )
        whole = self._take(4 * count, asked, limit)
        (kind,) = struct.unpack_from("<I", whole)
        if kind == FAILURE:
            length = struct.unpack_from("<I", whole, 4)[0] if count > 1 else 0
            raise self.failure(f"it says that it cannot go on: {whole[8 : 8 + length].decode(errors='replace')}")
        if kind != answer:
            raise self.failure(
                f"it answers {asked} with a frame of kind {kind}; expected is {answer}, {_NAMES[answer]}"
            )
        return whole[4:]

    def end(self) -> None:
        """Closes its input, which is its end."""
        self._input.close()
        try:
            self._child.wait(self.patience)
        except subprocess.TimeoutExpired:
            raise self.failure(f"it still runs {self.patience:g} s after its input has ended") from None

    def close(self) -> None:
        """Ends it, whatever it does."""
        # Its children too; their group has its number as long as it has not been waited for.
        if self._child.poll() is None:
            os.killpg(self._child.pid, signal.SIGKILL)
            self._child.wait()
        for each in (self._input, self._output, self._log):
            each.close()

    def failure(self, text: str) -> Failure:
        """A failure with its last words."""
        self._log.seek(0)
        lines = self._log.read().decode(errors="replace").strip().splitlines()[-3:]
        return Failure(text + (f"; it wrote: {' | '.join(lines)}" if lines else ""))

    def _send(self, frame: bytes, piece: int, asked: str, limit: float) -> None:
        sent = 0
        while sent < len(frame):
            if not select.select([], [self._input], [], max(0, limit - time.monotonic()))[1]:
                raise self.failure(f"it does not read {asked} within {self.patience:g} s")
            try:
                sent += os.write(self._input.fileno(), frame[sent : sent + piece])
            except BlockingIOError:
                continue
            except BrokenPipeError:
                # Who has ended without listening may have said why.
                return
            if piece < len(frame):
                self._until_read(limit)

    def _until_read(self, limit: float) -> None:
        """Waits until it has taken what was sent, so that the next piece comes by itself."""
        unread = array.array("i", [1])
        while unread[0] and self._child.poll() is None and time.monotonic() < limit:
            fcntl.ioctl(self._input.fileno(), termios.FIONREAD, unread)
            time.sleep(0.0005)

    def _readable(self, seconds: float) -> bool:
        return bool(select.select([self._output], [], [], seconds)[0]) and self._child.poll() is None

    def _read(self, asked: str, limit: float) -> None:
        if not select.select([self._output], [], [], max(0, limit - time.monotonic()))[0]:
            raise self.failure(f"it does not answer {asked} within {self.patience:g} s")
        data = os.read(self._output.fileno(), 1 << 20)
        if not data:
            code = self._child.wait()
            cut = f" in the middle of an answer ({len(self._buffer)} bytes of it came)" if self._buffer else ""
            raise self.failure(f"it has ended with exit code {code} when asked for {asked}{cut}")
        self._buffer += data

    def _take(self, count: int, asked: str, limit: float) -> bytes:
        while len(self._buffer) < count:
            self._read(asked, limit)
        taken = bytes(self._buffer[:count])
        del self._buffer[:count]
        return taken


def described(body: bytes) -> Any:
    """The JSON of a description."""
    length = struct.unpack_from("<I", body)[0] if len(body) >= 4 else 0
    if len(body) != 4 + (length + 3) // 4 * 4:
        raise Failure(f"the description is a text of {length} bytes in {len(body)} bytes of words")
    try:
        return json.loads(body[4 : 4 + length].decode())
    except ValueError as error:
        raise Failure(f"the description is no JSON: {error}") from None
