"""Each term, who may look up for what is drawn up for the owner of each group, who keeps or removes each person.

Steward can't change Slack's groups. Whoever is removed loses what the group gives at once; the privacy office is told
what to do in Slack, and it is settled when Slack does not show them there any more.
"""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, func, insert, select, update
from sqlmodel import col

from bot.access.people import Person, Standing, WholeDirectory, members_of
from bot.access.reasons import Reason
from bot.access.recertification.certifying import (
    Line,
    Listing,
    Removal,
    Verdict,
    gives,
    lines_for,
    list_name,
    may_certify,
    may_lift,
    named_number,
    open_listings,
    read_listing,
    read_removals,
    told_about,
)
from bot.access.recertification.listed import listed_written
from bot.access.recertification.terms import RecertificationSettings, Term, next_term, term_of
from bot.access.rules.purposes import Rules
from bot.audit.entry import SYSTEM, Action, Outcome
from bot.audit.ledger import BY_ITSELF, Ledger, Origin
from bot.clock import Clock
from bot.database import Database
from bot.effects import PRIVACY_DESK, Effects, Message
from models.audit import AuditEntry
from models.recertification import RecertificationLine, RecertificationList, RoleRemoval
from models.tables import table_of

OPEN_WORK, DUE_WORK = "recertification.open", "recertification.due"
OPENED, OWN_LINE, OVERDUE, REMOVED, TAKEN = (
    "recertification.opened",
    "recertification.own",
    "recertification.overdue",
    "recertification.removed",
    "recertification.taken",
)


@dataclass(frozen=True, slots=True)
class Certified:
    """What was said stands; `settled` says of whom what, and `listing` is the list as it is now."""

    settled: Mapping[str, Verdict]
    listing: Listing


@dataclass(frozen=True, slots=True)
class NotCertified:
    """Nothing changed, and why."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class Recertify:
    """The use cases. Lists are drawn up by the schedule; of several replicas one does it."""

    database: Database
    ledger: Ledger
    rules: Rules
    directory: WholeDirectory
    effects: Effects
    clock: Clock
    settings: RecertificationSettings

    def plan(self) -> None:
        """Put the next term into the schedule; the same one is there once."""
        if self.settings.owners:
            term = next_term(self.clock(), self.settings)
            with self.ledger.transaction() as connection:
                self.effects.due(connection, OPEN_WORK, term.name, term.begins)

    def open(self, name: str) -> None:
        """Draw up the lists of a term, each once, and tell their owners. Raises DirectoryUnavailable."""
        term = term_of(name, self.settings)
        for role, address in self.settings.owners.items():
            people = self._people(role)
            owner = self._owner(address)
            with self.ledger.transaction() as connection:
                self._draw_up(connection, term, role, owner, people)
        self.plan()

    def overdue(self, name: str) -> None:
        """Tell the privacy office, once, that a list is late: they may decide it now. Nothing if it is closed."""
        number = named_number(name)
        changed = update(RecertificationList).where(
            col(RecertificationList.number) == number,
            col(RecertificationList.closed_at).is_(None),
            col(RecertificationList.escalated_at).is_(None),
        )
        with self.ledger.transaction() as connection:
            if connection.execute(changed.values(escalated_at=self.clock())).rowcount == 1:
                self.effects.send(connection, Message(OVERDUE, list_name(number), PRIVACY_DESK))
                self.effects.refresh(connection, *told_about(number))

    def mine(self, person: Person) -> tuple[Listing, ...]:
        """The lists with something that this person may decide, each with those lines alone."""
        with self.database.reading() as connection:
            found = open_listings(connection)
        own = (replace(one, lines=lines_for(person, one)) for one in found)
        return tuple(one for one in own if one.lines)

    def __call__(
        self,
        origin: Origin,
        person: Person,
        number: int,
        said: Mapping[str, Verdict],
        *,
        keep_rest: bool,
        note: str,
        shown: Container[str] | None = None,
    ) -> Certified | NotCertified:
        """Keep or remove people, each an entry of its own, all in one transaction. Raises NotRecorded, AlreadyHandled.

        `keep_rest`: everybody of whom nothing was said keeps it, of those who were `shown` (None: of all). A list may
        be longer than a form: whoever confirms it confirms nobody whom they did not see.
        """
        settled: dict[str, Verdict] = {}
        written, refused = 0, Reason.NOT_PENDING
        with self.ledger.transaction() as connection:
            listing = read_listing(connection, number)
            for line in listing.open_lines if listing else ():
                kept = keep_rest and (shown is None or line.person in shown)
                verdict = said.get(line.person, Verdict.KEEP if kept else None)
                barred = may_certify(person, listing, line) if listing else Reason.NO_SUCH_REQUEST
                refused = barred or refused
                if listing is None or verdict is None or (barred and line.person not in said):
                    continue
                once = replace(origin, request=f"{origin.request}#{written}") if written else origin
                written += 1
                if self._settle(connection, once, person, listing, line, verdict, barred, note):
                    settled[line.person] = verdict
            refused = refused if listing else Reason.NO_SUCH_REQUEST
            if not written:
                self._refuse(connection, origin, listing, refused)
            after = self._close(connection, number)
        return Certified(settled, after) if after and settled else NotCertified(refused)

    def lift(self, origin: Origin, person: Person, number: int) -> Removal | NotCertified:
        """A privacy officer gives somebody back what the group gives. Raises NotRecorded, AlreadyHandled."""
        with self.ledger.entry(origin, Action.RECERTIFY) as entry:
            removal = _removal(entry.connection, number)
            reason = may_lift(person, removal)
            if removal is not None:
                entry.query = f"{removal.person} in {removal.role}"
            if removal is None or reason or not self._end(entry.connection, removal, "lifted", person.id):
                entry.close(Outcome.REFUSED, reason or Reason.NOT_LIVE)
                return NotCertified(reason or Reason.NOT_LIVE)
            entry.close(Outcome.DONE, Reason.LIFTED)
            return _removal(entry.connection, number) or removal

    def settle_removals(self) -> None:
        """Close what Slack has settled: whoever is not in the group any more. Raises DirectoryUnavailable.

        Of a role that the configuration has lost nobody knows: what was taken stays taken, should it come back.
        """
        with self.database.reading() as connection:
            open_ones = read_removals(connection, col(RoleRemoval.ended).is_(None))
        members = {role: members_of(self.directory, role, fresh=True) for role in {one.role for one in open_ones}}
        for removal in open_ones:
            there = members[removal.role]
            if there is None or removal.person in there:
                continue
            with self.ledger.transaction() as connection:
                if self._end(connection, removal, "gone", SYSTEM):
                    query = f"{removal.person} in {removal.role}"
                    entry = self.ledger.opened(connection, BY_ITSELF, Action.RECERTIFY, query=query)
                    entry.close(Outcome.DONE, Reason.GONE)
                    self.ledger.write(entry)

    def _people(self, role: str) -> tuple[Person, ...]:
        team = {one.id: one for one in self._everybody() if one.standing in (Standing.MEMBER, Standing.GUEST)}
        return tuple(team[one] for one in self.directory.members(role, fresh=True) if one in team)

    def _owner(self, address: str) -> Person | None:
        wanted = address.casefold()
        found = (one for one in self._everybody() if one.email is not None and one.email.casefold() == wanted)
        return next((one for one in found if one.standing is Standing.MEMBER), None)

    def _everybody(self) -> Sequence[Person]:
        return self.directory.people()

    def _draw_up(
        self, connection: Connection, term: Term, role: str, owner: Person | None, people: Sequence[Person]
    ) -> None:
        there = select(col(RecertificationList.number)).where(
            col(RecertificationList.term) == term.name, col(RecertificationList.role) == role
        )
        if not people or connection.execute(there).scalar() is not None:
            return
        now = self.clock()
        row = {
            "term": term.name,
            "role": role,
            "team": people[0].team,
            "owner": owner.id if owner else None,
            "opened_at": now,
            "due_at": now + self.settings.due,
        }
        made = connection.execute(
            insert(RecertificationList).values(row).returning(table_of(RecertificationList).c.number)
        )
        number = int(made.scalar_one())
        purposes, classes = gives(role, self.rules)
        what = {"of": number, "purposes": list(purposes), "data_classes": list(classes)}
        lines = [{**what, "person": one.id, "looks": _looks(connection, one.id, term)} for one in people]
        connection.execute(insert(RecertificationLine), lines)
        entry = self.ledger.opened(connection, BY_ITSELF, Action.RECERTIFY, query=list_name(number))
        entry.close(Outcome.DONE, Reason.LISTED, [listed_written(connection, number)])
        self.ledger.write(entry)
        self._tell_opened(connection, number, owner, [one.id for one in people])

    def _tell_opened(self, connection: Connection, number: int, owner: Person | None, people: Sequence[str]) -> None:
        """The owner hears of the list; of the owner's own line, and of a list without an owner, the privacy office."""
        name = list_name(number)
        if owner is not None and set(people) - {owner.id}:
            self.effects.send(connection, Message(OPENED, name, f"person:{owner.id}"))
        if owner is None or owner.id in people:
            self.effects.send(connection, Message(OWN_LINE, name, PRIVACY_DESK))
        self.effects.due(connection, DUE_WORK, name, self.clock() + self.settings.due)

    def _refuse(self, connection: Connection, origin: Origin, listing: Listing | None, reason: Reason) -> None:
        """A press that is about no line of the list is recorded all the same."""
        entry = self.ledger.opened(connection, origin, Action.RECERTIFY, query=listing.name if listing else None)
        entry.close(Outcome.REFUSED, reason)
        self.ledger.write(entry)

    def _settle(
        self,
        connection: Connection,
        origin: Origin,
        person: Person,
        listing: Listing,
        line: Line,
        verdict: Verdict,
        barred: Reason | None,
        note: str,
    ) -> bool:
        entry = self.ledger.opened(connection, origin, Action.RECERTIFY, query=f"{line.person} in {listing.role}")
        entry.justification = note or None
        now = self.clock()
        decided = update(RecertificationLine).where(
            col(RecertificationLine.of) == listing.number,
            col(RecertificationLine.person) == line.person,
            col(RecertificationLine.verdict).is_(None),
        )
        values = {"verdict": verdict.value, "decided_at": now, "decided_by": person.id}
        if barred is None and connection.execute(decided.values(values)).rowcount != 1:
            barred = Reason.NOT_PENDING
        if barred is not None:
            entry.close(Outcome.REFUSED, barred)
        else:
            if verdict is Verdict.REMOVE:
                self._remove(connection, listing, line, person)
            entry.close(Outcome.DONE, Reason.KEPT if verdict is Verdict.KEEP else Reason.REMOVED)
        self.ledger.write(entry)
        return barred is None

    def _remove(self, connection: Connection, listing: Listing, line: Line, by: Person) -> None:
        """The group gives them nothing from now on; once, also where an earlier removal is not settled."""
        same = (
            col(RoleRemoval.team) == listing.team,
            col(RoleRemoval.person) == line.person,
            col(RoleRemoval.role) == listing.role,
            col(RoleRemoval.ended).is_(None),
        )
        if connection.execute(select(col(RoleRemoval.number)).where(*same)).scalar() is not None:
            return
        row = {
            "team": listing.team,
            "person": line.person,
            "role": listing.role,
            "of": listing.number,
            "removed_at": self.clock(),
            "removed_by": by.id,
        }
        made = connection.execute(insert(RoleRemoval).values(row).returning(table_of(RoleRemoval).c.number))
        name = f"RM-{made.scalar_one()}"
        told = (Message(REMOVED, name, PRIVACY_DESK), Message(TAKEN, name, f"person:{line.person}"))
        self.effects.send(connection, *told)

    def _end(self, connection: Connection, removal: Removal, ended: str, by: str) -> bool:
        still = (col(RoleRemoval.number) == removal.number, col(RoleRemoval.ended).is_(None))
        values = {"ended": ended, "ended_at": self.clock(), "ended_by": by}
        if connection.execute(update(RoleRemoval).where(*still).values(values)).rowcount != 1:
            return False
        self.effects.refresh(connection, removal.name)
        return True

    def _close(self, connection: Connection, number: int) -> Listing | None:
        """Close the list when nothing of it is open."""
        listing = read_listing(connection, number)
        if listing is None:
            return None
        if not listing.open_lines:
            still = (col(RecertificationList.number) == number, col(RecertificationList.closed_at).is_(None))
            connection.execute(update(RecertificationList).where(*still).values(closed_at=self.clock()))
        self.effects.refresh(connection, *told_about(number))
        return read_listing(connection, number)


def _looks(connection: Connection, person: str, term: Term) -> int:
    """How often somebody was shown something of an account in the term before."""
    looked = select(func.count()).where(
        col(AuditEntry.actor) == person,
        col(AuditEntry.at) >= term.since,
        col(AuditEntry.at) < term.begins,
        col(AuditEntry.action).in_([Action.LOOK_UP.value, Action.REVEAL.value]),
        col(AuditEntry.outcome).in_([Outcome.DISCLOSED.value, Outcome.MASKED.value]),
    )
    return int(connection.execute(looked).scalar_one())


def _removal(connection: Connection, number: int) -> Removal | None:
    return next(iter(read_removals(connection, col(RoleRemoval.number) == number)), None)
