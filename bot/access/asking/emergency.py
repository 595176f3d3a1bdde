"""Access at once in an emergency: for a short time, told to everybody who could have decided, and reviewed afterwards.

An emergency whose review is overdue bars the person from the next one. Nobody decides it, so neither the limits of what
may be open nor a missing approver stand in its way; what the purpose and the policy permit does.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, select
from sqlmodel import col

from bot.access.asking.exact import Finder
from bot.access.clauses.in_force import in_force
from bot.access.decide import admit, purposes_of
from bot.access.grants import RequestKind, request_name
from bot.access.people import Conversation, Directory, Person, Standing
from bot.access.reasons import Reason
from bot.access.requests.drafts import Draft, check
from bot.access.requests.filing import (
    INDIVIDUAL,
    Asked,
    Findings,
    Incomplete,
    Named,
    file_request,
    filed,
    labelled,
    request_row,
)
from bot.access.requests.give import Given, give
from bot.access.rules.purposes import Purpose, Rules
from bot.access.rules.quorum import needs
from bot.audit.entry import Action, Outcome
from bot.audit.ledger import Ledger, OpenEntry, Origin
from bot.audit.reviews.items import CLOSED, Kind, item_name
from bot.clock import Clock
from bot.effects import AUDIT_LOG, Effects, Message
from bot.privacy.versions import policy_in_force
from models.access import AccessRequest
from models.review import ReviewItem, ReviewLink


@dataclass(frozen=True, slots=True)
class NotReviewed:
    """An emergency access of a person's whose review is overdue. `item` is the review's name, if it is in the queue."""

    request: str
    taken_at: datetime
    item: str | None


@dataclass(frozen=True, slots=True)
class NoEmergency:
    """This person can't take emergency access here and now, and why."""

    reason: Reason
    purpose: Purpose | None = None
    overdue: NotReviewed | None = None


def emergency_purposes(person: Person, rules: Rules) -> tuple[Purpose, ...]:
    """Those of the person's purposes that allow emergency access."""
    return tuple(one for one in purposes_of(person, rules) if one.emergency is not None)


def purpose_for(person: Person, asked: str | None, rules: Rules) -> tuple[Purpose, ...] | Reason:
    """The purposes to choose from, the one that was asked for alone where one was; or why there is none. Pure."""
    own = purposes_of(person, rules)
    if not own:
        return Reason.NO_PURPOSE
    if asked is not None and asked not in {one.key for one in own}:
        return Reason.NOT_YOUR_PURPOSE if asked in rules.purposes else Reason.UNKNOWN_PURPOSE
    able = [one for one in emergency_purposes(person, rules) if asked in (None, one.key)]
    return tuple(able) or Reason.NO_EMERGENCY


@dataclass(frozen=True, slots=True)
class Emergency:
    """Takes emergency access. Each attempt is an audit entry."""

    ledger: Ledger
    rules: Rules
    directory: Directory
    effects: Effects
    clock: Clock
    finder: Finder
    review_within: timedelta
    audit_channel: bool

    def purposes(self, person: Person) -> tuple[Purpose, ...]:
        """Those of the person's purposes that allow emergency access."""
        return emergency_purposes(person, self.rules)

    def peek(
        self, origin: Origin, person: Person, conversation: Conversation, asked: str | None
    ) -> tuple[Purpose, ...] | NoEmergency:
        """The purposes to choose from in the form. That there are none is recorded."""
        with self.ledger.transaction() as connection:
            entry = self.ledger.opened(connection, origin, Action.EMERGENCY)
            found = self._barred(entry, person, conversation, asked)
            if not isinstance(found, NoEmergency):
                return found
            entry.close(Outcome.REFUSED, found.reason)
            self.ledger.write(entry)
            return found

    def __call__(
        self, origin: Origin, person: Person, conversation: Conversation, draft: Draft
    ) -> Asked | Incomplete | NoEmergency:
        """Take it, for as long as the purpose allows. Raises NotRecorded, AlreadyHandled."""
        told = self._approvers(draft)
        with self.ledger.entry(origin, Action.EMERGENCY, query=draft.account or None) as entry:
            entry.justification, entry.ticket = draft.why.strip() or None, draft.ticket
            found = self._barred(entry, person, conversation, draft.purpose)
            if isinstance(found, NoEmergency):
                entry.close(Outcome.REFUSED, found.reason)
                return found
            purpose = found[0]
            draft = replace(draft, purpose=purpose.key, duration=purpose.emergency, starts_at=None, person=None)
            most = self.rules.limits.accounts_in_a_grant
            findings = Findings(dict(check(draft, purpose, self.clock())), most)
            who = (entry.connection, person, purpose, self.rules)
            if findings.faults and self.finder.finds_nothing_out(*who):
                return findings.close(entry)
            accounts = findings.accounts(entry, draft, self.finder.of(*who))
            findings.objected(accounts, self.finder.closed(entry, draft, purpose, self.rules))
            if findings.faults or not accounts:
                return findings.close(entry)
            return self._take(entry, person, draft, purpose, accounts, told)

    def _approvers(self, draft: Draft) -> Sequence[str]:
        """Everybody who could have decided it; Slack is asked before the transaction begins."""
        purpose = self.rules.purposes.get(draft.purpose or "")
        known = [self.rules.data_classes[key] for key in draft.data_classes if key in self.rules.data_classes]
        roles = needs(purpose, known, individual=True) if purpose else {}
        return list(dict.fromkeys(one for role in roles for one in self.directory.members(role)))

    def _barred(
        self, entry: OpenEntry, person: Person, conversation: Conversation, asked: str | None
    ) -> tuple[Purpose, ...] | NoEmergency:
        """The purposes to choose from, or why there are none: the person, the policy, or an overdue review."""
        entry.purpose = asked if asked in self.rules.purposes else None
        policy = policy_in_force(entry.connection, self.clock())
        if policy is None:
            return NoEmergency(Reason.NO_POLICY)
        entry.policy_version = policy.version
        if barred := admit(person, conversation):
            return NoEmergency(barred)
        if person.standing is not Standing.MEMBER:
            return NoEmergency(Reason.NO_EMERGENCY, self.rules.purposes.get(asked or ""))
        found = purpose_for(person, asked, in_force(entry.connection, self.rules, policy, self.clock()))
        if isinstance(found, Reason):
            return NoEmergency(found, self.rules.purposes.get(asked or ""))
        standing = tuple(one for one in found if policy.clause(one.clause) is not None)
        if not standing:
            return NoEmergency(Reason.CLAUSE_GONE, found[0])
        overdue = not_reviewed(entry.connection, person, self.clock(), self.review_within)
        return NoEmergency(Reason.REVIEW_OVERDUE, standing[0], overdue) if overdue else standing

    def _take(
        self,
        entry: OpenEntry,
        person: Person,
        draft: Draft,
        purpose: Purpose,
        accounts: Sequence[Named],
        told: Sequence[str],
    ) -> Asked:
        now, connection = self.clock(), entry.connection
        classes = [self.rules.data_classes[key] for key in draft.data_classes]
        usual = needs(purpose, classes, individual=any(one.kind == INDIVIDUAL for one in accounts))
        row = request_row(person, draft, purpose, accounts[0], now, now + self.rules.pending_timeout)
        row |= {"kind": RequestKind.EMERGENCY.value, "needs": dict(usual)}
        request = file_request(connection, row, labelled(accounts))
        given = Given("policy", request.data_classes, request.duration, accounts=request.accounts)
        give(connection, request, given, now=now, effects=self.effects)
        entry.grant = request.name
        channel = [AUDIT_LOG] if self.audit_channel else []
        for to in (*channel, *(f"person:{one}" for one in told if one not in person.ids)):
            self.effects.send(connection, Message("emergency.taken", request.name, to))
        shown = [name for one in classes for name in one.fields]
        entry.close(Outcome.GRANTED, Reason.EMERGENCY, shown)
        return Asked(filed(connection, request.number))


def not_reviewed(connection: Connection, person: Person, now: datetime, within: timedelta) -> NotReviewed | None:
    """The person's oldest emergency whose review is overdue, be it that nobody put it into the queue in time."""
    taken = (
        select(col(AccessRequest.number), col(AccessRequest.asked_at))
        .where(
            col(AccessRequest.team) == person.team,
            col(AccessRequest.person).in_(person.ids),
            col(AccessRequest.kind) == RequestKind.EMERGENCY.value,
            col(AccessRequest.asked_at) <= now - within,
        )
        .order_by(col(AccessRequest.number))
    )
    found = {request_name(row.number): row.asked_at for row in connection.execute(taken)}
    reviews = {name: (number, status, due) for name, number, status, due in _reviews(connection, person)}
    for name, taken_at in found.items():
        number, status, due = reviews.get(name, (None, None, None))
        if number is None or (status not in CLOSED and due is not None and due <= now):
            return NotReviewed(name, taken_at, item_name(number) if number is not None else None)
    return None


def _reviews(connection: Connection, person: Person) -> list[tuple[str, int, str, datetime | None]]:
    """Of each of the person's emergencies in the queue: its request, the review's number, status and term."""
    query = (
        select(col(ReviewLink.grant), col(ReviewItem.number), col(ReviewItem.status), col(ReviewItem.due_at))
        .join(ReviewLink, col(ReviewLink.item) == col(ReviewItem.number))
        .where(
            col(ReviewItem.team) == person.team,
            col(ReviewItem.person).in_(person.ids),
            col(ReviewItem.kind) == Kind.EMERGENCY.value,
        )
    )
    return [(row[0] or "", int(row[1] or 0), row[2], row[3]) for row in connection.execute(query)]
