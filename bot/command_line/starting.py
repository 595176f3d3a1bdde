"""Loading what a Steward that runs needs, and no more."""

import ctypes
import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

UNUSED: Final = ("dateutil", "greenlet", "python_multipart", "rich")
"""What other libraries load wherever it is installed, for uses that a running Steward has none of.

pytimeparse2 for months that differ in length, SQLAlchemy for asyncio, Starlette for files in forms, structlog for stack
traces in colour: some 6 MiB.
"""

M_ARENA_MAX: Final = -8  # of malloc.h
ARENAS: Final = 2


def start(mode: str | None, workers: int) -> None:
    """Load it, and run. Raises as `run_bot`."""
    with loading():
        from bot.command_line.running import run_bot

    try:
        run_bot(mode, workers)
    finally:
        gc.enable()


@contextmanager
def loading() -> Iterator[None]:
    """Load quickly, without what is unused. Garbage is not looked for from now on, until someone says so.

    What loads stays, so that looking for garbage meanwhile finds nothing, over and over, for a sixth of the time. It is
    looked for from when everything works.
    """
    gc.disable()
    _few_arenas()
    left_out = [name for name in UNUSED if name not in sys.modules]
    for name in left_out:
        sys.modules[name] = None  # type: ignore[assignment]  # so that importing it fails, as where it is not installed
    try:
        yield
    finally:
        for name in left_out:
            del sys.modules[name]


def _few_arenas() -> None:
    """Have threads share two arenas of memory, where there is glibc.

    By itself it gives each thread one, up to eight a core, and what is free in one is of no use to another: 15 MiB more
    after 25,000 requests, and growing. Python's own lock leaves little to compete for. mallopt(3).
    """
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, ARENAS)
