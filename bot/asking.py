"""Questions about the policy put together: the engine, the desk, and what is planned."""

from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.access.roles import PRIVACY
from bot.audit.ledger import Ledger
from bot.clock import Clock
from bot.database import Database
from bot.effects import Effects
from bot.privacy.answering import load
from bot.privacy.asking import Asking
from bot.privacy.customer_reply import Terms
from bot.privacy.desk import Desk
from bot.privacy.gaps import GapLists
from bot.privacy.questions import Answering, Questions
from bot.privacy.rereading import Rereading
from bot.privacy.ruling_list import RulingList
from bot.settings import Configuration


def build_asking(
    configuration: Configuration,
    database: Database,
    ledger: Ledger,
    effects: Effects,
    clock: Clock,
    answering: Answering | None = None,
) -> Asking:
    """The use cases. `answering` None: the configured table of topics alone, without the sentence model.

    Raises TopicsUnreadable.
    """
    settings, zone = configuration.questions, ZoneInfo(configuration.company.timezone)
    posts = PRIVACY in configuration.channels
    policy = Questions(database, ledger, answering or by_words(topics_file(configuration)), clock)
    return Asking(
        policy=policy,
        desk=Desk(database, ledger, policy, effects, clock, settings.remind_after, settings.reminders, posts),
        rereading=Rereading(database, ledger, policy, effects, clock, posts),
        rulings=RulingList(database, clock),
        gaps=GapLists(database, ledger, effects, clock, zone, settings.list_at, posts),
        terms=Terms(configuration.company.name, configuration.company.contact, settings.url),
    )


def topics_file(configuration: Configuration) -> Path | None:
    """The configured table of topics; None: the one that comes with Steward."""
    named = configuration.questions.topics
    return configuration.folder / Path(named).expanduser() if named else None


@lru_cache(maxsize=4)
def by_words(topics: Path | None) -> Answering:
    """The engine without a model. It is read once: it is pure, but takes a third of a second."""
    return load(topics, embed=False)
