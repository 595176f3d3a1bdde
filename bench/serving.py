"""What the two servers under measurement have in common: served on 127.0.0.1 until they are told to stop."""

import os
import sys
from collections.abc import Mapping

from starlette.applications import Starlette

from bot.gate.server import HttpServer
from bot.gate.workers import Workers
from bot.running.parts import signals_stop

LISTENING = "bench.listening "


def serve(application: Starlette, workers: Workers) -> None:
    """Serve at a free port, say which on standard output, and return when SIGTERM has ended it."""
    server = HttpServer(application, workers, port=0, host="127.0.0.1")
    with signals_stop() as stop:
        server.start()
        print(f"{LISTENING}{server.address[1]} {os.getpid()}", flush=True)
        stop.wait()
        server.stop()


def environment(tokens: Mapping[str, str], database_url: str = "") -> dict[str, str]:
    """What a server is started with: this process's environment without any of the operator's own Steward."""
    foreign = ("SLACK_", "STEWARD_", "DATABASE_URL", "PORT")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return kept | {"PYTHONPATH": os.pathsep.join(sys.path[:1])} | dict(tokens) | {"DATABASE_URL": database_url}
