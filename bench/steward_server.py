"""Steward as `steward run --http` puts it together, on 127.0.0.1 only."""

import sys

from bench.company import configuration, ledger_keys
from bench.serving import serve
from bot import logs
from bot.clock import system_clock
from bot.database import Database
from bot.delivery.slack_client import slack_client
from bot.gate.guard import Guard
from bot.gate.http import Gate
from bot.gate.readiness import Readiness
from bot.gate.replay import AnsweredRequests
from bot.gate.workers import Workers
from bot.running.assembly import assemble
from bot.running.parts import ClockworkPart, CourierPart, Part, keep_what_is_loaded
from bot.settings import read_environment

TIMEOUT_S = 10


def main() -> None:
    """All parts of a running Steward, until SIGTERM."""
    environment = read_environment()
    assert environment.slack_bot_token is not None
    assert environment.slack_signing_secret is not None
    logs.configure(sys.stderr, as_json=True)
    database = Database(environment.database_url)
    client = slack_client(environment.slack_bot_token.get_secret_value(), environment.slack_api_url, TIMEOUT_S)
    assembly = assemble(configuration(), database, client, system_clock, ledger_keys())
    guard = Guard(environment.slack_signing_secret.get_secret_value(), system_clock)
    workers = Workers()
    readiness = Readiness(assembly.checks, system_clock)
    gate = Gate(
        assembly.app.dispatch,
        guard,
        AnsweredRequests(system_clock),
        workers,
        readiness,
        observer=assembly.measuring.metrics,
    )
    parts: tuple[Part, ...] = (CourierPart(assembly.courier), assembly.integrator, ClockworkPart(assembly.clockwork))
    for part in parts:
        part.start()
    keep_what_is_loaded()
    try:
        serve(gate.application(), workers)
    finally:
        for part in reversed(parts):
            part.stop()
        readiness.close()
        database.close()


if __name__ == "__main__":
    main()
