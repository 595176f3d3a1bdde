"""An erasure takes two officers, nobody twice, nobody about themselves, and in time."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.access.people import Person, Standing
from bot.access.reasons import Reason
from bot.audit.entry import Actor, Surface
from bot.audit.erasures.records import Status, may_decide
from bot.audit.erasures.scope import digest_of
from bot.audit.erasures.steps import Counted
from bot.audit.ledger import Ledger, Origin
from bot.database import Database
from tests.bot.audit.erasures.office import CLI, IEVA, INESE, LAILA, MARTA, Office, by, officer, reason, status
from tests.bot.audit.erasures.office import office as office
from tests.conftest import SettableClock


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


def test_may_decide_looks_at_rights_before_the_state(office: Office) -> None:
    asked = office.ask()
    late = asked.expires_at
    assert may_decide(LAILA, None, late) is Reason.NO_SUCH_ERASURE
    assert may_decide(officer("nils", "support"), asked, late) is Reason.NOT_A_PRIVACY_OFFICER
    assert may_decide(LAILA, asked, late) is Reason.TIMED_OUT
    assert may_decide(LAILA, asked, late - timedelta(microseconds=1)) is None


def test_the_second_confirmation_stands_before_the_act(database: Database, clock: SettableClock) -> None:
    """Each entry has its own microsecond, and lists are in the order of these."""
    office = Office(database, clock)
    erasure = office.ask()
    ledger = Ledger(database, Ticking(clock))
    erasures = replace(office.erasures, ledger=ledger)
    for one in (LAILA, IEVA):
        clock.advance(minutes=1)
        assert isinstance(erasures.confirm(by(one), one, erasure.number), Counted)
    ends = [one["reason"] for one in office.entries() if one["action"] == "audit.erase"]
    assert ends == ["asked", "confirmed", "confirmed", "carried_out"]


class Ticking:
    """Goes on by a microsecond whenever it is asked."""

    def __init__(self, clock: SettableClock) -> None:
        self._clock = clock

    def __call__(self) -> datetime:
        self._clock.advance(microseconds=1)
        return self._clock()
