"""Loading what a Steward that runs needs, and no more."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

UNUSED: Final = ("dateutil", "greenlet", "rich")
"""What other libraries load wherever it is installed, for uses that a running Steward has none of.

pytimeparse2 for months that differ in length, SQLAlchemy for asyncio, structlog for stack traces in colour: some 6 MiB.
"""


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
    left_out = [name for name in UNUSED if name not in sys.modules]
    for name in left_out:
        sys.modules[name] = None  # type: ignore[assignment]  # so that importing it fails, as where it is not installed
    try:
        yield
    finally:
        for name in left_out:
            del sys.modules[name]
