"""Promise 1: account data is had only through the source, only under an entry that is being written."""

import ast
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.exc import InvalidRequestError
from sqlmodel import SQLModel

import models.account
from bot.accounts.as_meant import search_as_meant
from bot.accounts.source import AccountRef, NoOpenEntry, Source
from bot.audit.entry import Action, Actor, Outcome, Surface
from bot.audit.ledger import OpenEntry, Origin
from bot.database import Database
from tests.bot.captured_logs import Lines
from tests.promises.customers import SHARED, ZQVALOR, values_in
from tests.promises.wire import Wire
from tests.scenarios.harness import Steward
from tests.source_trees import tree_of

ROOT = Path(__file__).parents[2]
PRODUCT = ("bot", "handlers", "models", "demo")
DOOR = "bot/accounts"
ASKERS = ("look_up", "reveal", "resolve", "on_list", "disclosures/ask", "disclosures/show", "sampling")
SOURCES = {f"{DOOR}/{name}.py" for name in ("embedded", "joined", "measured", "as_meant")}
USE_CASES = {f"{DOOR}/{name}.py" for name in ASKERS}
TABLES = {name for name in SQLModel.metadata.tables if name.startswith("account")} | {"account_trigram_index"}
IN_SQL = re.compile(rf"\b(?:from|join|into|update|table|exists|only|on)\s+\"?({'|'.join(TABLES)})\b", re.IGNORECASE)
NAMED = re.compile(rf"(?<![\w.])({'|'.join(TABLES)})\b")  # not another table's name that ends so, nor a column's
TO_A_COURT = {
    "Contact details": ["E-mail"],
    "Who gets it?": "A judge",
    "Of which organisation?": "A court",
    "On what basis?": "A court's order",
    "Reference": "C-1",
    "Of which day?": "2026-02-20",
    "Given by": "A court",
    "What for?": "The court wants the address",
}
ORIGIN = Origin(Actor("U1", "T1"), Surface.COMMAND)
QUESTIONS: dict[str, Callable[[Source, OpenEntry], object]] = {
    "search": lambda source, entry: source.search(SHARED, limit=10, entry=entry),
    "search as meant": lambda source, entry: search_as_meant(source, f"({SHARED}).", limit=10, entry=entry),
    "search by id": lambda source, entry: source.search(ZQVALOR.id, limit=10, entry=entry),
    "find": lambda source, entry: source.find(ZQVALOR.id, entry=entry),
    "fetch": lambda source, entry: source.fetch(AccountRef(ZQVALOR.id), ["email"], entry=entry),
    "count": lambda source, entry: source.fetch(AccountRef(ZQVALOR.id), [], counts=["lists"], entry=entry),
    "page": lambda source, entry: source.page(AccountRef(ZQVALOR.id), ["recipients"], 1, size=5, entry=entry),
    "holds": lambda source, entry: source.holds(AccountRef(ZQVALOR.id), ["recipients"], ZQVALOR.email, entry=entry),
}
REFUSALS = (NoOpenEntry, AttributeError, InvalidRequestError)  # the last is SQLAlchemy's for a transaction that is over
questions = pytest.mark.parametrize("ask", [pytest.param(ask, id=name) for name, ask in QUESTIONS.items()])


def modules() -> Iterator[tuple[str, ast.Module]]:
    """Every module of the product, by its path from the root."""
    for folder in PRODUCT:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), tree_of(path)


def imported(tree: ast.Module) -> set[str]:
    """Full names of the modules, and of what is taken from them."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{one.name}" for one in node.names)}
    return names


def calls(tree: ast.Module) -> Iterator[tuple[str, ast.Call]]:
    """The last part of what is called, and the call."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute):
                yield node.func.attr, node
            elif isinstance(node.func, ast.Name):
                yield node.func.id, node


def texts(tree: ast.Module) -> Iterator[str]:
    return (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str))


def test_the_tables_of_accounts_are_those_that_are_guarded_here() -> None:
    classes = [
        one for one in vars(models.account).values() if getattr(one, "__module__", "") == models.account.__name__
    ]
    known = {one.__tablename__ for one in classes}
    assert known | {"account_trigram_index"} == TABLES


def test_only_the_door_knows_the_tables() -> None:
    strangers = {
        path
        for path, tree in modules()
        if not path.startswith((DOOR, "models/account.py"))
        and ("models.account" in imported(tree) or any(IN_SQL.search(text) for text in texts(tree)))
    }
    assert strangers == set()


def test_the_look_for_tables_in_sql_finds_them() -> None:
    (source,) = (tree for path, tree in modules() if path == f"{DOOR}/statements.py")
    assert any(IN_SQL.search(text) for text in texts(source))


def test_only_the_use_cases_ask_the_source() -> None:
    askers = {
        path
        for path, tree in modules()
        for name, call in calls(tree)
        if name in ("search", "search_as_meant", "find", "fetch", "page", "holds")
        and any(one.arg == "entry" for one in call.keywords)
    }
    assert askers - SOURCES == USE_CASES


def test_only_the_door_reads_the_parts_of_the_door() -> None:
    """What reads and writes the tables by itself is imported by nobody outside but who puts Steward together."""
    whole = ("embedded", "statements", "writing", "similar", "joined", "in_time", "measured")
    parts = (*whole, "sql.source", "http.source")
    inner = {f"{DOOR}/{name}".replace("/", ".") for name in parts}
    importers = {path for path, tree in modules() if inner & imported(tree) and not path.startswith(DOOR)}
    assert importers <= {"bot/app.py", "bot/building/account_sources.py"}


def test_an_open_entry_is_made_by_the_ledger_alone() -> None:
    makers = {path for path, tree in modules() for name, _ in calls(tree) if name == "OpenEntry"}
    assert makers == {"bot/audit/ledger.py"}


def test_the_audit_table_is_written_by_the_ledger_alone() -> None:
    verbs = r"insert\s+into|update|delete\s+from|replace\s+into"
    writers = re.compile(rf"\b({verbs})\s+audit_entries(?=.*\b(values|select|set|where)\b)", re.IGNORECASE)
    found = {path for path, tree in modules() if any(writers.search(text) for text in texts(tree))}
    found |= {
        path
        for path, tree in modules()
        for name, call in calls(tree)
        if name in ("insert", "update", "delete")
        and any(isinstance(one, ast.Name) and one.id == "AuditEntry" for one in call.args)
    }
    assert found == {"bot/audit/ledger.py"}


@dataclass
class Statements:
    """What a database was told, oldest first: begin, commit, rollback, and SQL with its connection."""

    told: list[tuple[str, int]] = field(default_factory=list)

    @property
    def of_accounts(self) -> list[str]:
        return [statement for statement, _ in self.told if NAMED.search(statement)]


@contextmanager
def listening(database: Database, **listeners: Callable[..., None]) -> Iterator[None]:
    """Be told of what the database is told, by the event's name."""
    for name, listener in listeners.items():
        event.listen(database.engine, name, listener)
    try:
        yield
    finally:
        for name, listener in listeners.items():
            event.remove(database.engine, name, listener)


@contextmanager
def recorded(database: Database) -> Iterator[Statements]:
    statements = Statements()

    def execute(_connection: Any, _cursor: Any, statement: str, _parameters: Any, context: Any, _many: bool) -> None:
        statements.told.append((statement, id(_connection)))

    def mark(name: str) -> Callable[[Any], None]:
        return lambda connection: statements.told.append((name, id(connection)))

    marks = {name: mark(name) for name in ("begin", "commit", "rollback")}
    with listening(database, before_cursor_execute=execute, **marks):
        yield statements


def refuses(steward: Steward, ask: Callable[[Source, OpenEntry], object], entry: Any) -> None:
    """Raises, and the database was not asked."""
    with recorded(steward.database) as statements, pytest.raises(REFUSALS):
        ask(steward.services.look_up.source, entry)
    assert statements.of_accounts == []


@questions
def test_without_an_entry_nothing_is_read(steward: Steward, ask: Callable[[Source, OpenEntry], object]) -> None:
    refuses(steward, ask, None)


@questions
def test_after_an_entry_is_closed_nothing_is_read(steward: Steward, ask: Callable[[Source, OpenEntry], object]) -> None:
    with steward.services.ledger.entry(ORIGIN, Action.LOOK_UP) as entry:
        entry.close(Outcome.REFUSED)
        refuses(steward, ask, entry)
    refuses(steward, ask, entry)


@questions
def test_after_a_failed_entry_nothing_is_read(steward: Steward, ask: Callable[[Source, OpenEntry], object]) -> None:
    kept: list[OpenEntry] = []

    def fail() -> None:
        with steward.services.ledger.entry(ORIGIN, Action.LOOK_UP) as entry:
            kept.append(entry)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert kept[0].is_open
    refuses(steward, ask, kept[0])


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("end", ["commit", "rollback"])
@questions
def test_after_the_transaction_ended_nothing_is_read(
    steward: Steward, ask: Callable[[Source, OpenEntry], object], end: str
) -> None:
    """An entry that is open on a connection that has left its transaction would be written on its own, if at all."""
    with steward.database.transaction() as connection:
        entry = steward.services.ledger.opened(connection, ORIGIN, Action.LOOK_UP)
        getattr(connection, end)()
        refuses(steward, ask, entry)


def disclosures(steward: Steward) -> dict[str, Callable[[], None]]:
    """Every way in which people are shown something of an account."""
    inese, janis = steward.person("inese"), steward.person("janis")

    def requested() -> None:
        inese.type("/access", channel="general")
        inese.fill(
            {"Account": SHARED, "What do you need to see?": ["Contact details"], "Why?": "A bounce since Monday"}
        )
        assert inese.submit()
        inese.fill({"Account": ZQVALOR.id})
        assert inese.submit() == {}
        inese.close(everything=True)
        steward.deliver()
        janis.press("Approve", in_="access-approvals")

    def opened() -> None:
        inese.press("Open", in_="general")

    def revealed() -> None:
        inese.type(f"/account {ZQVALOR.id}", channel="support")
        inese.press("Reveal", in_="support")

    def given_to_outsiders() -> None:
        edgars = steward.person("edgars")
        edgars.type(f"/access disclose {ZQVALOR.id}", channel="general")
        edgars.fill(TO_A_COURT)
        assert edgars.submit() == {}
        edgars.close(everything=True)
        steward.deliver()
        janis.press("Approve", in_="access-approvals")
        steward.deliver()
        steward.person("laila").press("Approve", in_="privacy-desk")
        steward.deliver()
        edgars.press("Show the data", in_="dm")

    return {
        "request": requested,
        "look-up": lambda: inese.type(f"/account {ZQVALOR.email}", channel="general"),
        "suggestions": lambda: inese.type(f"/account {SHARED}", channel="general"),
        "open": opened,
        "reveal": revealed,
        "disclosure": given_to_outsiders,
    }


def test_all_reading_is_within_the_transaction_of_its_entry(steward: Steward) -> None:
    """Each statement that reads accounts stands between a begin and the commit of an entry on the same connection."""
    for name, disclose in disclosures(steward).items():
        with recorded(steward.database) as statements:
            disclose()
        assert statements.of_accounts, name
        for position, (statement, connection) in enumerate(statements.told):
            if NAMED.search(statement):
                after = [told for told, on in statements.told[position:] if on == connection]
                ends = [n for n, told in enumerate(after) if told in ("commit", "rollback", "begin")]
                assert ends, name
                assert after[ends[0]] == "commit", name
                assert any("INSERT INTO audit_entries" in told for told in after[: ends[0]]), name


def test_nothing_leaves_before_the_commit(steward: Steward, wire: Wire) -> None:
    """At the moment of each commit of an entry, none of what was read since its begin has been said, by any thread.

    Transactions of the courier write no entry: its threads run side by side, and one commits while another speaks.
    """
    ways, begun, entered, early = disclosures(steward), dict[int, int](), set[int](), list[str]()
    commits_of_entries = 0

    def begins(connection: Any) -> None:
        begun[id(connection)] = wire.mark
        entered.discard(id(connection))

    def executes(connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "INSERT INTO audit_entries" in statement:
            entered.add(id(connection))

    def commits(connection: Any) -> None:
        nonlocal commits_of_entries
        if id(connection) in entered:
            commits_of_entries += 1
            early.extend(values_in(wire.since(begun[id(connection)])))

    with listening(steward.database, begin=begins, before_cursor_execute=executes, commit=commits):
        for name, disclose in ways.items():
            mark = wire.mark
            disclose()
            assert values_in(wire.since(mark)), name
    assert commits_of_entries > len(ways)
    assert early == []


@pytest.mark.parametrize("broken", ["write", "close"])
def test_an_exception_after_reading_shows_nothing(
    steward: Steward, wire: Wire, logs: Lines, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    ways = disclosures(steward)
    ways["request"]()
    ways["suggestions"]()
    steward.person("inese").type(f"/account {ZQVALOR.id}", channel="support")
    before, mark, logged = steward.count("audit_entries"), wire.mark, len(logs.getvalue())

    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError(f"a text with {ZQVALOR.email}")

    place = steward.services.ledger if broken == "write" else OpenEntry
    with recorded(steward.database) as statements, monkeypatch.context() as patched:
        patched.setattr(type(place) if broken == "write" else place, broken, fail)
        ways["look-up"]()
        ways["suggestions"]()
        ways["open"]()
        steward.person("inese").press("Reveal", in_="support")
    assert statements.of_accounts
    assert steward.count("audit_entries") == before
    assert values_in(wire.since(mark)) == set()
    assert values_in(logs.getvalue()[logged:]) == set()
    assert len(set(re.findall(r"\(ref (\w{5})\)", wire.since(mark)))) == 4
