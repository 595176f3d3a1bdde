"""Decisions about customers' requests: for every request that there could be."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.access.people import Conversation, Person, Standing
from bot.access.reasons import Reason
from bot.privacy.customer_requests.decide import (
    Draft,
    Flaw,
    Obstacle,
    Part,
    Why,
    flaws,
    may_close,
    may_extend,
    may_hand_over,
    may_register,
    may_see,
    may_settle,
    may_take,
    may_undo,
    obstacles,
)
from bot.privacy.customer_requests.requests import (
    Channel,
    CustomerRequest,
    Kind,
    Status,
    Task,
    TaskStatus,
    request_number,
)
from bot.privacy.customer_requests.terms import GDPR, Term

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DUE = datetime(2026, 4, 2, 21, 0, tzinfo=UTC)
OFFICER = Person("U1", "T1", "laila", None, Standing.MEMBER, frozenset({"privacy"}))
AGENT = Person("U2", "T1", "inese", None, Standing.MEMBER, frozenset({"support"}))
PEOPLE = (OFFICER, AGENT, replace(OFFICER, id="U3", standing=Standing.GUEST), replace(OFFICER, id="U4", team="T2"))

tasks = st.lists(
    st.builds(
        Task,
        position=st.just(1),
        title=st.text(max_size=20),
        status=st.sampled_from(TaskStatus),
        assignee=st.sampled_from([None, "U1", "U2"]),
        settled_by=st.sampled_from([None, "U1", "U2"]),
    ),
    min_size=1,
    max_size=5,
).map(lambda found: tuple(replace(one, position=n) for n, one in enumerate(found, start=1)))
requests = st.builds(
    CustomerRequest,
    number=st.integers(1, 99),
    team=st.just("T1"),
    kind=st.sampled_from(Kind),
    account=st.just("pw-1"),
    law=st.just("gdpr"),
    channel=st.sampled_from(Channel),
    received_on=st.just(date(2026, 3, 2)),
    recorded_at=st.just(NOW),
    recorded_by=st.just("U2"),
    entry=st.just("e"),
    due_on=st.just(date(2026, 4, 2)),
    due_at=st.just(DUE),
    status=st.sampled_from(Status),
    owner=st.sampled_from([None, "U1", "U5"]),
    identity=st.sampled_from([(), ("Signed in",)]),
    extended_at=st.sampled_from([None, NOW]),
    tasks=tasks,
)
sound = requests.map(
    lambda one: replace(
        one,
        status=Status.OPEN,
        identity=("Signed in",),
        extended_at=None,
        tasks=tuple(replace(task, status=TaskStatus.DONE) for task in one.tasks),
    )
)
people = st.just(OFFICER) | st.sampled_from(PEOPLE)
moments = st.timedeltas(timedelta(0), timedelta(days=60)).map(lambda span: NOW + span)


@given(people, requests | sound)
def test_closed_only_with_the_identity_checked_and_every_task_settled(person: Person, request: CustomerRequest) -> None:
    reason = may_close(person, request)
    complete = bool(request.identity) and all(one.status is not TaskStatus.OPEN for one in request.tasks)
    assert (reason is None) is (complete and request.is_open and person is OFFICER)
    if person is OFFICER and request.is_open and not complete:
        assert reason is (Obstacle.TASK if request.identity else Obstacle.IDENTITY)
    assert (obstacles(request) == ()) is complete


@given(people, requests | sound, moments, st.just("They are many") | st.text(max_size=20), st.booleans())
def test_extended_once_in_time_with_a_reason_the_customer_knows(
    person: Person, request: CustomerRequest, now: datetime, why: str, told: bool
) -> None:
    reason = may_extend(person, request, GDPR, why, now, told=told)
    extendable = request.is_open and request.extended_at is None and now < request.due_at
    assert (reason is None) is (person is OFFICER and extendable and told and len(why.strip()) >= 5)
    assert may_extend(person, request, Term("x", "X", days=3), why, now, told=told) is not None


@given(requests, st.booleans())
def test_it_is_extended_once(request: CustomerRequest, told: bool) -> None:
    reason = may_extend(OFFICER, replace(request, status=Status.OPEN), GDPR, "They are many", NOW, told=told)
    if request.extended_at is not None:
        assert reason is Why.EXTENDED_ALREADY
    else:
        assert reason is (None if told else Why.CUSTOMER_NOT_TOLD)


@given(people, requests)
def test_taken_by_an_officer_when_nobody_has_it(person: Person, request: CustomerRequest) -> None:
    allowed = may_take(person, request) is None
    assert allowed is (person is OFFICER and request.is_open and request.owner is None)


@given(people, requests, people)
def test_owners_are_officers(person: Person, request: CustomerRequest, to: Person) -> None:
    officer = "privacy" in to.roles and to.standing is Standing.MEMBER
    allowed = may_hand_over(person, request, to) is None
    assert allowed is (person is OFFICER and request.is_open and officer and to.id != request.owner)


@given(st.just(AGENT) | people, requests, st.integers(1, 2) | st.integers(0, 6), st.booleans())
def test_tasks_are_their_own_people_s_and_the_officers(
    person: Person, request: CustomerRequest, position: int, is_open: bool
) -> None:
    request = replace(request, status=Status.OPEN) if is_open else request
    task = request.task(position)
    settle, undo = may_settle(person, request, position), may_undo(person, request, position)
    if task is None or not request.is_open or person.standing is not Standing.MEMBER or person.team != request.team:
        assert settle is not None
        assert undo is not None
        return
    own = person is OFFICER or person.id in (task.assignee, task.settled_by)
    assert (settle is None) is (own and task.status is TaskStatus.OPEN)
    assert (undo is None) is (own and task.status is not TaskStatus.OPEN)


@given(people, requests)
def test_read_by_officers_and_those_whom_it_concerns(person: Person, request: CustomerRequest) -> None:
    allowed = may_see(person, Conversation.INTERNAL, request) is None
    concerned = person.id in {request.owner, *(one.assignee for one in request.tasks)}
    assert allowed is (person.standing is Standing.MEMBER and person.team == "T1" and (person is OFFICER or concerned))
    assert may_see(person, Conversation.SHARED, request) is not None


@pytest.mark.parametrize(
    ("standing", "reason"),
    [
        (Standing.MEMBER, None),
        (Standing.GUEST, Why.NOT_AN_EMPLOYEE),
        (Standing.BOT, Reason.BOT),
        (Standing.STRANGER, Reason.STRANGER),
        (Standing.DEACTIVATED, Reason.DEACTIVATED),
    ],
)
def test_any_employee_registers(standing: Standing, reason: Reason | Why | None) -> None:
    assert may_register(replace(AGENT, roles=frozenset(), standing=standing), Conversation.INTERNAL) is reason


TODAY = date(2026, 3, 2)
WHOLE = Draft("pw-1", "erasure", "email", "2026-03-02", "gdpr")


def found(draft: Draft) -> dict[Part, Flaw]:
    return flaws(draft, TODAY, {"gdpr": GDPR}, ("Signed in",), ("email", "telephone"))


@pytest.mark.parametrize(
    ("change", "part", "flaw"),
    [
        ({"account": "  "}, Part.ACCOUNT, Flaw.MISSING),
        ({"kind": None}, Part.KIND, Flaw.MISSING),
        ({"kind": "ransom"}, Part.KIND, Flaw.UNKNOWN),
        ({"channel": "pigeon"}, Part.CHANNEL, Flaw.UNKNOWN),
        ({"law": "lgpd"}, Part.LAW, Flaw.UNKNOWN),
        ({"received": None}, Part.RECEIVED, Flaw.MISSING),
        ({"received": "2026-03-03"}, Part.RECEIVED, Flaw.IN_THE_FUTURE),
        ({"received": "31/01/2026"}, Part.RECEIVED, Flaw.NOT_A_DATE),
        ({"received": "20260131"}, Part.RECEIVED, Flaw.NOT_A_DATE),
        ({"received": "2026-02-30"}, Part.RECEIVED, Flaw.NOT_A_DATE),
        ({"received": "1999-02-03"}, Part.RECEIVED, Flaw.LONG_AGO),
        ({"text": "x" * 3001}, Part.TEXT, Flaw.TOO_LONG),
        ({"identity": ("A copy of the passport",)}, Part.IDENTITY, Flaw.UNKNOWN),
        ({"kind": "objection"}, Part.MEDIA, Flaw.MISSING),
        ({"kind": "objection", "media": ("sms",)}, Part.MEDIA, Flaw.UNKNOWN),
        ({"media": ("sms",)}, Part.MEDIA, Flaw.UNKNOWN),
    ],
)
def test_what_is_wrong_with_a_draft(change: dict[str, object], part: Part, flaw: Flaw) -> None:
    assert found(WHOLE) == found(replace(WHOLE, media=("email",))) == {}
    assert found(replace(WHOLE, **change)) == {part: flaw}  # type: ignore[arg-type]  # fields of a draft


@given(st.text(max_size=30))
def test_no_typed_day_raises(typed: str) -> None:
    flaw = found(replace(WHOLE, received=typed)).get(Part.RECEIVED)
    assert flaw is None or isinstance(flaw, Flaw)


@pytest.mark.parametrize(
    ("typed", "number"), [("C-77", 77), ("c77", 77), (" c-7 ", 7), ("C-", None), ("77", None), ("C-٣", None)]
)
def test_names_of_requests(typed: str, number: int | None) -> None:
    assert request_number(typed) == number
