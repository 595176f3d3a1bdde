"""The policy's versions in the database."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, timedelta

import pytest
from sqlalchemy import Connection, event, select, text

from bot.audit.entry import Actor, Surface
from bot.audit.ledger import Ledger, NotRecorded, Origin
from bot.database import Database
from bot.delivery.outbox import Outbox
from bot.notices.keeping import Keeping
from bot.privacy import kept, versions
from bot.privacy.formats import extraction, markup
from bot.privacy.formats.blocks import Block, Document
from bot.privacy.formats.markup import read_html
from bot.privacy.kept import as_kept, begins_of, in_force_since, kept_version, reread
from bot.privacy.text import PolicyUnreadable
from bot.privacy.versions import Change, Coming, Imported, history, import_policy, policy_in_force, read_again
from bot.queued import QueuedEffects
from models.audit import AuditEntry
from models.policy import PolicyVersion
from tests.bot.notices.watched import Told
from tests.conftest import SettableClock

ORIGIN = Origin(Actor("cli:ana"), Surface.CLI)
FIRST = "# Policy\n\n> Nothing.\n\nWe may look at data for billing. It’s safe.\n".encode()
SECOND = b"# Policy\n\nWe may look at data for support.\n"


class Desk:
    """Imports into one database at the clock's time."""

    def __init__(self, database: Database, clock: SettableClock) -> None:
        self.database, self.clock = database, clock
        self.ledger = Ledger(database, clock)

    def take(self, data: bytes, source: str = "policies/policy.md") -> Imported:
        return import_policy(self.ledger, self.clock, data, source, ORIGIN)

    def entries(self) -> list[dict[str, object]]:
        with self.database.reading() as connection:
            rows = connection.execute(select(AuditEntry.entry).order_by(AuditEntry.id))  # type: ignore[call-overload]  # SQLModel types a column as its value
            return [json.loads(row[0]) for row in rows]


@pytest.fixture
def desk(database: Database, clock: SettableClock) -> Desk:
    return Desk(database, clock)


def count(connection: Connection) -> int:
    return int(connection.execute(text("SELECT count(*) FROM policy_versions")).scalar_one())


def test_no_policy_is_in_force_before_the_first_import(database: Database, clock: SettableClock) -> None:
    with database.reading() as connection:
        assert policy_in_force(connection, clock()) is None
        assert history(connection, clock()) == ()


def test_an_import_keeps_the_bytes_and_puts_the_text_in_force(desk: Desk) -> None:
    imported = desk.take(FIRST)
    assert (imported.new, imported.change, imported.title, imported.sentences) == (True, Change.FIRST, "Policy", 3)
    with desk.database.reading() as connection:
        policy = policy_in_force(connection, desk.clock())
        kept = connection.execute(select(PolicyVersion.__table__)).one()  # type: ignore[attr-defined]  # SQLModel adds it
    assert policy is not None
    assert (policy.version, policy.in_force_from) == (imported.version, desk.clock())
    assert (kept.original, kept.text, kept.hash) == (FIRST, policy.text, imported.version)
    assert (kept.source, kept.media_type, kept.imported_by) == ("policies/policy.md", "text/markdown", "cli:ana")
    clause = policy.clause("may look at data … billing")
    assert clause is not None
    assert (clause.quote, clause.version) == ("may look at data for billing", imported.version)


def test_each_import_has_its_entry(desk: Desk) -> None:
    versions = [desk.take(data).version for data in (FIRST, FIRST, SECOND)]
    entries = desk.entries()
    assert [entry["reason"] for entry in entries] == ["first_version", "same_text", "new_version"]
    assert [entry["policy_version"] for entry in entries] == versions
    assert {(entry["action"], entry["outcome"], entry["surface"]) for entry in entries} == {
        ("policy.change", "done", "cli")
    }


def test_the_same_words_in_other_typography_are_no_second_version(desk: Desk) -> None:
    desk.take(FIRST)
    desk.clock.advance(days=1)
    again = desk.take(FIRST.replace("’".encode(), b"'").replace(b" look at ", b"\nlook   at\n"))
    assert (again.new, again.change) == (False, Change.SAME)
    with desk.database.reading() as connection:
        assert count(connection) == 1
        policy = policy_in_force(connection, desk.clock())
        assert policy is not None
        assert policy.in_force_from == desk.clock() - timedelta(days=1)


@pytest.mark.parametrize("pause", [timedelta(days=1), timedelta()])
def test_an_earlier_text_comes_back_as_its_own_version(desk: Desk, pause: timedelta) -> None:
    """Even when all of it happens within one tick of the clock."""
    first = desk.take(FIRST).version
    desk.clock.now += pause
    desk.take(SECOND)
    desk.clock.now += pause
    again = desk.take(FIRST)
    assert (again.version, again.new, again.change) == (first, False, Change.AGAIN)
    with desk.database.reading() as connection:
        assert count(connection) == 2
        policy = policy_in_force(connection, desk.clock())
        versions = history(connection, desk.clock())
    assert policy is not None
    assert (policy.version, policy.in_force_from) == (first, desk.clock())
    assert [(one.version, one.in_force) for one in versions] == [(first, True), (versions[1].version, False)]
    assert desk.entries()[-1]["reason"] == "in_force_again"


def test_a_version_that_is_to_come_is_not_in_force_yet(desk: Desk) -> None:
    first = desk.take(FIRST).version
    desk.clock.advance(days=7)
    later = desk.take(SECOND).version
    desk.clock.advance(days=-1)
    with desk.database.reading() as connection:
        before = policy_in_force(connection, desk.clock())
        after = policy_in_force(connection, desk.clock() + timedelta(days=1))
    assert before is not None
    assert after is not None
    assert (before.version, after.version) == (first, later)


def test_what_can_not_be_read_changes_nothing(desk: Desk) -> None:
    with pytest.raises(PolicyUnreadable):
        desk.take(b"<html>", "policy.html")
    assert desk.entries() == []


def test_without_an_entry_there_is_no_version(desk: Desk) -> None:
    with desk.database.transaction() as connection:
        connection.execute(text("DROP TABLE audit_open"))
        connection.execute(text("ALTER TABLE audit_entries RENAME TO elsewhere"))
    with pytest.raises(NotRecorded):
        desk.take(FIRST)
    with desk.database.reading() as connection:
        assert count(connection) == 0


def test_a_policy_is_read_once_and_then_costs_one_query(desk: Desk) -> None:
    desk.take(FIRST)
    statements: list[str] = []
    event.listen(desk.database.engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    with desk.database.reading() as connection:
        first = policy_in_force(connection, desk.clock())
        statements.clear()
        second = policy_in_force(connection, desk.clock())
    assert first is second
    assert len([one for one in statements if "policy_versions" in one]) == 1
    assert "original" not in "".join(statements)


def test_a_clause_is_searched_once(desk: Desk) -> None:
    desk.take(FIRST)
    with desk.database.reading() as connection:
        policy = policy_in_force(connection, desk.clock())
    assert policy is not None
    assert policy.clause("data for billing") is policy.clause("data for billing")
    for number in range(1000):
        assert policy.clause(f"no such words {number}") is None
    assert policy.clause("data for billing") is not None


@pytest.mark.postgres
def test_processes_that_start_together_keep_one_version(postgresql_url: str, clock: SettableClock) -> None:
    desks = [Desk(Database(postgresql_url), clock) for _ in range(6)]
    try:
        with ThreadPoolExecutor(6) as pool:
            changes = [one.change for one in pool.map(lambda desk: desk.take(FIRST), desks)]
        assert sorted(changes) == sorted([Change.FIRST, *[Change.SAME] * 5])
        with desks[0].database.reading() as connection:
            assert count(connection) == 1
    finally:
        for desk in desks:
            desk.database.close()


PAGE = "<html><nav>Home</nav><h1>Policy</h1><p>It’s safe with us.</p></html>".encode("cp1252")
PAGE_TYPE = "text/html; charset=windows-1252"


def test_a_version_is_read_back_as_it_was_extracted(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a later Steward makes of the original: the text, its name and its places stay."""
    imported = import_policy(desk.ledger, desk.clock, PAGE, "https://a.example/privacy", ORIGIN, PAGE_TYPE)
    as_kept.cache_clear()
    monkeypatch.setattr(markup, "read_html", lambda _text: pytest.fail("The original was read again"))
    with desk.database.reading() as connection:
        back = kept_version(connection, imported.version)
        row = connection.execute(select(PolicyVersion.__table__)).one()  # type: ignore[attr-defined]  # SQLModel adds it
    assert back is not None
    assert back.reading.text == row.text == "Policy\n\nIt’s safe with us."
    assert (row.original, row.media_type, row.extraction) == (PAGE, PAGE_TYPE, extraction.EXTRACTION)


def better(text: str) -> Document:
    """A reading that sees one more paragraph in every page."""
    return Document((*read_html(text).blocks, Block("Seen at last.")))


def test_a_better_reading_of_the_same_page_is_no_change(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    first = desk.take(PAGE, "privacy.html")
    monkeypatch.setattr(markup, "read_html", better)
    for module in (kept, versions):
        monkeypatch.setattr(module, "EXTRACTION", extraction.EXTRACTION + 1)
    desk.clock.advance(seconds=1)
    again = desk.take(PAGE, "privacy.html")
    assert (again.change, again.new) == (Change.REREAD, True)
    assert desk.entries()[-1]["reason"] == "read_again"
    with desk.database.reading() as connection:
        newest, oldest = history(connection, desk.clock())
        assert (newest.version, newest.reading_of, newest.in_force) == (again.version, first.version, True)
        assert (oldest.version, oldest.reading_of) == (first.version, None)
        assert reread(connection, again.version) is None
        before = reread(connection, first.version)
    assert before is not None
    assert before.hash == again.version
    assert desk.take(PAGE, "privacy.html").change is Change.SAME


def test_a_changed_page_is_a_change_also_for_a_better_reading(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.take(PAGE, "privacy.html")
    monkeypatch.setattr(markup, "read_html", better)
    for module in (kept, versions):
        monkeypatch.setattr(module, "EXTRACTION", extraction.EXTRACTION + 1)
    assert desk.take(PAGE.replace(b"safe", b"secret"), "privacy.html").change is Change.NEW


def test_the_operator_can_read_the_version_in_force_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_again(desk.database, desk.ledger, desk.clock, ORIGIN) is None
    first = import_policy(desk.ledger, desk.clock, PAGE, "https://a.example/privacy", ORIGIN, PAGE_TYPE)
    same = read_again(desk.database, desk.ledger, desk.clock, ORIGIN)
    assert same is not None
    assert (same.change, same.version) == (Change.SAME, first.version)
    monkeypatch.setattr(markup, "read_html", better)
    for module in (kept, versions):
        monkeypatch.setattr(module, "EXTRACTION", extraction.EXTRACTION + 1)
    desk.clock.advance(seconds=1)
    reread_now = read_again(desk.database, desk.ledger, desk.clock, ORIGIN)
    assert reread_now is not None
    assert reread_now.change is Change.REREAD


def test_a_pdf_that_can_not_be_read_replaces_nothing(desk: Desk) -> None:
    first = desk.take(FIRST)
    with pytest.raises(PolicyUnreadable, match="broken"):
        desk.take(b"%PDF-1.7\n", "policy.pdf")
    with desk.database.reading() as connection:
        in_force = policy_in_force(connection, desk.clock())
    assert in_force is not None
    assert in_force.version == first.version
    assert len(desk.entries()) == 1


def test_of_a_look_up_it_is_known_since_when_its_version_was_in_force(desk: Desk) -> None:
    """The version's own row says when it came back last; the changes say the rest."""
    keeping = Keeping(desk.ledger, QueuedEffects(Outbox(desk.clock)), Told(), desk.clock, UTC, posts=False)
    begun = []
    for data in (FIRST, SECOND, FIRST, SECOND, FIRST):
        begun.append(desk.clock())
        first = keeping.bring_in(Coming.read(data, "policy.md"), ORIGIN).imported
        desk.clock.advance(days=10)
    third = Coming.read(b"# Policy\n\nWe may look at data for nothing.\n", "policy.md")
    day = desk.clock() + timedelta(days=5)
    draft = keeping.bring_in(third, ORIGIN, day).imported.version
    with desk.database.reading() as connection:
        begins = begins_of(connection, first.version)
        ahead = begins_of(connection, draft)
    assert begins == tuple(begun[::2])
    for began in begun[::2]:
        assert in_force_since(begins, began) == in_force_since(begins, began + timedelta(days=9)) == began
    assert in_force_since(begins, begun[0] - timedelta(days=1)) is None
    assert (ahead, in_force_since(ahead, desk.clock())) == ((day,), None)


def test_what_was_read_once_has_the_same_hash_in_every_release() -> None:
    """A kept version of another hash counts as changed and permits nothing, so nothing may be composed otherwise."""
    sentence, items = '["Billing only. It’s safe.",0,"",0]', '["one",0,"-",1],["two",0,"-",1]'
    document = f'{{"title":"p","provenance":null,"blocks":[["Policy",1,"",0],{sentence},{items}]}}'
    composed = as_kept(b"", "text/markdown", document)
    assert composed.text == "Policy\n\nBilling only. It’s safe.\n\n- one\n\n- two"
    assert composed.hash == "8f0b269a4516104cbba7bdea129a9165a0e2320b4c65b1b52a837d9ca02e5867"
