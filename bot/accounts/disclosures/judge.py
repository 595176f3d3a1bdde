"""Two people decide on a disclosure; the second yes enters it in the register, in the same transaction."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Connection, delete, insert, update
from sqlmodel import col

from bot.access.deciding.lapses import Giver, counting
from bot.access.deputising.deputies import Voice, on_behalf
from bot.access.people import Person, Standing
from bot.access.reasons import Reason
from bot.accounts.disclosures.ask import DisclosureTerms
from bot.accounts.disclosures.on_record import words_of_yes
from bot.accounts.disclosures.records import (
    NEEDS,
    Approval,
    Disclosure,
    Status,
    disclosure_number,
    held_disclosure,
    may_decide,
    may_withdraw,
    read_disclosure,
)
from bot.accounts.disclosures.voices import Voices, may_agree, voice_towards
from bot.audit.entry import SYSTEM, Action, Outcome
from bot.audit.ledger import BY_ITSELF, Ledger, OpenEntry, Origin
from bot.clock import Clock
from bot.effects import Effects, Message
from bot.pending import settle_pending
from bot.privacy.versions import policy_in_force
from models.disclosure import Disclosure as Table
from models.disclosure import DisclosureApproval, DisclosureEntry
from models.tables import table_of

DECIDED: Final = "disclosure.decided"


@dataclass(frozen=True, slots=True)
class Decided:
    """This press decided it, or was the first of two yeses; then it is still pending."""

    disclosure: Disclosure


@dataclass(frozen=True, slots=True)
class NotDecided:
    """This press changed nothing, and why; `disclosure` is as it stands now, if there is one."""

    reason: Reason
    disclosure: Disclosure | None = None


Came = tuple[Outcome, str | None]
"""What a press came to: the outcome, and the reason for the audit entry."""
Change = Callable[[OpenEntry, Disclosure, Sequence[Voice], datetime], Came | Reason]


@dataclass(frozen=True, slots=True)
class JudgeDisclosure:
    """Takes the presses of approvers and privacy officers. All raise NotRecorded and AlreadyHandled like the ledger."""

    ledger: Ledger
    effects: Effects
    clock: Clock
    terms: DisclosureTerms | None
    voices: Voices

    def approve(self, origin: Origin, person: Person, number: int) -> Decided | NotDecided:
        """Agree to it. With the last yes that is needed it stands in the register, and whoever asked is told."""

        givers = self.voices.givers(number)

        def agree(entry: OpenEntry, found: Disclosure, voices: Sequence[Voice], now: datetime) -> Came | Reason:
            found = self._as_it_counts(entry, found, givers)
            voice = may_agree(voices, found)
            if isinstance(voice, Reason):
                return voice
            if reason := self._unfounded(entry, now):
                return reason
            behalf = voice.whose if voice.whose != person.id else None
            row = {"disclosure": number, "by": person.id, "roles": sorted(voice.roles), "at": now, "behalf": behalf}
            entry.connection.execute(insert(DisclosureApproval).values(row))
            entry.query = words_of_yes(found.name, voice.roles)
            agreed = held_disclosure(entry.connection, number)
            if agreed.missing:
                return Outcome.DONE, on_behalf(voice, person.id, Reason.MORE_APPROVERS)
            if not self._approved(entry, agreed, person.id, now):
                return Reason.NOT_PENDING
            return Outcome.GRANTED, on_behalf(voice, person.id, Reason.ALL_APPROVERS)

        return self._decide(origin, person, number, agree)

    def deny(self, origin: Origin, person: Person, number: int) -> Decided | NotDecided:
        """One no ends it; nothing is entered and nothing is shown."""

        def turn_down(entry: OpenEntry, found: Disclosure, voices: Sequence[Voice], now: datetime) -> Came | Reason:
            if not _settle(entry.connection, number, Status.DENIED, person.id, now):
                return Reason.NOT_PENDING
            self._tell(entry.connection, found)
            voice = voice_towards(voices, found)
            return Outcome.DENIED, on_behalf(voice, person.id, None) if voice else None

        return self._decide(origin, person, number, turn_down)

    def withdraw(self, origin: Origin, person: Person, number: int) -> Decided | NotDecided:
        """Whoever asked takes it back while it waits: nothing is given, and those who decide read so."""
        now = self.clock()
        with self.ledger.entry(origin, Action.CANCEL) as entry:
            _take_turn(entry.connection, number, now)
            found = read_disclosure(entry.connection, number)
            if found is not None and found.team == person.team:
                entry.grant, entry.account = found.name, found.account
            reason = may_withdraw(person, found, now)
            if reason is None and found is not None:
                if _settle(entry.connection, number, Status.DENIED, person.id, now):
                    self.effects.refresh(entry.connection, found.name)
                    entry.close(Outcome.DONE)
                    return Decided(held_disclosure(entry.connection, number))
                reason = Reason.NOT_PENDING
            return _refused(entry, person, number, reason)

    def time_out(self, name: str) -> None:
        """Settle a disclosure that nobody decided in time. Nothing happens if it was decided, or twice."""
        number = disclosure_number(name)
        if number is None:
            raise ValueError("not the name of a disclosure")
        with self.ledger.transaction() as connection:
            if not _settle(connection, number, Status.EXPIRED, SYSTEM, self.clock()):
                return
            found = held_disclosure(connection, number)
            entry = self.ledger.opened(connection, BY_ITSELF, Action.DISCLOSE)
            entry.grant, entry.account = found.name, found.account
            entry.close(Outcome.EXPIRED, Reason.TIMED_OUT)
            self.ledger.write(entry)
            self._tell(connection, found)

    def _decide(self, origin: Origin, person: Person, number: int, change: Change) -> Decided | NotDecided:
        now = self.clock()
        voices = self.voices.of(person, now)
        with self.ledger.entry(origin, Action.DISCLOSE) as entry:
            _take_turn(entry.connection, number, now)
            found = read_disclosure(entry.connection, number)
            if found is not None and found.team == person.team:
                entry.grant, entry.account = found.name, found.account
            decides = found is not None and voice_towards(voices, found) is not None
            reason = may_decide(person, found, now, decides=decides)
            if reason is None and found is not None:
                came_to = change(entry, found, voices, now)
                if isinstance(came_to, tuple):
                    self.effects.refresh(entry.connection, found.name)
                    entry.close(*came_to)
                    return Decided(held_disclosure(entry.connection, number))
                reason = came_to
            return _refused(entry, person, number, reason)

    def _as_it_counts(self, entry: OpenEntry, found: Disclosure, givers: Mapping[str, Giver]) -> Disclosure:
        """Without the earlier yeses of people who could not give them now; each that is taken off has its entry."""
        kept, lapsed = counting(found.approvals, givers, (found.asked_by,), lambda voice: voice.roles & NEEDS.keys())
        for one, roles in kept:
            if roles != one.roles:
                of_theirs = update(DisclosureApproval).where(*_yes(found, one))
                entry.connection.execute(of_theirs.values(roles=sorted(roles)))
        for gone in lapsed:
            entry.connection.execute(delete(DisclosureApproval).where(*_yes(found, gone.given)))
            written = self.ledger.opened(entry.connection, BY_ITSELF, Action.LAPSE, query=found.name)
            written.grant, written.account = found.name, found.account
            written.close(Outcome.ENDED, gone.code)
            self.ledger.write(written)
        if lapsed:
            self.effects.refresh(entry.connection, found.name)
        return held_disclosure(entry.connection, found.number)

    def _unfounded(self, entry: OpenEntry, now: datetime) -> Reason | None:
        """The policy in force still permits disclosures on these bases."""
        policy = policy_in_force(entry.connection, now)
        entry.policy_version = policy.version if policy else None
        stands = policy is not None and self.terms is not None and policy.clause(self.terms.clause) is not None
        return None if stands else Reason.CLAUSE_GONE

    def _approved(self, entry: OpenEntry, found: Disclosure, by: str, now: datetime) -> bool:
        timeout = self.terms.pending_timeout if self.terms else timedelta(0)
        if not _settle(entry.connection, found.number, Status.APPROVED, by, now, shown_until=now + timeout):
            return False
        same = ("number", "team", "asked_by", "account", "recipient", "organisation", "reference", "dated", "given_by")
        row = {name: getattr(found, name) for name in (*same, "why")}
        row |= {"fields": list(found.fields), "basis": found.basis.value, "entered_at": now, "entry": entry.id}
        row |= {"approved_by": [one.by for one in found.approvals], "policy_version": entry.policy_version}
        entry.connection.execute(insert(DisclosureEntry).values(row))
        self._tell(entry.connection, found)
        return True

    def _tell(self, connection: Connection, found: Disclosure) -> None:
        self.effects.send(connection, Message(DECIDED, found.name, f"person:{found.asked_by}"))
        self.effects.refresh(connection, found.name)


def _yes(found: Disclosure, one: Approval) -> tuple[ColumnElement[bool], ...]:
    return col(DisclosureApproval.disclosure) == found.number, col(DisclosureApproval.by) == one.by


def _refused(entry: OpenEntry, person: Person, number: int, reason: Reason | None) -> NotDecided:
    """Close the entry, and say how it stands. People who are no employees are not told that there is such a one."""
    entry.close(Outcome.REFUSED, reason)
    if person.standing is not Standing.MEMBER:
        return NotDecided(Reason.NO_SUCH_REQUEST)
    return NotDecided(reason or Reason.NO_SUCH_REQUEST, read_disclosure(entry.connection, number))


def _take_turn(connection: Connection, number: int, now: datetime) -> None:
    """Hold a pending one until this transaction ends, so that of two who agree at once the second sees the first."""
    held = (col(Table.number) == number) & (col(Table.status) == Status.PENDING.value) & (col(Table.expires_at) > now)
    connection.execute(update(Table).where(held).values(turn=Table.turn + 1))


def _settle(
    connection: Connection, number: int, status: Status, by: str, now: datetime, *, shown_until: datetime | None = None
) -> bool:
    """Move one from pending to `status`; false when somebody was first, or its time is up."""
    values = {"decided_at": now, "decided_by": by, "shown_until": shown_until}
    return settle_pending(connection, table_of(Table), number, status, now, values)
