"""Words and errors."""

from __future__ import annotations

import sys


class Failed(Exception):
    """Something is not as it has to be."""


class Early(Exception):
    """A run was complete before everything was done to it: it takes a longer one."""


class Unavailable(Exception):
    """This machine has no Docker engine, and cannot have one."""


def say(text: str) -> None:
    print(f"test-compose: {text}", file=sys.stderr, flush=True)
