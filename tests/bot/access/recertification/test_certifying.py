"""Who says of whom that they may still look up, and who gives a group back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from bot.access.people import Person, Standing
from bot.access.reasons import Reason
from bot.access.recertification.certifying import (
    Line,
    Listing,
    Removal,
    Verdict,
    gives,
    lines_for,
    may_certify,
    may_lift,
    named_number,
)
from bot.access.rules.purposes import Purpose, Rules

NOW = datetime(2026, 4, 1, 6, 0, tzinfo=UTC)
OWNER = Person("U0OWNER", "T1", "Owner", None, Standing.MEMBER, frozenset({"support"}))
OFFICER = replace(OWNER, id="U0OFFICER", roles=frozenset({"privacy"}))
AGENT = replace(OWNER, id="U0AGENT")
LINES = tuple(Line(one, ("billing",), ("contact",), 3) for one in (OWNER.id, OFFICER.id, AGENT.id))
LIST = Listing(3, "2026-Q2", "support", "T1", OWNER.id, NOW, NOW + timedelta(days=14), None, None, LINES)
REMOVAL = Removal(2, "T1", AGENT.id, "support", NOW, OWNER.id, None, None, None)


@pytest.mark.parametrize(
    ("person", "about", "owned", "late"),
    list(product((OWNER, OFFICER, AGENT), LINES, (True, False), (True, False))),
    ids=lambda value: getattr(value, "id", getattr(value, "person", str(value))),
)
def test_owners_certify_others_and_officers_the_owner_and_what_is_late_or_nobodys(
    person: Person, about: Line, owned: bool, late: bool
) -> None:
    listing = replace(LIST, owner=OWNER.id if owned else None, escalated_at=NOW if late else None)
    reason = may_certify(person, listing, about)
    if about.person == person.id:
        assert reason is Reason.CONCERNS_YOU
    elif person is OWNER and owned:
        assert reason is None
    else:
        allowed = person is OFFICER and (late or not owned or about.person == OWNER.id)
        assert reason is (None if allowed else Reason.NOT_THE_OWNER)


def test_nobody_certifies_their_other_account_or_from_elsewhere() -> None:
    line = LINES[2]
    assert may_certify(OWNER, LIST, line) is None
    assert may_certify(replace(OWNER, others=frozenset({AGENT.id})), LIST, line) is Reason.CONCERNS_YOU
    assert may_certify(replace(OWNER, team="T2"), LIST, line) is Reason.NOT_THE_OWNER
    for standing in set(Standing) - {Standing.MEMBER}:
        assert may_certify(replace(OWNER, standing=standing), LIST, line) is Reason.NOT_THE_OWNER


def test_only_open_lines_are_to_be_decided() -> None:
    assert lines_for(OWNER, LIST) == LINES[1:]
    assert lines_for(OFFICER, LIST) == LINES[:1]
    assert lines_for(AGENT, LIST) == ()
    decided = replace(LIST, lines=(LINES[0], replace(LINES[1], verdict=Verdict.KEEP), LINES[2]))
    assert lines_for(OWNER, decided) == (LINES[2],)


def test_an_officer_gives_a_group_back_once_and_never_to_themselves() -> None:
    assert may_lift(OFFICER, REMOVAL) is None
    assert may_lift(OFFICER, None) is Reason.NO_SUCH_REQUEST
    assert may_lift(replace(OFFICER, team="T2"), REMOVAL) is Reason.NO_SUCH_REQUEST
    for own in (replace(OFFICER, id=AGENT.id), replace(OFFICER, others=frozenset({AGENT.id}))):
        assert may_lift(own, REMOVAL) is Reason.CONCERNS_YOU
    for other in (OWNER, replace(OFFICER, standing=Standing.GUEST)):
        assert may_lift(other, REMOVAL) is Reason.NOT_A_PRIVACY_OFFICER
    assert may_lift(OFFICER, replace(REMOVAL, ended="lifted")) is Reason.NOT_LIVE


def test_a_group_gives_the_purposes_that_name_it_and_each_class_once() -> None:
    hour, none = timedelta(hours=1), frozenset[str]()
    purposes = {
        key: Purpose(key, key, key, groups, none, classes, hour, 1, "approvers")
        for key, groups, classes in (
            ("serving", frozenset({"support"}), ("account", "contact")),
            ("billing", frozenset({"billing"}), ("payment",)),
            ("mending", frozenset({"support", "billing"}), ("contact", "recipients")),
        )
    }
    rules = Rules(purposes, {}, hour)
    assert gives("support", rules) == (("serving", "mending"), ("account", "contact", "recipients"))
    assert gives("marketing", rules) == ((), ())


@pytest.mark.parametrize(("name", "number"), [("RC-3", 3), ("L-3", 3), ("RM-2", 2), ("RC-", 0), ("3", 3), ("", 0)])
def test_lists_by_name(name: str, number: int) -> None:
    assert named_number(name) == number
