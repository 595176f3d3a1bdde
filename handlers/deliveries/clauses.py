"""The words of what Steward says about a purpose whose clause is gone."""

from collections.abc import Mapping
from functools import partial

from bot.access.clauses.suspensions import GONE
from bot.effects import Message
from bot.privacy.clauses import Suspension, candidates, read_suspension, suspension_number
from bot.privacy.text import Clause
from bot.privacy.versions import policy_in_force
from bot.services import Services
from handlers.deliveries.words import Words
from handlers.views.blocks import Block
from handlers.views.policy import clauses as views


def words(services: Services) -> Mapping[str, Words]:
    """The message at the desk, made when it is sent; None when what it speaks of is not there."""
    return {GONE: partial(_gone, services)}


def _gone(services: Services, message: Message) -> Block | None:
    found, nearest = suspended(services, suspension_number(message.about) or 0)
    return views.gone(found, next(iter(nearest), None), services.company, services.clock()) if found else None


def suspended(services: Services, number: int) -> tuple[Suspension | None, tuple[Clause, ...]]:
    """It, and the sentences of the version in force that come nearest to its clause."""
    with services.database.reading() as connection:
        found = read_suspension(connection, number)
        policy = policy_in_force(connection, services.clock())
    return found, candidates(policy.reading, found.clause) if found and policy else ()
