"""Working on a customer's request: who owns it, the identity, its term, its tasks, its end.

Each change is a pure decision, one compare-and-set of the request's version and one audit entry, in one transaction; of
two at the same moment exactly one is taken, and the other is told how it stands. Reasons stand in the entry alone.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import Connection, update
from sqlmodel import col

from bot.access.people import Conversation, Person, Standing
from bot.access.reasons import Reason
from bot.audit.entry import Action, Outcome
from bot.audit.ledger import Ledger, OpenEntry, Origin
from bot.clock import Clock
from bot.database import Database, still_there
from bot.effects import Effects, Message
from bot.privacy.customer_requests.decide import (
    Obstacle,
    Why,
    may_assemble,
    may_change,
    may_close,
    may_extend,
    may_hand_over,
    may_see,
    may_settle,
    may_take,
    may_undo,
)
from bot.privacy.customer_requests.history import ASSEMBLED
from bot.privacy.customer_requests.left import left_names, let_go
from bot.privacy.customer_requests.messages import OWNER, TASK, on_closing, step_name, to_follow
from bot.privacy.customer_requests.on_record import written
from bot.privacy.customer_requests.reminders import remind
from bot.privacy.customer_requests.requests import (
    Added,
    CustomerRequest,
    Task,
    TaskStatus,
    added_to,
    identity_row,
    read_request,
    set_if_unchanged,
    standing_for,
    task_name,
    words_of,
)
from bot.privacy.customer_requests.settings import RequestSettings
from bot.privacy.customer_requests.terms import due_day, end_of
from bot.privacy.objections.choices import Objected, objected_with
from models.customer_request import CustomerRequestTask as TaskRow

Refusal = Reason | Why | Obstacle
Decide = Callable[[CustomerRequest | None], Refusal | None]
Change = Callable[[OpenEntry, CustomerRequest], bool]


@dataclass(frozen=True, slots=True)
class Words:
    """What stands in audit entries alone, None where nothing was said or it was erased.

    `customer`: what the customer wrote, and `added` what was added later; `extension`: why the term was extended;
    `refusals`: by task, why not; `mistake`: why it was registered by mistake.
    """

    customer: str | None = None
    extension: str | None = None
    refusals: Mapping[int, str | None] = field(default_factory=dict)
    added: tuple[Added, ...] = ()
    mistake: str | None = None


@dataclass(frozen=True, slots=True)
class Changed:
    """This press was the change; the request as it stands now, with what was said about it.

    `objected`: what became of the objections in it; `duplicates`: those that ended as the same as this one.
    """

    entry: str
    request: CustomerRequest
    words: Words
    objected: tuple[Objected, ...] = ()
    duplicates: tuple[CustomerRequest, ...] = ()


@dataclass(frozen=True, slots=True)
class NotChanged:
    """Nothing was changed, and why; `request` as it stands, where the person may see it."""

    entry: str
    reason: Refusal
    request: CustomerRequest | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """One request with what was said about it, what became of the objections in it, and its duplicates."""

    entry: str
    request: CustomerRequest
    words: Words
    objected: tuple[Objected, ...] = ()
    duplicates: tuple[CustomerRequest, ...] = ()


@dataclass(frozen=True, slots=True)
class Work:
    """Everything that officers and those with tasks do. All raise NotRecorded and AlreadyHandled like the ledger."""

    database: Database
    ledger: Ledger
    effects: Effects
    clock: Clock
    settings: RequestSettings

    def open(
        self, origin: Origin, person: Person, conversation: Conversation, number: int, *, assembling: bool = False
    ) -> Opened | NotChanged:
        """One request with what the customer wrote; reading it is recorded, and that it is for assembling the data."""
        may, code = (may_assemble, ASSEMBLED) if assembling else (may_see, "opened")
        with self.ledger.entry(origin, Action.CUSTOMER_REQUEST) as entry:
            request = read_request(entry.connection, number)
            reason = may(person, conversation, request)
            if reason is not None or request is None:
                return refused(entry, reason or Why.NO_SUCH_CUSTOMER_REQUEST, request, person)
            entry.account, entry.ticket = request.account, request.name
            entry.close(Outcome.DISCLOSED, code)
            return Opened(entry.id, request, *_beside(entry, request))

    def take(self, origin: Origin, person: Person, number: int) -> Changed | NotChanged:
        """Make a request that nobody owns one's own."""

        def change(entry: OpenEntry, request: CustomerRequest) -> bool:
            return set_if_unchanged(entry.connection, request, owner=person.id)

        return self.change(origin, person, number, "taken", partial(may_take, person), change)

    def hand_over(self, origin: Origin, person: Person, number: int, to: Person) -> Changed | NotChanged:
        """Give it to another officer, who gets a message."""

        def change(entry: OpenEntry, request: CustomerRequest) -> bool:
            if not set_if_unchanged(entry.connection, request, owner=to.id):
                return False
            about = step_name(request, request.version + 1)
            self.effects.send(entry.connection, Message(OWNER, about, f"person:{to.id}"))
            return True

        return self.change(origin, person, number, "handed_over", partial(may_hand_over, person, to=to), change)

    def check_identity(
        self, origin: Origin, person: Person, number: int, ways: tuple[str, ...]
    ) -> Changed | NotChanged:
        """Note how the customer's identity was checked: one or more of the configured ways, never a document."""

        def decide(request: CustomerRequest | None) -> Refusal | None:
            known = ways and set(ways) <= set(self.settings.identity)
            return may_change(person, request) or (None if known else Why.NO_SUCH_WAY)

        def change(entry: OpenEntry, request: CustomerRequest) -> bool:
            return set_if_unchanged(entry.connection, request, **identity_row(ways, person.id))

        return self.change(origin, person, number, "identity_checked", decide, change)

    def extend(self, origin: Origin, person: Person, number: int, reason: str, *, told: bool) -> Changed | NotChanged:
        """Extend the term, once; `told`: that the customer was told, with the reason."""
        now = self.clock()

        def decide(request: CustomerRequest | None) -> Refusal | None:
            term = self.settings.laws.get(request.law) if request else None
            return may_extend(person, request, term, reason, now, told=told)

        def change(entry: OpenEntry, request: CustomerRequest) -> bool:
            entry.justification = reason.strip()
            term = self.settings.laws[request.law]
            due_on = due_day(request.received_on, term, self.settings.day_off, extended=True)
            due_at = end_of(due_on, self.settings.zone)
            changed = set_if_unchanged(
                entry.connection, request, due_on=due_on, due_at=due_at, extended_at=now, extended_in=entry.id
            )
            if changed:
                remind(entry.connection, self.effects, again(entry, number), self.settings.remind_before, now)
            return changed

        return self.change(origin, person, number, "extended", decide, change)

    def checked_ways(self, person: Person, number: int) -> tuple[str, ...]:
        """The ways in which the customer's identity was checked so far; none for who may not change the request."""
        request = self.to_change(person, number)
        return request.identity if request else ()

    def extended_day(self, person: Person, number: int) -> date | None:
        """The last day of a request's term if this person extended it now; None where that can't be."""
        request = self.to_change(person, number)
        term = self.settings.laws.get(request.law) if request else None
        if request is None or term is None or not term.extendable:
            return None
        if request.extended_at is not None or self.clock() >= request.due_at:
            return None
        return due_day(request.received_on, term, self.settings.day_off, extended=True)

    def to_change(self, person: Person, number: int) -> CustomerRequest | None:
        """The request as it stands, for the forms of whoever may change it; None for others."""
        with self.database.reading() as connection:
            request = read_request(connection, number)
        return None if may_change(person, request) else request

    def close(self, origin: Origin, person: Person, number: int) -> Changed | NotChanged:
        """Close it: identity checked, every task done or refused. Whoever registered it and its owner are told."""
        now = self.clock()

        def change(entry: OpenEntry, request: CustomerRequest) -> bool:
            closed = {"status": "closed", "closed_at": now, "closed_by": person.id}
            if not set_if_unchanged(entry.connection, request, **closed):
                return False
            self.effects.send(entry.connection, *on_closing(request, person.id))
            return True

        return self.change(origin, person, number, "closed", partial(may_close, person), change)

    def assign(self, origin: Origin, person: Person, number: int, position: int, to: Person) -> Changed | NotChanged:
        """Give a task to a person, who gets a message with its buttons."""

        def decide(request: CustomerRequest | None) -> Refusal | None:
            if reason := may_change(person, request) or may_settle(person, request, position):
                return reason
            return None if to.standing is Standing.MEMBER else Why.NOBODY_TO_ASSIGN

        def change(entry: OpenEntry, request: CustomerRequest) -> bool:
            task = _task(request, position)
            values = {"assignee": to.id, "round": task.round + 1}
            if not (set_if_unchanged(entry.connection, request) and _set_task(entry.connection, request, task, values)):
                return False
            given = _task(again(entry, number), position)
            self.effects.refresh(entry.connection, task_name(number, task))
            self.effects.send(entry.connection, Message(TASK, task_name(number, given), f"person:{to.id}"))
            return True

        return self.change(origin, person, number, "assigned", decide, change)

    def settle(
        self, origin: Origin, person: Person, number: int, position: int, status: TaskStatus, reason: str = ""
    ) -> Changed | NotChanged:
        """Finish a task, or refuse it with a reason. Raises ValueError for a status that settles nothing."""
        if status is TaskStatus.OPEN:
            raise ValueError("a task is settled by finishing or refusing it")
        now = self.clock()

        def decide(request: CustomerRequest | None) -> Refusal | None:
            silent = status is TaskStatus.REFUSED and not reason.strip()
            return may_settle(person, request, position) or (Why.NO_REASON if silent else None)

        def change(entry: OpenEntry, request: CustomerRequest) -> bool:
            entry.justification = reason.strip() or None
            settled = {"status": status.value, "settled_by": person.id, "settled_at": now, "entry": entry.id}
            return self._about_task(entry, request, position, settled)

        return self.change(origin, person, number, f"task_{status.value}", decide, change)

    def undo(self, origin: Origin, person: Person, number: int, position: int) -> Changed | NotChanged:
        """Take back that a task was done or refused."""

        def change(entry: OpenEntry, request: CustomerRequest) -> bool:
            unsettled = {"status": "open", "settled_by": None, "settled_at": None, "entry": None}
            return self._about_task(entry, request, position, unsettled)

        return self.change(origin, person, number, "task_undone", partial(may_undo, person, position=position), change)

    def _about_task(self, entry: OpenEntry, request: CustomerRequest, position: int, values: dict[str, Any]) -> bool:
        """The request's version rises with its tasks, so that nobody closes it meanwhile."""
        task = _task(request, position)
        if not (set_if_unchanged(entry.connection, request) and _set_task(entry.connection, request, task, values)):
            return False
        self.effects.refresh(entry.connection, task_name(request.number, task))
        return True

    def change(
        self, origin: Origin, person: Person, number: int, code: str, decide: Decide, change: Change
    ) -> Changed | NotChanged:
        """One step of a request: `code` is the entry's reason, `change` is False where somebody else was quicker."""
        with self.ledger.entry(origin, Action.CUSTOMER_REQUEST) as entry:
            return self.step(entry, person, number, code, decide, change)

    def step(
        self, entry: OpenEntry, person: Person, number: int, code: str, decide: Decide, change: Change
    ) -> Changed | NotChanged:
        """The same within an entry that is open already."""
        request = read_request(entry.connection, number)
        reason = decide(request)
        if reason is None and request is not None:
            if change(entry, request):
                entry.account, entry.ticket = request.account, request.name
                now = again(entry, number)
                entry.fields = (*entry.fields, written(entry.connection, number))
                entry.close(Outcome.DONE if now.is_open else Outcome.ENDED, code)
                less = left_names(entry.connection, request.team, let_go(request, now))
                self.effects.refresh(entry.connection, *to_follow(now, self.settings, self.clock(), code), *less)
                return Changed(entry.id, now, *_beside(entry, now))
            entry.justification = None
            request = again(entry, number)
            reason = decide(request) or Why.CHANGED_MEANWHILE
        return refused(entry, reason or Why.NO_SUCH_CUSTOMER_REQUEST, request, person)


def _beside(
    entry: OpenEntry, request: CustomerRequest
) -> tuple[Words, tuple[Objected, ...], tuple[CustomerRequest, ...]]:
    """What is shown with a request."""
    read = entry.connection
    objected = objected_with(read, request.account, request.number)
    return _said(entry, request), objected, standing_for(read, request.number)


def _said(entry: OpenEntry, request: CustomerRequest) -> Words:
    """What is said in an entry that is still being written is not in the table yet."""

    def said(where: str | None) -> str | None:
        return entry.justification if where == entry.id else words_of(entry.connection, where)

    refused = (task for task in request.tasks if task.status is TaskStatus.REFUSED)
    refusals = {task.position: said(task.entry) for task in refused}
    mistake = said(request.mistake.entry) if request.mistake else None
    return Words(said(request.entry), said(request.extended_in), refusals, added_to(entry.connection, request), mistake)


def refused(entry: OpenEntry, reason: Refusal, request: CustomerRequest | None, person: Person) -> NotChanged:
    """Record it; how it stands is told to those whom it concerns, and to whoever registered it if they ask for that."""
    if request is not None:
        entry.account, entry.ticket = request.account, request.name
    follows = reason is Why.FOLLOWED
    entry.close(Outcome.DISCLOSED if follows else Outcome.REFUSED, reason)
    seen = request is not None and (follows or may_see(person, Conversation.INTERNAL, request) is None)
    return NotChanged(entry.id, reason, request if seen else None)


def _set_task(connection: Connection, request: CustomerRequest, task: Task, values: dict[str, Any]) -> bool:
    changed = connection.execute(
        update(TaskRow)
        .where(
            col(TaskRow.request) == request.number,
            col(TaskRow.position) == task.position,
            col(TaskRow.status) == task.status.value,
        )
        .values(values)
    )
    return changed.rowcount == 1


def _task(request: CustomerRequest, position: int) -> Task:
    return still_there(request.task(position), "a task")


def again(entry: OpenEntry, number: int) -> CustomerRequest:
    """A request as it stands after a change in an entry that is still being written. Raises RuntimeError."""
    request = still_there(read_request(entry.connection, number), "a customer's request")
    return replace(request, tasks=tuple(_named(entry, task) for task in request.tasks))


def _named(entry: OpenEntry, task: Task) -> Task:
    """What is said in an entry that is still being written is not in the table yet."""
    return replace(task, title=entry.justification or task.title) if task.added_in == entry.id else task
