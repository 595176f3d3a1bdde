"""An auditor searches the audit table. The search is an entry too, committed before its result is shown.

The table is read before the search's own entry is opened: on SQLite an open entry keeps every other writer waiting,
and looking through many rows takes longer than a look-up may.
"""

from dataclasses import dataclass, replace
from datetime import tzinfo

from sqlalchemy import Connection

from bot.access.decide import admit
from bot.access.grants import Request, read_request, request_number
from bot.access.people import Conversation, Person, Standing
from bot.access.reasons import Reason
from bot.access.roles import AUDITORS
from bot.access.rules.purposes import Rules
from bot.accounts.disclosures.records import Disclosure, disclosure_number, read_disclosure
from bot.audit.entry import Action, Outcome
from bot.audit.integration.integrated import index_of, latest_checkpoint
from bot.audit.ledger import Ledger, Origin
from bot.audit.query import Filter, Unclear, Vocabulary, parse
from bot.audit.read import Cursor, Page, Stored, Tally, one_entry, page, tally
from bot.clock import Clock, zone_named
from bot.database import Database

PAGE = 10
AGREED = ("granted", "approved")
LAST_SEEN = "the whole id of an entry, as the page before named it"


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry stands in the ledger: its index from 0 (None while it waits), and the newest checkpoint's size."""

    index: int | None
    size: int

    @property
    def signed(self) -> bool:
        """Whether the newest checkpoint covers it."""
        return self.index is not None and self.index < self.size


@dataclass(frozen=True, slots=True)
class Whole:
    """One entry with what belongs to it: its place, and the request or the disclosure to an outsider that it names."""

    stored: Stored
    place: Place
    request: Request | None = None
    outside: Disclosure | None = None

    @property
    def decided_by(self) -> tuple[str, ...]:
        """All who agreed to what the entry names, or whoever did not; nobody while it is not decided."""
        asked = self.request or self.outside
        if asked is None or asked.decided_by is None:
            return ()
        agreed = [one.by for one in asked.approvals] if asked.status in AGREED else []
        return tuple(agreed or [asked.decided_by])


@dataclass(frozen=True, slots=True)
class Found:
    """One page, newest first. `total` counts all that match; `older` is where the next page begins, if there is one.

    `paged`: this is not the first page, and nothing was counted. `search` is the entry of the first page's search.
    `tally` says how many people and purposes there are; `back_to` how far was looked when the page is not full.
    """

    entry: str
    wanted: Filter
    entries: tuple[Stored, ...]
    total: int
    older: Cursor | None
    paged: bool = False
    search: str | None = None
    tally: Tally | None = None
    page: Page | None = None
    whole: Whole | None = None


@dataclass(frozen=True, slots=True)
class NotSearched:
    """Nothing was searched, and why."""

    entry: str
    reason: Reason
    unclear: Unclear | None = None


@dataclass(frozen=True, slots=True)
class _Read:
    """What the table says."""

    wanted: Filter
    page: Page
    tally: Tally | None
    whole: Whole | None


@dataclass(frozen=True, slots=True)
class Search:
    """Finds entries for auditors. Raises NotRecorded when the search itself can't be recorded."""

    database: Database
    ledger: Ledger
    rules: Rules
    clock: Clock

    def __call__(self, origin: Origin, person: Person, conversation: Conversation, text: str) -> Found | NotSearched:
        """By the words that an auditor typed."""
        if reason := may_audit(person, conversation):
            return self._refuse(origin, text, reason)
        return self.words(origin, text, zone_named(person.timezone))

    def words(
        self, origin: Origin, text: str, zone: tzinfo, *, limit: int = PAGE, before: str | None = None
    ) -> Found | NotSearched:
        """By the words of somebody who may search. `before`: the id of the last entry seen, whole."""
        wanted = self._parse(text, zone)
        if isinstance(wanted, Unclear):
            return self._refuse(origin, text, Reason.UNCLEAR_QUERY, wanted)
        with self.database.reading() as connection:
            last = one_entry(connection, before) if before else None
            if before and last is None:
                return self._refuse(origin, text, Reason.UNCLEAR_QUERY, Unclear(before, LAST_SEEN))
            read = self._read(connection, wanted, limit, (last.at, last.id) if last else None)
        return self._record(origin, text, read, None)

    def page(
        self, origin: Origin, person: Person, conversation: Conversation, search: str, before: Cursor
    ) -> Found | NotSearched:
        """The next page of one's own search, by its entry, which keeps what was typed and when."""
        if reason := may_audit(person, conversation):
            return self._refuse(origin, None, reason)
        with self.database.reading() as connection:
            first = one_entry(connection, search)
            text = _typed(first, person)
            wanted = self._parse(text, zone_named(person.timezone), first) if first and text is not None else None
            if not isinstance(wanted, Filter):
                return self._refuse(origin, None, Reason.NO_MATCH)
            read = self._read(connection, wanted, PAGE, before)
        return self._record(origin, text, read, search)

    def _parse(self, text: str, zone: tzinfo, first: Stored | None = None) -> Filter | Unclear:
        """ "last 7 days" on a later page are those before the first page."""
        return parse(text, Vocabulary.of(self.rules), first.at if first else self.clock(), zone)

    def _read(self, connection: Connection, wanted: Filter, limit: int, before: Cursor | None) -> _Read:
        found = page(connection, wanted, limit, before)
        maybe = wanted.ticket or (None if before else wanted.entry)
        if maybe and not found.entries and wanted.account is None:
            # Eight letters and digits may be an account's id as well, and so may what looks like C-77.
            other = replace(wanted, account=maybe, entry=None, ticket=None)
            of_account = page(connection, other, limit)
            wanted, found = (other, of_account) if of_account.entries else (wanted, found)
        single = wanted.entry is not None and len(found.entries) == 1
        whole = _whole(connection, found.entries[0]) if single else None
        counted = tally(connection, wanted) if before is None and found.older and found.entries else None
        return _Read(wanted, found, counted, whole)

    def _record(self, origin: Origin, text: str | None, read: _Read, search: str | None) -> Found:
        wanted, entries = read.wanted, read.page.entries
        with self.ledger.entry(origin, Action.AUDIT_SEARCH, query=text) as entry:
            # What matches nothing may be a name that somebody typed, which must not stand in the entry for ever.
            entry.account = (read.whole.stored.entry["account"] if read.whole else wanted.account) if entries else None
            entry.purpose, entry.grant = wanted.purpose, wanted.grant
            entry.close(Outcome.DISCLOSED if entries else Outcome.NOT_FOUND)
        total = read.tally.entries if read.tally else len(entries)
        return Found(
            entry.id,
            wanted,
            entries,
            total,
            read.page.older,
            search is not None,
            search or entry.id,
            read.tally,
            read.page,
            read.whole,
        )

    def _refuse(self, origin: Origin, text: str | None, reason: Reason, unclear: Unclear | None = None) -> NotSearched:
        with self.ledger.entry(origin, Action.AUDIT_SEARCH, query=text) as entry:
            entry.close(Outcome.REFUSED, reason)
        return NotSearched(entry.id, reason, unclear)


def may_audit(person: Person, conversation: Conversation) -> Reason | None:
    """Why this person may not read the audit table here, or None."""
    if barred := admit(person, conversation):
        return barred
    return None if person.standing is Standing.MEMBER and AUDITORS in person.roles else Reason.NOT_AN_AUDITOR


def _typed(search: Stored | None, person: Person) -> str | None:
    """What this person typed for that search; None where it is another's, or erased."""
    if search is None or search.entry["action"] != Action.AUDIT_SEARCH:
        return None
    if (search.entry["actor"], search.entry["team"]) != (person.id, person.team):
        return None
    return search.opened.get("query", {}).get("value")


def _whole(connection: Connection, stored: Stored) -> Whole:
    checkpoint = latest_checkpoint(connection)
    place = Place(index_of(connection, stored.id), checkpoint.size if checkpoint else 0)
    named = stored.entry["grant"] or ""
    if (number := request_number(named)) is not None:
        return Whole(stored, place, read_request(connection, number))
    if (number := disclosure_number(named)) is not None:
        return Whole(stored, place, outside=read_disclosure(connection, number))
    return Whole(stored, place)
