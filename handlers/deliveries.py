"""The words of messages that must arrive, made when they are sent, from the state as it then is."""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select
from sqlmodel import col

from bot.access.grants import Request, read_request, request_number
from bot.audit.entry import Action, Outcome
from bot.audit.erasure import ASKED_MESSAGE
from bot.audit.erasures import erasure_number, read_erasure
from bot.delivery.messages import Composed
from bot.effects import Message
from bot.privacy.versions import policy_in_force
from bot.services import Services
from handlers.views import erasure, requests
from handlers.views.blocks import Block
from models.audit import AuditEntry


@dataclass(frozen=True, slots=True)
class Compose:
    """Message → Block Kit, by the message's kind."""

    services: Services

    def __call__(self, message: Message) -> Composed | None:
        """None when what the message speaks of is not there. Raises ValueError for a kind that nobody knows."""
        if message.kind == ASKED_MESSAGE:
            return self._erasure(message.about)
        number = request_number(message.about)
        with self.services.database.reading() as connection:
            request = read_request(connection, number) if number else None
            if request is None:
                return None
            block = self._words(message.kind, request, connection)
        return Composed(block["text"], block["blocks"])

    def _words(self, kind: str, request: Request, connection: Connection) -> Block:
        now, company = self.services.clock(), self.services.company
        match kind:
            case "request.opened":
                return requests.to_approvers(request, company, self._quote(request, connection), now)
            case "request.decided":
                return requests.to_requester(request, company, now)
            case "grant.ending":
                return requests.ending_soon(request, company, now)
            case "grant.over":
                return requests.over(request, company, _looked(connection, request), now)
        raise ValueError("a message of a kind that nobody knows")

    def _erasure(self, name: str) -> Composed | None:
        with self.services.database.reading() as connection:
            found = read_erasure(connection, erasure_number(name) or 0)
        if found is None:
            return None
        block = erasure.asked(found, self.services.clock())
        return Composed(block["text"], block["blocks"])

    def _quote(self, request: Request, connection: Connection) -> str | None:
        policy = policy_in_force(connection, self.services.clock())
        purpose = self.services.company.rules.purposes.get(request.purpose)
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
