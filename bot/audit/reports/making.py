"""A customer asks who looked at their data. Making the report is an entry, committed before anything of it is shown."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.access.decide import admit
from bot.access.people import Conversation, Directory, Person
from bot.access.reasons import Reason
from bot.access.requests.drafts import Fault
from bot.access.requests.filing import Named, Resolve
from bot.access.roles import is_officer
from bot.audit.entry import Action, Outcome
from bot.audit.ledger import Ledger, OpenEntry, Origin
from bot.audit.reports.customer import (
    CustomerReport,
    Disclosure,
    Naming,
    Wording,
    bars_of,
    by_role,
    looks_of,
)
from bot.audit.reports.reading import disclosures, first_entry_at, is_known, meanings, seal
from bot.clock import Clock
from bot.company import Company, listed
from bot.database import Database
from bot.privacy.versions import policy_in_force

INDIVIDUAL = "individual"
MOST_LOOKS = 2000
"""Lines of the table. An account that was looked at more often gets the newest, and is told how many are left out."""


@dataclass(frozen=True, slots=True)
class NotReported:
    """No report, and why. `candidates` when several accounts match."""

    entry: str
    reason: Reason
    candidates: tuple[Named, ...] = ()


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom the report is about. `name`: what heads the account's card, None for an account that is gone."""

    account: str
    name: str | None
    entry: str


@dataclass(frozen=True, slots=True)
class Terms:
    """What a report says of the company. `people`: employees by "role" or by "name"; times are in `zone`.

    `disclosing` is the clause by which outsiders are given data; `fonts` are files with letters that the paper's own
    font lacks.
    """

    company: Company
    zone: ZoneInfo
    people: Literal["role", "name"] = "role"
    disclosing: str | None = None
    fonts: tuple[Path, ...] = ()

    @property
    def wording(self) -> Wording:
        """How the company calls things."""
        return Wording(self.company.rules.purposes, self.company.rules.data_classes, self.company.groups)


def may_report(person: Person, conversation: Conversation) -> Reason | None:
    """Why this person may not make a report to a customer here, or None.

    Privacy officers may: they answer customers' questions (policy, "Questions about your account"). A purpose for the
    account's data is not enough, because the report says what colleagues did, and not only what the customer's data is.
    """
    if barred := admit(person, conversation):
        return barred
    if is_officer(person):
        return None
    return Reason.NOT_A_PRIVACY_OFFICER


@dataclass(frozen=True, slots=True)
class Report:
    """Makes reports. Raises NotRecorded when the entry can't be committed, and DirectoryUnavailable when people are
    called by name and Slack does not say who they are: then nothing is shown.
    """

    database: Database
    ledger: Ledger
    terms: Terms
    resolve: Resolve
    clock: Clock
    directory: Directory | None = field(default=None, repr=False)

    def __call__(
        self,
        origin: Origin,
        person: Person,
        conversation: Conversation,
        query: str,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> CustomerReport | NotReported:
        """For a privacy officer, on the account that they typed: by id, e-mail, domain or name.

        No report speaks of what has not come yet. A time that ends before it begins is refused as unclear.
        """
        return self._report(origin, query, may_report(person, conversation), since, until)

    def by_operator(
        self, origin: Origin, account: str, since: datetime | None = None, until: datetime | None = None
    ) -> CustomerReport | NotReported:
        """On the command line, where whoever has the database is trusted."""
        return self._report(origin, account, None, since, until)

    def _report(
        self, origin: Origin, query: str, reason: Reason | None, since: datetime | None, until: datetime | None
    ) -> CustomerReport | NotReported:
        now = self.clock()
        until = min(until or now, now)
        unclear = Reason.UNCLEAR_QUERY if since is not None and since > until else None
        with self.ledger.entry(origin, Action.REPORT, query=query) as entry:
            subject = self._subject(entry, query, reason or unclear)
        if isinstance(subject, NotReported):
            return subject
        with self.database.reading() as connection:
            return self._read(connection, subject, since, until)

    def _subject(self, entry: OpenEntry, query: str, reason: Reason | None) -> Subject | NotReported:
        """The account, found under the open entry as look-ups find it; the entry is closed with what came of it."""
        policy = policy_in_force(entry.connection, self.clock())
        entry.policy_version = policy.version if policy else None
        if reason is not None:
            entry.close(Outcome.REFUSED, reason)
            return NotReported(entry.id, reason)
        candidates, fault = self.resolve(query, entry)
        if fault is None:
            return _found(entry, candidates[0])
        if is_known(entry.connection, query.strip()):
            entry.account = query.strip()
            entry.close(Outcome.ANSWERED, None, ["id"])
            return Subject(entry.account, None, entry.id)
        return _not_found(entry, candidates, fault)

    def _read(
        self, connection: Connection, subject: Subject, since: datetime | None, until: datetime
    ) -> CustomerReport:
        terms = self.terms
        found, refused = disclosures(connection, subject.account, since, until)
        begin = since or first_entry_at(connection) or until
        bars, by_month = bars_of([one.at for one in found], begin, until, terms.zone)
        newest = found[-MOST_LOOKS:]
        return CustomerReport(
            company=terms.company.name,
            contact=terms.company.contact,
            account=subject.account,
            name=subject.name,
            since=begin,
            until=until,
            zone=terms.zone,
            looks=looks_of(newest, terms.wording, self._people(found), self._approvers()),
            left_out=len(found) - len(newest),
            people=len({(one.team, one.actor) for one in found}),
            refused=refused,
            bars=bars,
            by_month=by_month,
            meanings=meanings(connection, terms.wording, newest, terms.disclosing),
            seal=seal(connection),
            entry=subject.entry,
            made_at=self.clock(),
            fonts=terms.fonts,
        )

    def _people(self, found: Sequence[Disclosure]) -> Naming:
        if self.terms.people == "role" or self.directory is None:
            return by_role(found, self.terms.wording)
        return lambda one: self._name(one.team, one.actor)

    def _approvers(self) -> Naming:
        wording = self.terms.wording

        def name(one: Disclosure) -> str:
            who = one.agreed or ((one.decided_by,) if one.decided_by else ())
            if self.terms.people == "role" or self.directory is None or not who:
                return wording.agreeing(one)
            return listed(self._name(one.team, user) for user in who)

        return name

    def _name(self, team: str | None, user: str) -> str:
        """What Slack calls a person; what is no person keeps its id."""
        if self.directory is None or team is None or user[:1] not in "UW":
            return user
        return self.directory.person(team, user).name


def _found(entry: OpenEntry, named: Named) -> Subject:
    """An individual's name is masked, and a mask heads no letter: their report goes by the account's id."""
    entry.account = named.id
    entry.close(Outcome.ANSWERED, None, sorted({"id", *named.title}))
    name = None if named.kind == INDIVIDUAL else next(iter(named.title.values()), None)
    return Subject(named.id, name, entry.id)


_WHY: Final = {
    Fault.TOO_SHORT: Reason.TOO_SHORT,
    Fault.SOURCE_DOWN: Reason.SOURCE_DOWN,
    Fault.SHARED_ID: Reason.SHARED_ID,
}


def _not_found(entry: OpenEntry, candidates: Sequence[Named], fault: Fault) -> NotReported:
    if candidates:
        names = sorted({"id", *(name for one in candidates for name in one.title)})
        entry.close(Outcome.SUGGESTED, Reason.SEVERAL_MATCHES, names)
        return NotReported(entry.id, Reason.SEVERAL_MATCHES, tuple(candidates))
    reason = _WHY.get(fault, Reason.NO_MATCH)
    entry.close(Outcome.NOT_FOUND, reason)
    return NotReported(entry.id, reason)
