"""Exports, and finding what was changed behind the audit table's back."""

import csv
import io
import json
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from bot.audit.entry import Action, Actor, Outcome, Surface
from bot.audit.export import Export, csv_lines, jsonl_lines
from bot.audit.ledger import Ledger, Origin
from bot.audit.query import Filter
from bot.audit.read import in_order
from bot.audit.verify import Verification, exported_rows, stored_rows, verify
from bot.database import Database
from tests.conftest import SettableClock

CLI = Origin(Actor("cli:tests"), Surface.CLI)
NASTY = ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "plain", 'a,b;"c"\nd', "＝1", "emoji 🙂"]


@pytest.fixture
def filled(database: Database, clock: SettableClock) -> Database:
    ledger = Ledger(database, clock)
    for number, query in enumerate(NASTY):
        clock.advance(seconds=1)
        origin = Origin(Actor("U1", "T1", "u1@company.example"), Surface.COMMAND, f"trigger-{number}")
        with ledger.entry(origin, Action.LOOK_UP, query=query) as entry:
            entry.account = f"pw-{number % 2}"
            entry.close(Outcome.MASKED, "standing", ["id", "name"])
    return database


def checked(database: Database) -> Verification:
    with database.reading() as connection:
        return verify(stored_rows(connection))


def exported(database: Database, form: str, wanted: Filter | None = None) -> str:
    with database.reading() as connection:
        lines = csv_lines if form == "csv" else jsonl_lines
        return "".join(lines(in_order(connection, wanted or Filter())))


def test_what_was_written_verifies(filled: Database) -> None:
    found = checked(filled)
    assert (found.count, found.sound) == (len(NASTY), True)
    assert found.digest == checked(filled).digest


def unlocked(database: Database, statement: str) -> None:
    """As somebody with all rights to the database would do it: without the triggers."""
    with database.transaction() as connection:
        if database.is_sqlite:
            names = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all()
            for name in names:
                connection.execute(text(f'DROP TRIGGER "{name}"'))
        else:
            connection.execute(text("SET session_replication_role = replica"))
            connection.execute(text("ALTER TABLE audit_entries DISABLE TRIGGER ALL"))
        connection.execute(text(statement))


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("UPDATE audit_entries SET entry = replace(entry, 'masked', 'denied')", "does not match its hash"),
        ("UPDATE audit_entries SET outcome = 'denied'", "column outcome differs"),
        ("UPDATE audit_entries SET account = 'pw-9'", "column account differs"),
        ("UPDATE audit_entries SET at = '2026-01-01 00:00:00+00:00'", "column at differs"),
        ("UPDATE audit_open SET opened = replace(opened, 'plain', 'other')", "query was changed"),
    ],
)
def test_changes_are_found(filled: Database, statement: str, fault: str) -> None:
    unlocked(filled, statement)
    found = checked(filled)
    assert not found.sound
    assert found.bad_entry
    assert fault in (found.fault or "")


def test_a_removed_entry_changes_the_digest(filled: Database) -> None:
    before = checked(filled)
    unlocked(filled, "DELETE FROM audit_open WHERE entry_id = (SELECT min(id) FROM audit_entries)")
    unlocked(filled, "DELETE FROM audit_entries WHERE id = (SELECT min(id) FROM audit_entries)")
    after = checked(filled)
    assert after.sound
    assert (after.count, after.digest) != (before.count, before.digest)


def test_json_lines_are_the_contracts_and_verify_without_a_database(filled: Database) -> None:
    lines = exported(filled, "jsonl").splitlines()
    first = json.loads(lines[0])
    assert sorted(first) == ["entry", "index", "leaf", "open"]
    assert first["open"]["query"]["value"] == NASTY[0]
    assert first["entry"]["query"].startswith("sha256:")
    assert verify(exported_rows(lines)) == checked(filled)


def test_an_export_that_was_changed_is_found(filled: Database) -> None:
    lines = exported(filled, "jsonl").splitlines()
    changed = [line.replace("pw-1", "pw-7") for line in lines]
    assert "does not match its hash" in (verify(exported_rows(changed)).fault or "")
    with pytest.raises(ValueError, match="line 2 is no line of an audit export"):
        list(exported_rows([lines[0], lines[1][:-9]]))


def test_no_cell_of_a_csv_is_a_formula(filled: Database) -> None:
    rows = list(csv.DictReader(io.StringIO(exported(filled, "csv"))))
    assert [row["query"] for row in rows] == [f"'{query}" if query[0] in "=+-@\t＝" else query for query in NASTY]
    assert all(not (cell or "x").startswith(("=", "+", "-", "@", "\t")) for row in rows for cell in row.values())


def test_exports_are_filtered_and_recorded_first(filled: Database, clock: SettableClock) -> None:
    lines: Iterator[str] = Export(filled, Ledger(filled, clock))(CLI, Filter(account="pw-1"), "jsonl")
    with filled.reading() as connection:
        newest = list(in_order(connection, Filter(actor="cli:tests")))
    assert [one.entry["action"] for one in newest] == ["audit.export"]
    entries = [json.loads(line)["entry"] for line in lines]
    assert {entry["account"] for entry in entries} == {"pw-1"}
    assert len(entries) == 4 + 1  # the export of this account's entries is an entry of this account's
