"""SQLite belongs to one running Steward: a lock on a file beside the database, held for the life of the process."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.engine import URL

from bot.running.refusals import CannotStart


@contextmanager
def held_alone(url: URL) -> Iterator[None]:
    """Hold a SQLite database while in this context; other databases are shared. Raises CannotStart when it is held.

    The operating system lets go of the lock when the process ends, however it ends.
    """
    if url.get_backend_name() != "sqlite":
        yield
        return
    path = _lock_file(url)
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        mend = "The folder must be there and Steward must be able to write to it."
        raise CannotStart(f"{path} can't be made: {error.strerror}.", mend) from error
    try:
        _lock(descriptor, path)
        yield
    finally:
        os.close(descriptor)


def _lock_file(url: URL) -> Path:
    if not url.database or url.database == ":memory:":
        raise CannotStart("A database in memory is lost when Steward stops.", "Set DATABASE_URL to a file or a server.")
    return Path(f"{url.database}.lock")


def _lock(descriptor: int, path: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        holder = os.pread(descriptor, 20, 0).decode(errors="replace").strip()
        what = f"Another Steward (process {holder or 'unknown'}) runs on this SQLite database, as {path} says."
        raise CannotStart(what, "Stop it first, or use PostgreSQL to run several.") from error
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
