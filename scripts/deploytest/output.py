"""Words and errors."""

from __future__ import annotations

import sys


class Failed(Exception):
    """Something is not as it has to be."""


class Unavailable(Exception):
    """This machine lacks what a part needs, and cannot have it."""


def say(text: str) -> None:
    print(f"test-deploy: {text}", file=sys.stderr, flush=True)
