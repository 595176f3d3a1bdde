"""Watching the policy, and deciding on its changes, put together."""

from zoneinfo import ZoneInfo

from bot.access.roles import PRIVACY
from bot.audit.ledger import Ledger
from bot.building.notices import planned_notices
from bot.building.questions import by_words, topics_file
from bot.clock import Clock
from bot.database import Database
from bot.effects import Effects
from bot.notices.announcing import Announcer
from bot.notices.capability import Changes
from bot.notices.deciding import Deciding
from bot.notices.keeping import Keeping
from bot.notices.snapshots import Sources
from bot.notices.watching import Watching
from bot.privacy.source import Limits
from bot.settings import Configuration


def build_changes(
    configuration: Configuration, database: Database, ledger: Ledger, effects: Effects, clock: Clock
) -> Changes:
    """The use cases. Raises TopicsUnreadable."""
    announcer = planned_notices(configuration, effects, clock)
    policy, zone = configuration.policy, ZoneInfo(configuration.company.timezone)
    keeping = keeping_of(configuration, ledger, effects, clock, announcer)
    sources = sources_of(configuration)
    return Changes(
        database=database,
        watching=Watching(database, ledger, effects, keeping, clock, zone, sources, policy.watch, keeping.posts),
        keeping=keeping,
        deciding=Deciding(ledger, effects, announcer, clock, zone, tuple(configuration.groups)),
        rules=configuration.rules,
        answers=by_words(topics_file(configuration)),
        clock=clock,
        zone=zone,
    )


def keeping_of(
    configuration: Configuration, ledger: Ledger, effects: Effects, clock: Clock, announcer: Announcer
) -> Keeping:
    """What keeps new texts."""
    zone, posts = ZoneInfo(configuration.company.timezone), PRIVACY in configuration.channels
    return Keeping(ledger, effects, announcer, clock, zone, posts, configuration.policy.watch.automatic)


def sources_of(configuration: Configuration) -> Sources:
    """Where the policy is published."""
    policy = configuration.policy
    limits = Limits(seconds=policy.watch.seconds, allow_private_addresses=policy.allow_private_addresses)
    return Sources(policy.watch.sources, configuration.folder, limits)
