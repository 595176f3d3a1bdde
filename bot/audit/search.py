"""An auditor searches the audit table. The search is an entry too, written before its result is shown."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.access.decide import admit
from bot.access.people import Conversation, Person, Standing
from bot.access.purposes import Rules
from bot.access.reasons import Reason
from bot.audit.entry import Action, Outcome
from bot.audit.ledger import Ledger, OpenEntry, Origin
from bot.audit.query import Filter, Unclear, parse
from bot.audit.read import Stored, count, newest
from bot.clock import Clock

AUDITORS = "auditors"
PAGE = 10

Cursor = tuple[datetime, str]


@dataclass(frozen=True, slots=True)
class Found:
    """One page, newest first. `total` counts all that match; `older` is where the next page begins, if there is one.

    `paged`: this is not the first page.
    """

    entry: str
    wanted: Filter
    entries: tuple[Stored, ...]
    total: int
    older: Cursor | None
    paged: bool = False


@dataclass(frozen=True, slots=True)
class NotSearched:
    """Nothing was searched, and why."""

    entry: str
    reason: Reason
    unclear: Unclear | None = None


@dataclass(frozen=True, slots=True)
class Search:
    """Finds entries for auditors. Raises NotRecorded when the search itself can't be recorded."""

    ledger: Ledger
    rules: Rules
    clock: Clock

    def __call__(self, origin: Origin, person: Person, conversation: Conversation, text: str) -> Found | NotSearched:
        """By the words that an auditor typed."""
        with self.ledger.entry(origin, Action.AUDIT_SEARCH, query=text) as entry:
            if reason := may_audit(person, conversation):
                return _refuse(entry, reason)
            labels = {key: purpose.label for key, purpose in self.rules.purposes.items()}
            wanted = parse(text, labels, self.clock(), ZoneInfo(person.timezone))
            if isinstance(wanted, Unclear):
                return _refuse(entry, Reason.UNCLEAR_QUERY, wanted)
            return self._find(entry, wanted, None)

    def page(
        self, origin: Origin, person: Person, conversation: Conversation, wanted: Filter, before: Cursor
    ) -> Found | NotSearched:
        """The next page of a search."""
        with self.ledger.entry(origin, Action.AUDIT_SEARCH) as entry:
            if reason := may_audit(person, conversation):
                return _refuse(entry, reason)
            return self._find(entry, wanted, before)

    def _find(self, entry: OpenEntry, wanted: Filter, before: Cursor | None) -> Found:
        rows = newest(entry.connection, wanted, PAGE + 1, before)
        total = count(entry.connection, wanted)
        # What matches nothing may be a name that somebody typed, which must not stand in the entry for ever.
        entry.account = wanted.account if rows else None
        entry.purpose, entry.grant = wanted.purpose, wanted.grant
        entry.close(Outcome.DISCLOSED if rows else Outcome.NOT_FOUND)
        shown = tuple(rows[:PAGE])
        older = (shown[-1].at, shown[-1].id) if len(rows) > PAGE else None
        return Found(entry.id, wanted, shown, total, older, before is not None)


def may_audit(person: Person, conversation: Conversation) -> Reason | None:
    """Why this person may not read the audit table here, or None."""
    if barred := admit(person, conversation):
        return barred
    return None if person.standing is Standing.MEMBER and AUDITORS in person.roles else Reason.NOT_AN_AUDITOR


def _refuse(entry: OpenEntry, reason: Reason, unclear: Unclear | None = None) -> NotSearched:
    entry.close(Outcome.REFUSED, reason)
    return NotSearched(entry.id, reason, unclear)
