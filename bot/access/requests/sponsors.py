"""Requests and grants of people of engaged third parties: their sponsor hears of each, and no name is kept."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, update
from sqlmodel import col

from bot.access.grants import Request, RequestKind, Status, read_request, request_number
from bot.access.people import Directory
from bot.access.rules.processors import Processor, processor_of, within_contract
from bot.access.rules.purposes import Rules
from bot.audit.ledger import Ledger
from bot.clock import Clock
from bot.database import Database
from bot.effects import Effects, Message
from models.access import AccessRequest, AccessRequestAccount

SPONSOR_WORK: Final = "processor.sponsor"
TOLD: Final = {Status.PENDING: "processor.asked", Status.GRANTED: "processor.granted"}


def asked_by_outsider(
    connection: Connection, request: Request, rules: Rules, directory: Directory, effects: Effects, now: datetime
) -> Request:
    """A request that was just written, without the accounts' names if a processor's person is to have the access."""
    if _processor(request, rules, directory) is None:
        return request
    effects.due(connection, SPONSOR_WORK, request.name, now)
    mine = col(AccessRequest.number) == request.number
    connection.execute(update(AccessRequest).where(mine).values(account_label=None))
    among = col(AccessRequestAccount.request) == request.number
    connection.execute(update(AccessRequestAccount).where(among).values(label=None))
    several = tuple((account, None) for account, _ in request.several)
    return replace(request, account_label=None, several=several)


def for_outsider(
    connection: Connection,
    request: Request,
    duration: timedelta,
    rules: Rules,
    directory: Directory,
    effects: Effects,
    now: datetime,
) -> timedelta:
    """How long what is given may last: not beyond the contract (zero: it is over). The sponsor hears of it."""
    processor = _processor(request, rules, directory)
    if processor is None:
        return duration
    effects.due(connection, SPONSOR_WORK, request.name, now)
    extended = request.grant if request.kind is RequestKind.EXTENSION else None
    begins = extended.ends_at if extended else max(now, request.starts_at or now)
    return within_contract(duration, begins, processor)


def _processor(request: Request, rules: Rules, directory: Directory) -> Processor | None:
    """Whose person is to have the access. The directory knows them: they, or an approver, have just been asked for."""
    if not rules.processors:
        return None
    return processor_of(directory.person(request.team, request.person), rules.processors)


@dataclass(frozen=True, slots=True)
class Sponsors:
    """Tells them, as work of its own: who they are is Slack's to say, and a decision does not wait for that."""

    database: Database
    ledger: Ledger
    rules: Rules
    directory: Directory
    effects: Effects
    clock: Clock

    def tell(self, name: str) -> None:
        """Queue a message to each sponsor about a request as it stands now. Raises DirectoryUnavailable."""
        number = request_number(name)
        if number is None:
            raise ValueError("not the name of a request")
        with self.database.reading() as connection:
            request = read_request(connection, number)
        kind = TOLD.get(request.status) if request else None
        processor = _processor(request, self.rules, self.directory) if request else None
        if request is None or kind is None or processor is None:
            return
        people = [one for one in self.directory.members(processor.sponsor) if one != request.person]
        with self.ledger.transaction() as connection:
            for person in people:
                self.effects.send(connection, Message(kind, request.name, f"person:{person}"))
