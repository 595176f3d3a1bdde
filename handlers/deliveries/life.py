"""The words of messages about emergencies, access that begins later, and access that somebody asked for another."""

from collections.abc import Mapping
from functools import partial

from bot.access.deciding.enough import NEEDS_MORE
from bot.access.grants import Request, read_request, request_number
from bot.audit.reviews.items import emergency_item
from bot.effects import Message
from bot.services import Services
from handlers.deliveries.words import Words
from handlers.names import names_of
from handlers.views.access import emergency, more_needed, on_behalf
from handlers.views.blocks import Block


def words(services: Services) -> Mapping[str, Words]:
    """By the message's kind; None when what it speaks of is not there."""
    return {
        "emergency.taken": partial(_emergency, services),
        "grant.begun": partial(_begun, services),
        "request.for_you": partial(_for_you, services),
        NEEDS_MORE: partial(_needs_more, services),
        "request.decided_for": partial(_decided_for, services),
    }


def _emergency(services: Services, message: Message) -> Block | None:
    request = _request(services, message)
    if request is None:
        return None
    with services.database.reading() as connection:
        review = emergency_item(connection, request.name)
    names = names_of(services, review.team, [step.by for step in review.steps]) if review else {}
    to_approver = message.to.startswith("person:")
    return emergency.told(request, services.company, services.clock(), review, names, to_approver=to_approver)


def _begun(services: Services, message: Message) -> Block | None:
    request = _request(services, message)
    return on_behalf.begun(request, services.company, services.clock()) if request else None


def _needs_more(services: Services, message: Message) -> Block | None:
    request = _request(services, message)
    return more_needed.to_requester(request, services.company, services.clock()) if request else None


def _for_you(services: Services, message: Message) -> Block | None:
    request = _request(services, message)
    return on_behalf.for_you(request, services.company, services.clock()) if request else None


def _decided_for(services: Services, message: Message) -> Block | None:
    request = _request(services, message)
    return on_behalf.decided_for(request, services.company, services.clock()) if request else None


def _request(services: Services, message: Message) -> Request | None:
    number = request_number(message.about)
    with services.database.reading() as connection:
        return read_request(connection, number) if number else None
