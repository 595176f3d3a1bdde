"""Erasing: two officers, nobody twice, nobody about themselves, in time; what goes and what stays."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import select, text
from sqlmodel import col

from bot.access.people import Person, Standing
from bot.access.reasons import Reason
from bot.audit.entry import Action, Actor, Outcome, Surface
from bot.audit.erasures.records import Erasure, Status, Taken, may_decide
from bot.audit.erasures.scope import Plan, Subject, Value, digest_of, plan_of, subject_of
from bot.audit.erasures.steps import AlreadyAsked, Counted, Erasures, NotCounted
from bot.audit.ledger import Ledger, Origin, time_ordered_id
from bot.audit.query import Filter
from bot.audit.read import in_order
from bot.database import Database
from bot.delivery.outbox import Outbox
from bot.queued import QueuedEffects
from models.erasure import AuditErased
from tests.conftest import SettableClock
from tests.promises.office import Colleagues

CLI = Origin(Actor("cli:tests"), Surface.CLI)
INESE = Actor("U0INESE", "T1", "inese@postwing.example")
SECRET = "Mara Liepa called about her invoice"
CUSTOMER = "mara@beans.example"


def officer(name: str, *roles: str, standing: Standing = Standing.MEMBER) -> Person:
    return Person(
        f"U0{name.upper()}", "T1", name, f"{name}@postwing.example", standing, frozenset(roles or {"privacy"})
    )


LAILA, IEVA, MARTA = officer("laila"), officer("ieva"), officer("marta")
OFFICERS = Colleagues({one.id: one for one in (LAILA, IEVA, MARTA)})


def by(person: Person) -> Origin:
    return Origin(Actor(person.id, person.team, person.email), Surface.BUTTON, time_ordered_id())


class Office:
    """A database with entries of Inese's and of others', and the erasures over it."""

    def __init__(self, database: Database, clock: SettableClock) -> None:
        self.database, self.clock = database, clock
        self.ledger = Ledger(database, clock)
        effects = QueuedEffects(Outbox(clock))
        self.erasures = Erasures(database, self.ledger, effects, clock, timedelta(days=3), OFFICERS)
        for number in range(3):
            self.look_up(Actor(f"U0{number}", "T1", f"u{number}@postwing.example"), "pw-2", "other query")
        for _ in range(2):
            self.look_up(INESE, "pw-1", SECRET)

    def look_up(self, actor: Actor, account: str, query: str) -> None:
        with self.ledger.entry(Origin(actor, Surface.COMMAND), Action.LOOK_UP, query=query) as entry:
            entry.account = account
            entry.close(Outcome.MASKED)

    def plan(self, typed: str) -> Plan:
        with self.database.reading() as connection:
            subject = subject_of(connection, typed)
            assert isinstance(subject, Subject)
            return plan_of(connection, subject)

    def ask(self, typed: str = "U0INESE", why: str | None = None) -> Erasure:
        return self.erasures.ask(CLI, self.plan(typed), why)

    def confirm(self, person: Person, erasure: Erasure) -> Counted | NotCounted:
        return self.erasures.confirm(by(person), person, erasure.number)

    def entries(self) -> list[dict[str, Any]]:
        with self.database.reading() as connection:
            return [one.readable for one in in_order(connection, Filter())]

    def sealed(self) -> dict[str, tuple[str, bytes]]:
        with self.database.reading() as connection:
            return {one.id: (one.sealed, one.leaf) for one in in_order(connection, Filter())}

    def erasing(self) -> list[tuple[str, str, str | None]]:
        """What the audit table says of erasures: who, outcome, reason."""
        entries = sorted((one for one in self.entries() if one["action"] == "audit.erase"), key=lambda one: one["id"])
        return [(one["actor"], one["outcome"], one["reason"]) for one in entries]

    def rows(self, query: str) -> list[Any]:
        with self.database.reading() as connection:
            return [tuple(row) for row in connection.execute(text(query))]

    def taken(self) -> list[Taken]:
        """What was erased, by entry and erasure."""
        columns = (col(AuditErased.entry_id), col(AuditErased.erasure), col(AuditErased.at), col(AuditErased.field))
        with self.database.reading() as connection:
            rows = connection.execute(select(*columns).order_by(*columns)).all()
        entries = groupby(rows, key=lambda row: row[:3])
        return [Taken(key[0], tuple(row[3] for row in some), f"E-{key[1]}", key[2]) for key, some in entries]


@pytest.fixture
def office(database: Database, clock: SettableClock) -> Office:
    return Office(database, clock)


def status(result: Counted | NotCounted) -> Status:
    assert isinstance(result, Counted)
    return result.erasure.status


def reason(result: Counted | NotCounted) -> Reason:
    assert isinstance(result, NotCounted)
    return result.reason


class TestWaiting:
    def test_it_stands_before_those_who_may_still_decide(self, office: Office) -> None:
        first = office.ask()
        office.clock.advance(hours=1)
        second = office.ask("pw-2")
        assert office.erasures.waiting(LAILA) == (first, second)
        office.confirm(LAILA, first)
        assert [one.number for one in office.erasures.waiting(LAILA)] == [second.number]
        inese = officer("inese")
        assert [one.number for one in office.erasures.waiting(inese)] == [second.number]
        assert office.erasures.waiting(officer("janis", "approvers")) == ()
        assert office.erasures.waiting(officer("guest", standing=Standing.GUEST)) == ()
        office.clock.advance(days=3)
        assert office.erasures.waiting(IEVA) == ()

    def test_only_who_asked_takes_it_back_and_only_while_it_waits(self, office: Office) -> None:
        asked = office.ask()
        office.confirm(LAILA, asked)
        other = Origin(Actor("cli:others"), Surface.CLI)
        assert reason(office.erasures.withdraw(other, asked.number)) is Reason.NOT_YOURS
        assert reason(office.erasures.withdraw(CLI, 99)) is Reason.NO_SUCH_ERASURE
        assert status(office.erasures.withdraw(CLI, asked.number)) is Status.REFUSED
        assert reason(office.erasures.withdraw(CLI, asked.number)) is Reason.NOT_PENDING
        assert reason(office.confirm(IEVA, asked)) is Reason.NOT_PENDING
        assert office.erasing()[-5:] == [
            ("cli:others", "refused", "not_yours"),
            ("cli:tests", "refused", "no_such_erasure"),
            ("cli:tests", "ended", "withdrawn"),
            ("cli:tests", "refused", "not_pending"),
            (IEVA.id, "refused", "not_pending"),
        ]
        assert office.rows("SELECT * FROM erasure_plan") == office.rows("SELECT * FROM audit_erased") == []
        late = office.ask()
        office.clock.advance(days=3)
        assert reason(office.erasures.withdraw(CLI, late.number)) is Reason.TIMED_OUT

    def test_the_officers_are_reminded_once_while_it_waits(self, office: Office) -> None:
        asked = office.ask()
        assert ("erasure.remind", asked.name) in office.rows("SELECT kind, about FROM due_work")
        reminders = "SELECT about FROM deliveries WHERE kind = 'erasure.reminder'"
        for _ in range(2):
            office.erasures.remind(asked.name)
            assert office.rows(reminders) == [(asked.name,)]
        taken_back = office.ask("pw-2")
        office.erasures.withdraw(CLI, taken_back.number)
        office.erasures.remind(taken_back.name)
        assert office.rows(reminders) == [(asked.name,)]


class TestTwoPeople:
    def test_the_first_changes_nothing_the_second_erases(self, office: Office) -> None:
        asked, before, leaves = office.ask(), office.entries(), office.sealed()
        assert (asked.entries, asked.found, asked.status) == (2, {"query": 2, "actor_email": 2}, Status.PENDING)
        assert status(office.confirm(LAILA, asked)) is Status.PENDING
        assert [one["query"] for one in office.entries()[: len(before)]] == [one["query"] for one in before]
        done = office.confirm(IEVA, asked)
        assert isinstance(done, Counted)
        assert (done.erasure.status, set(done.erasure.confirmed_by)) == (Status.DONE, {LAILA.id, IEVA.id})
        theirs = [one for one in office.entries() if one["actor"] == "U0INESE"]
        assert all(one[name].startswith("sha256:") for one in theirs for name in ("query", "actor_email"))
        others = [one["query"] for one in office.entries() if one["account"] == "pw-2"]
        assert others == ["other query"] * 3
        assert {key: office.sealed()[key] for key in leaves} == leaves

    def test_each_step_is_an_entry_and_the_act_names_what_went(self, office: Office) -> None:
        asked = office.ask(why="she left us")
        values = office.plan("U0INESE").values
        office.confirm(LAILA, asked)
        office.confirm(IEVA, asked)
        steps = [(LAILA.id, "done", "confirmed"), (IEVA.id, "done", "confirmed"), ("system", "done", "carried_out")]
        assert office.erasing() == [("cli:tests", "done", "asked"), *steps]
        found = {one["reason"]: one for one in office.entries() if one["action"] == "audit.erase"}
        assert found["asked"]["justification"] == "she left us"
        assert found["carried_out"]["query"] == f"{asked.name} {digest_of(values)}"
        assert all(one["fields"] == ["query", "actor_email"] for one in found.values())
        assert "INESE" not in str(found).upper()

    def test_what_went_is_on_record_with_its_time(self, office: Office) -> None:
        asked = office.ask()
        office.clock.advance(hours=1)
        office.confirm(LAILA, asked)
        office.confirm(IEVA, asked)
        ids = sorted({value.entry_id for value in office.plan("pw-2").values})
        assert len(ids) == 3
        assert [one[1:] for one in office.taken()] == [(("actor_email", "query"), asked.name, office.clock())] * 2
        assert not {one.entry_id for one in office.taken()} & set(ids)

    def test_nobody_counts_twice(self, office: Office) -> None:
        asked = office.ask()
        office.confirm(LAILA, asked)
        assert reason(office.confirm(LAILA, asked)) is Reason.ALREADY_CONFIRMED
        assert office.taken() == []
        assert office.erasing()[-1] == (LAILA.id, "refused", "already_confirmed")

    def test_one_no_ends_it(self, office: Office) -> None:
        asked = office.ask()
        office.confirm(LAILA, asked)
        assert status(office.erasures.refuse(by(IEVA), IEVA, asked.number)) is Status.REFUSED
        assert reason(office.confirm(MARTA, asked)) is Reason.NOT_PENDING
        assert reason(office.erasures.refuse(by(MARTA), MARTA, asked.number)) is Reason.NOT_PENDING
        assert office.taken() == []
        assert office.rows("SELECT count(*) FROM erasure_plan") == [(0,)]

    def test_a_third_comes_too_late(self, office: Office) -> None:
        asked = office.ask()
        office.confirm(LAILA, asked)
        office.confirm(IEVA, asked)
        assert reason(office.confirm(MARTA, asked)) is Reason.NOT_PENDING

    @pytest.mark.parametrize(
        ("person", "expected"),
        [
            (officer("janis", "approvers", "auditors"), Reason.NOT_A_PRIVACY_OFFICER),
            (officer("paula", standing=Standing.GUEST), Reason.NOT_A_PRIVACY_OFFICER),
            (officer("inese"), Reason.CONCERNS_YOU),
        ],
    )
    def test_who_may_not_is_recorded_and_does_not_count(self, office: Office, person: Person, expected: Reason) -> None:
        asked = office.ask()
        assert reason(office.confirm(person, asked)) is expected
        assert reason(office.erasures.refuse(by(person), person, asked.number)) is expected
        assert office.erasing()[1:] == [(person.id, "refused", expected)] * 2
        assert status(office.confirm(LAILA, asked)) is Status.PENDING

    def test_an_erasure_that_is_not_there(self, office: Office) -> None:
        assert reason(office.erasures.confirm(by(LAILA), LAILA, 77)) is Reason.NO_SUCH_ERASURE

    def test_whose_address_it_is_may_not_confirm_and_it_is_kept_as_a_salted_hash_only(self, office: Office) -> None:
        office.look_up(INESE, "pw-1", "written by Marta@postwing.example")
        asked = office.ask("marta@postwing.example")
        assert "marta" not in str(office.rows("SELECT * FROM erasures")).lower()
        assert reason(office.confirm(MARTA, asked)) is Reason.CONCERNS_YOU
        office.confirm(LAILA, asked)
        assert status(office.confirm(IEVA, asked)) is Status.DONE
        assert office.rows("SELECT salt FROM erasures") == [(None,)]


class TestTime:
    def test_nobody_may_confirm_after_its_time_even_if_no_job_ran(self, office: Office) -> None:
        asked = office.ask()
        office.confirm(LAILA, asked)
        office.clock.advance(days=3)
        assert reason(office.confirm(IEVA, asked)) is Reason.TIMED_OUT
        assert office.taken() == []

    def test_it_is_settled_when_its_time_is_up_once(self, office: Office) -> None:
        asked = office.ask()
        office.erasures.time_out(asked.name)
        assert office.erasing() == [("cli:tests", "done", "asked")]
        office.clock.advance(days=3)
        for _ in range(2):
            office.erasures.time_out(asked.name)
        assert office.erasing()[1:] == [("system", "expired", "timed_out")]
        assert reason(office.confirm(LAILA, asked)) is Reason.NOT_PENDING

    def test_a_time_out_of_what_was_done_changes_nothing(self, office: Office) -> None:
        asked = office.ask()
        office.confirm(LAILA, asked)
        office.confirm(IEVA, asked)
        office.clock.advance(days=3)
        office.erasures.time_out(asked.name)
        assert office.erasing()[-1][1:] == ("done", "carried_out")
        with pytest.raises(ValueError, match="not the name"):
            office.erasures.time_out("R-1001")


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


def test_may_decide_looks_at_rights_before_the_state(office: Office) -> None:
    asked = office.ask()
    late = asked.expires_at
    assert may_decide(LAILA, None, late) is Reason.NO_SUCH_ERASURE
    assert may_decide(officer("nils", "support"), asked, late) is Reason.NOT_A_PRIVACY_OFFICER
    assert may_decide(LAILA, asked, late) is Reason.TIMED_OUT
    assert may_decide(LAILA, asked, late - timedelta(microseconds=1)) is None


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


def test_the_second_confirmation_stands_before_the_act(database: Database, clock: SettableClock) -> None:
    """Each entry has its own microsecond, and lists are in the order of these."""
    office = Office(database, clock)
    erasure = office.ask()
    ledger = Ledger(database, Ticking(clock))
    erasures = replace(office.erasures, ledger=ledger)
    for officer in (LAILA, IEVA):
        clock.advance(minutes=1)
        assert isinstance(erasures.confirm(by(officer), officer, erasure.number), Counted)
    ends = [one["reason"] for one in office.entries() if one["action"] == "audit.erase"]
    assert ends == ["asked", "confirmed", "confirmed", "carried_out"]


class Ticking:
    """Goes on by a microsecond whenever it is asked."""

    def __init__(self, clock: SettableClock) -> None:
        self._clock = clock

    def __call__(self) -> datetime:
        self._clock.advance(microseconds=1)
        return self._clock()
