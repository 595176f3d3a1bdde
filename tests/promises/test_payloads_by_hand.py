"""Signed payloads that Slack never made: of people it does not have, answered elsewhere, with ids that are none."""

import json
from collections.abc import Iterator

import pytest

from tests.bot.captured_logs import Lines
from tests.promises.customers import ZQBRENN
from tests.promises.deliveries import PURPOSE, Payload, People
from tests.promises.test_forms_by_hand import SECRETS
from tests.promises.test_presses_by_hand import deliver
from tests.promises.wire import Wire
from tests.scenarios.harness import Steward

ELSEWHERE = (
    "http://127.0.0.1:9/x",
    "https://hooks.slack.com.evil.example/x",
    "https://u:p@hooks.slack.com/x",
    "file:///x",
)


def everything(people: People, who: str) -> Iterator[Payload]:
    """A look-up, a reveal, a request and a decision."""
    yield people.command(who, "/account", ZQBRENN.id)
    yield people.press(who, "account.reveal", {"account": ZQBRENN.id, "purpose": PURPOSE, "data_class": "contact"})
    yield people.request(who, ZQBRENN.id)
    yield people.press(who, "access.approve", {"request": 1001})


def by(payload: Payload, user: str) -> Payload:
    """The same of another user."""
    body = json.loads(json.dumps(payload.body))
    if "user_id" in body:
        body["user_id"] = user
    else:
        body["user"]["id"] = user
    return Payload(payload.kind, body)


def test_whom_slack_does_not_have_is_refused_and_recorded(steward: Steward, wire: Wire) -> None:
    people, nobody = People(steward.slack), "U0NOBODY00"
    deliver(steward, people.request("inese", ZQBRENN.id))
    mark = wire.mark
    for payload in everything(people, "inese"):
        before = steward.count("audit_entries")
        assert deliver(steward, by(payload, nobody)).status == 200
        assert steward.count("audit_entries") == before + 1
        last = steward.last()
        assert (last["actor"], last["outcome"]) == (nobody, "refused")
        assert last["reason"] in ("stranger", "not_an_approver")
    assert not [value for value in SECRETS if value in wire.since(mark)]
    assert steward.count("access_requests") == 1
    assert steward.count("access_grants") == 0


@pytest.mark.parametrize("user", ["", "<!channel>", "U\x00A", "U0A\u202eB", "U" * 5000])
def test_an_id_that_is_none_is_not_taken(steward: Steward, user: str) -> None:
    people, before = People(steward.slack), steward.count("audit_entries")
    for payload in everything(people, "inese"):
        assert deliver(steward, by(payload, user)).status == 400
    assert steward.count("audit_entries") == before


def test_an_answer_goes_nowhere_else(steward: Steward, wire: Wire, logs: Lines) -> None:
    people = People(steward.slack)
    deliver(steward, people.request("inese", ZQBRENN.id))
    before, mark = steward.count("audit_entries"), wire.mark
    for address in ELSEWHERE:
        for payload in (people.press("janis", "access.approve", {"request": 1001}), *everything(people, "inese")):
            if "response_url" in payload.body:
                payload.body["response_url"] = address
                assert deliver(steward, payload).status == 400
    assert steward.count("audit_entries") == before
    assert steward.count("access_grants") == 0
    assert "chat.postMessage" not in wire.since(mark)
    assert [one["reason"] for one in logs.entries() if one["event"] == "gate.refused"]
