"""The words of messages about customers' requests and objections, made when they are sent."""

from collections.abc import Mapping
from datetime import date
from functools import partial

from bot.effects import Message
from bot.privacy.customer_requests.left import LEFT, holder_of
from bot.privacy.customer_requests.messages import ADDED, BACK, CLOSED, MISTAKEN, OWNER, TASK
from bot.privacy.customer_requests.on_record import otherwise
from bot.privacy.customer_requests.register import NEW
from bot.privacy.customer_requests.reminders import OVERDUE, REMINDER, gone_of
from bot.privacy.customer_requests.requests import (
    CustomerRequest,
    number_open,
    open_requests,
    overdue_requests,
    read_request,
    request_number,
)
from bot.privacy.objections.choices import choice_number, objected_with, recorded_together
from bot.privacy.objections.record import RECORDED
from bot.services import Services
from handlers.deliveries.words import Words
from handlers.views.accounts import objections
from handlers.views.blocks import Block
from handlers.views.customer_requests import messages as views
from handlers.views.customer_requests import mistakes

MOST = 100


def words(services: Services) -> Mapping[str, Words]:
    """By the message's kind; None when what it speaks of is not there."""
    return {
        NEW: partial(_new, services),
        TASK: partial(_task, services),
        OWNER: partial(_owner, services),
        ADDED: partial(_added, services),
        CLOSED: partial(_closed, services),
        MISTAKEN: partial(_mistaken, services),
        BACK: partial(_back, services),
        REMINDER: partial(_reminder, services),
        OVERDUE: partial(_overdue, services),
        LEFT: partial(_left, services),
        RECORDED: partial(_recorded, services),
    }


def _new(services: Services, message: Message) -> Block | None:
    with services.database.reading() as connection:
        request = read_request(connection, request_number(message.about) or 0)
        objected = objected_with(connection, request.account, request.number) if request else ()
    return views.new(request, services.customer_requests.settings, services.clock(), objected) if request else None


def _task(services: Services, message: Message) -> Block | None:
    name, position, given = message.about.split(".")
    request = _request(services, name)
    one = request.task(int(position)) if request else None
    if request is None or one is None:
        return None
    return views.task(request, one, int(given), _person(message), services.clock())


def _owner(services: Services, message: Message) -> Block | None:
    request = _request(services, message.about.partition("/")[0])
    return views.owner(request, _person(message), services.clock()) if request else None


def _reminder(services: Services, message: Message) -> Block | None:
    request = _request(services, message.about.partition("/")[0])
    if request is None:
        return None
    kind, _, person = message.to.partition(":")
    if kind == "person":
        return views.reminder(request, services.clock(), person)
    return views.reminder(request, services.clock(), gone=gone_of(request, services.directory))


def _added(services: Services, message: Message) -> Block | None:
    with services.database.reading() as connection:
        request = read_request(connection, request_number(message.about.partition("/")[0]) or 0)
        objected = objected_with(connection, request.account, request.number) if request else ()
    return views.added(request, services.clock(), objected) if request else None


def _closed(services: Services, message: Message) -> Block | None:
    request = _request(services, message.about.partition("/")[0])
    return views.closed(request, _person(message), services.clock()) if request else None


def _mistaken(services: Services, message: Message) -> Block | None:
    person = _person(message)
    with services.database.reading() as connection:
        request = read_request(connection, request_number(message.about.partition("/")[0]) or 0)
        if request is None:
            return None
        assembled, grants = services.customer_requests.mistakes.beside(connection, request)
    own = [one for one in grants if one.person == person]
    return mistakes.mistaken(request, person, services.clock(), assembled=person in assembled, grants=own)


def _back(services: Services, message: Message) -> Block | None:
    request = _request(services, message.about.partition("/")[0])
    return mistakes.back(request, _person(message), services.clock()) if request else None


def _overdue(services: Services, message: Message) -> Block:
    with services.database.reading() as connection:
        found, doubtful = overdue_requests(connection, services.clock(), MOST), otherwise(connection)
    return views.overdue(found, date.fromisoformat(message.about), doubtful)


def _left(services: Services, message: Message) -> Block:
    team, user = holder_of(message.about)
    person = services.directory.person(team, user)
    with services.database.reading() as connection:
        found = open_requests(connection, team, views.MOST_LEFT, user)
        number = number_open(connection, team, user)
    return views.left(person, found, number, services.clock())


def _recorded(services: Services, message: Message) -> Block | None:
    with services.database.reading() as connection:
        choices = recorded_together(connection, choice_number(message.about) or 0)
    return objections.to_privacy(choices, services.clock()) if choices else None


def _request(services: Services, name: str) -> CustomerRequest | None:
    with services.database.reading() as connection:
        return read_request(connection, request_number(name) or 0)


def _person(message: Message) -> str:
    return message.to.partition(":")[2]
