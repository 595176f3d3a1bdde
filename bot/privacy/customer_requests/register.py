"""An employee registers what a customer asks for: the account is found, the term counted, the privacy office told.

The customer's words stand in the audit entry alone (`justification`), so that an erasure takes them out of one place.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, insert

from bot.access.people import Conversation, Person
from bot.access.reasons import Reason
from bot.audit.entry import Action, Outcome
from bot.audit.ledger import Ledger, OpenEntry, Origin
from bot.clock import Clock
from bot.database import still_there
from bot.days import read_day
from bot.effects import PRIVACY_DESK, Effects, Message
from bot.privacy.customer_requests.accounts import FormAccounts, refusal_of
from bot.privacy.customer_requests.decide import ANOTHER, Draft, Flaw, Part, Why, flaws, may_register
from bot.privacy.customer_requests.messages import ADDED, RECEIVED_EARLIER, step_name, to_follow
from bot.privacy.customer_requests.on_record import written
from bot.privacy.customer_requests.reminders import remind
from bot.privacy.customer_requests.requests import (
    LINKED,
    CustomerRequest,
    Kind,
    identity_row,
    read_request,
    request_name,
    same_and_open,
    set_if_unchanged,
)
from bot.privacy.customer_requests.settings import RequestSettings
from bot.privacy.customer_requests.terms import due_day, end_of
from bot.privacy.objections.choices import Said
from bot.privacy.objections.record import Objections
from models.customer_request import CustomerRequest as RequestRow
from models.customer_request import CustomerRequestTask as TaskRow
from models.tables import table_of

NEW = "customer_request.new"


@dataclass(frozen=True, slots=True)
class Registered:
    """It stands; `entry` is the audit entry with the customer's words. `linked`: they were added to an older one.

    `media`: those of which this form said that the customer objects to them.
    """

    entry: str
    request: CustomerRequest
    linked: bool = False
    media: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Flawed:
    """The person has to mend something first. `candidates` are ids, when several accounts match."""

    flaws: dict[Part, Flaw]
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Duplicates:
    """The same is open for this account: is it one of these?"""

    requests: tuple[CustomerRequest, ...]


@dataclass(frozen=True, slots=True)
class NotRegistered:
    """The person may not."""

    entry: str
    reason: Reason | Why


@dataclass(frozen=True, slots=True)
class Register:
    """Writes a request, or says all that is wrong with it at once. Each attempt is an audit entry."""

    ledger: Ledger
    effects: Effects
    clock: Clock
    accounts: FormAccounts
    settings: RequestSettings
    objections: Objections
    tells: bool

    def today(self) -> date:
        """In the company's time zone."""
        return self.clock().astimezone(self.settings.zone).date()

    def warm(self) -> None:
        """Load what counts the term, so that whoever registers the first request need not wait for that."""
        self.settings.warm(self.today())

    def peek(self, origin: Origin, person: Person, conversation: Conversation) -> NotRegistered | None:
        """Whether this person may register one here, for the form. Being turned away is recorded."""
        reason = may_register(person, conversation)
        if reason is None:
            return None
        with self.ledger.entry(origin, Action.CUSTOMER_REQUEST) as entry:
            entry.close(Outcome.REFUSED, reason)
        return NotRegistered(entry.id, reason)

    def __call__(
        self, origin: Origin, person: Person, conversation: Conversation, draft: Draft
    ) -> Registered | Flawed | Duplicates | NotRegistered:
        """Raises NotRecorded when nothing could be written, AlreadyHandled for a second delivery."""
        with self.ledger.entry(origin, Action.CUSTOMER_REQUEST, query=draft.account or None) as entry:
            if reason := may_register(person, conversation):
                entry.close(Outcome.REFUSED, reason)
                return NotRegistered(entry.id, reason)
            settings = self.settings
            found = flaws(draft, self.today(), settings.laws, settings.identity, self.objections.media)
            account, candidates = None, tuple[str, ...]()
            if Part.ACCOUNT not in found:
                flaw, account, candidates = self.accounts.find(entry, person, draft.account, sent=not found)
                found |= {Part.ACCOUNT: flaw} if flaw else {}
            entry.account = account or entry.account
            if found or account is None:
                return _flawed(entry, found, candidates)
            entry.justification = draft.text.strip() or None
            return self._known(entry, person, draft, account)

    def _known(self, entry: OpenEntry, person: Person, draft: Draft, account: str) -> Registered | Duplicates:
        same = same_and_open(entry.connection, person.team, account, Kind(str(draft.kind)))
        chosen = next((one for one in same if one.number == draft.same_as), None)
        if chosen is not None:
            return self._link(entry, person, draft, chosen) or self._known(entry, person, draft, account)
        if same and draft.same_as != ANOTHER:
            entry.justification = None
            entry.close(Outcome.REFUSED, "duplicate")
            return Duplicates(same)
        return self._write(entry, person, draft, account)

    def _link(self, entry: OpenEntry, person: Person, draft: Draft, request: CustomerRequest) -> Registered | None:
        """Add to one that is open: the words stand in this entry, and an objection counts like any other.

        None when the request was changed at the same moment.
        """
        media = tuple(dict.fromkeys((*request.media, *draft.media)))
        ways = tuple(dict.fromkeys((*request.identity, *draft.identity)))
        identity = {} if ways == request.identity else identity_row(ways, person.id)
        term = self._earlier_term(request, read_day(draft.received) or self.today())
        if not set_if_unchanged(entry.connection, request, media=list(media), **identity, **term):
            return None
        entry.ticket = request.name
        self._object(entry, person, request.account, draft, request.number)
        added = _read(entry.connection, request.number)
        if term:
            remind(entry.connection, self.effects, added, self.settings.remind_before, self.clock())
            self.effects.refresh(entry.connection, *to_follow(added, self.settings, self.clock(), RECEIVED_EARLIER))
        self._tell(entry.connection, added, person)
        entry.close(Outcome.DONE, LINKED, [written(entry.connection, request.number)])
        return Registered(entry.id, added, linked=True, media=draft.media)

    def _earlier_term(self, request: CustomerRequest, received: date) -> dict[str, date | datetime]:
        """The columns of the term, where what is added was received before the request was: it counts from then on.

        Source: GDPR art. 12(3), "of receipt of the request"; it was one request then already.
        """
        law = self.settings.laws.get(request.law)
        if received >= request.received_on or law is None:
            return {}
        due_on = due_day(received, law, self.settings.day_off, extended=request.extended_at is not None)
        return {"received_on": received, "due_on": due_on, "due_at": end_of(due_on, self.settings.zone)}

    def _tell(self, connection: Connection, request: CustomerRequest, person: Person) -> None:
        """The owner, or the privacy channel where nobody owns it; not whoever wrote it down."""
        self.effects.refresh(connection, request.name)
        about = step_name(request, request.version)
        if request.owner is not None and request.owner != person.id:
            self.effects.send(connection, Message(ADDED, about, f"person:{request.owner}"))
        elif request.owner is None and self.tells:
            self.effects.send(connection, Message(ADDED, about, PRIVACY_DESK))

    def _object(self, entry: OpenEntry, person: Person, account: str, draft: Draft, number: int) -> None:
        """The rule of marketing reads it from this moment, whatever else the customer asks for."""
        if draft.media:
            received = read_day(draft.received) or self.today()
            self.objections.write(entry, person, account, draft.media, Said.OBJECTED, received, number)

    def _write(self, entry: OpenEntry, person: Person, draft: Draft, account: str) -> Registered:
        kind, received = Kind(str(draft.kind)), read_day(draft.received) or self.today()
        number = self._insert(entry, person, draft, account, kind, received)
        entry.ticket = request_name(number)
        tasks = [
            {"request": number, "position": position, "title": title, "status": "open", "round": 0}
            for position, title in enumerate(self.settings.tasks[kind], start=1)
        ]
        entry.connection.execute(insert(TaskRow), tasks)
        request = _read(entry.connection, number)
        self._object(entry, person, account, draft, number)
        remind(entry.connection, self.effects, request, self.settings.remind_before, self.clock())
        if self.tells:
            self.effects.send(entry.connection, Message(NEW, request.name, PRIVACY_DESK))
        entry.close(Outcome.REQUESTED, "registered", [written(entry.connection, number)])
        return Registered(entry.id, request, media=draft.media)

    def _insert(self, entry: OpenEntry, person: Person, draft: Draft, account: str, kind: Kind, received: date) -> int:
        term = self.settings.laws[str(draft.law)]
        due_on = due_day(received, term, self.settings.day_off)
        row = {
            "team": person.team,
            "kind": kind.value,
            "account": account,
            "law": term.key,
            "channel": draft.channel,
            "received_on": received,
            "recorded_at": self.clock(),
            "recorded_by": person.id,
            "entry": entry.id,
            "due_on": due_on,
            "due_at": end_of(due_on, self.settings.zone),
            "status": "open",
            "version": 0,
            "media": list(draft.media),
            **identity_row(draft.identity, person.id),
        }
        made = entry.connection.execute(insert(RequestRow).values(row).returning(table_of(RequestRow).c.number))
        return int(made.scalar_one())


def _flawed(entry: OpenEntry, found: dict[Part, Flaw], candidates: tuple[str, ...]) -> Flawed:
    """Record the attempt; ids that are shown are recorded as suggested."""
    if candidates:
        entry.close(Outcome.SUGGESTED, Reason.SEVERAL_MATCHES, ["id"])
    elif found.get(Part.ACCOUNT) in (Flaw.NO_MATCH, Flaw.TOO_SHORT):
        entry.close(Outcome.NOT_FOUND, Reason.NO_MATCH)
    else:
        entry.close(Outcome.REFUSED, refusal_of(found.get(Part.ACCOUNT)))
    return Flawed(found, candidates)


def _read(connection: Connection, number: int) -> CustomerRequest:
    return still_there(read_request(connection, number), "a customer's request")
