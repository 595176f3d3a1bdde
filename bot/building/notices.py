"""The telling of the policy's changes, put together."""

from bot.building.ground import Ground
from bot.clock import Clock
from bot.effects import Effects
from bot.notices.telling.acknowledging import Acknowledge
from bot.notices.telling.announcer import PlannedNotices
from bot.notices.telling.capability import Telling
from bot.notices.telling.notice import NoticeFacts
from bot.notices.telling.reading import Reading
from bot.notices.telling.rounds import Rounds
from bot.notices.telling.schedule import Schedule
from bot.settings import Configuration


def build_telling(on: Ground) -> Telling:
    """The use cases of notices."""
    settings = on.configuration.policy.notice
    return Telling(
        settings=settings,
        announcer=planned_notices(on.configuration, on.effects, on.clock),
        rounds=Rounds(on.database, on.ledger, on.effects, on.clock, on.directory, settings),
        facts=NoticeFacts(on.database, on.rules, on.clock),
        acknowledge=Acknowledge(on.ledger, on.effects, on.clock),
        reading=Reading(on.database, on.clock, on.directory, settings.acknowledge),
        schedule=Schedule(on.database, on.ledger, on.effects, on.clock, on.directory, settings),
    )


def planned_notices(configuration: Configuration, effects: Effects, clock: Clock) -> PlannedNotices:
    """What is told of an officer's decision."""
    return PlannedNotices(effects, clock, configuration.policy.notice)
