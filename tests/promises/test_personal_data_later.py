"""Promise 8 for what came later: questions, more time, outsiders, customers' requests, reports, exports, absences.

Every word that is typed, and every value of the account, is looked for where none of it may be.
"""

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import text

from tests.bot.captured_logs import Lines
from tests.promises.customers import ZQBRENN, values_in
from tests.promises.surfaces import everywhere, hidden_texts
from tests.promises.wire import Wire
from tests.scenarios.access.absences import away
from tests.scenarios.access.asking import ask
from tests.scenarios.access.questions import put, reply
from tests.scenarios.customer_requests.registering import register
from tests.scenarios.disclosures.giving import ask as ask_to_disclose
from tests.scenarios.harness import Steward, files_of

TYPED = {
    "question": "Xquestx which of the lists",
    "answer": "Xanswerx the second list",
    "longer": "Xlongerx not finished yet",
    "ended": "Xendedx that is enough of it",
    "outsider": "Xoutsiderx Kalna",
    "court": "Xcourtx of Riga",
    "reference": "XREFX-17",
    "purpose": "Xoutwhyx the court wants the contact",
    "customer": "Xwrotex please delete it all",
    "asked": "Xaskedx do you sell my data",
}
WORDS = [one.split()[0] for one in TYPED.values()]
EMPLOYEES = "@postwing.example"
UNSEEN = ("deliveries", "delivery_subjects", "due_work")
"""Tables of messages and of work: they say what something is about by its number."""


@dataclass
class Life:
    """What was heard of it all."""

    steward: Steward
    wire: Wire
    logs: Lines
    started: list[str]


def live(steward: Steward) -> None:
    inese, janis, laila = (steward.person(one) for one in ("inese", "janis", "laila"))
    name = ask(steward, account=ZQBRENN.id)
    put(steward, text=TYPED["question"])
    reply(steward, TYPED["answer"])
    janis.press("Approve", in_="access-approvals")
    steward.deliver()
    inese.type(f"/access extend {name} 1h", channel="general")
    inese.fill({"Why?": TYPED["longer"]})
    assert inese.submit() == {}
    inese.close()
    steward.deliver()
    janis.press("Approve", in_="access-approvals")
    janis.type(f"/access end {name}", channel="general")
    janis.fill({"Why?": TYPED["ended"]})
    assert janis.submit() == {}
    janis.close(everything=True)
    steward.deliver()
    given = {"Who gets it?": TYPED["outsider"], "Of which organisation?": TYPED["court"], "Given by": TYPED["court"]}
    said = {"Reference": TYPED["reference"], "What for?": TYPED["purpose"]}
    assert ask_to_disclose(steward, account=ZQBRENN.id, changed={**given, **said}) == {}
    janis.press("Approve", in_="access-approvals")
    steward.deliver()
    laila.press("Approve", in_="privacy-desk")
    steward.deliver()
    assert register(steward, answers={"Account": ZQBRENN.id, "What did the customer write?": TYPED["customer"]}) == {}
    laila.type(f"/privacy report {ZQBRENN.id}", channel="general")
    laila.type(f"/privacy {TYPED['asked']}", channel="general")
    steward.integrator.tick()
    steward.person("agnese").type("/audit export", channel="general")
    away(steward, "janis", "friday @nils")
    steward.tick()


@pytest.fixture
def life(steward: Steward, wire: Wire, logs: Lines, monkeypatch: pytest.MonkeyPatch) -> Life:
    started, begin = list[str](), subprocess.Popen.__init__

    def noted(process: Any, args: Any, *rest: Any, **more: Any) -> None:
        started.append(f"{args} {more.get('env')}")
        begin(process, args, *rest, **more)

    monkeypatch.setattr(subprocess.Popen, "__init__", noted)
    live(steward)
    return Life(steward, wire, logs, started)


def documents(wire: Wire) -> Iterator[dict[str, Any]]:
    """All that left as one JSON object. The file that was exported is a line for each entry."""
    return (json.loads(one) for one in wire.raw if one.startswith("{") and "\n{" not in one)


def holds_none(said: str) -> None:
    assert values_in(said) == set()
    assert EMPLOYEES not in said
    assert not [word for word in WORDS if word in said]


def test_it_stands_where_it_belongs_and_nowhere_else(life: Life) -> None:
    everything = life.wire.since(0)
    assert [word for word in WORDS if word not in everything] == []
    acts = {(one["action"], one["outcome"]) for one in life.steward.audit()}
    assert acts >= {
        ("access.question", "done"),
        ("access.answer", "done"),
        ("access.extend", "requested"),
        ("access.end", "ended"),
        ("access.disclose", "granted"),
        ("privacy.request", "requested"),
        ("privacy.report", "answered"),
        ("audit.export", "disclosed"),
        ("access.deputy", "done"),
    }
    holds_none(life.logs.getvalue())
    for document in documents(life.wire):
        for hidden in hidden_texts(document):
            holds_none(hidden)
        for one in everywhere(document):
            if "metadata" in one:
                assert set(one["metadata"]["event_payload"]) == {"key"}
    for table in UNSEEN:
        with life.steward.database.reading() as connection:
            holds_none(repr(connection.execute(text(f"SELECT * FROM {table}")).all()))
    files = [one for who in ("laila", "agnese") for one in files_of(life.steward.person(who))]
    assert len(files) >= 3
    holds_none(" ".join(files))
    holds_none(" ".join(life.started))
