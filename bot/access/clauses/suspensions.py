"""Purposes whose clause is gone from the policy in force: suspended at once, and restored by two privacy officers.

Look-ups refuse by themselves, since they read the version in force. This tells the privacy office, settles what rests
on the purpose, and takes the clause that officers point to instead.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col

from bot.access.clauses.in_force import in_force
from bot.access.grants import request_name
from bot.access.people import Directory, Person
from bot.access.reasons import Reason
from bot.access.requests.prolong import refresh_grant
from bot.access.roles import is_officer
from bot.access.rules.media import names_medium
from bot.access.rules.purposes import Purpose, Rules
from bot.audit.entry import SYSTEM, Action, Outcome
from bot.audit.ledger import BY_ITSELF, Ledger, OpenEntry, Origin
from bot.clock import Clock
from bot.database import Database, still_there
from bot.effects import PRIVACY_DESK, Effects, Message
from bot.privacy.clauses import Standing, Suspension, open_suspensions, read_suspension
from bot.privacy.versions import Policy, policy_in_force
from models.access import AccessGrant
from models.clause import ClauseSuspension
from models.tables import table_of

GONE: Final = "clause.gone"
CLAUSE_GONE_NOTE: Final = Reason.CLAUSE_GONE.value
"""Why a grant was ended, for whoever held it."""
FEWEST_WORDS: Final = 4
TABLE: Final = table_of(ClauseSuspension)


class Step(StrEnum):
    """What was done about it: the reason code of its audit entry."""

    GONE = "clause_gone"
    RETURNED = "clause_returned"
    PROPOSED = "clause_proposed"
    RESTORED = "clause_restored"
    TAKEN_BACK = "clause_taken_back"


class Why(StrEnum):
    """Why a press changed nothing."""

    NO_SUCH_SUSPENSION = "no_such_suspension"
    SETTLED = "settled_already"
    NOT_AN_OFFICER = "not_a_privacy_officer"
    NOT_IN_POLICY = "not_in_policy"
    TOO_SHORT = "too_short"
    MEDIUM_NOT_NAMED = "medium_not_named"
    NOTHING_PROPOSED = "nothing_proposed"
    OWN_PROPOSAL = "own_proposal"
    PROPOSER_LEFT = "proposer_left"  # whoever pointed to the clause is no privacy officer any more
    CHANGED = "changed"  # another clause was pointed to in the meantime


@dataclass(frozen=True, slots=True)
class Taken:
    """This press counted; `suspension` says where it stands now."""

    suspension: Suspension


@dataclass(frozen=True, slots=True)
class NotTaken:
    """This press changed nothing, and why."""

    reason: Why
    suspension: Suspension | None = None


def may_settle(person: Person, found: Suspension | None) -> Why | None:
    """Why this person may not decide about this suspension, or None: privacy officers, while it stands."""
    if found is None:
        return Why.NO_SUCH_SUSPENSION
    if not is_officer(person):
        return Why.NOT_AN_OFFICER
    return None if found.status is Standing.SUSPENDED else Why.SETTLED


def may_confirm(person: Person, found: Suspension, proposed_at: datetime | None, proposer: Person | None) -> Why | None:
    """Why this person's confirmation does not count, or None: another officer, of the very words that they read.

    `proposer` is whoever pointed to them, as Slack knows them now: of two who agree both must be officers then.
    """
    if found.proposed is None or found.proposed_by is None:
        return Why.NOTHING_PROPOSED
    if found.proposed_by in person.ids:
        return Why.OWN_PROPOSAL
    if found.proposed_at != proposed_at or proposer is None or proposer.id != found.proposed_by:
        return Why.CHANGED
    return None if is_officer(proposer) else Why.PROPOSER_LEFT


def fits(words: str, purpose: Purpose | None, policy: Policy | None) -> str | Why:
    """The passage that the words stand for in this version, word for word, or why it can't carry the purpose.

    Marketing goes by the media of its clause, so another clause must name each of them.
    """
    if len(words.split()) < FEWEST_WORDS:
        return Why.TOO_SHORT
    clause = policy.clause(words) if policy else None
    if clause is None:
        return Why.NOT_IN_POLICY
    media = purpose.media if purpose else {}
    return clause.quote if all(names_medium(clause.quote, one) for one in media) else Why.MEDIUM_NOT_NAMED


@dataclass(frozen=True, slots=True)
class Suspensions:
    """`ends`: grants end with the purpose; otherwise they wait, closed, for as long as they would have lasted."""

    database: Database
    ledger: Ledger
    rules: Rules
    directory: Directory
    effects: Effects
    clock: Clock
    ends: bool
    tells: bool

    def look(self) -> None:
        """Compare every purpose with the version in force, and settle what changed. Idempotent."""
        now = self.clock()
        with self.database.reading() as connection:
            policy = policy_in_force(connection, now)
            if policy is None:
                return
            known = {one.purpose: one for one in open_suspensions(connection)}
            purposes = in_force(connection, self.rules, policy, now).purposes
        gone = [key for key, one in purposes.items() if policy.clause(one.clause) is None]
        for key in gone:
            if key not in known:
                self._suspend(self.rules.purposes[key], policy, now)
        for key, suspension in known.items():
            if key not in gone:
                self._return(suspension, policy, now)

    def peek(self, origin: Origin, person: Person, number: int) -> Suspension | NotTaken:
        """The suspension, if this person may decide about it now: for the form. A refusal is recorded."""
        with self.database.reading() as connection:
            found = read_suspension(connection, number)
        reason = may_settle(person, found)
        if reason is None and found is not None:
            return found
        with self.ledger.entry(origin, Action.CONFIG_CHANGE) as entry:
            found, _ = self._described(entry, number, self.clock())
            return _refused(entry, reason or Why.NO_SUCH_SUSPENSION, found)

    def propose(self, origin: Origin, person: Person, number: int, words: str) -> Taken | NotTaken:
        """Point to the passage that the purpose is to rest on. It stands when another officer confirms it."""
        now = self.clock()
        with self.ledger.entry(origin, Action.CONFIG_CHANGE) as entry:
            found, policy = self._described(entry, number, now)
            reason = may_settle(person, found)
            if reason is None and found is not None:
                quote = fits(words, self.rules.purposes.get(found.purpose), policy)
                reason = quote if isinstance(quote, Why) else None
                entry.justification = words.strip()
                values = {"proposed": str(quote), "proposed_for": entry.policy_version, "proposed_by": person.id}
                if reason is None and _change(entry.connection, found, {**values, "proposed_at": now}):
                    return self._taken(entry, found, Step.PROPOSED)
            return _refused(entry, reason or Why.SETTLED, found)

    def confirm(self, origin: Origin, person: Person, number: int, proposed_at: datetime | None) -> Taken | NotTaken:
        """The second officer: the purpose rests on those words from now on, while they stand."""
        now, proposer = self.clock(), self._proposer(person, number)
        with self.ledger.entry(origin, Action.CONFIG_CHANGE) as entry:
            found, policy = self._described(entry, number, now)
            reason = may_settle(person, found)
            if reason is None and found is not None:
                reason = may_confirm(person, found, proposed_at, proposer)
                quote = fits(found.proposed or "", self.rules.purposes.get(found.purpose), policy)
                reason = reason or (quote if isinstance(quote, Why) else None)
                settled = {"status": Standing.RESTORED.value, "settled_at": now, "settled_by": person.id}
                if reason is None and _change(entry.connection, found, settled):
                    return self._taken(entry, found, Step.RESTORED)
            return _refused(entry, reason or Why.SETTLED, found)

    def take_back(self, origin: Origin, person: Person, number: int) -> Taken | NotTaken:
        """An officer's no to what is proposed, or the proposer's own second thought; it stays suspended."""
        with self.ledger.entry(origin, Action.CONFIG_CHANGE) as entry:
            found, _ = self._described(entry, number, self.clock())
            reason = may_settle(person, found)
            if reason is None and found is not None:
                nothing = dict.fromkeys(("proposed", "proposed_for", "proposed_by", "proposed_at"))
                if found.proposed is not None and _change(entry.connection, found, nothing):
                    return self._taken(entry, found, Step.TAKEN_BACK)
                reason = Why.NOTHING_PROPOSED
            return _refused(entry, reason or Why.NO_SUCH_SUSPENSION, found)

    def _proposer(self, person: Person, number: int) -> Person | None:
        """Who pointed to the clause, as Slack knows them now; asked before the transaction."""
        with self.database.reading() as connection:
            found = read_suspension(connection, number)
        by = found.proposed_by if found else None
        return self.directory.person(person.team, by, fresh=True) if by else None

    def _described(self, entry: OpenEntry, number: int, now: datetime) -> tuple[Suspension | None, Policy | None]:
        found, policy = read_suspension(entry.connection, number), policy_in_force(entry.connection, now)
        entry.purpose = found.purpose if found else None
        entry.policy_version = policy.version if policy else None
        return found, policy

    def _taken(self, entry: OpenEntry, found: Suspension, step: Step) -> Taken:
        entry.close(Outcome.DONE, step.value)
        self.effects.refresh(entry.connection, found.name)
        return Taken(_existing(entry.connection, found.number))

    def _suspend(self, purpose: Purpose, policy: Policy, now: datetime) -> None:
        """One transaction: the suspension, its grants, the entries, and the message to the privacy office."""
        with self.ledger.transaction() as connection:
            grants = _live_grants(connection, purpose.key, now)
            names = [request_name(number) for number, *_ in grants]
            ended, waiting = (names, []) if self.ends else ([], names)
            number = _insert(connection, purpose, policy.version, now, ended, waiting)
            if number is None:
                return
            for grant, person, account, several, extensions in grants if self.ends else ():
                self._end(connection, grant, person, several or [account], extensions, purpose, policy, now)
            found = _existing(connection, number)
            self._record(connection, found, policy, Step.GONE)
            if self.tells:
                self.effects.send(connection, Message(GONE, found.name, PRIVACY_DESK))

    def _end(
        self,
        connection: Connection,
        number: int,
        person: str,
        accounts: Sequence[str],
        extensions: int,
        purpose: Purpose,
        policy: Policy,
        now: datetime,
    ) -> None:
        held = (col(AccessGrant.number) == number) & col(AccessGrant.ended_at).is_(None)
        ended = connection.execute(
            update(AccessGrant).where(held).values(ended_at=now, ended_by=SYSTEM, end_note=CLAUSE_GONE_NOTE)
        )
        if ended.rowcount != 1:
            return
        entry = self.ledger.opened(connection, BY_ITSELF, Action.END)
        entry.about(accounts)
        entry.grant, entry.purpose = request_name(number), purpose.key
        entry.query, entry.policy_version = entry.grant, policy.version
        entry.close(Outcome.ENDED, Reason.CLAUSE_GONE)
        self.ledger.write(entry)
        self.effects.send(connection, Message("grant.over", request_name(number), f"person:{person}"))
        self.effects.refresh(connection, request_name(number))
        refresh_grant(connection, number, extensions, self.effects)

    def _return(self, found: Suspension, policy: Policy, now: datetime) -> None:
        """The clause stands again: the policy, or the configuration, says it once more."""
        with self.ledger.transaction() as connection:
            settled = {"status": Standing.RETURNED.value, "settled_at": now, "settled_by": SYSTEM}
            if _change(connection, found, settled):
                self._record(connection, found, policy, Step.RETURNED)
                self.effects.refresh(connection, found.name)

    def _record(self, connection: Connection, found: Suspension, policy: Policy, step: Step) -> None:
        entry = self.ledger.opened(connection, BY_ITSELF, Action.CONFIG_CHANGE)
        entry.purpose, entry.policy_version = found.purpose, policy.version
        entry.close(Outcome.DONE, step.value)
        self.ledger.write(entry)


def _live_grants(connection: Connection, purpose: str, now: datetime) -> Sequence[Any]:
    grant = AccessGrant
    columns = (grant.number, grant.person, grant.account, grant.accounts, grant.extensions)
    held = (col(AccessGrant.purpose) == purpose) & col(AccessGrant.ended_at).is_(None) & (AccessGrant.ends_at > now)
    return connection.execute(select(*map(col, columns)).where(held).order_by(col(AccessGrant.number))).all()


def _insert(
    connection: Connection, purpose: Purpose, version: str, now: datetime, ended: list[str], waiting: list[str]
) -> int | None:
    """The number of the new suspension; None when another process was first."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    values = {
        "purpose": purpose.key,
        "clause": purpose.clause,
        "version": version,
        "noticed_at": now,
        "ended": ended,
        "waiting": waiting,
        "status": Standing.SUSPENDED.value,
    }
    made = dialect.insert(TABLE).values(values).on_conflict_do_nothing().returning(TABLE.c.number)
    number = connection.execute(made).scalar_one_or_none()
    return None if number is None else int(number)


def _change(connection: Connection, found: Suspension, values: dict[str, Any]) -> bool:
    """Compare-and-set: only while it is suspended and what is proposed is what was read."""
    same = TABLE.c.proposed_at.is_(None) if found.proposed_at is None else TABLE.c.proposed_at == found.proposed_at
    still = (TABLE.c.number == found.number) & (TABLE.c.status == Standing.SUSPENDED.value) & same
    return connection.execute(update(TABLE).where(still).values(values)).rowcount == 1


def _refused(entry: OpenEntry, reason: Why, found: Suspension | None) -> NotTaken:
    entry.close(Outcome.REFUSED, reason.value)
    return NotTaken(reason, found)


def _existing(connection: Connection, number: int) -> Suspension:
    return still_there(read_suspension(connection, number), "a suspension")
