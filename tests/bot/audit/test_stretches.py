"""Several processes look at the ledger at once: what is right they say is right, and of the rest they say no."""

import sqlite3
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import make_url

from bot.audit import stretches
from bot.audit.integration.snapshots import at_one_moment
from bot.audit.stretch import Looked, Stretch, Where, opened
from bot.audit.stretches import MODULE, joined, look_quickly, stretches_of, where_is
from bot.audit.verify import Verification, verify_live
from bot.children import Child
from bot.database import Database
from tests.bot.audit.integration.integrating import SIGNER, integrator_of, record, stated, tamper
from tests.bot.audit.test_verify import CHANGES, ENTRY
from tests.conftest import SettableClock

STEPS = (300, 1, 211, 250, 38)
COUNT = sum(STEPS)
CHANGED = 300


@pytest.fixture
def ids(database: Database, clock: SettableClock) -> list[str]:
    """A ledger of 800 entries: three whole groups of 256 and a part of one, and five checkpoints."""
    made = []
    for count in STEPS:
        made += record(database, clock, count)
        integrator_of(database, clock).step()
    return made


def place(database: Database) -> Where:
    where = where_is(database.url)
    assert where is not None
    return where


@contextmanager
def child_of(where: Where) -> Iterator[Child]:
    child = Child(MODULE, orjson.dumps(asdict(where)))
    yield child
    child.end(30)


def said_of(where: Where, every: Sequence[Stretch]) -> Iterator[dict[str, Any]]:
    """What one process says of each, but for how far it is; of none after one that it failed at."""
    with child_of(where) as child:
        for one in every:
            child.tell(one.written())
            said = next(said for said in map(orjson.loads, child.lines()) if "count" not in said)
            yield said
            if "failed" in said:
                return


def stretches_now(database: Database) -> list[Stretch]:
    newest = stated(database)
    with at_one_moment(database) as connection:
        return stretches_of(connection, newest.size, [(newest.size, newest.root.hex())])


def named(database: Database) -> list[int] | None:
    try:
        every = stretches_now(database)
    except LookupError:
        return None
    looked = [Looked(**said["looked"]) for said in said_of(place(database), every)]
    return joined(every, looked, stated(database))


def verified(database: Database, older: str | None = None, *, quick_from: int = 0) -> Verification:
    with at_one_moment(database) as connection:
        return verify_live(connection, (SIGNER.key,), older, quick_from=quick_from)


def test_what_is_right_is_said_to_be(database: Database, ids: list[str]) -> None:
    assert named(database) == []


@pytest.mark.parametrize(("statement", "_"), CHANGES)
def test_every_change_of_an_entry_is_doubted_or_wrong(
    database: Database, ids: list[str], statement: str, _: object
) -> None:
    tamper(database, statement.replace("ENTRY", ENTRY).replace("{n}", str(CHANGED)))
    assert named(database) in (None, [CHANGED])


@pytest.mark.parametrize(
    "statement",
    [
        'UPDATE ledger_nodes SET hash = {hash} WHERE "index" = 1',
        'DELETE FROM ledger_nodes WHERE "index" = 1',
        'INSERT INTO ledger_nodes (level, "index", hash) VALUES (8, 3, {hash})',
        "UPDATE ledger_checkpoints SET root = {hash} WHERE size = 301",
        "UPDATE ledger_checkpoints SET root = {hash} WHERE size = 512",
        "DELETE FROM ledger_checkpoints WHERE size = 300",
        "DELETE FROM ledger_checkpoints WHERE size = 512",
        "DELETE FROM ledger_checkpoints WHERE size = 762",
        'DELETE FROM ledger_leaves WHERE "index" = 799',
        "INSERT INTO ledger_leaves (\"index\", entry_id, leaf) VALUES (800, 'x', {hash})",
    ],
)
def test_every_change_of_the_tree_is_told_as_by_looking_in_order(
    database: Database, ids: list[str], statement: str
) -> None:
    tamper(database, statement)
    quick, in_order = verified(database), verified(database, quick_from=COUNT + 1)
    assert in_order.fault is not None
    assert quick.fault == in_order.fault


def test_both_ways_come_to_the_same(database: Database, ids: list[str], clock: SettableClock) -> None:
    record(database, clock, 2)
    told: list[tuple[int, int]] = []
    with at_one_moment(database) as connection:
        quick = verify_live(connection, (SIGNER.key,), None, lambda done, of: told.append((done, of)), quick_from=0)
    assert quick == verified(database, quick_from=COUNT + 1)
    assert (quick.sound, quick.count, quick.waiting) == (True, COUNT, 2)
    assert told[-1] == (COUNT, COUNT)


def test_a_fault_is_named_all_the_same(database: Database, ids: list[str]) -> None:
    tamper(database, f"UPDATE audit_entries SET outcome = 'refused' WHERE id = '{ids[CHANGED]}'")
    fault = verified(database).fault
    assert fault is not None
    assert (fault.index, fault.id) == (CHANGED, ids[CHANGED])
    assert fault == verified(database, quick_from=COUNT + 1).fault


def test_where_no_process_can_be_had_this_one_does_the_work(
    database: Database, ids: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each ends at once, as one that was killed."""
    monkeypatch.setattr(stretches, "MODULE", "bot.audit.nowhere")
    assert verified(database).sound


def test_what_is_done_beside_is_done_here_while_they_look(database: Database, ids: list[str]) -> None:
    done: list[int] = []
    newest = stated(database)
    with at_one_moment(database) as connection:
        found = look_quickly(connection, [newest], lambda _, __: None, lambda: done.append(threading.get_ident()))
    assert found == []
    assert done == [threading.get_ident()]


def test_what_fails_beside_ends_the_look(database: Database, ids: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[Child] = []

    class Told(Child):
        def __init__(self, module: str, words: bytes) -> None:
            super().__init__(module, words)
            begun.append(self)

    def fails() -> None:
        raise LookupError

    monkeypatch.setattr(stretches, "Child", Told)
    with at_one_moment(database) as connection, pytest.raises(LookupError):
        look_quickly(connection, [stated(database)], lambda _, __: None, fails)
    assert begun
    assert all(child.status is not None for child in begun)


NO_TEXT = "CAST(X'ff41' AS TEXT)"  # as Python has it; SQLite keeps any bytes
OF_AN_ENTRY = [
    *(f"UPDATE audit_entries SET {name} = {{}} WHERE id = {ENTRY}" for name in ("id", "at", "entry", "leaf")),
    *(f"UPDATE audit_entries SET {name} = {{}} WHERE id = {ENTRY}" for name in ("actor", "account")),
    f"UPDATE audit_open SET opened = {{}} WHERE entry_id = {ENTRY}",
]
OF_THE_TREE = [
    'UPDATE ledger_leaves SET leaf = {} WHERE "index" = {n}',
    'UPDATE ledger_leaves SET entry_id = {} WHERE "index" = {n}',
    'UPDATE ledger_nodes SET hash = {} WHERE "index" = 1',
    "UPDATE ledger_checkpoints SET root = {} WHERE size = 512",
    "UPDATE ledger_checkpoints SET previous = {} WHERE size = 512",
]


def changed_copy(whole: Path, *statements: str) -> Where:
    """The database with these changes, each to an entry of its own, as its file's owner could make them."""
    path = whole.with_name("what was changed?.db")
    path.write_bytes(whole.read_bytes())
    with closing(sqlite3.connect(path, isolation_level=None)) as changing:
        changing.execute("PRAGMA ignore_check_constraints = ON")
        for (trigger,) in changing.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            changing.execute(f"DROP TRIGGER {trigger}")
        for number, statement in enumerate(statements, start=CHANGED):
            assert changing.execute(statement.replace("{n}", str(number))).rowcount == 1
    return Where(True, [str(path)], {})


def test_no_value_of_another_type_passes_on_sqlite(tmp_path: Path, sqlite_url: str, clock: SettableClock) -> None:
    """Nor text that is no UTF-8. SQLite holds any of them in any column."""
    with closing(Database(sqlite_url)) as database:
        for count in STEPS:
            record(database, clock, count)
            integrator_of(database, clock).step()
        every, newest = stretches_now(database), stated(database)

    def told(*statements: str) -> list[int] | None:
        said = list(said_of(changed_copy(tmp_path / "steward.db", *statements), every))
        assert all("looked" in one for one in said), (statements, said)
        return joined(every, [Looked(**one["looked"]) for one in said], newest)

    assert told() == []
    for value in (f"'{'ab' * 32}'", "7.5", "X'00'", "''"):
        of_all = [statement.format(value, n="{n}") for statement in OF_AN_ENTRY]
        assert told(*of_all) == list(range(CHANGED, CHANGED + len(of_all))), value
    for statement in OF_AN_ENTRY:
        assert told(statement.format(NO_TEXT, n="{n}")) in (None, [CHANGED]), statement
    for statement in OF_THE_TREE:
        for value in (NO_TEXT, f"'{'ab' * 32}'"):
            assert told(statement.format(value, n="{n}")) in (None, [CHANGED]), statement


def test_this_process_keeps_the_locks_of_its_own_sqlite(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two in one process would take them from one another: the other one is not even looked for."""
    monkeypatch.setitem(sys.modules, "apsw", None)
    where = where_is(make_url(sqlite_url))
    assert where is not None
    with pytest.raises(RuntimeError, match="another SQLite"):
        opened(where)


def test_a_failure_is_told_by_its_type_alone(
    sqlite_url: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    empty, broken = tmp_path / "empty.db", tmp_path / "broken.db"
    empty.touch()
    broken.write_bytes(b"no database of any kind, but some text")
    some = [Stretch(0, 1, "00" * 8, [])]
    for path, fault in [(tmp_path / "absent.db", "CantOpenError"), (empty, "SQLError"), (broken, "NotADBError")]:
        assert list(said_of(Where(True, [str(path)], {}), some)) == [{"failed": fault}]
    assert not (tmp_path / "absent.db").exists()
    with closing(sqlite3.connect(empty, isolation_level=None)) as writing:
        writing.execute("BEGIN EXCLUSIVE")
        assert list(said_of(Where(True, [str(empty)], {"timeout": 0.1}), some)) == [{"failed": "BusyError"}]
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("query", ["", "&mode=ro", "&mode=rw", "&mode=rwc", "&timeout=0.5"])
def test_a_database_named_by_a_uri_is_read(tmp_path: Path, query: str) -> None:
    named = tmp_path / "a name with spaces.db"
    sqlite3.connect(named).close()
    where = where_is(make_url(f"sqlite:///file:{named}?uri=true{query}"))
    assert where is not None
    (said,) = said_of(where, [Stretch(0, 1, "00" * 8, [])])
    assert said == {"failed": "SQLError"}, "it was opened, and has no tables"
