"""What the process logs, as the configuration of production writes it."""

import io
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import orjson
import structlog

from bot import logs


class Lines(io.StringIO):
    """The log as text and as the objects that stand in it."""

    def entries(self) -> list[dict[str, Any]]:
        """Every line so far."""
        return [orjson.loads(line) for line in self.getvalue().splitlines()]


@contextmanager
def captured_logs() -> Iterator[Lines]:
    """Configures the logs to be JSON in memory; puts everything back afterwards."""
    lines = Lines()
    with logs_as_before():
        logs.configure(lines, as_json=True)
        yield lines


@contextmanager
def logs_as_before() -> Iterator[None]:
    """Puts the process's logging back as it was, whatever is configured meanwhile."""
    root, before = logging.getLogger(), structlog.get_config()
    handlers, level, hook = root.handlers[:], root.level, threading.excepthook
    try:
        yield
    finally:
        root.handlers[:], threading.excepthook = handlers, hook
        root.setLevel(level)
        logging.captureWarnings(capture=False)
        structlog.configure(**before)
