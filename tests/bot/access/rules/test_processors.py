"""People of engaged companies: whose they are, what their contract lets them ask for, and which purpose one has."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.access.decide import Decision, Refusal, choose_purpose, standing_decision, with_grants
from bot.access.grants import Grant
from bot.access.people import Conversation, Person, Standing
from bot.access.reasons import Reason
from bot.access.rules.processors import Processor, is_outsider, narrowed, processor_of, within_contract
from bot.access.rules.purposes import DataClass, Purpose, Rules, Shown

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)


def purpose(key: str, *roles: str, default_for: str = "", **more: Any) -> Purpose:
    groups, of = frozenset(roles), frozenset({default_for} - {""})
    return Purpose(
        key, key.title(), key, groups, of, ("account", "contact"), timedelta(hours=4), 0, "approvers", **more
    )


BILLING = purpose("billing", "billing", extend_at_once=True, emergency=timedelta(hours=1))
HELP = purpose("help", "support", default_for="support")
SALES = purpose("sales", "support", "sales", "marketing")
LETTERS = purpose("letters", "marketing")
PARTNER = Processor(
    "partner", "Partner", NOW - DAY, NOW + DAY, ("billing",), ("contact",), "billing",
    frozenset({"@partner.example", "one@other.example"}), "partners",
)  # fmt: skip
RULES = Rules(
    {one.key: one for one in (BILLING, HELP, SALES, LETTERS)},
    {key: DataClass(key, key, (key,), Shown.OPEN) for key in ("account", "contact")},
    DAY,
    processors={"partner": PARTNER},
)


def somebody(*roles: str, email: str | None = None, standing: Standing = Standing.MEMBER) -> Person:
    return Person("U0", "T1", "Somebody", email, standing, frozenset(roles))


@pytest.mark.parametrize(
    ("person", "theirs", "outsider"),
    [
        (somebody("billing", email="mara@postwing.example"), False, False),
        (somebody("billing"), False, False),
        (somebody(email="Anna@Partner.example"), True, True),
        (somebody(email="one@other.example"), True, True),
        (somebody(email="two@other.example"), False, False),
        (somebody(email="partner.example"), False, False),
        (somebody("partners", email="mara@postwing.example"), True, True),
        (somebody(email="two@other.example", standing=Standing.GUEST), False, True),
    ],
)
def test_whose_people_they_are(person: Person, theirs: bool, outsider: bool) -> None:
    assert (processor_of(person, RULES.processors) is PARTNER) is theirs
    assert is_outsider(person, RULES.processors) is outsider


def test_a_contract_runs_from_its_first_moment_to_before_its_last() -> None:
    assert [PARTNER.is_engaged(NOW + by) for by in (-DAY, -DAY - timedelta(seconds=1))] == [True, False]
    assert [PARTNER.is_engaged(NOW + by) for by in (DAY - timedelta(seconds=1), DAY)] == [True, False]


def test_a_contract_leaves_less_of_a_purpose_and_never_without_a_yes() -> None:
    left = narrowed(BILLING, PARTNER)
    assert left == replace(BILLING, data_classes=("contact",), approvals=1, extend_at_once=False, emergency=None)
    assert narrowed(replace(BILLING, approvals=2), PARTNER) == replace(left, approvals=2)
    assert narrowed(HELP, PARTNER) is None
    assert narrowed(replace(BILLING, data_classes=("account",)), PARTNER) is None


@pytest.mark.parametrize(
    ("begins", "lasts"),
    [(NOW, DAY), (NOW + DAY / 2, DAY / 2), (NOW + DAY, timedelta(0)), (NOW + 2 * DAY, timedelta(0))],
)
def test_nothing_outlives_a_contract(begins: datetime, lasts: timedelta) -> None:
    assert within_contract(2 * DAY, begins, PARTNER) == lasts
    assert within_contract(2 * DAY, begins, None) == 2 * DAY
    assert within_contract(timedelta(0), begins, PARTNER) == timedelta(0)


@pytest.mark.parametrize(
    ("person", "asked", "chosen"),
    [
        (somebody("support"), None, HELP),
        (somebody("support"), "sales", SALES),
        (somebody("sales"), None, SALES),
        (somebody("marketing"), None, Reason.PURPOSE_NEEDED),
        (somebody("support"), "billing", Reason.NOT_YOUR_PURPOSE),
        (somebody("support"), "selling", Reason.UNKNOWN_PURPOSE),
        (somebody(), "sales", Reason.NO_PURPOSE),
        (somebody(), "selling", Reason.NO_PURPOSE),
        (replace(somebody(), removed=frozenset({"support"})), None, Reason.REMOVED),
        (replace(somebody(), removed=frozenset({"auditors"})), None, Reason.NO_PURPOSE),
        (replace(somebody("sales"), removed=frozenset({"support"})), None, SALES),
        (somebody("support", standing=Standing.GUEST), None, Reason.NOT_ENGAGED),
        (somebody("support", email="anna@partner.example"), "help", Reason.NOT_YOUR_PURPOSE),
        (somebody(email="anna@partner.example"), None, narrowed(BILLING, PARTNER)),
    ],
)
def test_the_purpose_that_is_ones_own(person: Person, asked: str | None, chosen: Purpose | Reason) -> None:
    assert choose_purpose(person, asked, RULES) == chosen


def test_only_the_purpose_of_others_is_named_in_a_refusal() -> None:
    for asked, named in (("billing", BILLING), ("selling", None)):
        refusal = standing_decision(somebody("support"), Conversation.INTERNAL, asked, RULES, lambda _: True)
        assert isinstance(refusal, Refusal)
        assert refusal.purpose == named


def test_people_of_others_see_what_a_grant_opens_and_nothing_beside_it() -> None:
    anna = somebody(email="anna@partner.example")
    decision = standing_decision(anna, Conversation.INTERNAL, None, RULES, lambda _: True)
    assert isinstance(decision, Decision)
    assert (decision.by_grant_only, dict(decision.shown)) == (True, {"contact": Shown.HIDDEN})
    assert dict(with_grants(decision, anna, "pw-1", (), NOW).shown) == {}
    grant = Grant(1, "T1", "U0", "pw-1", "billing", ("contact",), NOW, NOW + DAY, "U1")
    opened = with_grants(decision, anna, "pw-1", (grant,), NOW)
    assert (opened.reason, dict(opened.shown), dict(opened.grants)) == (
        Reason.GRANTED,
        {"contact": Shown.HIDDEN},
        {"contact": grant},
    )
