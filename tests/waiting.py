"""Waiting for what another thread or process brings: until it is there, however slow the machine is."""

import time
from collections.abc import Callable
from typing import Final, TypeVar

PATIENCE_S: Final = 300.0
Found = TypeVar("Found")


def until(
    holds: Callable[[], Found | None], missing: str | Callable[[], str] = "it never came", *, every_s: float = 0.02
) -> Found:
    """The first true value of `holds`. Raises AssertionError with what is missing after PATIENCE_S."""
    deadline = time.monotonic() + PATIENCE_S
    while not (found := holds()):
        assert time.monotonic() < deadline, missing if isinstance(missing, str) else missing()
        time.sleep(every_s)
    return found
