"""Which yeses still count, worked out from who gave them as they are now."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.access.deciding.lapses import Giver, Lapsed, bounded, counting, still_counting
from bot.access.deputising.deputies import Voice
from bot.access.grants import Request, Status
from bot.access.people import Person, Standing
from bot.access.reasons import Reason
from bot.access.rules.purposes import Rules
from bot.access.rules.quorum import Approval

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
NEEDED = frozenset({"approvers", "privacy"})


def yes(by: str, *roles: str, behalf: str | None = None) -> Approval:
    return Approval(by, frozenset(roles), NOW, ("contact",), timedelta(hours=1), None, behalf)


def giver(
    by: str,
    *roles: str,
    standing: Standing = Standing.MEMBER,
    others: frozenset[str] = frozenset(),
    passed: Voice | None = None,
) -> Giver:
    person = Person(by, "T1", by, None, standing, frozenset(roles), others=others)
    return Giver(person, (Voice(by, person.roles, others), *([passed] if passed else ())))


def came(given: list[Approval], *givers: Giver) -> tuple[dict[str, set[str]], dict[str, Reason]]:
    known = {one.person.id: one for one in givers}
    kept, lapsed = counting(given, known, ("UASKER", None), lambda voice: voice.roles & NEEDED)
    return {one.by: set(roles) for one, roles in kept}, {one.given.by: one.reason for one in lapsed}


def test_as_they_are_now() -> None:
    agreed = yes("U1", "approvers", "privacy")
    assert came([agreed], giver("U1", "approvers", "privacy", "support")) == ({"U1": {"approvers", "privacy"}}, {})
    assert came([agreed], giver("U1", "approvers")) == ({"U1": {"approvers"}}, {})
    assert came([agreed], giver("U1", "support")) == ({}, {"U1": Reason.NOT_AN_APPROVER})
    for standing in (Standing.DEACTIVATED, Standing.GUEST, Standing.STRANGER, Standing.BOT):
        assert came([agreed], giver("U1", "approvers", standing=standing)) == ({}, {"U1": Reason.PERSON_LEFT})


def test_a_role_that_was_not_agreed_with_adds_nothing() -> None:
    assert came([yes("U1", "approvers")], giver("U1", "privacy")) == ({}, {"U1": Reason.NOT_AN_APPROVER})


def test_one_person_with_two_accounts_asks_and_agrees_for_nobody() -> None:
    asker = giver("U1", "approvers", others=frozenset({"UASKER"}))
    assert came([yes("U1", "approvers")], asker) == ({}, {"U1": Reason.OWN_REQUEST})


def test_two_accounts_that_turned_out_to_be_one_persons_count_once() -> None:
    given = [yes("U1", "approvers"), yes("U2", "privacy")]
    both = (giver("U1", "approvers", others=frozenset({"U2"})), giver("U2", "privacy", others=frozenset({"U1"})))
    assert came(given, *both) == ({"U1": {"approvers"}}, {"U2": Reason.APPROVED_ALREADY})


def test_a_deputys_yes_counts_with_the_roles_of_whoever_was_away() -> None:
    given = [yes("U1", "approvers", behalf="U9")]
    still = giver("U1", passed=Voice("U9", frozenset({"approvers"})))
    assert came(given, still) == ({"U1": {"approvers"}}, {})
    assert came(given, giver("U1", "approvers", passed=Voice("U9", frozenset()))) == (
        {},
        {"U1": Reason.NOT_AN_APPROVER},
    )
    own = [*given, yes("U9", "approvers")]
    assert came(own, still, giver("U9", "approvers"))[1] == {"U9": Reason.APPROVED_ALREADY}


def test_a_deputy_adds_nothing_to_the_yes_of_another_account_of_whoever_was_away() -> None:
    given = [yes("U8", "approvers"), yes("U1", "privacy", behalf="U9")]
    deputy = giver("U1", passed=Voice("U9", frozenset({"privacy"}), frozenset({"U8"})))
    assert came(given, giver("U8", "approvers"), deputy)[1] == {"U1": Reason.APPROVED_ALREADY}


def test_the_request_says_who_still_counts_with_what_and_who_does_not() -> None:
    company = Rules({}, {}, timedelta(hours=1))
    given = (yes("U1", "approvers", "privacy"), yes("U2", "approvers"))
    asked = Request(
        1, "T1", "U9", "pw-1", None, "billing", ("contact",), timedelta(hours=1), "why", None, Status.PENDING, NOW, NOW
    )
    asked = replace(asked, approvals=given)
    needs = {"approvers": 2, "privacy": 1}
    still = {one: giver(one, "approvers", "privacy") for one in ("U1", "U2")}
    assert still_counting(asked, still, needs, company) == (asked, ())
    found, lapsed = still_counting(asked, {"U1": giver("U1", "privacy"), "U2": giver("U2")}, needs, company)
    assert found.approvals == (replace(given[0], roles=frozenset({"privacy"})),)
    assert found.lapsed == (given[1],)
    assert [(one.given, one.reason) for one in lapsed] == [(given[1], Reason.NOT_AN_APPROVER)]
    assert still_counting(replace(asked, asked_by="U1"), still, needs, company)[1] == (
        Lapsed(given[0], Reason.OWN_REQUEST),
    )


def test_who_agreed_since_they_were_asked_for_counts() -> None:
    assert came([yes("U1", "approvers")]) == ({"U1": {"approvers"}}, {})


def test_a_yes_is_bounded_by_what_stood_there_before() -> None:
    full = Approval("U2", NEEDED, NOW, ("contact", "payment"), timedelta(hours=4))
    less = Approval("U1", NEEDED, NOW, ("contact",), timedelta(hours=1), "enough", None, ("pw-1",))
    found = bounded(full, (less,))
    assert (found.data_classes, found.duration, found.accounts) == (("contact",), timedelta(hours=1), ("pw-1",))
    assert (found.by, found.note) == ("U2", "enough")
    assert bounded(full, ()) == full
    some = Approval("U3", NEEDED, NOW, ("payment", "contact"), timedelta(hours=2), "not all", None, ("pw-2", "pw-1"))
    other = Approval("U4", NEEDED, NOW, ("contact", "payment"), timedelta(hours=3), None, None, ("pw-1", "pw-3"))
    found = bounded(some, (less, other))
    assert (found.data_classes, found.duration, found.accounts) == (("contact",), timedelta(hours=1), ("pw-1",))
    assert found.note == "enough\nnot all"
    assert bounded(some, (other,)).duration == timedelta(hours=2)
    assert bounded(some, (full,)).accounts == some.accounts, "whoever says nothing of accounts takes none away"
