"""The pure parts: what an error means, what a pause covers, and what Slack's answers say of people and channels."""

import socket
from datetime import UTC, datetime, timedelta
from http.client import RemoteDisconnected
from typing import Any
from urllib.error import URLError

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from bot.access.people import Conversation, Standing
from bot.delivery.faults import RETRY_AFTER_UNSAID_S, Fault, Meaning, NoSuchChannel, fault_of
from bot.delivery.pauses import Pauses, Work
from bot.delivery.slack_people import conversation_of, person_of, standing_of
from tests.bot.delivery.office import SECRET

NOT_JSON = "Received a response in a non-JSON format: "  # what slack_sdk makes of it
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
OURS = "T1"
MEMBER: dict[str, Any] = {
    "id": "U1",
    "team_id": OURS,
    "profile": {"email": "Inese@Postwing.example"},
    "tz": "Europe/Riga",
}
ROLES = {"support": "support", "billing": "@billing", "auditors": ["inese@postwing.example"]}
GROUPS = {"support": frozenset({"U1"}), "billing": frozenset({"U1"})}


def refusal(status: int, body: Any, headers: dict[str, Any] | None = None) -> SlackApiError:
    response = SlackResponse(
        client=WebClient(),
        http_verb="POST",
        api_url="chat.postMessage",
        req_args={},
        data=body,
        headers=headers or {},
        status_code=status,
    )
    error: SlackApiError = SlackApiError("refused", response)  # type: ignore[no-untyped-call] # slack_sdk's own
    return error


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (refusal(200, {"error": "is_archived"}), Fault("is_archived", Meaning.REFUSED)),
        (refusal(200, {"error": "an_error_of_tomorrow"}), Fault("an_error_of_tomorrow", Meaning.REFUSED)),
        (refusal(200, {"error": "message_not_found"}), Fault("message_not_found", Meaning.GONE)),
        (refusal(200, {"error": "user_disabled"}), Fault("user_disabled", Meaning.LEFT)),
        (refusal(200, {"error": "invalid_auth"}), Fault("invalid_auth", Meaning.NOT_DONE)),
        (refusal(200, {"error": "internal_error"}), Fault("internal_error", Meaning.IN_DOUBT)),
        (refusal(200, {"error": NOT_JSON + SECRET}), Fault("unreadable_answer", Meaning.IN_DOUBT)),
        (refusal(200, {}), Fault("unreadable_answer", Meaning.IN_DOUBT)),
        (refusal(502, {"error": NOT_JSON + "<html>"}), Fault("http_502", Meaning.IN_DOUBT)),
        (refusal(503, {"error": "service_unavailable"}), Fault("http_503", Meaning.IN_DOUBT)),
        (refusal(429, {"error": "ratelimited"}, {"Retry-After": "30"}), Fault("ratelimited", Meaning.LIMITED, 30.0)),
        (refusal(429, {"error": "ratelimited"}, {"retry-after": ["7"]}), Fault("ratelimited", Meaning.LIMITED, 7.0)),
        (refusal(429, {}, {"Retry-After": "soon"}), Fault("ratelimited", Meaning.LIMITED, RETRY_AFTER_UNSAID_S)),
        (refusal(429, {}, {"Retry-After": "-3"}), Fault("ratelimited", Meaning.LIMITED, 0.0)),
        (refusal(200, {"error": "ratelimited"}), Fault("ratelimited", Meaning.LIMITED, RETRY_AFTER_UNSAID_S)),
        (URLError(ConnectionRefusedError()), Fault("unreachable", Meaning.NOT_DONE)),
        (URLError(socket.gaierror()), Fault("unreachable", Meaning.NOT_DONE)),
        (URLError(TimeoutError()), Fault("timed_out", Meaning.IN_DOUBT)),
        (TimeoutError(), Fault("timed_out", Meaning.IN_DOUBT)),
        (ConnectionResetError(), Fault("connection_lost", Meaning.IN_DOUBT)),
        (RemoteDisconnected(""), Fault("connection_lost", Meaning.IN_DOUBT)),
        (NoSuchChannel("approvals"), Fault("channel_not_found", Meaning.REFUSED)),
        (KeyError("ts"), Fault("KeyError", Meaning.IN_DOUBT)),
    ],
    ids=lambda value: value.code if isinstance(value, Fault) else type(value).__name__,
)  # fmt: skip
def test_what_an_error_means(error: Exception, fault: Fault) -> None:
    assert fault_of(error) == fault


@given(st.text())
def test_an_errors_code_is_never_free_text(said: str) -> None:
    code = fault_of(refusal(200, {"error": said})).code
    assert code == "unreadable_answer" or (code == said and code.isascii() and " " not in code and "@" not in code)


def test_a_pause_covers_its_recipient_and_work_until_its_time() -> None:
    pauses = Pauses()
    pauses.add(Work.POST, "channel:approvals", NOW + timedelta(seconds=30))
    now = pauses.at(NOW + timedelta(seconds=29))
    assert now.covers(Work.POST, "channel:approvals")
    assert not now.covers(Work.POST, "channel:audit")
    assert not now.covers(Work.UPDATE, "channel:approvals")
    assert not pauses.at(NOW + timedelta(seconds=30)).covers(Work.POST, "channel:approvals")


def test_two_recipients_paused_at_once_pause_the_work() -> None:
    pauses = Pauses()
    pauses.add(Work.POST, "channel:approvals", NOW + timedelta(seconds=30))
    pauses.add(Work.POST, "channel:audit", NOW + timedelta(seconds=10))
    assert pauses.at(NOW).covers(Work.POST, "person:U1")
    assert not pauses.at(NOW).covers(Work.UPDATE, "person:U1")
    assert not pauses.at(NOW + timedelta(seconds=10)).covers(Work.POST, "person:U1")


def test_a_shorter_pause_does_not_end_a_longer_one() -> None:
    pauses = Pauses()
    pauses.add(Work.POST, "person:U1", NOW + timedelta(seconds=30))
    pauses.add(Work.POST, "person:U1", NOW + timedelta(seconds=1))
    assert pauses.at(NOW + timedelta(seconds=5)).covers(Work.POST, "person:U1")


def test_a_member_has_the_roles_of_their_groups_and_addresses() -> None:
    person = person_of(MEMBER, GROUPS, ROLES, OURS, OURS)
    assert person.roles == {"support", "billing", "auditors"}
    assert (person.standing, person.timezone) == (Standing.MEMBER, "Europe/Riga")


def test_an_address_that_slack_has_not_confirmed_gives_no_role() -> None:
    assert "auditors" not in person_of({**MEMBER, "is_email_confirmed": False}, GROUPS, ROLES, OURS, OURS).roles


@pytest.mark.parametrize(
    ("flags", "standing"),
    [
        ({"deleted": True}, Standing.DEACTIVATED),
        ({"is_bot": True}, Standing.BOT),
        ({"is_stranger": True}, Standing.STRANGER),
        ({"team_id": "T2"}, Standing.STRANGER),
        ({"team_id": None}, Standing.STRANGER),
        ({"is_stranger": True, "deleted": True}, Standing.STRANGER),
        ({"deleted": True, "is_restricted": True}, Standing.DEACTIVATED),
    ],
)
def test_who_is_no_person_of_ours_has_no_role(flags: dict[str, Any], standing: Standing) -> None:
    person = person_of({**MEMBER, **flags}, GROUPS, ROLES, OURS, OURS)
    assert (person.standing, person.roles) == (standing, frozenset())


def test_a_payload_of_another_team_makes_a_stranger() -> None:
    person = person_of(MEMBER, GROUPS, ROLES, OURS, "T2")
    assert (person.standing, person.roles) == (Standing.STRANGER, frozenset())


@pytest.mark.parametrize("flag", ["is_restricted", "is_ultra_restricted"])
def test_a_guest_keeps_the_roles_of_their_groups(flag: str) -> None:
    person = person_of({**MEMBER, flag: True}, GROUPS, ROLES, OURS, OURS)
    assert (person.standing, "billing" in person.roles) == (Standing.GUEST, True)


@given(st.tuples(st.booleans(), st.booleans(), st.booleans(), st.booleans()))
def test_of_several_standings_the_one_counts_that_may_least(given_flags: tuple[bool, ...]) -> None:
    flags = dict(zip(("is_stranger", "deleted", "is_bot", "is_restricted"), given_flags, strict=True))
    least = (Standing.STRANGER, Standing.DEACTIVATED, Standing.BOT, Standing.GUEST)
    expected = next((standing for standing, flag in zip(least, given_flags, strict=True) if flag), Standing.MEMBER)
    assert standing_of({**MEMBER, **flags}, OURS) is expected


@pytest.mark.parametrize(
    "shared",
    [
        {"is_ext_shared": True},
        {"is_pending_ext_shared": True},
        {"pending_shared": ["T2"]},
        {"pending_connected_team_ids": ["T2"]},
        {"is_im": True, "is_ext_shared": True},
    ],
)
def test_a_conversation_that_others_read_or_are_invited_to_is_shared(shared: dict[str, Any]) -> None:
    assert conversation_of({"id": "C1", **shared}) is Conversation.SHARED


def test_a_conversation_of_ours_is_internal() -> None:
    inside = {"id": "C1", "is_shared": True, "is_org_shared": True, "is_ext_shared": False, "pending_shared": []}
    assert conversation_of(inside) is Conversation.INTERNAL
