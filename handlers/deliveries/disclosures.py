"""The words of messages about disclosures, made when they are sent, from the state as it then is."""

from collections.abc import Mapping
from functools import partial

from bot.accounts.disclosures.ask import ASKED, REFUSED
from bot.accounts.disclosures.judge import DECIDED
from bot.accounts.disclosures.records import Disclosure, disclosure_number, read_disclosure
from bot.effects import Message
from bot.privacy.versions import policy_in_force
from bot.services import Services
from handlers.deliveries.words import Words
from handlers.views.blocks import Block
from handlers.views.disclosures import disclosure as views


def words(services: Services) -> Mapping[str, Words]:
    """By the message's kind; None when what it speaks of is not there."""
    return {
        ASKED: partial(_asked, services),
        REFUSED: partial(_refused, services),
        DECIDED: partial(_decided, services),
    }


def _asked(services: Services, message: Message) -> Block | None:
    found, quote = _read(services, message)
    return views.asked(found, services.company, quote, services.clock()) if found else None


def _refused(services: Services, message: Message) -> Block | None:
    found, quote = _read(services, message)
    return views.refused(found, quote) if found else None


def _decided(services: Services, message: Message) -> Block | None:
    found, _ = _read(services, message)
    return views.decided(found, services.clock()) if found else None


def _read(services: Services, message: Message) -> tuple[Disclosure | None, str | None]:
    """It, and the clause as the version in force has it."""
    terms = services.special_cases.disclosures.ask.terms
    with services.database.reading() as connection:
        found = read_disclosure(connection, disclosure_number(message.about) or 0)
        policy = policy_in_force(connection, services.clock())
    clause = policy.clause(terms.clause) if policy and terms else None
    return found, clause.quote if clause else None
