"""What a good signature does not make good: bodies that are no payload of Slack's."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.gate.guard import Refusal
from bot.gate.payload import parse
from tests.bot.gate.conftest import FORM, JSON, RunningGate, command_body, interaction_body

EVENT = {
    "type": "event_callback",
    "event_id": "Ev1",
    "team_id": "T1",
    "event": {"type": "app_home_opened", "user": "U1"},
}


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", JSON),
        (b"", FORM),
        (b"{", JSON),
        (b"[]", JSON),
        (b"null", JSON),
        (b'"event_callback"', JSON),
        (b'{"type": "event_callback"', JSON),
        (b'{"type": 1}', JSON),
        (b'{"type": ["event_callback"]}', JSON),
        (b'{"type": "something_else"}', JSON),
        (b'{"no": "type"}', JSON),
        (b'{"type": "event_callback", "n": NaN}', JSON),
        (b'{"type": "event_callback", "text": "\xff"}', JSON),
        (b'{"type": "event_callback", "text": "\\ud800"}', JSON),
        (b'{"type": "event_callback", "authorizations": "all"}', JSON),
        (b'{"type": "event_callback", "authorizations": [1]}', JSON),
        (b"[" * 100_000, JSON),
        (b'{"type": "event_callback", "x": ' + b"[" * 500 + b"]" * 500 + b"}", JSON),
        (b'{"a":' * 40_000 + b"1" + b"}" * 40_000, JSON),
        (b"payload=", FORM),
        (b"payload=%7B", FORM),
        (b"payload=[]", FORM),
        (interaction_body({"type": "nothing_known"}), FORM),
        (interaction_body({"type": "block_actions"}) + b"&payload=%7B%7D", FORM),
        (b"command=%2Faccount&command=%2Faudit", FORM),
        (b"command=account", FORM),
        (b"command=%2Faccount%0A", FORM),
        (b"command=%2Faccount&text=%ff", FORM),
        (b"text=%2Faccount", FORM),
        (b"&".join(b"f%d=1" % n for n in range(500)), FORM),
        (command_body(), "text/plain"),
        (command_body(), ""),
        (command_body(), "multipart/form-data; boundary=x"),
        (json.dumps(EVENT).encode(), FORM),
    ],
)
def test_a_malformed_body_is_refused_and_reaches_nobody(
    standing_gate: RunningGate, body: bytes, content_type: str
) -> None:
    answer = standing_gate.signed(body, content_type)
    assert (answer.status, answer.body) == (400, b"")
    assert standing_gate.reached == []


def test_the_gate_still_answers_after_all_that(gate: RunningGate) -> None:
    for _ in range(5):
        gate.signed(b"[" * 100_000, JSON)
    assert gate.command().status == 200


@pytest.mark.parametrize("kind", ["block_actions", "view_submission", "view_closed", "shortcut", "message_action"])
def test_interactions_reach_the_app(gate: RunningGate, kind: str) -> None:
    gate.signed(interaction_body({"type": kind, "team": {"id": "T1"}, "user": {"id": "U1"}}))
    assert [request.body["type"] for request in gate.reached] == [kind]


def test_events_reach_the_app(gate: RunningGate) -> None:
    gate.signed(json.dumps(EVENT).encode(), "application/json; charset=utf-8")
    assert [request.body for request in gate.reached] == [EVENT]


def test_a_url_verification_is_answered_with_its_challenge(gate: RunningGate) -> None:
    answer = gate.signed(b'{"type": "url_verification", "challenge": "3eZbrw"}', JSON)
    assert (answer.status, json.loads(answer.body)) == (200, {"challenge": "3eZbrw"})


def test_what_slack_tells_the_address_itself_is_answered_and_reaches_nobody(gate: RunningGate) -> None:
    assert gate.signed(b"ssl_check=1&token=x").status == 200
    assert gate.signed(b'{"type": "app_rate_limited", "minute_rate_limited": 1518467820}', JSON).status == 200
    assert gate.reached == []


def _status(body: bytes, content_type: str) -> int:
    """200 when it becomes a request for Bolt, else the refusal's."""
    try:
        parse(body, content_type).request({})
    except Refusal as refusal:
        return refusal.status
    return 200


@given(st.binary(max_size=300), st.sampled_from([FORM, JSON, "text/plain", ""]))
def test_any_bytes_are_a_payload_or_refused(body: bytes, content_type: str) -> None:
    assert _status(body, content_type) in {200, 400}


nested = st.recursive(
    st.sampled_from([None, True, 1, "T1", ""]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["id", "team"]), inner, max_size=2),
    max_leaves=5,
)
names = st.sampled_from(["type", "team", "user", "authorizations", "enterprise", "event", "token", "view", "channel"])


@given(st.dictionaries(names, nested, max_size=4), st.sampled_from(["event_callback", "app_rate_limited"]))
def test_parts_of_odd_kinds_are_a_request_or_refused(parts: dict[str, object], kind: str) -> None:
    assert _status(json.dumps(parts | {"type": kind}).encode(), JSON) in {200, 400}
