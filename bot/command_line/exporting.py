"""`steward audit export`"""

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import typer
from sqlalchemy import Connection

from bot.audit.exports.export import Form, Indexed, Record, erased_among, exported, lines_of
from bot.audit.exports.manifest import SUFFIX, Contents, acts_in, head_of, manifest
from bot.audit.faults import entries_of
from bot.audit.integration.integrated import latest_checkpoint
from bot.audit.integration.snapshots import at_one_moment
from bot.audit.periods import read_time
from bot.audit.query import Filter
from bot.command_line.console import hint, progress
from bot.command_line.continued_files import Differs, NotContinued, Target, write_lines
from bot.command_line.integrating import fail_where_faults_are_open, integrate_what_waits
from bot.command_line.opening import Work, opened
from bot.command_line.whole_files import whole_file
from bot.running.refusals import CannotStart

TOLD_EVERY: Final = 1000  # entries


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries to export, as typed: `since` and `until` are dates or times in the company's time zone."""

    account: str | None
    actor: str | None
    since: str | None
    until: str | None


@dataclass(slots=True)
class _Seen:
    """The indices that went by, and how many there were."""

    entries: int = 0
    first: int | None = None
    last: int | None = None

    def through(self, entries: Iterator[Indexed], tell: Callable[[int], None]) -> Iterator[Indexed]:
        for one in entries:
            self.first = one.position if self.first is None else self.first
            self.last = one.position
            self.entries += 1
            if self.entries % TOLD_EVERY == 0:
                tell(one.position + 1)
            yield one


def export_entries(wanted: Wanted, form: str, output: Path | None, *, resume: bool = False) -> None:
    """Write entries to standard output or a file. The export is itself an entry, committed before the first line.

    Raises CannotStart, NotRecorded. Exits with 2 for wrong use, with 1 where the ledger was found changed.
    """
    if resume and output is None:
        raise typer.BadParameter("goes on with a file: give --output too", param_hint="--resume")
    with opened() as work:
        export = _Export(work, _filter(work, wanted), Form(form), _typed(wanted))
        if output is None:
            export.to_pipe()
        else:
            export.to_file(output, resume=resume)
        fail_where_faults_are_open(work)


@dataclass(frozen=True, slots=True)
class _Export:
    work: Work
    wanted: Filter
    form: Form
    typed: str | None

    def to_pipe(self) -> None:
        """All lines to standard output; a reader that has enough is no fault."""
        self._begin()
        with at_one_moment(self.work.database) as connection:
            entries = exported(connection, self.wanted, _size(connection))
            try:
                for line in lines_of(self.form, entries):
                    sys.stdout.buffer.write(line)
                sys.stdout.buffer.flush()
            except BrokenPipeError:  # nothing may be written at exit either
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    def to_file(self, output: Path, *, resume: bool) -> None:
        """All lines to a file, and a manifest beside it. What was cut can be gone on with."""
        with Target.opened(output, resume=resume) as target:
            recorded = self._begin()
            try:
                with at_one_moment(self.work.database) as connection, progress("Exporting") as bar:
                    size, seen = _size(connection), _Seen()
                    entries = seen.through(exported(connection, self.wanted, size), lambda done: bar(done, size))
                    written = write_lines(target.file, lines_of(self.form, entries))
                    target.finish()
                    contents = Contents(seen.entries, seen.first, seen.last, written.bytes, written.sha256)
                    self._manifest(connection, output, contents, recorded)
            except Differs as error:
                raise _not_continued(target.path, error) from error
        kept = f", of which {written.kept} were there" if resume else ""
        hint(
            f"{output}: {entries_of(seen.entries)}{kept}. {output.name}{SUFFIX} has its counts, hashes and checkpoint."
        )
        if not seen.entries:
            hint("No entry matches what was asked for.")

    def _begin(self) -> str:
        """Record the export, and let it and all before it get an index. Returns the entry's id."""
        recorded = Record(self.work.ledger)(self.work.origin, self.wanted, self.form, self.typed)
        integrate_what_waits(self.work, self.work.configuration())
        return recorded

    def _manifest(self, connection: Connection, output: Path, contents: Contents, recorded: str) -> None:
        head = head_of(connection, output.name, self.form, self.wanted, contents.entries, self.work.clock())
        erased = erased_among(connection, self.wanted, _size(connection))
        with whole_file(output.with_name(output.name + SUFFIX)) as file:
            for piece in manifest({**head, "recorded_as": recorded}, contents, acts_in(connection), erased):
                file.write(piece.encode())


def _size(connection: Connection) -> int:
    stored = latest_checkpoint(connection)
    return stored.size if stored else 0


def _not_continued(path: Path, error: Differs) -> CannotStart:
    match error.why:
        case NotContinued.OTHER:
            what = f"{path} can't be gone on with: from byte {error.at} on it is not what this export holds."
            why = "It was changed, is of another ledger or with other filters, or something was erased since."
        case NotContinued.MORE:
            what = f"{path} can't be gone on with: it has more than this export, from byte {error.at} on."
            why = "It is of another ledger or with other filters, or the ledger was cut."
    return CannotStart(f"{what} {why}", "Export anew, without --resume.")


def _typed(wanted: Wanted) -> str | None:
    """What was asked for, as a search would have it; None for everything."""
    named = (("", wanted.account), ("by ", wanted.actor), ("since ", wanted.since), ("until ", wanted.until))
    return " ".join(f"{before}{said}" for before, said in named if said) or None


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
    if since and until and until < since:
        raise typer.BadParameter("the time ends before it begins", param_hint="--since")
    return Filter(account=wanted.account, actor=wanted.actor, since=since or None, until=until or None)
