"""Two at the same moment, on PostgreSQL: exactly one of them changes the request; the other learns how it stands."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.access.people import Conversation, Person, Standing
from bot.privacy.customer_requests.decide import ANOTHER, Draft, Why
from bot.privacy.customer_requests.mistaken import Claim
from bot.privacy.customer_requests.register import Registered
from bot.privacy.customer_requests.requests import TaskStatus, added_to, read_request
from bot.privacy.customer_requests.work import Changed, NotChanged, Work
from bot.privacy.objections.choices import Said, choices_of
from bot.privacy.objections.record import NotUndone, Recorded, Saying, Undone
from tests.promises.office import ASKER, TEAM, Office, account_id, by, services_of
from tests.promises.racing import at_once
from tests.promises.test_two_at_once import office as office

pytestmark = pytest.mark.postgres
ROUNDS = 12
LAILA, IEVA = (
    Person(f"U0{name.upper()}", TEAM, name, None, Standing.MEMBER, frozenset({"privacy"})) for name in ("laila", "ieva")
)


def register(office: Office, how_many: int, same_as: int | None = None) -> list[int]:
    numbers, signed = [], ("Signed in to the account",)
    for n in range(how_many):
        draft = Draft(account_id(n), "complaint", "email", "2026-03-02", "gdpr", identity=signed, same_as=same_as)
        made = office.services.customer_requests.register(by(ASKER), ASKER, Conversation.INTERNAL, draft)
        assert isinstance(made, Registered), made
        numbers.append(made.request.number)
    return numbers


def race(
    office: Office, numbers: list[int], one: Callable[[Work, int], object], other: Callable[[Work, int], object]
) -> list[tuple[object, object]]:
    works = [services_of(office.database, office.clock).customer_requests.work for _ in range(2)]

    def of(n: int) -> tuple[Callable[[], object], Callable[[], object]]:
        return lambda: one(works[0], n), lambda: other(works[1], n)

    return at_once([of(number) for number in numbers])


def test_two_officers_take_it(office: Office) -> None:
    numbers = register(office, ROUNDS)
    pairs = race(office, numbers, lambda w, n: w.take(by(LAILA), LAILA, n), lambda w, n: w.take(by(IEVA), IEVA, n))
    for number, pair in zip(numbers, pairs, strict=True):
        won, lost = sorted(pair, key=lambda result: isinstance(result, NotChanged))
        assert isinstance(won, Changed)
        assert isinstance(lost, NotChanged)
        assert lost.reason is Why.OWNED_ALREADY
        assert lost.request is not None
        assert lost.request.owner == won.request.owner
        with office.database.reading() as connection:
            request = read_request(connection, number)
        assert request is not None
        assert (request.owner, request.version) == (won.request.owner, 1)


def settle(office: Office, numbers: list[int]) -> None:
    work = office.services.customer_requests.work
    for number in numbers:
        for position in (1, 2):
            assert isinstance(work.settle(by(LAILA), LAILA, number, position, TaskStatus.DONE), Changed)


def test_two_officers_close_it(office: Office) -> None:
    numbers = register(office, ROUNDS)
    settle(office, numbers)
    pairs = race(office, numbers, lambda w, n: w.close(by(LAILA), LAILA, n), lambda w, n: w.close(by(IEVA), IEVA, n))
    for pair in pairs:
        assert sorted(isinstance(one, Changed) for one in pair) == [False, True]
        lost = next(one for one in pair if isinstance(one, NotChanged))
        assert lost.reason is Why.CLOSED_ALREADY
    assert office.outcomes("privacy.request")[("privacy.request", "ended")] == ROUNDS


def test_nothing_is_closed_with_a_task_that_was_just_opened_again(office: Office) -> None:
    numbers = register(office, ROUNDS)
    settle(office, numbers)
    race(office, numbers, lambda w, n: w.close(by(LAILA), LAILA, n), lambda w, n: w.undo(by(IEVA), IEVA, n, 1))
    for number in numbers:
        with office.database.reading() as connection:
            request = read_request(connection, number)
        assert request is not None
        assert request.is_open or all(task.status is not TaskStatus.OPEN for task in request.tasks)


def test_of_two_that_are_called_duplicates_of_each_other_one_stays(office: Office) -> None:
    """And of a mistake and a task done at the same moment only one."""
    mistakes = [services_of(office.database, office.clock).customer_requests.mistakes for _ in range(2)]
    firsts, seconds = register(office, ROUNDS), register(office, ROUNDS, same_as=ANOTHER)

    def duplicate(side: int, number: int, of: int) -> Callable[[], object]:
        person, named = (LAILA, IEVA)[side], Claim("duplicate", "It came twice.", f"C-{of}")
        return lambda: mistakes[side].end(by(person), person, number, 0, named)

    pairs = [(duplicate(0, a, b), duplicate(1, b, a)) for a, b in zip(firsts, seconds, strict=True)]
    for a, b, pair in zip(firsts, seconds, at_once(pairs), strict=True):
        assert sorted(isinstance(one, Changed) for one in pair) == [False, True], pair
        with office.database.reading() as connection:
            states = [found.is_open for n in (a, b) if (found := read_request(connection, n)) is not None]
        assert sorted(states) == [False, True]
    late = register(office, ROUNDS, same_as=ANOTHER)
    claim = Claim("other", "It was none.")
    race_ = [
        (lambda n=n: mistakes[0].end(by(LAILA), LAILA, n, 0, claim), lambda n=n: done(mistakes[1].work, n))
        for n in late
    ]
    for pair in at_once(race_):
        assert sorted(isinstance(one, Changed) for one in pair) == [False, True], pair


def done(work: Work, number: int) -> object:
    return work.settle(by(IEVA), IEVA, number, 1, TaskStatus.DONE)


def test_nothing_is_undone_twice(office: Office) -> None:
    marketing = replace(ASKER, roles=frozenset({"marketing"}))
    objections = [services_of(office.database, office.clock).customer_requests.objections for _ in range(2)]
    pairs = []
    for n in range(ROUNDS):
        saying = Saying(account_id(n), Said.OBJECTED, ("email",), "the customer", "2026-03-02")
        made = objections[0].record(by(marketing), marketing, Conversation.INTERNAL, saying)
        assert isinstance(made, Recorded), made
        number = made.choices[0].number
        pairs.append(
            (
                lambda number=number: objections[0].undo(by(LAILA), LAILA, number),
                lambda number=number: objections[1].undo(by(IEVA), IEVA, number),
            )
        )
    for pair in at_once(pairs):
        assert {type(one) for one in pair} == {Undone, NotUndone}


def test_nothing_that_is_added_at_the_same_moment_is_lost(office: Office) -> None:
    numbers = register(office, ROUNDS)
    adding = [services_of(office.database, office.clock).customer_requests.register for _ in range(2)]

    def add(side: int, n: int, medium: str) -> Callable[[], object]:
        written = Draft(account_id(n), "complaint", "email", "2026-03-02", "gdpr", medium, (), (medium,), numbers[n])
        return lambda: adding[side](by(ASKER), ASKER, Conversation.INTERNAL, written)

    for pair in at_once([(add(0, n, "email"), add(1, n, "telephone")) for n in range(ROUNDS)]):
        assert all(isinstance(one, Registered) and one.linked for one in pair)
    for number in numbers:
        with office.database.reading() as connection:
            request = read_request(connection, number)
            assert request is not None
            assert {one.words for one in added_to(connection, request)} == {"email", "telephone"}
            choices = choices_of(connection, [request.account])[request.account]
        assert {*request.media} == {"email", "telephone"}
        assert sorted(one.medium for one in choices) == ["email", "telephone"]
