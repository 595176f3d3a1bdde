"""`steward accounts import FILE`: a file of accounts into the embedded table, whole or not at all."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bot.accounts.checking import Account, check, seen_ids
from bot.accounts.files import BadRow, read_rows
from bot.accounts.layout import ID, AccountLayout
from bot.accounts.writing import Writer, batches, settle
from bot.audit.entry import Action, Outcome
from bot.audit.ledger import Ledger, Origin
from bot.database import Database

MOST_LISTED = 100
REPORT_EVERY = 1000  # rows

Progress = Callable[[int, int], None]


class FileChanged(Exception):
    """The file was written to while it was being imported. Nothing was imported."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, or why it did nothing: `bad` lists the first 100 bad rows of `bad_count` faults."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    fields: tuple[str, ...] = ()
    bad: tuple[BadRow, ...] = ()
    bad_count: int = 0

    @property
    def imported(self) -> bool:
        """Whether the accounts are in the table."""
        return self.bad_count == 0

    @property
    def total(self) -> int:
        """How many accounts were imported."""
        return self.new + self.changed + self.unchanged


@dataclass(slots=True)
class _Checked:
    """What the first reading of a file found out."""

    columns: set[str] = field(default_factory=set)
    rows: int = 0
    bad: list[BadRow] = field(default_factory=list)
    bad_count: int = 0

    def note(self, faults: list[BadRow]) -> None:
        self.bad_count += len(faults)
        self.bad += faults[: MOST_LISTED - len(self.bad)]


def import_accounts(
    database: Database, ledger: Ledger, layout: AccountLayout, path: Path, origin: Origin, progress: Progress
) -> ImportReport:
    """Import a JSONL or CSV file: rows with new ids are added, others updated, in one audited transaction.

    The file is read twice, first to check all of it: with one bad row nothing is imported. Columns that the file has
    are replaced, other fields of an account are kept. `progress` is told the bytes done and the bytes in all.
    Raises OSError if the file can't be read, FileChanged, NotRecorded if the entry can't be committed.
    """
    size = path.stat().st_size
    checked = _check(layout, path, lambda done: progress(done // 2, size))
    if checked.bad_count:
        return ImportReport(bad=tuple(checked.bad), bad_count=checked.bad_count)
    fields = tuple(name for name in layout.fields if name in checked.columns)
    with ledger.entry(origin, Action.IMPORT) as entry:
        writer = Writer(entry.connection, layout, frozenset(checked.columns))
        writer.prepare()
        for batch in batches(_again(layout, path, checked)):
            writer.write(batch)
            progress((size + batch[-1].end) // 2, size)
        writer.finish()
        written = writer.written
        entry.close(Outcome.DONE, f"imported {written.new} new, {written.changed} changed", fields)
    settle(database)
    progress(size, size)
    return ImportReport(written.new, written.changed, written.unchanged, fields)


def _check(layout: AccountLayout, path: Path, progress: Callable[[int], None]) -> _Checked:
    checked = _Checked()
    with seen_ids() as seen:
        for row in read_rows(path):
            account = [row] if isinstance(row, BadRow) else check(row, layout)
            if isinstance(account, list):
                checked.note(account)
                continue
            if (first := seen.first_line(account.id, account.line)) != account.line:
                checked.note([BadRow(account.line, f"the same id as line {first}")])
            checked.rows += 1
            checked.columns.update(account.values, (ID,))
            if checked.rows % REPORT_EVERY == 0:
                progress(account.end)
    if not checked.rows and not checked.bad_count:
        checked.note([BadRow(1, "the file holds no account")])
    return checked


def _again(layout: AccountLayout, path: Path, checked: _Checked) -> Iterator[Account]:
    """The accounts of a file that was found good; raises FileChanged if it no longer is that file."""
    rows = 0
    for row in read_rows(path):
        account = row if isinstance(row, BadRow) else check(row, layout)
        if not isinstance(account, Account) or not checked.columns.issuperset(account.values):
            raise FileChanged(path.name)
        rows += 1
        yield account
    if rows != checked.rows:
        raise FileChanged(path.name)
