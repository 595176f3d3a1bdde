"""Registered by mistake: who may say so of which request, what the form needs, which objections go and come back."""

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from bot.access.people import Person, Standing
from bot.access.reasons import Reason
from bot.access.roles import is_officer
from bot.privacy.customer_requests.decide import Why
from bot.privacy.customer_requests.mistaken import Claim, Flaw, Part, flaws_of, may_be_mistake, may_reopen
from bot.privacy.customer_requests.requests import Cause, CustomerRequest, Status, TaskStatus
from bot.privacy.objections.choices import Choice, Said, came_with, objected, standings, to_renew, without
from tests.bot.privacy.customer_requests.test_decide import NOW, people, requests

MEDIA = ("email", "telephone", "mail")
said = st.lists(
    st.builds(
        Choice,
        number=st.just(0),
        team=st.just("T1"),
        account=st.just("pw-1"),
        medium=st.sampled_from(MEDIA),
        said=st.sampled_from([Said.OBJECTED, Said.AGREED]),
        said_on=st.dates(date(2026, 3, 1), date(2026, 3, 4)),
        recorded_at=st.just(NOW),
        recorded_by=st.just("U2"),
        entry=st.just("e"),
        request=st.sampled_from([None, 1, 2]),
        undone_by=st.sampled_from([None, None, None, "U1"]),
    ),
    max_size=8,
).map(lambda found: [replace(one, number=n) for n, one in enumerate(found, start=1)])


@given(people, requests, st.booleans(), st.booleans())
def test_only_what_nobody_acted_on_is_a_mistake(
    person: Person, request: CustomerRequest, answered: bool, stands_for: bool
) -> None:
    reason = may_be_mistake(person, request, answered=answered, stands_for=stands_for)
    concerned = is_officer(person) or person.id == request.owner
    may = person.standing is Standing.MEMBER and person.team == request.team and concerned
    done = any(one.status is TaskStatus.DONE for one in request.tasks)
    untouched = not (done or answered or stands_for or request.extended_at)
    assert (reason is None) is (may and request.is_open and untouched)
    if may and not request.is_open:
        assert reason is (Why.MISTAKE_ALREADY if request.status is Status.MISTAKE else Why.CLOSED_ALREADY)
    if not concerned:
        assert reason is Reason.NOT_A_PRIVACY_OFFICER
    again = may_reopen(person, request)
    officer = is_officer(person)
    assert (again is None) is (may and not request.is_open and (officer or request.status is Status.MISTAKE))


@given(requests, st.sampled_from([*Cause, None, "lost"]), st.text(max_size=12), st.sampled_from(["", " ", "C-5", "x"]))
def test_what_the_form_needs(request: CustomerRequest, cause: str | None, why: str, named: str) -> None:
    other = replace(request, number=5, status=Status.OPEN)
    found = flaws_of(Claim(cause, why, named), request, other if named == "C-5" else None)
    assert (Part.CAUSE in found) is (cause not in set(Cause))
    assert (Part.WHY in found) is (len(why.strip()) < 5)
    if cause == Cause.DUPLICATE:
        right = named == "C-5" and request.number != 5
        assert (Part.SAME_AS in found) is not right
    elif cause in set(Cause):
        assert (Part.SAME_AS in found) is bool(named.strip())
    gone = flaws_of(Claim("duplicate", "It came twice.", "C-5"), replace(request, number=6), None)
    elsewhere = replace(other, team="T2")
    assert flaws_of(Claim("duplicate", "It came twice.", "C-5"), replace(request, number=6), elsewhere) == gone
    assert gone == {Part.SAME_AS: Flaw.NO_SUCH_REQUEST}


@given(said)
def test_nothing_is_lifted_that_another_asks_for_and_all_of_it_comes_back(choices: list[Choice]) -> None:
    own = came_with(choices, 1)
    after = [replace(one, undone_by="U1") if one in own else one for one in choices]
    assert without(choices, own) == standings(dict.fromkeys(one.medium for one in own), after)
    untouched = [one for one in choices if one not in own]
    assert objected(standings(MEDIA, after)) == objected(standings(MEDIA, untouched))
    renewed = to_renew(after, {one.number for one in own})
    back = [*after, *(replace(one, number=100 + n) for n, one in enumerate(renewed))]
    assert objected(standings(MEDIA, back)) == objected(standings(MEDIA, choices))
