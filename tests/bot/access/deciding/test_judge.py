"""Who may decide a request."""

from hypothesis import given
from hypothesis import strategies as st

from bot.access.decide import has_purpose
from bot.access.deciding.judge import may_decide
from bot.access.grants import Request, Status
from bot.access.people import Person, Standing
from bot.access.reasons import Reason
from bot.access.rules.purposes import Rules
from tests.bot.access.strategies import NOW, people, requests, rules


@given(people(), people(), requests(), rules())
def test_whoever_may_decide_is_another_person_with_the_right_to(
    approver: Person, requester: Person, request: Request, given_rules: Rules
) -> None:
    purpose = given_rules.purposes.get(request.purpose)
    entitled = purpose is not None and purpose.approvers in approver.roles and approver.standing is Standing.MEMBER
    another = approver.team == request.team and approver.id != request.person
    waits = request.status is Status.PENDING and request.expires_at > NOW
    allowed = may_decide(approver, requester, request, given_rules, NOW) is None
    assert allowed is (entitled and another and waits and has_purpose(requester, request.purpose, given_rules))


@given(people(), requests(), rules(), st.booleans())
def test_nobody_decides_their_own(approver: Person, request: Request, given_rules: Rules, known: bool) -> None:
    own = Person(request.person, request.team, "Me", None, Standing.MEMBER, frozenset({"approvers", "support"}))
    assert may_decide(own, approver if known else None, request, given_rules, NOW) is Reason.OWN_REQUEST


def test_what_is_not_there_cannot_be_decided() -> None:
    rules_of_nobody = Rules({}, {}, NOW - NOW)
    someone = Person("U1", "T1", "Somebody", None, Standing.MEMBER)
    assert may_decide(someone, None, None, rules_of_nobody, NOW) is Reason.NO_SUCH_REQUEST
