"""What officers give a customer's request afterwards: a task more, or its first term again.

Each is one step of the request (bot.privacy.customer_requests.work); what is typed stands in its entry alone.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import insert

from bot.access.people import Person
from bot.audit.ledger import OpenEntry, Origin
from bot.effects import Message
from bot.privacy.customer_requests.decide import may_add_task, may_undo_extension
from bot.privacy.customer_requests.messages import EXTENSION_UNDONE, TASK, to_follow
from bot.privacy.customer_requests.reminders import remind
from bot.privacy.customer_requests.requests import ADDED_TITLE, CustomerRequest, set_if_unchanged, task_name
from bot.privacy.customer_requests.terms import due_day, end_of
from bot.privacy.customer_requests.work import Changed, NotChanged, Refusal, Work, again
from models.customer_request import CustomerRequestTask as TaskRow


@dataclass(frozen=True, slots=True)
class Afterwards:
    """Both raise NotRecorded and AlreadyHandled like the ledger."""

    work: Work

    def undo_extension(self, origin: Origin, person: Person, number: int, reason: str) -> Changed | NotChanged:
        """Make the term the first one again, where it was extended by mistake; it can be extended anew."""
        now = self.work.clock()

        def decide(request: CustomerRequest | None) -> Refusal | None:
            term = self.work.settings.laws.get(request.law) if request else None
            return may_undo_extension(person, request, term, reason)

        def change(entry: OpenEntry, request: CustomerRequest) -> bool:
            entry.justification = reason.strip()
            first = {"due_on": (due_on := self._first_day(request)), "due_at": end_of(due_on, self.work.settings.zone)}
            if not set_if_unchanged(entry.connection, request, extended_at=None, extended_in=None, **first):
                return False
            self.work.effects.refresh(entry.connection, *to_follow(request, self.work.settings, now, EXTENSION_UNDONE))
            remind(entry.connection, self.work.effects, again(entry, number), self.work.settings.remind_before, now)
            return True

        return self.work.change(origin, person, number, EXTENSION_UNDONE, decide, change)

    def first_day(self, person: Person, number: int) -> date | None:
        """The last day of an extended request's term if this person undid the extension; None where that can't be."""
        request = self.work.to_change(person, number)
        if request is None or request.extended_at is None or request.law not in self.work.settings.laws:
            return None
        return self._first_day(request)

    def _first_day(self, request: CustomerRequest) -> date:
        return due_day(request.received_on, self.work.settings.laws[request.law], self.work.settings.day_off)

    def add_task(
        self, origin: Origin, person: Person, number: int, title: str, to: Person | None = None
    ) -> Changed | NotChanged:
        """Add something to do that requests of this kind do not have by themselves, and give it to `to`, if named.

        What is to be done stands in the entry, so that an erasure takes it out with all that was typed.
        """

        def decide(request: CustomerRequest | None) -> Refusal | None:
            return may_add_task(person, request, title, to)

        def change(entry: OpenEntry, request: CustomerRequest) -> bool:
            entry.justification = " ".join(title.split())
            if not set_if_unchanged(entry.connection, request):
                return False
            position = max((one.position for one in request.tasks), default=0) + 1
            given = {"assignee": to.id if to else None, "round": 1 if to else 0}
            row = {"request": number, "position": position, "title": ADDED_TITLE, "status": "open", **given}
            entry.connection.execute(insert(TaskRow).values({**row, "added_in": entry.id}))
            added = again(entry, number).task(position)
            if to is not None and added is not None:
                self.work.effects.send(entry.connection, Message(TASK, task_name(number, added), f"person:{to.id}"))
            return True

        return self.work.change(origin, person, number, "task_added", decide, change)
