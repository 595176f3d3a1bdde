"""The words of messages that must arrive, made when they are sent, from the state as it then is."""

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy import Connection, func, select
from sqlmodel import col

from bot.access.grants import Request, read_request, request_number
from bot.audit.entry import Action, Outcome
from bot.audit.erasures.records import Erasure, erasure_number, read_erasure
from bot.audit.erasures.steps import ASKED_MESSAGE, REMINDER_MESSAGE
from bot.delivery.messages import Composed
from bot.effects import Message
from bot.privacy.versions import policy_in_force
from bot.services import Services
from handlers.deliveries import (
    approvers,
    changes,
    clauses,
    customer_requests,
    disclosures,
    ledger,
    life,
    notices,
    processors,
    questions,
    reviews,
)
from handlers.deliveries.words import Words
from handlers.views.access import requests
from handlers.views.audit import erasure
from handlers.views.blocks import Block
from models.audit import AuditEntry

AboutRequest = Callable[[Request, Connection], Block]


class Compose:
    """Message → Block Kit, by the message's kind."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._words: Mapping[str, Words] = {
            "request.opened": self._about_request(self._to_approvers),
            "request.decided": self._about_request(self._to_requester),
            "grant.ending": self._about_request(self._ending_soon),
            "grant.over": self._about_request(self._over),
            ASKED_MESSAGE: self._about_erasure(erasure.asked),
            REMINDER_MESSAGE: self._about_erasure(erasure.reminder),
            **approvers.words(services),
            **reviews.words(services),
            **customer_requests.words(services),
            **ledger.words(services),
            **disclosures.words(services),
            **processors.words(services),
            **clauses.words(services),
            **life.words(services),
            **questions.words(services),
            **changes.words(services),
            **notices.words(services),
        }

    def __call__(self, message: Message) -> Composed | None:
        """None when what the message speaks of is not there. Raises ValueError for a kind that nobody knows."""
        words = self._words.get(message.kind)
        if words is None:
            raise ValueError("a message of a kind that nobody knows")
        block = words(message)
        return Composed(block["text"], block["blocks"]) if block else None

    def _about_request(self, words: AboutRequest) -> Words:
        def about(message: Message) -> Block | None:
            number = request_number(message.about)
            with self._services.database.reading() as connection:
                request = read_request(connection, number) if number else None
                return words(request, connection) if request else None

        return about

    def _to_approvers(self, request: Request, connection: Connection) -> Block:
        quote = self._quote(request, connection)
        return requests.to_approvers(request, self._services.company, quote, self._services.clock())

    def _to_requester(self, request: Request, _: Connection) -> Block:
        return requests.to_requester(request, self._services.company, self._services.clock())

    def _ending_soon(self, request: Request, _: Connection) -> Block:
        return requests.ending_soon(request, self._services.company, self._services.clock())

    def _over(self, request: Request, connection: Connection) -> Block:
        looked = _looked(connection, request)
        return requests.over(request, self._services.company, looked, self._services.clock())

    def _about_erasure(self, words: Callable[[Erasure, datetime], Block]) -> Words:
        def about(message: Message) -> Block | None:
            with self._services.database.reading() as connection:
                found = read_erasure(connection, erasure_number(message.about) or 0)
            return words(found, self._services.clock()) if found else None

        return about

    def _quote(self, request: Request, connection: Connection) -> str | None:
        policy = policy_in_force(connection, self._services.clock())
        purpose = self._services.company.rules.purposes.get(request.purpose)
        clause = policy.clause(purpose.clause) if policy and purpose else None
        return clause.quote if clause else None


def _looked(connection: Connection, request: Request) -> int:
    """How often the grant was used."""
    used = select(func.count()).where(
        col(AuditEntry.grant) == request.name,
        col(AuditEntry.action) == Action.REVEAL.value,
        col(AuditEntry.outcome) == Outcome.DISCLOSED.value,
    )
    return int(connection.execute(used).scalar_one())
