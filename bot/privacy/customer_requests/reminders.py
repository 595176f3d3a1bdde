"""Nothing lies: reminders before a term ends, and each morning what is overdue."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Connection

from bot.access.people import Directory, Standing
from bot.access.roles import is_officer
from bot.audit.ledger import Ledger
from bot.clock import Clock
from bot.effects import PRIVACY_DESK, Effects, Message
from bot.privacy.customer_requests.on_record import otherwise
from bot.privacy.customer_requests.requests import (
    CustomerRequest,
    TaskStatus,
    overdue_requests,
    read_request,
    request_number,
)
from bot.privacy.customer_requests.settings import RequestSettings

REMIND = "customer_request.remind"
MORNING = "customer_request.morning"
REMINDER = "customer_request.reminder"
OVERDUE = "customer_request.overdue"


def remind(
    connection: Connection, effects: Effects, request: CustomerRequest, before: Iterable[timedelta], now: datetime
) -> None:
    """Put the reminders of the present term into the schedule; those whose time is over are left out."""
    for span in before:
        at = request.due_at - span
        if at > now:
            effects.due(connection, REMIND, reminder_name(request, span), at)


def reminder_name(request: CustomerRequest, span: timedelta) -> str:
    """C-77/2026-04-14/7: a reminder of one term, so many days before it ends."""
    return f"{request.name}/{request.due_on.isoformat()}/{span.days}"


def people_of(request: CustomerRequest) -> tuple[str, ...]:
    """Who has something to do for it: its owner, and those with open tasks, each once."""
    still = [one.assignee for one in request.tasks if one.status is TaskStatus.OPEN]
    return tuple(dict.fromkeys(one for one in (request.owner, *still) if one is not None))


def gone_of(request: CustomerRequest, directory: Directory) -> frozenset[str]:
    """Those of them who can't do it any more: who left, and an owner who is no privacy officer now.

    Raises DirectoryUnavailable.
    """
    found = {one: directory.person(request.team, one) for one in people_of(request)}
    left = {one for one, person in found.items() if person.standing is not Standing.MEMBER}
    owner = found.get(request.owner or "")
    return frozenset(left | ({owner.id} if owner is not None and not is_officer(owner) else set()))


@dataclass(frozen=True, slots=True)
class Reminders:
    """Work of the schedule, so that of several replicas one does it. `tells`: whether there is a privacy channel."""

    ledger: Ledger
    directory: Directory
    effects: Effects
    clock: Clock
    settings: RequestSettings
    tells: bool

    def remind(self, about: str) -> None:
        """Tell the owner, and everybody who has an open task of it; the privacy channel where nobody owns it, or where
        one of them is not there any more.

        Nothing happens if it is closed or extended, or if a reminder nearer to the term's end is due as well: after a
        standstill one is told, not all that were missed. Raises DirectoryUnavailable: then it is done later.
        """
        with self.ledger.transaction() as connection:
            request = self._due(connection, about)
        gone = gone_of(request, self.directory) if request else frozenset()
        with self.ledger.transaction() as connection:
            request = self._due(connection, about)
            for to in self._concerned(request, gone) if request else ():
                self.effects.send(connection, Message(REMINDER, about, to))

    def _due(self, connection: Connection, about: str) -> CustomerRequest | None:
        """The request that a reminder is about, if it is still to be told."""
        name, due_on, days = about.split("/")
        request = read_request(connection, request_number(name) or 0)
        if request is None or not request.is_open or request.due_on.isoformat() != due_on:
            return None
        nearer = [span for span in self.settings.remind_before if span.days < int(days)]
        return None if any(request.due_at - span <= self.clock() for span in nearer) else request

    def _concerned(self, request: CustomerRequest, gone: frozenset[str]) -> tuple[str, ...]:
        people = [one for one in people_of(request) if one not in gone]
        office = [PRIVACY_DESK] if self.tells and (request.owner is None or gone) else []
        return tuple(dict.fromkeys([*office, *(f"person:{one}" for one in people)]))

    def plan(self) -> None:
        """Put the next morning into the schedule; the same one is there once."""
        with self.ledger.transaction() as connection:
            self._plan(connection)

    def morning(self, day: str) -> None:
        """Tell the privacy channel what is overdue, or kept otherwise than the audit entries say, so that its term may
        be hidden; if anything is. Plan the next morning.
        """
        with self.ledger.transaction() as connection:
            if self.tells and (overdue_requests(connection, self.clock(), limit=1) or otherwise(connection)):
                self.effects.send(connection, Message(OVERDUE, day, PRIVACY_DESK))
            self._plan(connection)

    def _plan(self, connection: Connection) -> None:
        day, moment = self._next()
        self.effects.due(connection, MORNING, day.isoformat(), moment)

    def _next(self) -> tuple[date, datetime]:
        now, zone = self.clock(), self.settings.zone
        today = now.astimezone(zone).date()
        for day in (today, today + timedelta(days=1)):
            moment = datetime.combine(day, self.settings.overdue_at, zone).astimezone(UTC)
            if moment > now:
                return day, moment
        raise RuntimeError("no morning follows")
