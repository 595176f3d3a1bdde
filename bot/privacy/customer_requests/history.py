"""What the audit table says was done about a customer's request, where the request itself says how it stands now."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import orjson
from sqlalchemy import Connection, select
from sqlmodel import col

from bot.audit.entry import Action, Outcome
from bot.privacy.customer_requests.requests import CustomerRequest
from models.audit import AuditEntry

ASSEMBLED: Final = "assembled"
CLOSED: Final = "closed"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that somebody did: `code` is the entry's reason."""

    at: datetime
    by: str
    code: str


def steps_of(connection: Connection, request: CustomerRequest) -> tuple[Step, ...]:
    """What was done about a request, refused presses left out, the oldest first."""
    return tuple(_steps(connection, request))


def was_closed(steps: tuple[Step, ...]) -> Step | None:
    """When it was closed last, as its customer had been answered; None where it never was."""
    return next((one for one in reversed(steps) if one.code == CLOSED), None)


def assembled_by(steps: tuple[Step, ...]) -> tuple[str, ...]:
    """Who assembled the account's data for it, the first one first."""
    return tuple(dict.fromkeys(one.by for one in steps if one.code == ASSEMBLED))


def _steps(connection: Connection, request: CustomerRequest) -> Iterator[Step]:
    query = (
        select(col(AuditEntry.at), col(AuditEntry.actor), col(AuditEntry.entry))
        .where(col(AuditEntry.account) == request.account, col(AuditEntry.at) >= request.recorded_at)
        .where(col(AuditEntry.action) == Action.CUSTOMER_REQUEST.value)
        .where(col(AuditEntry.outcome) != Outcome.REFUSED.value)
        .order_by(col(AuditEntry.at), col(AuditEntry.id))
    )
    for at, actor, entry in connection.execute(query):
        said = orjson.loads(entry)
        if said["ticket"] == request.name:
            yield Step(at, actor, said["reason"])
