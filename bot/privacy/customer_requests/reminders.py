"""Nothing lies: reminders before a term ends, and each morning what is overdue."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Connection

from bot.audit.ledger import Ledger
from bot.clock import Clock
from bot.effects import Effects, Message
from bot.privacy.customer_requests.decide import OFFICERS
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


@dataclass(frozen=True, slots=True)
class Reminders:
    """Work of the schedule, so that of several replicas one does it. `tells`: whether there is a privacy channel."""

    ledger: Ledger
    effects: Effects
    clock: Clock
    settings: RequestSettings
    tells: bool

    def remind(self, about: str) -> None:
        """Tell the owner, or the privacy channel where nobody owns it, and everybody who has an open task of it.

        Nothing happens if it is closed or extended, or if a reminder nearer to the term's end is due as well: after a
        standstill one is told, not all that were missed.
        """
        name, due_on, days = about.split("/")
        with self.ledger.transaction() as connection:
            request = read_request(connection, request_number(name) or 0)
            if request is None or not request.is_open or request.due_on.isoformat() != due_on:
                return
            nearer = [span for span in self.settings.remind_before if span.days < int(days)]
            if any(request.due_at - span <= self.clock() for span in nearer):
                return
            for to in self._concerned(request):
                self.effects.send(connection, Message(REMINDER, about, to))

    def _concerned(self, request: CustomerRequest) -> tuple[str, ...]:
        owner = f"person:{request.owner}" if request.owner else f"channel:{OFFICERS}" if self.tells else None
        still = (one.assignee for one in request.tasks if one.status is TaskStatus.OPEN)
        return tuple(dict.fromkeys(one for one in (owner, *(f"person:{person}" for person in still if person)) if one))

    def plan(self) -> None:
        """Put the next morning into the schedule; the same one is there once."""
        with self.ledger.transaction() as connection:
            self._plan(connection)

    def morning(self, day: str) -> None:
        """Tell the privacy channel what is overdue, if anything is, and plan the next morning."""
        with self.ledger.transaction() as connection:
            if self.tells and overdue_requests(connection, self.clock(), limit=1):
                self.effects.send(connection, Message(OVERDUE, day, f"channel:{OFFICERS}"))
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
