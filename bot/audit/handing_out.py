"""An auditor's export from Slack: all of the ledger, or what a search asks for, with what it is verified by.

What is handed out was read before the export's own entry is opened, and leaves after that is committed. So it does not
hold itself; the next one does.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.access.people import Conversation, Person
from bot.access.purposes import Rules
from bot.access.reasons import Reason
from bot.audit.entry import Action, Outcome
from bot.audit.export import Form, exported, jsonl_lines
from bot.audit.integrated import latest_checkpoint, note_of
from bot.audit.ledger import Ledger, Origin
from bot.audit.notes import VerifierKey
from bot.audit.query import Filter, Unclear, Vocabulary, parse
from bot.audit.search import NotSearched, may_audit
from bot.audit.snapshots import at_one_moment
from bot.clock import Clock
from bot.database import Database

MOST: Final = 20_000  # entries, some 20 MB; what is longer is exported on the command line, which streams
TOO_MANY: Final = "too_many"


@dataclass(frozen=True, slots=True)
class HandedOut:
    """The export as files by name; none where nothing matches, or (`too_many`) more than MOST entries do.

    `whole`: these are all entries up to the checkpoint, so that they can be verified as a whole.
    """

    entry: str
    files: Mapping[str, bytes] = field(default_factory=dict)
    count: int = 0
    whole: bool = False
    too_many: bool = False


@dataclass(frozen=True, slots=True)
class HandOut:
    """Makes an export for whoever may search the audit table. `key` is the ledger's."""

    database: Database
    ledger: Ledger
    rules: Rules
    clock: Clock
    key: VerifierKey

    def __call__(
        self, origin: Origin, person: Person, conversation: Conversation, text: str
    ) -> HandedOut | NotSearched:
        """By the words that a search takes; without any, everything. Raises NotRecorded, SQLAlchemyError."""
        if reason := may_audit(person, conversation):
            return NotSearched(self._record(origin, text, None, Outcome.REFUSED, reason), reason)
        wanted = parse(text, Vocabulary.of(self.rules), self.clock(), ZoneInfo(person.timezone))
        if isinstance(wanted, Unclear):
            entry = self._record(origin, text, None, Outcome.REFUSED, Reason.UNCLEAR_QUERY)
            return NotSearched(entry, Reason.UNCLEAR_QUERY, wanted)
        with at_one_moment(self.database) as connection:
            lines, files = self._read(connection, wanted)
        if len(lines) > MOST:
            return HandedOut(self._record(origin, text, wanted, Outcome.REFUSED, TOO_MANY), too_many=True)
        if not lines:
            return HandedOut(self._record(origin, text, None, Outcome.NOT_FOUND))
        entry = self._record(origin, text, wanted, Outcome.DISCLOSED, Form.JSONL.value)
        return HandedOut(entry, {"audit.jsonl": b"".join(lines), **files}, len(lines), wanted == Filter())

    def _read(self, connection: Connection, wanted: Filter) -> tuple[list[bytes], Mapping[str, bytes]]:
        """The lines, one more than MOST at the most, and beside them the checkpoint and the key."""
        stored = latest_checkpoint(connection)
        if stored is None:
            return [], {}
        lines = list(islice(jsonl_lines(exported(connection, wanted, stored.size)), MOST + 1))
        note = note_of(connection, stored.size) or ""
        return lines, {"checkpoint.txt": note.encode(), "ledger.key": f"{self.key}\n".encode()}

    def _record(
        self, origin: Origin, text: str, wanted: Filter | None, outcome: Outcome, reason: str | None = None
    ) -> str:
        """What matches nothing may be a name that somebody typed, which must not stand in the entry for ever."""
        with self.ledger.entry(origin, Action.AUDIT_EXPORT, query=text or None) as entry:
            entry.account = wanted.account if wanted else None
            entry.close(outcome, reason)
        return entry.id
