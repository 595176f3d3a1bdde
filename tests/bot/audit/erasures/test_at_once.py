"""Two presses at the same moment, on PostgreSQL, where two can truly be at it at once."""

from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from bot.access.people import Person
from bot.access.reasons import Reason
from bot.audit.entry import Actor
from bot.audit.erasures.records import Status
from bot.audit.erasures.steps import Counted, NotCounted
from bot.database import Database
from tests.bot.audit.erasures.office import CLI, IEVA, LAILA, MARTA, Office, by
from tests.conftest import SettableClock
from tests.promises.racing import at_once

pytestmark = pytest.mark.postgres

TIMES = 20


@pytest.fixture
def office(postgresql_url: str, clock: SettableClock) -> Iterator[Office]:
    database = Database(postgresql_url)
    yield Office(database, clock)
    database.close()


def asked(office: Office) -> list[int]:
    """So many erasures, each of an account of its own."""
    for number in range(TIMES):
        office.look_up(Actor("U0NILS", "T1"), f"zq-{number}", "bean")
    return [office.erasures.ask(CLI, office.plan(f"zq-{number}")).number for number in range(TIMES)]


def confirming(office: Office, person: Person, number: int) -> Callable[[], Counted | NotCounted]:
    return lambda: office.erasures.confirm(by(person), person, number)


def refusing(office: Office, person: Person, number: int) -> Callable[[], Counted | NotCounted]:
    return lambda: office.erasures.refuse(by(person), person, number)


def test_two_officers_at_once_both_count_and_it_is_carried_out_once(office: Office) -> None:
    results = at_once([(confirming(office, LAILA, n), confirming(office, IEVA, n)) for n in asked(office)])
    for pair in results:
        assert all(isinstance(one, Counted) for one in pair)
        assert {one.erasure.status for one in pair if one.erasure} == {Status.PENDING, Status.DONE}
    said = Counter((outcome, reason) for _, outcome, reason in office.erasing())
    assert said == {("done", "asked"): TIMES, ("done", "confirmed"): 2 * TIMES, ("done", "carried_out"): TIMES}
    assert office.rows("SELECT count(*), count(DISTINCT erasure) FROM audit_erased") == [(TIMES, TIMES)]


def test_one_officer_twice_at_once_counts_once(office: Office) -> None:
    results = at_once([(confirming(office, LAILA, n), confirming(office, LAILA, n)) for n in asked(office)])
    for pair in results:
        assert {type(one) for one in pair} == {Counted, NotCounted}
        (lost,) = (one for one in pair if isinstance(one, NotCounted))
        assert lost.reason is Reason.ALREADY_CONFIRMED
    assert office.taken() == []


def test_the_last_yes_and_a_no_at_once_one_of_them_holds(office: Office) -> None:
    numbers = asked(office)
    for number in numbers:
        office.erasures.confirm(by(LAILA), LAILA, number)
    at_once([(confirming(office, IEVA, number), refusing(office, MARTA, number)) for number in numbers])
    done, refused = (
        {number for (number,) in office.rows(f"SELECT number FROM erasures WHERE status = '{status}'")}
        for status in ("done", "refused")
    )
    assert len(done) + len(refused) == TIMES
    assert {int(taken.erasure.removeprefix("E-")) for taken in office.taken()} == done
    outcomes = Counter(outcome for actor, outcome, _ in office.erasing() if actor == MARTA.id)
    assert (outcomes["denied"], outcomes["refused"]) == (len(refused), len(done))
