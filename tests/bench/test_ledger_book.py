"""A large ledger that is filled in bulk is one that the integrator could have left, whichever way it was made."""

from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import inspect
from sqlalchemy.engine.interfaces import ReflectedIndex

from bench import ledger_book
from bench.company import ledger_keys
from bench.ledger_book import Book, drafted, made_up
from bot.audit.integration.snapshots import at_one_moment
from bot.audit.merkle.tree import Frontier
from bot.audit.query import Filter
from bot.audit.read import page
from bot.audit.verify import verify_live
from bot.database import Database

INDEXED = ("audit_entries", "audit_open", "ledger_leaves", "ledger_nodes", "ledger_checkpoints")


def indexes(database: Database) -> list[list[str]]:
    looked = inspect(database.engine)
    return [sorted(map(_described, looked.get_indexes(table))) for table in INDEXED]


def _described(index: ReflectedIndex) -> str:
    """With the words of what a partial one is of, which SQLite's reflection gives as a clause."""
    options = {name: str(value) for name, value in index.get("dialect_options", {}).items()}
    return str({**index, "dialect_options": options})


def test_it_verifies_and_keeps_its_indexes_when_it_grows(database: Database, tmp_path: Path) -> None:
    before = indexes(database)
    book = Book(database, Frontier(), tmp_path)
    for size in (300, 300, 1_700):
        book.grow(size)
    assert indexes(database) == before
    with at_one_moment(database) as connection:
        found = verify_live(connection, ledger_keys().all)
        last = made_up(1_699)
        shown = [(one.id, one.at) for one in page(connection, Filter(account=last.account), 1).entries]
    assert (found.sound, found.count, found.waiting) == (True, 1_700, 0)
    assert shown == [(last.id, last.at)]


def test_several_processes_make_what_one_makes(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What was made stands on the shelf, and is what the next book is filled with."""
    monkeypatch.setattr(ledger_book, "CHUNK", 100)
    monkeypatch.setattr(ledger_book, "MAKERS", 1)
    with closing(ledger_book.book(sqlite_url, tmp_path).database) as database:
        Book(database, Frontier(), tmp_path).grow(100 * (ledger_book.ALONE + 1))
    shelved = Book(database, Frontier(), tmp_path)
    spans = [(start, start + 100) for start in range(0, 400, 100)]
    assert sorted(path.name for path in tmp_path.glob("*.pickle")) == [f"{a}-{b}.pickle" for a, b in spans]
    assert list(shelved._drafts(spans)) == [drafted(*span) for span in spans]
