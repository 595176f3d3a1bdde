"""`steward accounts …`"""

import errno
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import typer

from bot.accounts.importing import FileChanged, ImportReport, import_accounts
from bot.building.account_sources import account_layout
from bot.command_line.console import FAILED, hint, progress, say, warn, write_json
from bot.command_line.opening import opened
from bot.running.refusals import CannotStart

LISTED: Final = 20


def import_file(file: Path, *, as_json: bool) -> None:
    """Import accounts, all or none. Exits with 1 when rows are bad; raises CannotStart."""
    report = _import(file)
    if as_json:
        write_json(_as_json(report))
    elif report.imported:
        kinds = f"{report.new} new, {report.changed} changed, {report.unchanged} as before"
        say(f"{report.total} {'account' if report.total == 1 else 'accounts'} imported: {kinds}.")
    else:
        _name_bad_rows(file, report)
    if not report.imported:
        raise typer.Exit(FAILED)


def _import(file: Path) -> ImportReport:
    with opened() as work, progress("Importing") as bar:
        configuration = work.configuration()
        if not configuration.accounts.embedded:
            mend = 'For Steward\'s own table, write source = "embedded" in [accounts].'
            raise CannotStart("Accounts come from your own source, so that an import would be read by nobody.", mend)
        layout = account_layout(configuration)
        try:
            with _read_twice(file) as readable:
                return import_accounts(work.database, work.ledger, layout, readable, work.origin, bar)
        except OSError as error:
            raise CannotStart(f"{file} can't be read: {error.strerror}.") from error
        except FileChanged as error:
            raise CannotStart(f"{file} was written to meanwhile; nothing was imported.", "Import it again.") from error


@contextmanager
def _read_twice(file: Path) -> Iterator[Path]:
    """The file; or of a pipe, which gives what it has only once, a private copy that goes afterwards.

    Raises OSError if it can't be read, CannotStart if there is no room for the copy.
    """
    if file.is_file():
        yield file
        return
    with file.open("rb") as stream, tempfile.NamedTemporaryFile(prefix="steward-", suffix=file.suffix) as copy:
        try:
            shutil.copyfileobj(stream, copy)
            copy.flush()
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
            mend = "Name another folder for it in TMPDIR, or import a file instead of a pipe."
            raise CannotStart(f"{tempfile.gettempdir()} has no room for what comes in.", mend) from error
        yield Path(copy.name)


def _name_bad_rows(file: Path, report: ImportReport) -> None:
    count = "a row is" if report.bad_count == 1 else f"{report.bad_count} rows are"
    warn(f"{file}: nothing was imported, because {count} bad.")
    for row in report.bad[:LISTED]:
        hint(f"  line {row.line}: {row.reason}")
    if report.bad_count > LISTED:
        hint(f"  and {report.bad_count - LISTED} more; --json lists up to {len(report.bad)}")


def _as_json(report: ImportReport) -> dict[str, object]:
    return {
        "imported": report.imported,
        "new": report.new,
        "changed": report.changed,
        "unchanged": report.unchanged,
        "bad_count": report.bad_count,
        "bad": [{"line": row.line, "reason": row.reason} for row in report.bad],
    }
