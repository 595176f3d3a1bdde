"""An auditor's export from Slack: all of the ledger, or what a search asks for, with what it is verified by.

What is handed out was read before the export's own entry is opened, and leaves after that is committed. So it does not
hold itself; the next one does. The manifest says what was erased from it, and when.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final

from sqlalchemy import Connection

from bot.access.people import Conversation, Person
from bot.access.reasons import Reason
from bot.access.rules.purposes import Rules
from bot.audit.entry import Action, Outcome
from bot.audit.exports.export import Form, Indexed, TakenAt, erased_among, exported, lines_of
from bot.audit.exports.manifest import SUFFIX, Act, Contents, acts_in, head_of, manifest
from bot.audit.integration.integrated import latest_checkpoint
from bot.audit.integration.snapshots import at_one_moment
from bot.audit.ledger import Ledger, Origin
from bot.audit.merkle.notes import VerifierKey
from bot.audit.query import Filter, Unclear, Vocabulary, parse
from bot.audit.search import NotSearched, may_audit
from bot.clock import Clock, zone_named
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
    form: Form = Form.JSONL


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read at one moment: entries, the manifest's head, every erasure, and what was erased from these."""

    form: Form
    entries: Sequence[Indexed]
    head: Mapping[str, Any]
    acts: Sequence[Act]
    erased: Sequence[TakenAt]


@dataclass(frozen=True, slots=True)
class HandOut:
    """Makes an export for whoever may search the audit table. `key` is the ledger's."""

    database: Database
    ledger: Ledger
    rules: Rules
    clock: Clock
    key: VerifierKey

    def __call__(
        self, origin: Origin, person: Person, conversation: Conversation, text: str, form: Form = Form.JSONL
    ) -> HandedOut | NotSearched:
        """By the words that a search takes; without any, everything. Raises NotRecorded, SQLAlchemyError."""
        if reason := may_audit(person, conversation):
            return NotSearched(self._record(origin, text, None, Outcome.REFUSED, reason), reason)
        wanted = parse(text, Vocabulary.of(self.rules), self.clock(), zone_named(person.timezone))
        if isinstance(wanted, Unclear):
            entry = self._record(origin, text, None, Outcome.REFUSED, Reason.UNCLEAR_QUERY)
            return NotSearched(entry, Reason.UNCLEAR_QUERY, wanted)
        with at_one_moment(self.database) as connection:
            found = self._read(connection, wanted, form)
        if found is None or not found.entries:
            return HandedOut(self._record(origin, text, None, Outcome.NOT_FOUND))
        if len(found.entries) > MOST:
            return HandedOut(self._record(origin, text, wanted, Outcome.REFUSED, TOO_MANY), too_many=True)
        entry = self._record(origin, text, wanted, Outcome.DISCLOSED, form.value)
        return HandedOut(entry, self._files(found, entry), len(found.entries), found.head["whole"], form=form)

    def _read(self, connection: Connection, wanted: Filter, form: Form) -> _Read | None:
        """The entries, one more than MOST at the most, and what goes with them; None before the first checkpoint."""
        stored = latest_checkpoint(connection)
        if stored is None:
            return None
        entries = list(islice(exported(connection, wanted, stored.size), MOST + 1))
        head = head_of(connection, f"audit.{form.value}", form, wanted, len(entries), self.clock())
        there = {one.position for one in entries}
        erased = [one for one in erased_among(connection, wanted, stored.size) if one.position in there]
        return _Read(form, entries, head, list(acts_in(connection)), erased)

    def _files(self, found: _Read, recorded: str) -> Mapping[str, bytes]:
        """By name: the lines, what says of them what they are and what was erased, and what verifies them."""
        content = b"".join(lines_of(found.form, found.entries))
        first, last = found.entries[0].position, found.entries[-1].position
        contents = Contents(len(found.entries), first, last, len(content), hashlib.sha256(content).hexdigest())
        described = "".join(manifest({**found.head, "recorded_as": recorded}, contents, found.acts, found.erased))
        name = str(found.head["file"])
        files = {name: content, name + SUFFIX: described.encode()}
        if found.form is Form.JSONL:
            files["checkpoint.txt"] = (found.head["checkpoint"] or "").encode()
            files["ledger.key"] = f"{self.key}\n".encode()
        return files

    def _record(
        self, origin: Origin, text: str, wanted: Filter | None, outcome: Outcome, reason: str | None = None
    ) -> str:
        """What matches nothing may be a name that somebody typed, which must not stand in the entry for ever."""
        with self.ledger.entry(origin, Action.AUDIT_EXPORT, query=text or None) as entry:
            entry.account = wanted.account if wanted else None
            entry.close(outcome, reason)
        return entry.id
