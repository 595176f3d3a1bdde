"""Questions about the policy put together: the engine, the desk, and what is planned."""

from functools import lru_cache
from pathlib import Path

from bot.building.ground import Ground
from bot.privacy.answering import Answers, load
from bot.privacy.asking import Asking
from bot.privacy.customer_reply import Terms
from bot.privacy.desk import Desk
from bot.privacy.gaps import GapLists
from bot.privacy.questions import Answering, Questions
from bot.privacy.rereading import Rereading
from bot.privacy.ruling_list import RulingList
from bot.settings import Configuration


def build_asking(on: Ground, answering: Answering | None = None) -> Asking:
    """The use cases. `answering` None: the configured table of topics alone, without the sentence model.

    Raises TopicsUnreadable.
    """
    company, settings, posts = on.configuration.company, on.configuration.questions, on.has_privacy_desk
    policy = Questions(on.database, on.ledger, answering or by_words(topics_file(on.configuration)), on.clock)
    stands_on = (on.database, on.ledger, policy, on.effects, on.clock)
    return Asking(
        policy=policy,
        desk=Desk(*stands_on, settings.remind_after, settings.reminders, posts),
        rereading=Rereading(*stands_on, posts),
        rulings=RulingList(on.database, on.clock),
        gaps=GapLists(on.database, on.ledger, on.effects, on.clock, on.zone, settings.list_at, posts),
        terms=Terms(company.name, company.contact, settings.url),
    )


def topics_file(configuration: Configuration) -> Path | None:
    """The configured table of topics; None: the one that comes with Steward."""
    named = configuration.questions.topics
    return configuration.folder / Path(named).expanduser() if named else None


@lru_cache(maxsize=4)
def by_words(topics: Path | None) -> Answers:
    """The engine without a model. It is read once: it is pure, but takes a third of a second."""
    return load(topics, embed=False)
