"""Copies of the whole database at one moment, and putting one back so that nothing is sent or numbered twice.

SQLite is copied by its own online backup, PostgreSQL by its own pg_dump and pg_restore. Either while Steward runs.
"""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sqlalchemy import inspect, text
from sqlalchemy.engine import URL

from bot.database import Database, normalised_url
from bot.running.refusals import CannotStart
from bot.running.single import held_alone

PRIVATE: Final = 0o600
SQLITE_BEGINS: Final = b"SQLite format 3\x00"
DUMP_BEGINS: Final = b"PGDMP"
WORKSPACE: Final = "audit_entries"
REGISTRY: Final = "installations"
APART: Final = 10_000
"""So many numbers of requests are passed over after a restore: people hold messages with those given out since."""


@dataclass(frozen=True, slots=True)
class Restored:
    """`before`: where the database went that was there until now, if there was one."""

    before: Path | None


def back_up(url: str, target: Path, *, of: str = WORKSPACE) -> int:
    """Write a copy to a new file that only its owner can read; returns its size in bytes. Raises CannotStart.

    `of`: a table that tells a workspace's database from the REGISTRY of installations.
    """
    if target.exists():
        raise CannotStart(f"{target} is there already.", "Name a new file: a backup is never written over another.")
    parsed = normalised_url(url)
    part = target.with_name(f".{target.name}.part")
    try:
        with _private(part):
            if parsed.get_backend_name() == "sqlite":
                _copy_sqlite(Path(parsed.database or ""), part, of)
            else:
                _run(command_of("pg_dump", ["--format=custom", f"--file={part}"], parsed), parsed)
            part.rename(target)
    except OSError as error:
        raise CannotStart(f"{target} can't be written: {error.strerror}.") from error
    return target.stat().st_size


def restore(url: str, source: Path, now: datetime, *, of: str = WORKSPACE) -> Restored:
    """Put a backup in place of the database, before anything else is done with it. Raises CannotStart.

    A SQLite file that is there is moved aside; on a server the database must be empty. Either way nothing is lost.
    """
    parsed = normalised_url(url)
    try:
        with source.open("rb") as stream:
            begins = stream.read(len(SQLITE_BEGINS))
    except OSError as error:
        raise CannotStart(f"{source} can't be read: {error.strerror}.") from error
    sqlite = parsed.get_backend_name() == "sqlite"
    if not begins.startswith(SQLITE_BEGINS if sqlite else DUMP_BEGINS):
        kind = "a SQLite database" if sqlite else "a dump of pg_dump's custom format"
        raise CannotStart(f"{source} is not {kind}.", "The database's address and the backup must be of the same kind.")
    return _restore_sqlite(parsed, source, now, of) if sqlite else _restore_server(parsed, source)


def settle_restored(database: Database) -> None:
    """What a database that was put back needs before Steward works with it again. Done twice, it does no harm.

    Messages that were still to go may have gone since: they are looked for in Slack before they are sent. Numbers that
    were given out since are not given out again, as old buttons and mails speak of them.
    """
    with database.transaction() as connection:
        connection.execute(
            text(
                "UPDATE deliveries SET status = 'sending', attempted_at = COALESCE(attempted_at, queued_at),"
                " claimed_by = NULL, claimed_until = NULL WHERE status IN ('queued', 'sending')"
            )
        )
        if database.is_sqlite:
            connection.execute(text(f"UPDATE sqlite_sequence SET seq = seq + {APART}"))  # noqa: S608 - our number
            return
        for name in inspect(connection).get_sequence_names():
            quoted = connection.dialect.identifier_preparer.quote(name)
            last = connection.execute(text(f"SELECT last_value FROM {quoted}")).scalar_one()  # noqa: S608 - quoted
            connection.execute(text("SELECT setval(:name, :value)"), {"name": quoted, "value": last + APART})


def _copy_sqlite(source: Path, target: Path, of: str) -> None:
    if not source.is_file():
        raise CannotStart(f"There is no database {source}.", "Check its address.")
    try:
        with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(target)) as copy:
            live.backup(copy, pages=1000)
            copy.execute("PRAGMA journal_mode = DELETE")
            _check_sqlite(copy, target, of)
    except sqlite3.Error as error:
        raise CannotStart(f"The database could not be copied: {error}.") from error


def _check_sqlite(copy: sqlite3.Connection, path: Path, of: str) -> None:
    """Raises CannotStart when it is damaged or not what it has to be."""
    found = copy.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if found != "ok":
        raise CannotStart(f"{path} is damaged: {found}.", "Use another backup.")
    if not copy.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (of,)).fetchone():
        what = "a registry of installations" if of == REGISTRY else "a database of Steward's"
        raise CannotStart(f"{path} is not {what}.")


def _restore_sqlite(url: URL, source: Path, now: datetime, of: str) -> Restored:
    place = Path(url.database or "")
    with held_alone(url):
        try:
            with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as copy:
                _check_sqlite(copy, source, of)
        except sqlite3.Error as error:
            raise CannotStart(f"{source} can't be read: {error}.", "Use another backup.") from error
        part = place.with_name(f".{place.name}.part")
        try:
            with _private(part):
                shutil.copyfile(source, part)
                before = _moved_aside(place, now)
                part.rename(place)
        except OSError as error:
            raise CannotStart(f"{place} can't be written: {error.strerror}.") from error
    return Restored(before)


def _moved_aside(place: Path, now: datetime) -> Path | None:
    """With its log, in which the latest writes may still stand."""
    if not place.exists():
        return None
    aside = place.with_name(f"{place.name}.before-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}")
    for ending in ("", "-wal", "-shm"):
        beside = place.with_name(place.name + ending)
        if beside.exists():
            beside.rename(aside.with_name(aside.name + ending))
    return aside


def _restore_server(url: URL, source: Path) -> Restored:
    with closing(Database(url.render_as_string(hide_password=False))) as database, database.reading() as connection:
        tables = inspect(connection).get_table_names()
    if tables:
        what = f"The database {url.database} is not empty: it has {len(tables)} tables."
        mend = "Make an empty one (createdb), name it in the address, and keep this one until it works."
        raise CannotStart(what, mend)
    options = ["--no-owner", "--no-privileges", "--no-comments", "--single-transaction", "--exit-on-error"]
    _run([*command_of("pg_restore", options, url), str(source)], url)
    return Restored(None)


def command_of(name: str, options: Sequence[str], url: URL) -> list[str]:
    """The command line, without the password, which any user of this machine could read there.

    The address is made anew: of one that is only shown without its password, *** would be tried as one.
    """
    path = shutil.which(name)
    if path is None:
        what = f"{name} is not on this machine."
        raise CannotStart(what, "Install PostgreSQL's client of the server's release (on Debian: postgresql-client).")
    place = URL.create("postgresql", url.username, None, url.host, url.port, url.database, url.query)
    return [path, *options, f"--dbname={place.render_as_string()}"]


def _run(command: Sequence[str], url: URL) -> None:
    secret = {"PGPASSWORD": str(url.password)} if url.password else {}
    done = subprocess.run(  # noqa: S603 - PostgreSQL's own, with no shell between
        command, env={**os.environ, **secret}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = _why(done.stderr.strip().splitlines())
        what = f"{Path(command[0]).name} failed: {said.rstrip('.')}."
        raise CannotStart(
            what, "Its release must not be older than the server's; check the database's address and the disk."
        )


def _why(said: Sequence[str]) -> str:
    """Of what it said, the first line with an error: what it was doing follows."""
    return next((line for line in said if "error:" in line), said[-1] if said else "it said nothing")


@contextmanager
def _private(part: Path) -> Iterator[None]:
    """A file that only its owner can read, and that is gone unless it was moved to where it belongs."""
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE))
    try:
        yield
    finally:
        part.unlink(missing_ok=True)
