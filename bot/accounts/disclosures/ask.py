"""Somebody asks to give data to an outsider: it is written down for two people to decide, or refused at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import insert
from sqlmodel import col

from bot.access.asking.exact import as_meant
from bot.access.asking.limits import look_up_limit
from bot.access.people import Conversation, Directory, Person, each_once
from bot.access.reasons import Reason
from bot.access.roles import APPROVERS
from bot.access.rules.purposes import Rules
from bot.access.rules.quorum import can_be_met
from bot.accounts.disclosures.draft import Basis, Draft, Fault, Part, check, forbidden
from bot.accounts.disclosures.records import NEEDS, Disclosure, Status, held_disclosure, may_ask
from bot.accounts.disclosures.voices import Voices
from bot.accounts.source import Source
from bot.audit.entry import Action, Outcome
from bot.audit.ledger import Ledger, OpenEntry, Origin
from bot.clock import Clock
from bot.days import read_day
from bot.effects import APPROVALS, PRIVACY_DESK, Effects, Message
from bot.privacy.text import Clause
from bot.privacy.versions import Policy, policy_in_force
from models.disclosure import Disclosure as Table

ASKED: Final = "disclosure.asked"
REFUSED: Final = "disclosure.refused"
TIMEOUT_WORK: Final = "disclosure.timeout"
CHANNELS: Final = (PRIVACY_DESK, APPROVALS)
REASON_OF: Final = {Basis.PAYMENT: Reason.SOLD_OR_RENTED, Basis.NONE: Reason.NO_BASIS}


@dataclass(frozen=True, slots=True)
class DisclosureTerms:
    """[disclosure]: the clause that forbids and permits, and how long a decision, and a look afterwards, may take."""

    clause: str
    pending_timeout: timedelta


@dataclass(frozen=True, slots=True)
class Asked:
    """It waits for two people."""

    disclosure: Disclosure


@dataclass(frozen=True, slots=True)
class Incomplete:
    """The person has to mend something first."""

    faults: Mapping[Part, Fault] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NotAllowed:
    """It is refused. `clause` is the passage of the policy that says why, where it is the policy that does."""

    entry: str
    reason: Reason
    clause: str | None = None


@dataclass(frozen=True, slots=True)
class AskToDisclose:
    """Writes a disclosure down, or says why not. Each attempt is an audit entry.

    Without `terms` there is nothing in the configuration that permits any.
    """

    ledger: Ledger
    rules: Rules
    directory: Directory
    effects: Effects
    clock: Clock
    source: Source
    zone: ZoneInfo
    terms: DisclosureTerms | None
    voices: Voices

    def peek(self, origin: Origin, person: Person, conversation: Conversation) -> NotAllowed | None:
        """Why this person gets no form here, or None. A refusal is recorded."""
        reason = may_ask(person, conversation, self.rules) or (None if self.terms else Reason.NO_DISCLOSURES)
        if reason is None:
            return None
        with self.ledger.entry(origin, Action.DISCLOSE) as entry:
            entry.close(Outcome.REFUSED, reason)
        return NotAllowed(entry.id, reason)

    def __call__(
        self, origin: Origin, person: Person, conversation: Conversation, draft: Draft
    ) -> Asked | Incomplete | NotAllowed:
        """Raises NotRecorded when nothing could be written, AlreadyHandled for a second delivery."""
        members, now = {role: self.directory.members(role) for role in NEEDS}, self.clock()
        others = [one for one in members[APPROVERS] if one not in person.ids]
        deputies = self.voices.deputies(person.team, others, now)
        with self.ledger.entry(origin, Action.DISCLOSE, query=draft.account or None) as entry:
            entry.justification = draft.why.strip() or None
            policy = policy_in_force(entry.connection, now)
            clause = policy.clause(self.terms.clause) if policy and self.terms else None
            entry.policy_version = policy.version if policy else None
            reason = may_ask(person, conversation, self.rules) or self._unfounded(policy, clause)
            if reason is not None or policy is None or clause is None:
                entry.close(Outcome.REFUSED, reason)
                return NotAllowed(entry.id, reason or Reason.CLAUSE_GONE)
            faults = self._faults(entry, person, draft, members, now)
            if why_not := forbidden(draft):
                return self._refuse(entry, person, draft, why_not, now, clause.quote)
            told = [f"person:{one}" for one in deputies if one not in person.ids]
            return self._take(entry, person, draft, faults, told, now)

    def _unfounded(self, policy: Policy | None, clause: Clause | None) -> Reason | None:
        if self.terms is None:
            return Reason.NO_DISCLOSURES
        if policy is None:
            return Reason.NO_POLICY
        return None if clause else Reason.CLAUSE_GONE

    def _faults(
        self, entry: OpenEntry, person: Person, draft: Draft, members: Mapping[str, Sequence[str]], now: datetime
    ) -> Mapping[Part, Fault]:
        """All that is wrong. Finds the account as well, which is counted as a look-up; for who has looked up as often
        as may be none is looked for in a form that can't be sent, so that nobody finds out by it which ids there are.
        """
        limited = look_up_limit(entry.connection, person, None, self.rules, now) is not None
        faults = dict(check(draft, self.rules, now.astimezone(self.zone).date()))
        if not can_be_met(NEEDS, {role: each_once(self.directory, members[role]) for role in NEEDS}, person.ids):
            faults.setdefault(Part.BASIS, Fault.NO_APPROVER)
        ref = None if limited and faults else self.source.find(as_meant(draft.account), entry=entry)
        entry.account = ref.id if ref else None
        if ref is None:
            faults.setdefault(Part.ACCOUNT, Fault.TOO_MANY_LOOK_UPS if limited else Fault.NO_MATCH)
        return faults

    def _refuse(
        self, entry: OpenEntry, person: Person, draft: Draft, why_not: Basis, now: datetime, quote: str
    ) -> NotAllowed:
        """Written down all the same, so that the privacy office hears what was wanted."""
        row = self._row(entry, person, draft, now)
        settled = {"basis": why_not.value, "status": Status.REFUSED.value, "decided_at": now, "decided_by": "policy"}
        number = _insert(entry, {**row, **settled})
        found = held_disclosure(entry.connection, number)
        self.effects.send(entry.connection, Message(REFUSED, found.name, PRIVACY_DESK))
        entry.grant = found.name
        entry.close(Outcome.REFUSED, REASON_OF[why_not])
        return NotAllowed(entry.id, REASON_OF[why_not], quote)

    def _take(
        self,
        entry: OpenEntry,
        person: Person,
        draft: Draft,
        faults: Mapping[Part, Fault],
        told: Sequence[str],
        now: datetime,
    ) -> Asked | Incomplete:
        if faults:
            nowhere = faults.get(Part.ACCOUNT) is Fault.NO_MATCH
            limited = faults.get(Part.ACCOUNT) is Fault.TOO_MANY_LOOK_UPS
            why_not = Reason.TOO_MANY_LOOK_UPS if limited else Reason.NO_MATCH if nowhere else Reason.INCOMPLETE
            entry.close(Outcome.NOT_FOUND if nowhere else Outcome.REFUSED, why_not)
            return Incomplete(faults)
        number = _insert(entry, self._row(entry, person, draft, now))
        found = held_disclosure(entry.connection, number)
        for to in (*CHANNELS, *told):
            self.effects.send(entry.connection, Message(ASKED, found.name, to))
        self.effects.due(entry.connection, TIMEOUT_WORK, found.name, found.expires_at)
        entry.grant = found.name
        entry.close(Outcome.REQUESTED, found.basis.value, found.fields)
        return Asked(found)

    def _row(self, entry: OpenEntry, person: Person, draft: Draft, now: datetime) -> dict[str, object]:
        timeout = self.terms.pending_timeout if self.terms else timedelta(0)
        return {
            "team": person.team,
            "asked_by": person.id,
            "account": entry.account,
            "fields": list(dict.fromkeys(draft.fields)),
            "recipient": draft.recipient.strip(),
            "organisation": draft.organisation.strip(),
            "basis": (draft.basis or Basis.NONE).value,
            "reference": draft.reference.strip(),
            "dated": read_day(draft.dated),
            "given_by": draft.given_by.strip(),
            "why": draft.why.strip(),
            "policy_version": entry.policy_version,
            "asked_at": now,
            "expires_at": now + timeout,
            "status": Status.PENDING.value,
            "turn": 0,
        }


def _insert(entry: OpenEntry, row: Mapping[str, object]) -> int:
    made = entry.connection.execute(insert(Table).values(row).returning(col(Table.number)))
    return int(made.scalar_one() or 0)
