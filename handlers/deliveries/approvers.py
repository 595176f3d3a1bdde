"""The words of messages about approvers who are away, requests that wait, questions about them, and unused access."""

from collections.abc import Mapping
from functools import partial

from sqlalchemy import Connection

from bot.access.asked import MOST_QUESTIONS, answer_kind, question_kind
from bot.access.deciding.reminders import ESCALATED, STANDSTILL, reminder_kind
from bot.access.deputising.absences import read_absence
from bot.access.deputising.away import BEGUN, ENDED
from bot.access.deputising.deputies import absence_number
from bot.access.ending.least_use import TICKET_MESSAGE, UNUSED_MESSAGE, read_check
from bot.access.grants import Request, read_request, request_number
from bot.access.rules.reminding import MOST_REMINDERS
from bot.effects import Message
from bot.privacy.versions import policy_in_force
from bot.services import Services
from handlers.deliveries import recertification
from handlers.deliveries.words import Words
from handlers.views.access import away, question_messages, reminders
from handlers.views.access.requests import to_approvers
from handlers.views.blocks import Block


def words(services: Services) -> Mapping[str, Words]:
    """By the message's kind; None when what it speaks of is not there."""
    numbered = (reminder_kind(nth) for nth in range(1, MOST_REMINDERS + 1))
    asked = range(1, MOST_QUESTIONS + 1)
    return {
        BEGUN: partial(_away, services),
        ENDED: partial(_away, services),
        STANDSTILL: partial(_standstill, services),
        ESCALATED: partial(_escalated, services),
        UNUSED_MESSAGE: partial(_unused, services),
        TICKET_MESSAGE: partial(_ticket, services),
        **recertification.words(services),
        **dict.fromkeys(numbered, partial(_reminder, services)),
        **{question_kind(nth): partial(_question, services, nth) for nth in asked},
        **{answer_kind(nth): partial(_answer, services, nth) for nth in asked},
    }


def _question(services: Services, nth: int, message: Message) -> Block | None:
    with services.database.reading() as connection:
        request = _request(connection, message)
    return question_messages.question(request, nth, services.company, services.clock()) if request else None


def _answer(services: Services, nth: int, message: Message) -> Block | None:
    with services.database.reading() as connection:
        request = _request(connection, message)
        quote = quote_of(services, connection, request)
    return question_messages.answer(request, nth, services.company, quote, services.clock()) if request else None


def _away(services: Services, message: Message) -> Block | None:
    with services.database.reading() as connection:
        absence = read_absence(connection, absence_number(message.about) or 0)
    if absence is None:
        return None
    deputy = message.to == f"person:{absence.deputy}"
    return away.begun(absence, services.clock(), deputy=deputy)


def _standstill(services: Services, message: Message) -> Block | None:
    with services.database.reading() as connection:
        request = _request(connection, message)
    now = services.clock()
    if request is None:
        return None
    absences = services.approvers.reminders.crew(request).standstill(request, services.company.rules, now)
    if absences is None or not request.is_open(now):
        return to_approvers(request, services.company, None, now) if not request.is_open(now) else None
    return away.standstill(request.name, absences, request.expires_at, now)


def _reminder(services: Services, message: Message) -> Block | None:
    with services.database.reading() as connection:
        request = _request(connection, message)
        quote = quote_of(services, connection, request)
    return reminders.reminder(request, services.company, quote, services.clock()) if request else None


def _escalated(services: Services, message: Message) -> Block | None:
    with services.database.reading() as connection:
        request = _request(connection, message)
        quote = quote_of(services, connection, request)
    return reminders.escalated(request, services.company, quote, services.clock()) if request else None


def _unused(services: Services, message: Message) -> Block | None:
    with services.database.reading() as connection:
        request = _request(connection, message)
    return reminders.unused(request, services.company, services.clock()) if request else None


def _ticket(services: Services, message: Message) -> Block | None:
    with services.database.reading() as connection:
        request = _request(connection, message)
        check = read_check(connection, request.number) if request else None
    return reminders.ticket(request, check, services.company, services.clock()) if request else None


def _request(connection: Connection, message: Message) -> Request | None:
    return read_request(connection, request_number(message.about) or 0)


def quote_of(services: Services, connection: Connection, request: Request | None) -> str | None:
    """The words of the policy that the request's purpose rests on."""
    policy = policy_in_force(connection, services.clock())
    purpose = services.company.rules.purposes.get(request.purpose) if request else None
    clause = policy.clause(purpose.clause) if policy and purpose else None
    return clause.quote if clause else None
