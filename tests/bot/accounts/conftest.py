"""An embedded table to fill and to ask, on both databases."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import event

from bot.accounts.embedded import EmbeddedSource
from bot.accounts.importing import ImportReport, import_accounts
from bot.accounts.layout import AccountLayout
from bot.accounts.source import Matches
from bot.audit.entry import Action, Actor, Outcome, Surface
from bot.audit.ledger import Ledger, OpenEntry, Origin
from bot.database import Database
from tests.conftest import SettableClock

ORIGIN = Origin(Actor("cli:ops"), Surface.CLI)
FIELDS = (
    "id",
    "name",
    "domain",
    "plan",
    "contact_name",
    "email",
    "phone",
    "address",
    "vat_number",
    "lists",
    "recipients",
)
LAYOUT = AccountLayout.of(FIELDS, kind_field="kind")

Row = dict[str, Any]
Statements = list[tuple[str, Any]]


@dataclass
class Company:
    """A company's accounts: put them in through an import, ask for them under an audit entry."""

    database: Database
    ledger: Ledger
    folder: Path
    layout: AccountLayout = LAYOUT

    def put(self, *rows: Row) -> ImportReport:
        """Import these rows."""
        return self.put_file("accounts.jsonl", b"".join(orjson.dumps(row) + b"\n" for row in rows))

    def put_file(
        self, name: str, content: bytes, progress: Callable[[int, int], None] = lambda _d, _t: None
    ) -> ImportReport:
        """Import a file of this content."""
        path = self.folder / name
        path.write_bytes(content)
        return import_accounts(self.database, self.ledger, self.layout, path, ORIGIN, progress)

    @contextmanager
    def entry(self) -> Iterator[OpenEntry]:
        """An open audit entry, closed at the end unless that has been done."""
        with self.ledger.entry(ORIGIN, Action.LOOK_UP) as entry:
            yield entry
            if entry.is_open:
                entry.close(Outcome.DONE)

    @property
    def source(self) -> EmbeddedSource:
        """The door to them."""
        return EmbeddedSource(self.layout)

    def search(self, query: str, limit: int = 10) -> Matches:
        """One search under an entry of its own."""
        with self.entry() as entry:
            return self.source.search(query, limit=limit, entry=entry)

    def found(self, query: str) -> list[str]:
        """The ids that a search finds, in its order."""
        return [ref.id for ref in self.search(query).refs]

    def rows(self, statement: str) -> Sequence[Any]:
        """What the database answers, for checks from outside."""
        with self.database.reading() as connection:
            return connection.exec_driver_sql(statement).fetchall()


@pytest.fixture
def company(database: Database, clock: SettableClock, tmp_path: Path) -> Company:
    return Company(database, Ledger(database, clock), tmp_path)


@contextmanager
def recorded_statements(database: Database) -> Iterator[Statements]:
    """All SQL that is run meanwhile, with its parameters."""
    seen: Statements = []

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        seen.append((statement, parameters))

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(database.engine, "before_cursor_execute", note)
