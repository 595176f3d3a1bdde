"""Promise 9 through the whole Steward: whatever is typed, the answer is an answer, and Slack takes it."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from slack_bolt import BoltRequest
from slack_sdk import WebClient

from bot.app import create_app
from tests.bot.captured_logs import Lines
from tests.promises.customers import ZQBRENN, ZQVALOR
from tests.promises.deliveries import Payload, People, Reply, send, signed
from tests.promises.surfaces import links_by_itself, marked_up, problems, told
from tests.promises.test_hostile_text import NASTY
from tests.promises.wire import Wire
from tests.scenarios.harness import Steward

TYPED = [text.encode("utf-8", "ignore").decode() for text in NASTY]
SURROGATES = ("\ud83d", "\udc00<!channel>", "a\ud800b" * 20)


@pytest.fixture
def people(steward: Steward) -> People:
    return People(steward.slack)


def deliver(steward: Steward, payload: Payload) -> Reply:
    return send(steward.address, *signed(payload, steward.slack.signing_secret, steward.slack.platform.clock))


def answered(steward: Steward, wire: Wire, payload: Payload) -> Reply:
    """Acknowledged; and all that was said is what Slack takes, with no mention or link that was not meant."""
    mark = wire.mark
    reply = deliver(steward, payload)
    steward.deliver()
    assert reply.status == 200
    meant = {"U0JANIS", "U0MARTINS"}  # a mention that somebody typed in a search is one
    everybody = meant | {one.id for one in steward.slack.platform.world.people.values()}
    for document in wire.documents(mark):
        clean(document, everybody)
    return reply


def clean(document: Mapping[str, Any], people: set[str]) -> None:
    assert problems(document) == []
    assert links_by_itself(document) == []
    for words in marked_up(document):
        assert told(words, people) == [], words


def unforeseen(reply: Reply) -> bool:
    return "could not do that" in json.dumps(reply.body)


def test_whatever_is_looked_up(steward: Steward, people: People, wire: Wire) -> None:
    for text in TYPED:
        for command in ("/account", "/audit", "/access", "/policy"):
            for who in ("inese", "agnese"):
                reply = answered(steward, wire, people.command(who, command, text))
                assert not unforeseen(reply), (command, text[:40])


def test_whatever_is_looked_up_for_a_purpose(steward: Steward, people: People, wire: Wire) -> None:
    for text in TYPED:
        for typed in (f"{text} for billing", f"{ZQVALOR.id} for {text}", f"by {text}", f"since {text}"):
            for who, command in (("inese", "/account"), ("agnese", "/audit")):
                assert not unforeseen(answered(steward, wire, people.command(who, command, typed))), typed[:40]


def test_whatever_stands_in_a_request(steward: Steward, people: People, wire: Wire) -> None:
    """Also what no form would let through."""
    for text in TYPED:
        for account, why in ((text, "Newsletters bounce"), (ZQVALOR.id, f"{text} Newsletters bounce"[:2000])):
            payload = people.request("inese", account, why=why)
            values = payload.body["view"]["state"]["values"]
            values["ticket"]["ticket"]["value"] = text
            assert not unforeseen(answered(steward, wire, payload)), text[:40]


def test_whatever_stands_in_a_denial(steward: Steward, people: People, wire: Wire) -> None:
    for text in TYPED:
        deliver(steward, people.request("inese", ZQBRENN.id))
        number = steward.count("access_requests") + 1000
        assert not unforeseen(answered(steward, wire, people.denial("janis", number, text or "no"))), text[:40]


def in_a_form(people: People, text: str) -> Payload:
    return people.request("inese", ZQVALOR.id, why=f"Newsletters bounce {text}")


def in_an_account(people: People, text: str) -> Payload:
    return people.request("inese", text)


@pytest.mark.parametrize("make", [in_a_form, in_an_account])
def test_half_a_character_escaped_in_json_is_answered(
    steward: Steward, people: People, logs: Lines, make: Callable[[People, str], Payload]
) -> None:
    """JSON can spell what no text can hold. Slack would not; nothing comes of it, and nobody's words are logged."""
    for text in SURROGATES:
        before = steward.count("access_requests")
        assert deliver(steward, make(people, text)).status == 400
        assert steward.count("access_requests") == before
    assert "malformed_json" in logs.getvalue()
    assert "Newsletters" not in logs.getvalue()


@pytest.mark.parametrize("text", [*SURROGATES, "\x00", "a\x00b"])
def test_what_no_table_can_keep_is_recorded_without_it(steward: Steward, people: People, text: str) -> None:
    """Socket Mode's JSON is read by a library that lets halves of characters through."""
    bolt = create_app(steward.services, WebClient(steward.slack.bot_token, base_url=steward.slack.api_url))
    typed = people.command("inese", "/account", f"nobody {text} at all")
    asked = people.request("inese", ZQVALOR.id, why=f"Newsletters bounce {text}")
    for payload in (typed, asked):
        assert bolt.dispatch(BoltRequest(body=payload.body, mode="socket_mode")).status == 200
        assert [entry["request"] for entry in steward.audit()].count(payload.trigger) == 1
