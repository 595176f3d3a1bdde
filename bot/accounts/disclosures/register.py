"""Reading the disclosure register, in Slack and as a file. Each reading is an audit entry of its own."""

import csv
import io
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Final

import orjson

from bot.access.people import Conversation, Person
from bot.access.reasons import Reason
from bot.accounts.disclosures.records import Entered, may_list, read_register, whole_register
from bot.audit.entry import Action, Outcome, timestamp
from bot.audit.exports.export import safe_cell
from bot.audit.ledger import Ledger, Origin

PAGE: Final = 5
COLUMNS: Final = tuple(one.name for one in fields(Entered))
LISTED: Final = "disclosures"


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of the register, newest first."""

    entry: str
    lines: tuple[Entered, ...]
    page: int
    pages: int
    total: int


@dataclass(frozen=True, slots=True)
class NotListed:
    """Nothing is shown, and why."""

    entry: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Register:
    """Raises NotRecorded when the entry can't be committed: then nothing may be shown."""

    ledger: Ledger

    def __call__(self, origin: Origin, person: Person, conversation: Conversation, page: int = 1) -> Listed | NotListed:
        """A page for privacy officers and auditors, counted from 1."""
        with self.ledger.entry(origin, Action.LIST) as entry:
            if reason := may_list(person, conversation):
                entry.close(Outcome.REFUSED, reason)
                return NotListed(entry.id, reason)
            _, total = read_register(entry.connection, offset=0, limit=0)
            pages = max(1, math.ceil(total / PAGE))
            page = min(max(page, 1), pages)
            lines, total = read_register(entry.connection, offset=(page - 1) * PAGE, limit=PAGE)
            entry.close(Outcome.DISCLOSED, LISTED)
        return Listed(entry.id, lines, page, pages, total)

    def export(self, origin: Origin) -> Sequence[Entered]:
        """The whole register, for an operator; recorded before the first line leaves."""
        with self.ledger.entry(origin, Action.AUDIT_EXPORT) as entry:
            found = whole_register(entry.connection)
            entry.close(Outcome.DISCLOSED, LISTED)
        return found


def csv_lines(lines: Iterable[Entered]) -> Iterator[str]:
    """A header and a line a disclosure; no cell begins like a formula."""
    yield _csv(COLUMNS)
    for one in lines:
        yield _csv([safe_cell(value) for value in _row(one).values()])


def jsonl_lines(lines: Iterable[Entered]) -> Iterator[str]:
    """One object a line."""
    for one in lines:
        yield orjson.dumps(_row(one)).decode() + "\n"


def _row(one: Entered) -> dict[str, object]:
    row: dict[str, object] = {name: getattr(one, name) for name in COLUMNS}
    texts = {"number": one.name, "entered_at": timestamp(one.entered_at), "dated": one.dated.isoformat()}
    return row | texts | {"fields": list(one.fields), "approved_by": list(one.approved_by), "basis": one.basis.value}


def _csv(cells: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()
