"""Presses that no button of Steward's made: every action there is, with the ids of what the person may not touch."""

from dataclasses import dataclass, field
from typing import Any, cast

from slack_bolt import App

import handlers
from handlers.patience import Patience
from tests.promises.customers import ZQBRENN
from tests.promises.deliveries import Payload, People, Reply, send, signed
from tests.promises.wire import Wire
from tests.scenarios.disclosures.giving import ask
from tests.scenarios.harness import Steward

IDS = (
    *("absence", "asked", "c", "change", "choice", "customer_request", "disclosure", "erasure", "item", "list", "n"),
    *("nth", "number", "p", "q", "question", "r", "removal", "suspension", "task"),
)
OF_OTHERS = {
    **dict.fromkeys(IDS, 1),
    "request": 1001,
    "account": ZQBRENN.id,
    "purpose": "technical_support",
    "data_class": "contact",
    "version": 0,
    "page": 1,
}
DECIDING = ("access.approve", "access.approve_less", "access.deny", "access.question", "access.details")


@dataclass
class Presses:
    """Stands where the app does, and notes what may be pressed."""

    found: list[str] = field(default_factory=list)

    def action(self, name: object) -> Any:
        self.found += [name] if isinstance(name, str) else []
        return lambda listener: listener

    def __getattr__(self, _: str) -> Any:
        return lambda *_: lambda listener: listener


def deliver(steward: Steward, payload: Payload) -> Reply:
    return send(steward.address, *signed(payload, steward.slack.signing_secret, steward.slack.platform.clock))


def test_nothing_is_shown_or_changed_by_a_press_that_was_made_by_hand(steward: Steward, wire: Wire) -> None:
    people, presses, patience = People(steward.slack), Presses(), Patience()
    handlers.register_all(cast("App", presses), steward.services, patience)
    patience.close()
    deliver(steward, people.request("inese", ZQBRENN.id))
    assert ask(steward, account=ZQBRENN.id) == {}
    inese = steward.slack.people["inese"].id
    tables = ("access_requests WHERE status = 'pending'", "access_approvals", "access_grants", "marketing_choices")
    before = [steward.count(table) for table in tables]
    assert before[0] == 1
    for who in ("nils", "paula"):
        mark = wire.mark
        for action in dict.fromkeys(presses.found):
            entries, pressed = steward.count("audit_entries"), wire.mark
            assert deliver(steward, people.press(who, action, OF_OTHERS)).status == 200, action
            if action in DECIDING:
                assert steward.count("audit_entries") == entries + 1
                assert (steward.last()["outcome"], steward.last()["reason"]) == ("refused", "not_an_approver")
                told = "R-1001" in wire.since(pressed)
                assert told == (who == "nils")  # whoever is no employee is not told that there is one
        said = wire.since(mark)
        assert not [value for value in ZQBRENN.values() if value in said]
        if who == "paula":  # who is of another company is not told whose anything is, nor that it is there
            answers = [one for one in wire.raw[mark:] if one.startswith("{")]
            assert not [one for one in answers for name in ("R-1001", "D-1", inese) if name in one]
    assert [steward.count(table) for table in tables] == before
