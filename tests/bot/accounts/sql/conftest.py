"""The company's database on three real servers, filled once, and a source that reads it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import URL, event, make_url

from bot.accounts.company_source import SourceSettings
from bot.accounts.sql.making import sql_source
from bot.accounts.sql.source import SqlSource
from tests.bot.accounts.sql.company_database import CLASSES, LAYOUT, MAPPING, fill
from tests.mariadb import MariaDB, mariadb_installed
from tests.postgres import Server
from tests.scenarios.harness import ACCOUNTS

MORE: tuple[dict[str, Any], ...] = (
    {"id": "pw-90001", "kind": "business", "name": "100% Cotton_Works", "email": "Hello@Cotton.example"},
    {"id": "pw-90002", "name": "Ārzemju Kafija", "phone": "00371 (2) 99-11-220", "domain": "www.kafija.example"},
    {"id": "pw-90003", "kind": "business", "recipients": ["Ana Liepa <Ana@Inbox.example>", " ", "bo@inbox.example"]},
    {"id": "pw-90004", "kind": "business", "name": "HP Latvia"},
    {"id": "pw-90005", "kind": "business", "name": "Studio hp"},
    {"id": "pw-90006", "kind": "business", "name": "The HP_Company HP Two"},
    {"id": "pw-90007", "kind": "business", "name": "Hpost H&P"},
    *({"id": f"many-{n:03}", "kind": "business", "name": f"Many Things {n:03}"} for n in range(30)),
)


@pytest.fixture(scope="session")
def mariadb() -> Iterator[MariaDB]:
    """A MariaDB server of this test process's own."""
    if not mariadb_installed():
        pytest.skip("no MariaDB server on this machine (Debian: apt-get install mariadb-server)")
    server = MariaDB.start()
    yield server
    server.stop()


@dataclass
class Databases:
    """The company's database on each kind of server, made when it is first wanted."""

    request: pytest.FixtureRequest
    folder: Path
    _made: dict[str, URL] = field(default_factory=dict)
    _names: Iterator[int] = field(default_factory=lambda: count(1))

    def filled(self, kind: str) -> URL:
        """One that all tests share: nothing is written to it."""
        if kind not in self._made:
            self._made[kind] = self.new(kind)
            rows = [orjson.loads(line) for line in ACCOUNTS.read_bytes().splitlines()]
            fill(self._made[kind], [*rows, *MORE])
        return self._made[kind]

    def new(self, kind: str) -> URL:
        """An empty one."""
        name = f"{self.folder.name}_{next(self._names)}"  # another folder for whoever else makes some
        if kind == "sqlite":
            return make_url(f"sqlite:///{self.folder / name}.db")
        if kind == "postgresql":
            server: Server = self.request.getfixturevalue("postgres")
            url = make_url(server.create_database(name)).set(drivername="postgresql+psycopg")
            server.execute_in(name, "CREATE EXTENSION IF NOT EXISTS pg_trgm")
            return url
        mariadb: MariaDB = self.request.getfixturevalue("mariadb")
        mariadb.execute(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
        return mariadb.url(name)


@pytest.fixture(scope="session")
def databases(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Databases:
    return Databases(request, tmp_path_factory.mktemp("company"))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres), "mariadb"])
def company_url(request: pytest.FixtureRequest, databases: Databases) -> URL:
    """The company's database, on each kind of server."""
    return databases.filled(request.param)


@pytest.fixture
def source(company_url: URL) -> Iterator[SqlSource]:
    made = source_at(company_url)
    yield made
    made.close()


def source_at(url: URL, *, timeout_s: float = 30.0, **options: Any) -> SqlSource:
    """A source with the company's mapping."""
    written = {**MAPPING, "url": url.render_as_string(hide_password=False), **options}
    return sql_source(SourceSettings("accounts", LAYOUT, written, timeout_s, classes=CLASSES))


def statements_of(source: SqlSource) -> list[str]:
    """What the company's database is told from now on, without what asks for its catalogue."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("SELECT") and re.search(r"customers|payment_details|list_members|lists", statement):
            seen.append(statement)

    event.listen(source.engine, "before_cursor_execute", note)
    return seen
