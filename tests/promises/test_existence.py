"""Whoever may not see an account can't tell whether there is one: what they read is the same, word for word."""

import json
import re
from collections.abc import Callable, Iterator

import pytest

from tests.promises.customers import ZQBRENN, ZQCELTI, Customer
from tests.promises.deliveries import PURPOSE, Payload, People
from tests.promises.test_presses_by_hand import deliver
from tests.promises.wire import Wire
from tests.scenarios.harness import Steward

NOWHERE = Customer("pw-79990", "Zqnowhr", "+371 26 748 399")
"""Of no account, and as long as the others."""
Say = Callable[[Customer], str]
BY: dict[str, Say] = {
    "id": lambda one: one.id,
    "misspelt id": lambda one: one.id[:-1],
    "address": lambda one: one.email,
    "domain": lambda one: f"{one.mark}dm.example",
    "name": lambda one: one.name,
    "recipient": lambda one: f"{one.mark}rc7@{one.mark}rd.example",
}
COMMANDS = (
    ("/account", "{}"),
    ("/account", f"{{}} for {PURPOSE}"),
    ("/account", "{} objects to telephone"),
    ("/access", f"{{}} for {PURPOSE}"),
    ("/access", f"emergency {{}} for {PURPOSE}"),
    ("/access", "disclose {}"),
    ("/privacy", "report {}"),
    ("/audit", "{}"),
)
PRESSED = {"purpose": PURPOSE, "data_class": "contact", "page": 1}
MADE = re.compile(r"[0-9a-f]{6,}[0-9a-f-]*|\b\d{10,}(?:\.\d+)*|\bV[A-Z0-9]{6,}|\b[A-Z0-9]{5}\b")
"""Numbers of entries, references, times and views: they are others each time."""


def everything(people: People, who: str, named: str) -> Iterator[Payload]:
    for command, words in COMMANDS:
        yield people.command(who, command, words.format(named))
    yield people.request(who, named)
    for action in ("account.reveal", "account.open", "account.on_list"):
        yield people.press(who, action, {"account": named, **PRESSED}, channel="general")


def read(steward: Steward, wire: Wire, payload: Payload, named: str) -> str:
    """All that comes of it, without what is named and what is another each time."""
    mark = wire.mark
    reply = deliver(steward, payload)
    steward.deliver()
    said = json.dumps([reply.status, reply.body, *wire.documents(mark)], ensure_ascii=False)
    return MADE.sub("#", said.replace(named, "NAMED"))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("who", ["nils", "paula", "rihards", "erin", "raitis"])
def test_there_is_one_or_there_is_none(steward: Steward, wire: Wire, who: str) -> None:
    """A colleague without a purpose, a processor's person without a grant, a guest, a stranger, one who left."""
    people = People(steward.slack)
    for naming, name in BY.items():
        for there in (ZQBRENN, ZQCELTI):
            pairs = zip(everything(people, who, name(there)), everything(people, who, name(NOWHERE)), strict=True)
            for place, (one, none) in enumerate(pairs):
                read_of_one, read_of_none = (
                    read(steward, wire, one, name(there)),
                    read(steward, wire, none, name(NOWHERE)),
                )
                assert read_of_one == read_of_none, (naming, place)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_whoever_may_look_up_can_tell(steward: Steward, wire: Wire) -> None:
    """So that what is compared above is what says it."""
    people = People(steward.slack)
    for naming, name in BY.items():
        there, nowhere = (
            [read(steward, wire, one, name(whom)) for one in everything(people, "inese", name(whom))]
            for whom in (ZQBRENN, NOWHERE)
        )
        differing = {place for place, (one, none) in enumerate(zip(there, nowhere, strict=True)) if one != none}
        assert differing or naming == "recipient", naming
