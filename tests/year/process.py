"""One replica of Steward as far as notices go: the real clockwork and courier, until it is killed."""

import os
import threading
import time
from collections.abc import Callable, MutableSequence
from pathlib import Path

import structlog

from bot.app import build_services, work_of
from bot.audit.integration.growth import Keys
from bot.audit.ledger import Ledger
from bot.audit.merkle.notes import Signer
from bot.audit.tamper import LedgerStanding
from bot.database import Database
from bot.delivery.addresses import Addresses
from bot.delivery.courier import Courier
from bot.delivery.directory import SlackDirectory
from bot.delivery.outbox import Outbox
from bot.delivery.slack_client import slack_client
from bot.privacy.answer import Answer, Confidence, Kind, Why
from bot.privacy.text import PolicyText
from bot.queued import QueuedEffects
from bot.running.assembly import TEMPO
from bot.schedule.clockwork import Clockwork
from bot.services import Services
from bot.settings import load_configuration
from handlers.deliveries.compose import Compose
from tests.year.clock import SharedClock

log = structlog.get_logger(__name__)

PATIENCE_S = 120  # on a busy machine; no time passes meanwhile
PAUSE_S = 0.03
LOOK_EVERY_S = 10  # simulated seconds, as in a running Steward


def build(database: Database, slack_url: str, clock: SharedClock, configuration_file: Path) -> tuple[Services, Courier]:
    """Put together as bot.running.assembly does."""
    configuration = load_configuration(configuration_file)
    client = slack_client("xoxb-year", slack_url, PATIENCE_S)
    directory = SlackDirectory(client, configuration.groups, configuration.addresses, clock, alike=configuration.alike)
    effects = QueuedEffects(Outbox(clock))
    ledger, keys = Ledger(database, clock), Keys(Signer(configuration.ledger.origin, bytes(32)))
    standing = LedgerStanding(stops=False)
    services = build_services(configuration, database, ledger, directory, effects, clock, keys, standing, _silent)
    address = Addresses(client, directory.channel_id)
    return services, Courier(database, client, Compose(services), address, clock, tempo=TEMPO)


def _silent(_: str, policy: PolicyText) -> Answer:
    """Nobody asks the policy anything in this year, and its topics take long to read."""
    return Answer(Kind.SILENT, Why.NO_QUESTION, Confidence.HIGH, policy.hash)


def main(
    url: str, slack_url: str, clock_file: str, configuration_file: str, rounds: MutableSequence[int], place: int
) -> None:
    """Work until killed. For a process of its own, which says nothing.

    `rounds` counts, at this process's place, how often its clockwork and its courier have looked and done all they
    found: in between neither holds anything that another process would wait for.
    """
    for stream in (1, 2):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream)
    clock = SharedClock(Path(clock_file))
    database = Database(url)
    services, courier = build(database, slack_url, clock, Path(configuration_file))
    clockwork = Clockwork(database, work_of(services), clock)
    sending = threading.Thread(target=_again, args=(courier.work_once, rounds, 2 * place + 1), daemon=True)
    sending.start()
    looked = clock()

    def tick() -> None:
        nonlocal looked
        clockwork.tick()
        now = clock()
        if (now - looked).total_seconds() >= LOOK_EVERY_S:
            services.telling.rounds.look()
            looked = now

    _again(tick, rounds, 2 * place)


def _again(work: Callable[[], object], rounds: MutableSequence[int], at: int) -> None:
    """Over and over; what fails in it is tried again, as in a running Steward."""
    while True:
        try:
            work()
        except Exception as error:
            log.error("year.failed", exc_info=error)
        rounds[at] += 1
        time.sleep(PAUSE_S)
