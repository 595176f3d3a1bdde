"""Signature and timestamp, over a real connection and as a property."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.gate.guard import Guard, Refusal
from tests.bot.gate.conftest import SECRET, RunningGate, command_body, status_of
from tests.conftest import SettableClock

BODY = command_body()


def test_what_slack_signed_is_answered(gate: RunningGate) -> None:
    answer = gate.command()
    assert (answer.status, answer.body) == (200, b"looked up pw-00412")


@pytest.mark.parametrize(
    "wrong",
    [
        {"x-slack-signature": ""},
        {"x-slack-signature": "v0=" + "0" * 64},
        {"x-slack-signature": "v0=" + "0" * 63},
        {"x-slack-signature": "v0=" + "g" * 64},
        {"x-slack-signature": "v0=žžž"},
        {"x-slack-signature": "v1=" + "0" * 64},
        {"x-slack-request-timestamp": ""},
        {"x-slack-request-timestamp": "yesterday"},
        {"x-slack-request-timestamp": "-1"},
        {"x-slack-request-timestamp": "1e9"},
        {"x-slack-request-timestamp": "1_0"},
        {"x-slack-request-timestamp": "NaN"},
        {"x-slack-request-timestamp": "9" * 400},
        {"x-slack-request-timestamp": "١٢٣"},
    ],
)
def test_a_bad_header_is_refused_and_reaches_nobody(standing_gate: RunningGate, wrong: dict[str, str]) -> None:
    headers = standing_gate.headers(BODY) | {name: value.encode().decode("latin-1") for name, value in wrong.items()}
    answer = standing_gate.send(BODY, headers)
    assert (answer.status, answer.body) == (401, b"")
    assert standing_gate.reached == []


@pytest.mark.parametrize("name", ["x-slack-signature", "x-slack-request-timestamp"])
def test_a_missing_header_is_refused(gate: RunningGate, name: str) -> None:
    headers = gate.headers(BODY)
    del headers[name]
    assert gate.send(BODY, headers).status == 401


def test_two_signatures_are_refused_even_if_one_is_right(gate: RunningGate) -> None:
    headers = gate.headers(BODY)
    doubled = headers | {"content-length": str(len(BODY)), "X-Slack-Signature": headers["x-slack-signature"]}
    with gate.begun(doubled) as connection:
        connection.sendall(BODY)
        assert status_of(connection) == 401


def test_a_changed_body_is_refused(gate: RunningGate) -> None:
    assert gate.send(BODY + b"1", gate.headers(BODY)).status == 401


def test_a_signature_over_another_time_is_refused(gate: RunningGate) -> None:
    headers = gate.headers(BODY)
    gate.clock.advance(seconds=1)
    headers["x-slack-request-timestamp"] = gate.headers(BODY)["x-slack-request-timestamp"]
    assert gate.send(BODY, headers).status == 401


@pytest.mark.parametrize(("moved", "status"), [(300, 200), (301, 401), (-300, 200), (-301, 401)])
def test_five_minutes_either_way(gate: RunningGate, moved: int, status: int) -> None:
    headers = gate.headers(BODY)
    gate.clock.advance(seconds=moved)
    assert gate.send(BODY, headers).status == status


def test_nothing_is_parsed_before_the_signature_is_known(gate: RunningGate) -> None:
    headers = gate.headers(b"something else", "application/json")
    assert gate.send(b'{"type": ', headers).status == 401


def test_the_body_is_not_awaited_when_the_headers_say_enough(gate: RunningGate) -> None:
    headers = gate.headers(BODY) | {"x-slack-signature": "none", "content-length": "200000"}
    with gate.begun(headers) as connection:
        assert status_of(connection) == 401


@given(body=st.binary(max_size=200), at=st.integers(0, 63), by=st.integers(1, 15))
def test_no_signature_but_the_right_one_is_taken(body: bytes, at: int, by: int) -> None:
    clock = SettableClock()
    running = RunningGate(server=None, clock=clock, workers=None)  # type: ignore[arg-type] # only signs
    headers = running.headers(body)
    hexadecimal = headers["x-slack-signature"][3:]
    changed = hexadecimal[:at] + f"{int(hexadecimal[at], 16) ^ by:x}" + hexadecimal[at + 1 :]
    guard = Guard(SECRET, clock)
    for signature, right in ((hexadecimal, True), (changed, False)):
        raw = headers | {"x-slack-signature": f"v0={signature}"}
        claim = guard.claim([(name.encode(), value.encode()) for name, value in raw.items()])
        if right:
            guard.confirm(claim, body)
        else:
            with pytest.raises(Refusal, match="wrong_signature"):
                guard.confirm(claim, body)
