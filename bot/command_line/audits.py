"""`steward audit …`"""

import os
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import typer

from bot.audit.export import Export
from bot.audit.periods import read_time
from bot.audit.query import Filter
from bot.audit.verify import Row, Verification, exported_rows, stored_rows, verify
from bot.command_line.console import FAILED, hint, progress, say, warn, write_json
from bot.command_line.opening import Work, opened
from bot.running.refusals import CannotStart


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries to export, as typed: `since` and `until` are dates or times in the company's time zone."""

    account: str | None
    actor: str | None
    since: str | None
    until: str | None


def verify_entries(file: Path | None, *, as_json: bool) -> None:
    """Check every entry of the live table, or of an export. Exits with 1 at the first that is wrong."""
    verification = _verify_file(file) if file else _verify_table()
    if as_json:
        found = {"count": verification.count, "digest": verification.digest}
        write_json(found | {"bad_entry": verification.bad_entry, "fault": verification.fault})
    elif verification.sound:
        say(f"{verification.count} entries checked; each is as it was written.")
        say(f"Digest over all, in order: {verification.digest}")
    else:
        before = f"{verification.count} entries before it are as they were written."
        warn(f"Entry {verification.bad_entry} was tampered with: {verification.fault}.", before)
    if not verification.sound:
        raise typer.Exit(FAILED)


def _verify_table() -> Verification:
    with opened(writes=False) as work, work.database.reading() as connection:
        return _with_progress(stored_rows(connection))


def _verify_file(file: Path) -> Verification:
    try:
        with file.open(encoding="utf-8") as lines:
            return _with_progress(exported_rows(lines))
    except OSError as error:
        raise CannotStart(f"{file} can't be read: {error.strerror}.") from error
    except ValueError as error:
        mend = "Export with “steward audit export --format jsonl”; CSV can't be verified."
        raise CannotStart(f"{file}: {error}.", mend) from error


def _with_progress(rows: Iterable[Row]) -> Verification:
    with progress("Checking") as bar:
        return verify(rows, lambda checked: bar(checked, None))


def export_entries(wanted: Wanted, form: str, output: Path | None) -> None:
    """Write entries to standard output or a file. The export is itself an entry, committed before the first line."""
    with opened() as work:
        chosen = _filter(work, wanted)
        export = Export(work.database, work.ledger)
        if output is None:
            _to_pipe(export(work.origin, chosen, form))
            return
        count = _to_file(output, lambda: export(work.origin, chosen, form))
    hint(f"{output}: {count} lines")


def _filter(work: Work, wanted: Wanted) -> Filter:
    if wanted.since is None and wanted.until is None:
        return Filter(account=wanted.account, actor=wanted.actor)
    zone = ZoneInfo(work.configuration().company.timezone)
    now = work.clock()
    since = wanted.since and read_time(wanted.since, now, zone)
    until = wanted.until and read_time(wanted.until, now, zone, end_of_day=True)
    for name, typed, read in (("--since", wanted.since, since), ("--until", wanted.until, until)):
        if typed is not None and not read:
            raise typer.BadParameter("a date or time is needed, like 2026-03-01 or “7 days ago”", param_hint=name)
    return Filter(account=wanted.account, actor=wanted.actor, since=since or None, until=until or None)


def _to_pipe(lines: Iterable[str]) -> None:
    try:
        for line in lines:
            sys.stdout.write(line)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read has enough; nothing may be written at exit either
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _to_file(output: Path, lines: Callable[[], Iterable[str]]) -> int:
    """All of it or nothing, readable by its owner only. Returns how many lines."""
    try:
        descriptor, made = tempfile.mkstemp(dir=output.parent, prefix=f".{output.name}.")
        fresh = Path(made)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
                count = sum(1 for line in lines() if file.write(line))
            fresh.replace(output)
        finally:
            fresh.unlink(missing_ok=True)
    except OSError as error:
        raise CannotStart(f"{output} can't be written: {error.strerror}.") from error
    return count
