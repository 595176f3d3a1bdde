"""Putting the telling of changes together, beside bot.app."""

from bot.access.people import WholeDirectory
from bot.audit.ledger import Ledger
from bot.clock import Clock
from bot.database import Database
from bot.effects import Effects
from bot.notices.telling.acknowledging import Acknowledge
from bot.notices.telling.announcer import PlannedNotices
from bot.notices.telling.capability import Telling
from bot.notices.telling.notice import NoticeFacts
from bot.notices.telling.reading import Reading
from bot.notices.telling.rounds import Rounds
from bot.notices.telling.schedule import Schedule
from bot.settings import Configuration


def build_telling(
    configuration: Configuration,
    database: Database,
    ledger: Ledger,
    directory: WholeDirectory,
    effects: Effects,
    clock: Clock,
) -> Telling:
    """The use cases of notices."""
    settings = configuration.policy.notice
    return Telling(
        settings=settings,
        announcer=planned_notices(configuration, effects, clock),
        rounds=Rounds(database, ledger, effects, clock, directory, settings),
        facts=NoticeFacts(database, configuration.rules, clock),
        acknowledge=Acknowledge(ledger, effects, clock),
        reading=Reading(database, clock, directory, settings.acknowledge),
        schedule=Schedule(database, ledger, effects, clock, directory, settings),
    )


def planned_notices(configuration: Configuration, effects: Effects, clock: Clock) -> PlannedNotices:
    """What is told of an officer's decision."""
    return PlannedNotices(effects, clock, configuration.policy.notice)
