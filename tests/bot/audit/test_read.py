"""Reading the audit table in pages that look through a bounded number of rows."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from bot.audit.entry import Action, Actor, Outcome, Surface
from bot.audit.ledger import Ledger, Origin
from bot.audit.query import Filter
from bot.audit.read import Cursor, Page, Reach, Stored, count_people, in_order, newest, one_entry, page, tally
from bot.database import Database
from tests.conftest import SettableClock

NARROW = Reach(rows=10, ids=10, reasons=10)
ROWS = 60


@pytest.fixture
def filled(database: Database, clock: SettableClock) -> Database:
    """60 look-ups: every seventh names the e-mail address, every eleventh was refused, every fifth has a reason."""
    ledger = Ledger(database, clock)
    with ledger.transaction() as connection:
        for number in range(ROWS):
            clock.advance(seconds=number % 3)  # several at one moment
            origin = Origin(Actor(f"U{number % 4}", "T1", "a@company.example"), Surface.COMMAND, f"trigger-{number}")
            entry = ledger.opened(connection, origin, Action.LOOK_UP if number % 2 else Action.REVEAL, query="text")
            entry.account, entry.purpose = f"pw-{number % 3}", "billing" if number % 2 else "marketing"
            entry.justification = f"Ēriks wrote letter {number}" if number % 5 == 0 else None
            entry.ticket = "HD-1" if number == 31 else 'a "fields":["email"],"grant": b' if number == 1 else None
            fields = ["id", "email"] if number % 7 == 0 else ["id", "e_mail"] if number % 7 == 1 else ["id"]
            entry.close(Outcome.REFUSED if number % 11 == 0 else Outcome.MASKED, None, fields)
            ledger.write(entry)
    return database


def all_pages(database: Database, wanted: Filter, limit: int, reach: Reach) -> list[Stored]:
    """Every page, one after the other, as somebody pressing Older sees them."""
    seen: list[Stored] = []
    before: Cursor | None = None
    for _ in range(ROWS * 2):
        with database.reading() as connection:
            found: Page = page(connection, wanted, limit, before, reach)
        assert len(found.entries) <= limit
        seen.extend(found.entries)
        before = found.older
        if before is None:
            return seen
    raise AssertionError("the pages have no end")


FILTERS: dict[str, tuple[Filter, Callable[[dict[str, Any]], bool]]] = {
    "all": (Filter(), lambda _: True),
    "account": (Filter(account="pw-1"), lambda one: one["account"] == "pw-1"),
    "actor": (Filter(actor="U2"), lambda one: one["actor"] == "U2"),
    "both": (Filter(account="pw-1", actor="U2"), lambda one: (one["account"], one["actor"]) == ("pw-1", "U2")),
    "purpose": (Filter(purpose="billing"), lambda one: one["purpose"] == "billing"),
    "outcome": (Filter(outcome="refused"), lambda one: one["outcome"] == "refused"),
    "action": (Filter(actions=("account.reveal",)), lambda one: one["action"] == "account.reveal"),
    "actions": (Filter(actions=("account.reveal", "account.lookup")), lambda _: True),
    "field": (Filter(fields=("email",)), lambda one: "email" in one["fields"]),
    "underscore": (Filter(fields=("e_mail",)), lambda one: "e_mail" in one["fields"]),
    "fields": (Filter(fields=("email", "e_mail")), lambda one: len(one["fields"]) == 2),
    "field of one": (
        Filter(account="pw-0", fields=("email",)),
        lambda one: one["account"] == "pw-0" and "email" in one["fields"],
    ),
    "no field": (Filter(fields=("mail",)), lambda _: False),
    "reason": (Filter(words=("ĒRIKS",)), lambda one: bool(one["justification"])),
    "reasons": (Filter(words=("wrote", "letter 5")), lambda one: "letter 5" in (one["justification"] or "")),
    "ticket": (Filter(words=("hd-1",)), lambda one: one["ticket"] == "HD-1"),
    "reason of one": (Filter(actor="U0", words=("wrote",)), lambda o: o["actor"] == "U0" and bool(o["justification"])),
    "not in reasons": (Filter(words=("a@company.example",)), lambda _: False),
}


@pytest.mark.parametrize("name", FILTERS)
@pytest.mark.parametrize("reach", [Reach(), NARROW], ids=["far", "narrow"])
def test_pages_are_all_that_match_without_gap_or_double(filled: Database, name: str, reach: Reach) -> None:
    wanted, matches = FILTERS[name]
    with filled.reading() as connection:
        everything = list(in_order(connection, Filter()))
        expected = [one.id for one in reversed(everything) if matches(one.readable)]
        assert [one.id for one in newest(connection, wanted, ROWS)] == expected
        assert [one.id for one in reversed(list(in_order(connection, wanted)))] == expected
        assert tally(connection, wanted).entries == len(expected)
    assert [one.id for one in all_pages(filled, wanted, 4, reach)] == expected


def test_one_entry_by_its_id_or_the_end_of_it(filled: Database) -> None:
    with filled.reading() as connection:
        some = newest(connection, Filter(), 3)[2]
        assert one_entry(connection, some.id) == some
        assert one_entry(connection, some.id[:-1] + "z") is None
    (found,) = all_pages(filled, Filter(entry=some.id[-8:]), 10, NARROW)
    assert found == some
    assert all_pages(filled, Filter(entry="00000000"), 10, NARROW) == []


def test_a_page_that_is_not_full_says_how_far_it_looked(filled: Database) -> None:
    with filled.reading() as connection:
        found = page(connection, Filter(outcome="refused"), 5, None, NARROW)
        tenth = newest(connection, Filter(), 10)[-1]
        assert found.back_to == tenth.at
        assert found.older == (tenth.at, tenth.id)
        assert tally(connection, Filter(outcome="refused"), NARROW).more
        whole = page(connection, Filter(outcome="refused"), 20)
    assert (whole.back_to, whole.older) == (None, None)


def test_what_an_index_finds_is_found_however_far_back(filled: Database) -> None:
    with filled.reading() as connection:
        assert len(page(connection, Filter(account="pw-1"), 100, None, NARROW).entries) == 20
        assert tally(connection, Filter(actor="U1"), NARROW).entries == 15


def test_both_ends_of_a_time_are_in_it(filled: Database) -> None:
    with filled.reading() as connection:
        moments: list[datetime] = sorted({one.at for one in in_order(connection, Filter())})
        some = moments[7]
        assert {one.at for one in in_order(connection, Filter(since=some, until=some))} == {some}
        after = Filter(since=some + timedelta(microseconds=1))
        assert {one.at for one in in_order(connection, after)} == set(moments[8:])


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", ["all", "account", "actor", "outcome", "field", "reason"])
def test_pages_are_entered_by_an_index(filled: Database, name: str) -> None:
    """No page begins with sorting the table, however deep it is. (PostgreSQL plans by how many rows there are.)"""
    plans: list[str] = []
    with filled.reading() as connection:
        before = newest(connection, Filter(), 30)[-1]

    def explain(_: Any, cursor: Any, statement: str, parameters: Any, *__: Any) -> None:
        if statement.startswith("SELECT"):
            plans.extend(row[3] for row in cursor.execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall())

    event.listen(filled.engine, "before_cursor_execute", explain)
    with filled.reading() as connection:
        page(connection, FILTERS[name][0], 5, (before.at, before.id), NARROW)
    event.remove(filled.engine, "before_cursor_execute", explain)
    scans = [plan for plan in plans if "audit_entries" in plan]
    assert scans
    assert [plan for plan in scans if "USING" not in plan or "INDEX" not in plan] == []
    assert [plan for plan in plans if "TEMP B-TREE" in plan] == []
    assert all("(at,id)<(?,?)" in plan for plan in scans), scans


def test_what_steward_did_by_itself_is_nobodys() -> None:
    assert count_people(["U1", "system", "U2", "U1", "cli:root"]) == 3
    assert count_people(["system", "system"]) == 0
