"""Forms and presses that no form or button of Steward's made: refused politely, recorded, and nothing comes of them."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from slack_bolt import App

import handlers
from handlers.patience import Patience
from handlers.payloads import NUMBERS, TICKED
from tests.bot.captured_logs import Lines
from tests.promises.customers import ZQBRENN
from tests.promises.deliveries import Json, Payload, People
from tests.promises.test_presses_by_hand import OF_OTHERS, deliver
from tests.promises.wire import Wire
from tests.scenarios.harness import Steward

pytestmark = [pytest.mark.postgres, pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)]

TEXTS = (
    "account",
    "data_class",
    "purpose",
    "said",
    "verdict",
    "requests",
    "data_classes",
    "asked",
    "n",
    "e",
    "channel",
)
IDS = {**dict.fromkeys(NUMBERS, 1), **OF_OTHERS, "requests": "1", "said": "objected", "verdict": "violation"}
MEMOS = (
    *("not json", "[]", "null", "5", "{}"),
    json.dumps({**dict.fromkeys(NUMBERS, "x"), "account": ZQBRENN.id}),
    json.dumps({**dict.fromkeys(NUMBERS, 1 << 70), "account": ZQBRENN.id}),
    json.dumps({**{name: [1] for name in TEXTS}, "zq@leak.example": 1.5}),
    json.dumps(IDS),
)
WORDS = """
account purpose why duration start ticket person note who said_on comment words sentence question asked text day at kind
channel received law same_as cause recipient organisation basis reference dated given_by address effective material
summary fields_contact person_U0INESE
"""
INPUTS = (*WORDS.split(), *TICKED)
SECRETS = [value for value in ZQBRENN.values() if value != ZQBRENN.name]  # approvers read the name of a business
ELEMENTS: tuple[Any, ...] = (
    {"value": 5},
    {"value": "x" * 20},
    {"selected_option": {"value": "never_offered"}},
    {"selected_options": [{"value": "never_offered"}] * 2},
    {"selected_options": [None]},
    {"value": None},
    {"selected_option": None},
    {"selected_date": "2026-13-45"},
    {"selected_date_time": 10**18},
    None,
)


@dataclass
class Names:
    """Stands where the app does, and notes which forms and buttons there are."""

    forms: list[str] = field(default_factory=list)
    buttons: list[str] = field(default_factory=list)

    def view(self, name: object) -> Any:
        self.forms += [name] if isinstance(name, str) else []
        return lambda listener: listener

    def action(self, name: object) -> Any:
        text = name.pattern.split("(")[0].replace("\\", "") if isinstance(name, re.Pattern) else str(name)
        self.buttons += [text] if text else []
        return lambda listener: listener

    def __getattr__(self, _: str) -> Any:
        return lambda *_: lambda listener: listener


@pytest.fixture
def names(steward: Steward) -> Names:
    found, patience = Names(), Patience()
    handlers.register_all(cast("App", found), steward.services, patience)
    patience.close()
    return found


def form(people: People, who: str, name: str, memo: str, values: Json, *, fields: bool = True) -> Payload:
    blocks = [{"type": "input", "block_id": "account"}] if fields else []
    view = {"id": "V9", "type": "modal", "callback_id": name, "private_metadata": memo, "blocks": blocks}
    filled = {**view, "hash": "1.2", "state": {"values": values}}
    return Payload("interactive", {**people._by(who), "type": "view_submission", "view": filled})


def filled(element: Any) -> Json:
    return {name: {"x": element} for name in INPUTS}


def by_hand(people: People, name: str, turn: int) -> Iterator[Payload]:
    """Every kind of memo and every kind of input, half of them in each form."""
    for memo in MEMOS[turn % 2 :: 2]:
        yield form(people, "janis", name, memo, filled({"value": "x" * 20}))
    for element in ELEMENTS[turn % 2 :: 2]:
        yield form(people, "laila", name, MEMOS[-1], filled(element), fields=False)


def test_no_form_by_hand_ends_in_an_error(steward: Steward, wire: Wire, logs: Lines, names: Names) -> None:
    people, mark = People(steward.slack), wire.mark
    deliver(steward, people.request("inese", ZQBRENN.id))
    tables = ("access_requests", "access_approvals", "access_grants", "marketing_choices", "disclosures")
    before = [steward.count(table) for table in tables]
    for turn, name in enumerate(names.forms):
        for payload in by_hand(people, name, turn):
            assert deliver(steward, payload).status == 200, name
    assert "request.failed" not in logs.getvalue()
    assert "leak" not in logs.getvalue()
    assert not [value for value in SECRETS if value in wire.since(mark)]
    assert [steward.count(table) for table in tables] == before


def test_no_press_by_hand_ends_in_an_error(steward: Steward, wire: Wire, logs: Lines, names: Names) -> None:
    people, mark = People(steward.slack), wire.mark
    for turn, name in enumerate(dict.fromkeys(names.buttons)):
        for memo in MEMOS[turn % 4 : -1 : 4]:
            payload = people.press("nils", name, {})
            payload.body["actions"][0]["value"] = memo
            assert deliver(steward, payload).status == 200, name
    failed = [one for one in logs.entries() if one["event"] == "request.failed"]
    assert {one["fault"] for one in failed} <= {"slack_sdk.errors.SlackApiError"}  # its trigger was never Slack's
    assert not [value for value in SECRETS if value in wire.since(mark)]


def test_what_was_made_by_hand_is_refused_with_an_entry_that_names_the_account(steward: Steward) -> None:
    people = People(steward.slack)
    wrong = json.dumps({"account": ZQBRENN.id, "page": "x"})
    sent = form(people, "inese", "account.on_list", wrong, {}, fields=False)
    pressed = people.press("inese", "account.reveal", {"account": ZQBRENN.id, "page": [1]}, channel="general")
    unknown = form(people, "paula", "no.such_form", "{}", {"account": {"account": {"value": ZQBRENN.id}}})
    for payload, who in ((sent, "inese"), (pressed, "inese"), (unknown, "paula")):
        reply = deliver(steward, payload)
        entry = steward.last()
        did = [entry[key] for key in ("action", "outcome", "reason", "account", "actor", "fields")]
        person = steward.slack.people[who].id
        assert did == ["slack.unexpected", "refused", "not_as_made", ZQBRENN.id, person, []]
        assert ZQBRENN.id not in str(reply.body)
        if payload is not pressed:
            assert "nothing was done" in str(reply.body)
        again = steward.count("audit_entries")
        deliver(steward, payload)
        assert steward.count("audit_entries") == again
    assert "nothing was done" in steward.person("inese").read("general")[-1].text
