"""Who may ask for a disclosure to an outsider, decide on it, take it back, be shown it, and read the register."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.access.people import Conversation, Person, Standing
from bot.access.reasons import Reason
from bot.access.rules.purposes import Purpose, Rules
from bot.accounts.disclosures.draft import Basis
from bot.accounts.disclosures.records import (
    Approval,
    Disclosure,
    Status,
    disclosure_number,
    may_ask,
    may_be_shown,
    may_decide,
    may_list,
    may_withdraw,
    read_disclosure,
)
from bot.database import Database

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SOON = NOW + timedelta(hours=1)
ASKER = Person("U0INESE", "T1", "Inese", None, Standing.MEMBER, frozenset({"support"}))
OFFICER = Person("U0LAILA", "T1", "Laila", None, Standing.MEMBER, frozenset({"privacy"}))
AUDITOR = Person("U0AGNESE", "T1", "Agnese", None, Standing.MEMBER, frozenset({"auditors"}))
BILLING = Person("U0NILS", "T1", "Nils", None, Standing.MEMBER, frozenset({"billing"}))
PURPOSE = Purpose(
    "help", "Help", "a clause", frozenset({"support"}), frozenset(), (), timedelta(hours=4), 1, "approvers"
)
RULES = Rules({"help": PURPOSE}, {}, timedelta(days=1))
BOTH = (Approval("U0JANIS", frozenset({"approvers"})), Approval(OFFICER.id, frozenset({"privacy"})))
WAITS = Disclosure(
    12, "T1", ASKER.id, "pw-1", ("email",), "A judge", "A court", Basis.COURT_ORDER, "C-1", date(2026, 3, 1), "A court",
    "They asked", "v1", Status.PENDING, NOW, SOON, None, None, None, None,
)  # fmt: skip
AGREED = replace(WAITS, status=Status.APPROVED, approvals=BOTH, shown_until=SOON)


def but(one: Any, **changes: Any) -> Any:
    return replace(one, **changes)


@pytest.mark.parametrize(
    ("person", "conversation", "reason"),
    [
        (ASKER, Conversation.INTERNAL, None),
        (OFFICER, Conversation.INTERNAL, None),
        (ASKER, Conversation.SHARED, Reason.SHARED_CHANNEL),
        (BILLING, Conversation.INTERNAL, Reason.NO_PURPOSE),
        (but(ASKER, standing=Standing.GUEST), Conversation.INTERNAL, Reason.NOT_AN_EMPLOYEE),
        (but(ASKER, standing=Standing.STRANGER), Conversation.INTERNAL, Reason.STRANGER),
    ],
)
def test_who_may_ask(person: Person, conversation: Conversation, reason: Reason | None) -> None:
    assert may_ask(person, conversation, RULES) is reason


@pytest.mark.parametrize(
    ("person", "found", "decides", "reason"),
    [
        (OFFICER, WAITS, True, None),
        (OFFICER, None, True, Reason.NO_SUCH_REQUEST),
        (but(OFFICER, team="T2"), WAITS, True, Reason.NO_SUCH_REQUEST),
        (ASKER, WAITS, True, Reason.OWN_REQUEST),
        (but(OFFICER, others=frozenset({ASKER.id})), WAITS, True, Reason.OWN_REQUEST),
        (OFFICER, WAITS, False, Reason.NOT_AN_APPROVER),
        (but(OFFICER, standing=Standing.GUEST), WAITS, True, Reason.NOT_AN_APPROVER),
        (OFFICER, but(WAITS, status=Status.DENIED), True, Reason.NOT_PENDING),
        (OFFICER, but(WAITS, expires_at=NOW), True, Reason.TIMED_OUT),
    ],
)
def test_who_may_decide(person: Person, found: Disclosure | None, decides: bool, reason: Reason | None) -> None:
    assert may_decide(person, found, NOW, decides=decides) is reason


@pytest.mark.parametrize(
    ("person", "found", "reason"),
    [
        (ASKER, WAITS, None),
        (ASKER, None, Reason.NO_SUCH_REQUEST),
        (but(ASKER, team="T2"), WAITS, Reason.NO_SUCH_REQUEST),
        (OFFICER, WAITS, Reason.NOT_YOURS),
        (ASKER, but(WAITS, status=Status.APPROVED), Reason.NOT_PENDING),
        (ASKER, but(WAITS, expires_at=NOW), Reason.TIMED_OUT),
    ],
)
def test_who_may_take_it_back(person: Person, found: Disclosure | None, reason: Reason | None) -> None:
    assert may_withdraw(person, found, NOW) is reason


@pytest.mark.parametrize(
    ("person", "found", "reason"),
    [
        (ASKER, AGREED, None),
        (ASKER, None, Reason.NO_SUCH_REQUEST),
        (but(ASKER, team="T2"), AGREED, Reason.NO_SUCH_REQUEST),
        (OFFICER, AGREED, Reason.NOT_YOURS),
        (ASKER, but(WAITS, shown_until=SOON), Reason.NOT_APPROVED),
        (ASKER, but(AGREED, status=Status.EXPIRED), Reason.NOT_APPROVED),
        (ASKER, but(AGREED, approvals=BOTH[:1]), Reason.NOT_APPROVED),
        (ASKER, but(AGREED, approvals=(BOTH[0], BOTH[0])), Reason.NOT_APPROVED),
        (ASKER, but(AGREED, shown_at=NOW), Reason.SHOWN_ALREADY),
        (ASKER, but(AGREED, shown_until=NOW), Reason.TIMED_OUT),
        (ASKER, but(AGREED, shown_until=None), Reason.TIMED_OUT),
    ],
)
def test_to_whom_it_is_shown(person: Person, found: Disclosure | None, reason: Reason | None) -> None:
    assert may_be_shown(person, found, NOW) is reason


@pytest.mark.parametrize(
    ("person", "conversation", "reason"),
    [
        (OFFICER, Conversation.INTERNAL, None),
        (AUDITOR, Conversation.INTERNAL, None),
        (AUDITOR, Conversation.SHARED, Reason.SHARED_CHANNEL),
        (ASKER, Conversation.INTERNAL, Reason.NOT_FOR_YOU),
        (but(AUDITOR, standing=Standing.GUEST), Conversation.INTERNAL, Reason.NOT_FOR_YOU),
    ],
)
def test_who_reads_the_register(person: Person, conversation: Conversation, reason: Reason | None) -> None:
    assert may_list(person, conversation) is reason


def test_only_what_waits_is_open() -> None:
    assert WAITS.is_open(NOW)
    assert not WAITS.is_open(SOON)
    assert not but(WAITS, status=Status.DENIED).is_open(NOW)


def test_one_that_is_not_there_is_none(database: Database) -> None:
    with database.reading() as connection:
        assert read_disclosure(connection, 12) is None


def test_what_was_taken_back_was_by_whoever_asked() -> None:
    assert but(WAITS, status=Status.DENIED, decided_by=ASKER.id).withdrawn
    assert not but(WAITS, status=Status.DENIED, decided_by=OFFICER.id).withdrawn
    assert not but(WAITS, status=Status.APPROVED, decided_by=ASKER.id).withdrawn


@pytest.mark.parametrize(("name", "number"), [("D-12", 12), (" d-12 ", 12), ("12", 12), ("D-x", None), ("", None)])
def test_numbers_as_they_are_typed(name: str, number: int | None) -> None:
    assert disclosure_number(name) == number
