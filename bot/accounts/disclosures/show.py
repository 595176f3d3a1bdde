"""Once two people agreed, the values are shown: to whoever asked, once, under an audit entry of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import Connection, select, update
from sqlmodel import col

from bot.access.people import Conversation, Person
from bot.access.reasons import Reason
from bot.access.rules.purposes import Rules
from bot.accounts.disclosures.ask import DisclosureTerms
from bot.accounts.disclosures.draft import disclosable
from bot.accounts.disclosures.on_record import more_than, on_record
from bot.accounts.disclosures.records import Disclosure, Status, may_ask, may_be_shown, read_disclosure
from bot.accounts.source import Record, Source, SourceDown, Value, failure_of
from bot.accounts.unread import reason_of
from bot.audit.entry import Action, Outcome
from bot.audit.ledger import Ledger, OpenEntry, Origin
from bot.clock import Clock
from bot.effects import Effects
from bot.privacy.versions import policy_in_force
from models.disclosure import Disclosure as Table
from models.disclosure import DisclosureEntry

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Shown:
    """The values, by the names of the fields that were agreed to. `entry` is the audit entry's id."""

    entry: str
    disclosure: Disclosure
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class NotShown:
    """Nothing is shown, and why."""

    entry: str
    reason: Reason
    disclosure: Disclosure | None = None


@dataclass(frozen=True, slots=True)
class ShowDisclosure:
    """Raises NotRecorded when the entry can't be committed: then nothing may be shown."""

    ledger: Ledger
    rules: Rules
    clock: Clock
    source: Source
    effects: Effects
    terms: DisclosureTerms | None

    def __call__(self, origin: Origin, person: Person, conversation: Conversation, number: int) -> Shown | NotShown:
        """To the person who asked, and to nobody else."""
        now = self.clock()
        with self.ledger.entry(origin, Action.DISCLOSE) as entry:
            found = read_disclosure(entry.connection, number)
            if found is not None and found.team == person.team:
                entry.grant, entry.account = found.name, found.account
            reason = may_ask(person, conversation, self.rules) or may_be_shown(person, found, now)
            reason = reason or self._unfounded(entry, number, now)
            if reason is None and found is not None:
                reason = self._doubt(entry, found, now)
            if reason is not None or found is None:
                entry.close(Outcome.REFUSED, reason)
                return NotShown(entry.id, reason or Reason.NO_SUCH_REQUEST, found)
            return self._show(entry, found, now)

    def _unfounded(self, entry: OpenEntry, number: int, now: datetime) -> Reason | None:
        """The policy in force still permits it, and the register has it: no line there, no data."""
        policy = policy_in_force(entry.connection, now)
        entry.policy_version = policy.version if policy else None
        if policy is None or self.terms is None or policy.clause(self.terms.clause) is None:
            return Reason.CLAUSE_GONE
        return None if _registered(entry, number) else Reason.NOT_APPROVED

    def _doubt(self, entry: OpenEntry, found: Disclosure, now: datetime) -> Reason | None:
        """Why it is not shown, where its rows say more than the ledger's entries, or keep it open for longer."""
        record = on_record(entry.connection, (found.name,)).get(found.name)
        if record is not None and record.shown:
            return Reason.SHOWN_ALREADY
        more = more_than(found, record)
        if more is not None or record is None or record.agreed_at is None or self.terms is None:
            log.error("access.not_on_record", grant=found.name, reason=more)
            return Reason.NOT_ON_RECORD
        return Reason.TIMED_OUT if now >= record.agreed_at + self.terms.pending_timeout else None

    def _show(self, entry: OpenEntry, found: Disclosure, now: datetime) -> Shown | NotShown:
        permitted = set(disclosable(self.rules))
        fields = [name for name in found.fields if name in permitted]
        try:
            record = self._read(entry, found, fields)
        except SourceDown as down:
            entry.close(Outcome.REFUSED, reason_of(down))
            return NotShown(entry.id, reason_of(down), found)
        if record is None:
            entry.close(Outcome.NOT_FOUND, Reason.NO_MATCH)
            return NotShown(entry.id, Reason.NO_MATCH, found)
        if not _take(entry.connection, found.number, now):
            entry.close(Outcome.REFUSED, Reason.SHOWN_ALREADY)
            return NotShown(entry.id, Reason.SHOWN_ALREADY, found)
        self.effects.refresh(entry.connection, found.name)
        entry.close(Outcome.DISCLOSED, found.basis.value, fields)
        return Shown(entry.id, found, {name: record.values[name] for name in fields if record.values.get(name)})

    def _read(self, entry: OpenEntry, found: Disclosure, fields: Sequence[str]) -> Record | None:
        """All of it: what is shown once is not shown in part. Raises SourceDown."""
        ref = self.source.find(found.account or "", entry=entry)
        if ref is None or ref.id != found.account:
            return None
        record = self.source.fetch(ref, fields, entry=entry)
        if record.unread:
            raise failure_of(ref, record.unread)
        return record


def _registered(entry: OpenEntry, number: int) -> bool:
    line = select(col(DisclosureEntry.number)).where(col(DisclosureEntry.number) == number)
    return entry.connection.execute(line).first() is not None


def _take(connection: Connection, number: int, now: datetime) -> bool:
    """The one time that it is shown; false when it was before."""
    changed = connection.execute(
        update(Table)
        .where(
            col(Table.number) == number,
            col(Table.status) == Status.APPROVED.value,
            col(Table.shown_at).is_(None),
            col(Table.shown_until) > now,
        )
        .values(shown_at=now)
    )
    return changed.rowcount == 1
