"""What an erasure takes away, what stays, and what the database itself lets nobody do."""

from pathlib import Path

import orjson
import pytest
from sqlalchemy import text

from bot.access.reasons import Reason
from bot.audit.entry import Action, Actor, Outcome, Surface
from bot.audit.erasures.records import Status
from bot.audit.erasures.scope import Plan, Subject, Value, digest_of
from bot.audit.erasures.steps import AlreadyAsked
from bot.audit.ledger import Origin
from tests.bot.audit.erasures.office import CLI, IEVA, INESE, LAILA, SECRET, Office, by, reason, status
from tests.bot.audit.erasures.office import office as office


class TestWhatGoes:
    def test_exactly_what_was_confirmed(self, office: Office) -> None:
        asked = office.ask()
        office.look_up(INESE, "pw-1", "a later one")
        office.confirm(LAILA, asked)
        office.confirm(IEVA, asked)
        assert [one["query"] for one in office.entries() if one["actor"] == "U0INESE"][-1] == "a later one"

    def test_two_erasures_that_overlap(self, office: Office) -> None:
        one, two = office.ask("pw-1"), office.ask("U0INESE")
        for erasure in (one, two):
            office.confirm(LAILA, erasure)
            office.confirm(IEVA, erasure)
        fields = sorted((taken.erasure, taken.fields) for taken in office.taken())
        assert fields == [("E-1", ("query",))] * 2 + [("E-2", ("actor_email",))] * 2
        acts = [one for one in office.entries() if one["reason"] == "carried_out"]
        assert [act["account"] for act in acts] == ["pw-1", None]
        mails = [Value(taken.entry_id, "actor_email") for taken in office.taken() if taken.erasure == "E-2"]
        assert acts[1]["query"] == f"E-2 {digest_of(mails)}"

    @pytest.mark.parametrize("typed", ["U0INESE", "marta@postwing.example"])
    def test_for_the_same_subject_one_waits_at_a_time(self, office: Office, typed: str) -> None:
        office.look_up(INESE, "pw-1", "the address is marta@postwing.example")
        first = office.ask(typed)
        office.look_up(INESE, "pw-1", "marta@postwing.example, once more")
        with pytest.raises(AlreadyAsked) as refused:
            office.ask(typed)
        assert refused.value.erasure == first
        assert office.erasing()[-1] == ("cli:tests", "refused", "already_asked")
        assert office.ask("pw-2").number == first.number + 1
        office.erasures.withdraw(CLI, first.number)
        again = office.ask(typed)
        assert again.entries == first.entries + 1
        office.clock.advance(days=4)
        assert office.ask(typed).number == again.number + 1

    @pytest.mark.parametrize(
        "change",
        [
            "DELETE FROM erasure_plan WHERE entry_id = (SELECT min(entry_id) FROM erasure_plan)",
            "INSERT INTO erasure_plan SELECT 1, min(id), 'query' FROM audit_entries",
            "UPDATE erasures SET asked_in = (SELECT min(id) FROM audit_entries)",
        ],
    )
    def test_a_list_that_was_changed_after_it_was_asked_for_erases_nothing(self, office: Office, change: str) -> None:
        asked = office.ask()
        assert status(office.confirm(LAILA, asked)) is Status.PENDING
        before = office.rows("SELECT * FROM audit_open ORDER BY entry_id")
        with office.database.transaction() as connection:
            connection.execute(text(change))
        assert reason(office.confirm(IEVA, asked)) is Reason.NOT_AS_ASKED
        assert set(before) <= set(office.rows("SELECT * FROM audit_open ORDER BY entry_id"))
        assert office.erasing()[-1] == ("U0IEVA", "refused", "not_as_asked")
        assert status(office.erasures.refuse(by(IEVA), IEVA, asked.number)) is Status.REFUSED

    def test_nothing_to_erase_is_not_asked(self, office: Office) -> None:
        with pytest.raises(ValueError, match="nothing to erase"):
            office.erasures.ask(CLI, Plan(Subject(office.plan("pw-1").subject.kind, "pw-9"), ()))

    @pytest.mark.parametrize("query", ['"quoted" \\ \\u0000 {}', "zero \x00 byte", "🙂 ā", "{}"])
    def test_text_that_is_hard_to_keep_beside_what_is_erased(self, office: Office, query: str) -> None:
        office.look_up(Actor("U0NILS", "T1", "nils@postwing.example"), "pw-7", query)
        entry_id = max(office.sealed())
        with office.ledger.entry(Origin(Actor("U0NILS"), Surface.COMMAND), Action.LOOK_UP, query=query) as entry:
            entry.account, entry.justification = "pw-8", query
            entry.close(Outcome.MASKED)
        plan = office.plan("account:pw-7")
        asked = office.erasures.ask(CLI, Plan(plan.subject, (Value(entry_id, "actor_email"),)))
        office.confirm(LAILA, asked)
        assert status(office.confirm(IEVA, asked)) is Status.DONE
        stored = office.rows(f"SELECT opened FROM audit_open WHERE entry_id = '{entry_id}'")
        kept = orjson.loads(stored[0][0])
        assert {name: pair["value"] for name, pair in kept.items()} == {"query": query}

    def test_the_same_text_goes_where_requests_keep_it(self, office: Office) -> None:
        columns = (
            "team, person, account, purpose, data_classes, duration_s, justification, status, asked_at, expires_at"
        )
        with office.database.transaction() as connection:
            for number in (1001, 1002):
                connection.execute(
                    text(
                        f"INSERT INTO access_requests (number, {columns}) VALUES ({number}, 'T1', 'U0INESE', 'pw-1', "
                        f"'billing', '[]', 60, '{SECRET}', 'pending', '2026-03-02', '2026-03-03')"
                    )
                )
        with office.ledger.entry(Origin(INESE, Surface.MODAL), Action.REQUEST) as entry:
            entry.account, entry.grant, entry.justification = "pw-1", "R-1001", SECRET
            entry.close(Outcome.REQUESTED)
        with office.ledger.entry(Origin(Actor("U0JANIS"), Surface.MODAL), Action.DENY) as entry:
            entry.account, entry.grant, entry.justification = "pw-1", "R-1002", "no"
            entry.close(Outcome.DENIED)
        asked = office.ask()
        office.confirm(LAILA, asked)
        office.confirm(IEVA, asked)
        kept = dict(office.rows("SELECT number, justification FROM access_requests"))
        assert kept == {1001: "(erased)", 1002: SECRET}
        refreshed = {about for (about,) in office.rows("SELECT about FROM delivery_subjects")}
        assert refreshed == {"E-1", "R-1001"}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_on_sqlite_nothing_is_left_in_the_files(office: Office, database_url: str) -> None:
    path = Path(database_url.removeprefix("sqlite:///"))
    for number in range(400):
        office.look_up(INESE, "pw-1", f"{SECRET} {number} " + "long " * (number % 50))

    def written() -> bytes:
        return b"".join(one.read_bytes() for one in path.parent.glob(f"{path.name}*"))

    assert SECRET.encode() in written()
    asked = office.ask()
    office.confirm(LAILA, asked)
    office.confirm(IEVA, asked)
    assert SECRET.encode() not in written()
    assert b"other query" in written()


class TestGuards:
    """The database lets no value go, come or change but by a recorded erasure."""

    @pytest.fixture
    def erased(self, office: Office) -> Office:
        asked = office.ask("pw-1")
        office.confirm(LAILA, asked)
        office.confirm(IEVA, asked)
        return office

    ATTEMPTS = (
        "UPDATE audit_open SET opened = '{}'",
        "UPDATE audit_open SET opened = replace(opened, 'other', 'another')",
        "UPDATE audit_open SET entry_id = 'x' WHERE opened LIKE '%other%'",
        'UPDATE audit_open SET opened = \'{"query": {"salt": "00", "value": "x"}}\' WHERE opened NOT LIKE \'%query%\'',
        "DELETE FROM audit_open",
        "DELETE FROM audit_open WHERE opened LIKE '%other%'",
        "UPDATE audit_erased SET field = 'justification'",
        "DELETE FROM audit_erased",
    )

    UNGUARDED = ATTEMPTS[4:]

    @pytest.mark.parametrize("statement", ATTEMPTS)
    def test_the_database_refuses(self, erased: Office, statement: str) -> None:
        self._refused(erased, statement)

    @pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
    @pytest.mark.parametrize(
        "statement",
        [
            "REPLACE INTO audit_open SELECT entry_id, '{}' FROM audit_open WHERE opened LIKE '%other%'",
            "REPLACE INTO audit_open (rowid, entry_id, opened) SELECT rowid, 'x', '{}' FROM audit_open",
            "INSERT INTO audit_open (rowid, entry_id, opened) SELECT -1, max(id), '{}' FROM audit_entries",
            "REPLACE INTO audit_erased SELECT entry_id, field, erasure, 'x' FROM audit_erased",
        ],
    )
    def test_sqlite_refuses_to_replace(self, erased: Office, statement: str) -> None:
        with erased.ledger.entry(CLI, Action.LIST) as entry:  # one that opens to nothing
            entry.close(Outcome.DONE)
        self._refused(erased, statement)

    @pytest.mark.postgres
    @pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
    @pytest.mark.parametrize(
        "statement",
        [
            "TRUNCATE audit_open",
            "TRUNCATE audit_erased",
            *(f"SET LOCAL session_replication_role = replica; {one}" for one in UNGUARDED),
        ],
    )
    def test_postgresql_refuses_to_empty_the_tables(self, erased: Office, statement: str) -> None:
        self._refused(erased, statement)

    def _refused(self, office: Office, statement: str) -> None:
        tables = ("audit_open", "audit_erased")
        before = [office.rows(f"SELECT * FROM {table} ORDER BY 1, 2") for table in tables]
        with office.database.engine.connect() as connection, pytest.raises(Exception, match="append-only"):
            connection.execute(text(statement))
        assert [office.rows(f"SELECT * FROM {table} ORDER BY 1, 2") for table in tables] == before
