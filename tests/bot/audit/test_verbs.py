"""What an entry says that somebody did."""

from typing import Any

import pytest

from bot.audit.entry import Outcome
from bot.audit.verbs import BY_OUTCOME, DANGLING, VERBS, done


def entry(action: str, outcome: str, *, account: bool, reason: str | None = None) -> dict[str, Any]:
    return {"action": action, "outcome": outcome, "reason": reason, "account": "pw-00412" if account else None}


@pytest.mark.parametrize(
    ("action", "outcome", "account", "said"),
    [
        ("account.reveal", "disclosed", True, "revealed"),
        ("account.reveal", "refused", True, "tried to reveal"),
        ("access.request", "refused", False, "tried to ask for access"),
        ("access.extend", "requested", True, "asked for more time of access to"),
        ("access.extend", "granted", True, "extended access to"),
        ("access.disclose", "granted", True, "agreed to pass on data of"),
        ("access.disclose", "refused", False, "tried to pass on data"),
        ("access.list", "disclosed", True, "looked at requests for"),
        ("access.list", "disclosed", False, "looked at requests"),
        ("audit.search", "disclosed", True, "searched the audit table for"),
        ("audit.search", "disclosed", False, "searched the audit table"),
        ("audit.review", "refused", False, "tried to review an entry"),
        ("privacy.request", "done", True, "handled a customer's request of"),
        ("privacy.request", "refused", True, "tried to handle a customer's request of"),
        ("privacy.request", "refused", False, "tried to handle a customer's request"),
        ("unheard.of", "done", False, "did unheard of"),
    ],
)
def test_who_asks_or_agrees_is_not_said_to_have_done_it(action: str, outcome: str, account: bool, said: str) -> None:
    assert done(entry(action, outcome, account=account)) == said


def test_only_what_was_disclosed_was_passed_on() -> None:
    said = {one for one in Outcome if done(entry("access.disclose", one, account=True)).startswith("passed on")}
    assert said & {Outcome(outcome) for action, outcome in BY_OUTCOME if action == "access.disclose"} == set()
    assert Outcome.DISCLOSED in said
    assert not {Outcome.REQUESTED, Outcome.GRANTED, Outcome.DONE, Outcome.DENIED, Outcome.REFUSED} & said


def test_a_request_that_nobody_answered_was_no_access() -> None:
    assert "end of access" not in done(entry("access.expire", "expired", account=True, reason="timed_out"))
    assert done(entry("access.expire", "expired", account=True, reason="time_is_up")) == "noted the end of access to"


def test_no_sentence_ends_in_the_middle() -> None:
    for action in VERBS:
        for outcome in Outcome:
            assert not done(entry(action, outcome, account=False)).endswith(DANGLING)


@pytest.mark.parametrize(
    ("outcome", "reason", "said"),
    [
        ("done", "asked", "asked for an erasure of personal text"),
        ("done", "confirmed", "confirmed an erasure of personal text"),
        ("done", "carried_out", "erased personal text"),
        ("denied", None, "turned down an erasure of personal text"),
        ("ended", "withdrawn", "withdrew an erasure of personal text"),
        ("expired", "timed_out", "noted that an erasure of personal text was not confirmed in time"),
        ("refused", "not_yours", "tried to erase personal text"),
    ],
)
def test_only_who_carried_an_erasure_out_is_said_to_have_erased(outcome: str, reason: str | None, said: str) -> None:
    assert done(entry("audit.erase", outcome, account=False, reason=reason)) == said


@pytest.mark.parametrize(
    ("action", "reason", "said"),
    [
        ("audit.review", "violation", "reviewed an entry"),
        ("audit.review", "needs_explanation", "asked for an explanation of an entry"),
        ("audit.review", "answered", "explained an entry"),
        ("policy.announce", "announced", "announced the policy"),
        ("policy.announce", "dismissed", "found a change of the policy not worth announcing"),
        ("policy.announce", "moved", "moved a notice about the policy"),
    ],
)
def test_a_step_is_called_what_it_was(action: str, reason: str, said: str) -> None:
    assert done(entry(action, "done", account=False, reason=reason)) == said


@pytest.mark.parametrize(
    ("reason", "account", "said"),
    [
        ("registered", True, "registered a customer's request of"),
        ("reopened", True, "reopened a customer's request of"),
        ("listed", False, "listed customers' requests"),
        ("objected", True, "recorded an objection of"),
        ("task_done", True, "did a task of a customer's request of"),
        ("mistake_duplicate", True, "handled a customer's request of"),
    ],
)
def test_a_step_of_a_customers_request_is_called_what_it_was(reason: str, account: bool, said: str) -> None:
    assert done(entry("privacy.request", "done", account=account, reason=reason)) == said
