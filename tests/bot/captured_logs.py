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
    root, before = logging.getLogger(), structlog.get_config()
    handlers, level, hook = root.handlers[:], root.level, threading.excepthook
    lines = Lines()
    logs.configure(lines, as_json=True)
    try:
        yield lines
    finally:
        root.handlers[:], threading.excepthook = handlers, hook
        root.setLevel(level)
        logging.captureWarnings(capture=False)
        structlog.configure(**before)
