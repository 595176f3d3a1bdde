"""The words of messages to the sponsors of engaged third parties, made when they are sent."""

from collections.abc import Mapping
from functools import partial

from bot.access.grants import Request, read_request, request_number
from bot.access.requests.sponsors import TOLD
from bot.access.rules.processors import processor_of
from bot.effects import Message
from bot.services import Services
from handlers.deliveries.words import Words
from handlers.views.access import processors as views
from handlers.views.blocks import Block


def words(services: Services) -> Mapping[str, Words]:
    """By the message's kind; None when what it speaks of is not there."""
    return {kind: partial(_told, services) for kind in TOLD.values()}


def _told(services: Services, message: Message) -> Block | None:
    request = _read(services, message)
    if request is None:
        return None
    person = services.directory.person(request.team, request.person)
    processor = processor_of(person, services.company.rules.processors)
    label = processor.label if processor else "another company"
    return views.to_sponsor(request, label, services.company, services.clock())


def _read(services: Services, message: Message) -> Request | None:
    with services.database.reading() as connection:
        return read_request(connection, request_number(message.about) or 0)
