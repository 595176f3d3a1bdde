"""The words of messages about reviews and of the weekly digest, made when they are sent."""

from collections.abc import Mapping
from functools import partial

from bot.audit.reviews.items import Item, item_number, read_item
from bot.audit.weekly.digest import read_digest
from bot.effects import AUDIT_LOG, Message
from bot.services import Services
from handlers.deliveries.words import Words
from handlers.names import name_of, names_of
from handlers.views.audit import digest as digest_views
from handlers.views.audit import review_messages as views
from handlers.views.blocks import Block


def words(services: Services) -> Mapping[str, Words]:
    """By the message's kind; None when what it speaks of is not there."""
    return {
        "review.alert": partial(_alert, services),
        "review.question": partial(_question, services),
        "review.answered": partial(_answered, services),
        "review.overdue": partial(_overdue, services),
        "review.violation": partial(_violation, services),
        "review.found": partial(_found, services),
        "digest.week": partial(_digest, services),
    }


def _alert(services: Services, message: Message) -> Block | None:
    item, _ = _item(services, message.about)
    return views.alert(item, _names_in(services, item), services.clock()) if item else None


def _question(services: Services, message: Message) -> Block | None:
    item, version = _item(services, message.about)
    return views.question(item, version, services.company, services.clock()) if item else None


def _answered(services: Services, message: Message) -> Block | None:
    item, version = _item(services, message.about)
    return views.answered(item, version, _names_in(services, item), services.clock()) if item else None


def _overdue(services: Services, message: Message) -> Block | None:
    item, version = _item(services, message.about)
    if item is None:
        return None
    to_auditors = message.to == AUDIT_LOG
    names = _names_in(services, item)
    return views.overdue(item, version, names, services.company, services.clock(), to_auditors=to_auditors)


def _violation(services: Services, message: Message) -> Block | None:
    item, _ = _item(services, message.about)
    return views.violation(item, _names_in(services, item), services.company, services.clock()) if item else None


def _found(services: Services, message: Message) -> Block | None:
    item, _ = _item(services, message.about)
    return views.found(item, services.company, services.clock()) if item else None


def _digest(services: Services, message: Message) -> Block | None:
    week, before = services.digests.weeks(message.about)
    with services.database.reading() as connection:
        digest = read_digest(connection, week, before, services.company.rules)
    people = [(team, user) for team, user, _, _ in digest.people[: digest_views.BUSIEST]]
    return digest_views.render(digest, {user: name_of(services, team, user) for team, user in people}, services.company)


def _item(services: Services, about: str) -> tuple[Item | None, int]:
    """The item and the round that a message speaks of."""
    number = item_number(about)
    if number is None:
        return None, 0
    with services.database.reading() as connection:
        return read_item(connection, number[0]), number[1] or 0


def _names_in(services: Services, item: Item) -> dict[str, str]:
    return names_of(services, item.team, {item.person, *(step.by for step in item.steps)})
