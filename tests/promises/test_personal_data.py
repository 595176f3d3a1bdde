"""Promise 8: values and people's words stand where they belong, and nowhere else.

The whole story is played once; then everything that left, was logged or was kept is looked through.
"""

import json
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

import handlers.faults
from bot.audit.entry import Action, Outcome
from bot.observability.exposition import SHORT
from bot.observability.metrics import DELIVERED, OPERATIONS, WORKED
from bot.references import report
from bot.replicas.presence import terms_of
from bot.running.measuring import KINDS
from bot.settings import load_configuration
from migrations.schema import newest
from tests.bot.captured_logs import Lines
from tests.conftest import SettableClock
from tests.promises import unwritable
from tests.promises.customers import SHARED, ZQBRENN, ZQCELTI, ZQVALOR, values_in
from tests.promises.surfaces import everywhere, hidden_texts
from tests.promises.wire import Wire
from tests.scenarios.harness import ROOT, Steward

WHY = "Xwhyx newsletters bounce since Monday morning"
NOTE = "Xnotex ask the customer first, please"
TICKET = "HD-90210"
TYPED = "Xtypedx"
EMPLOYEES = "@postwing.example"
PUBLISHED = "privacy@postwing.example"  # stands in the policy itself, whose sentences the desk is shown
WORDS = ("Xwhyx", "Xnotex", TYPED)


@dataclass
class Story:
    """A steward after a day's work, and what was heard of it."""

    steward: Steward
    wire: Wire
    logs: Lines
    errors: list[BaseException] = field(default_factory=list)

    def posts(self) -> Iterator[dict[str, Any]]:
        """Messages that stay: posted or updated by the courier."""
        for document in self.wire.documents():
            if "channel" in document and "blocks" in document:
                yield document

    def in_channels(self) -> Iterator[dict[str, Any]]:
        """Those that a whole channel reads."""
        return (one for one in self.posts() if not str(one["channel"]).startswith("D"))

    def in_direct_messages(self) -> Iterator[dict[str, Any]]:
        return (one for one in self.posts() if str(one["channel"]).startswith("D"))


def ask(steward: Steward, who: str, account: str, classes: list[str], purpose: str = "Technical support") -> None:
    person = steward.person(who)
    person.type("/access", channel="general")
    person.fill({"Purpose": purpose})
    person.fill({"Account": account, "What do you need to see?": classes, "Why?": WHY, "Ticket": TICKET})
    person.submit()
    person.close(everything=True)
    steward.deliver()


def look_ups(steward: Steward) -> None:
    inese = steward.person("inese")
    for query in (ZQVALOR.id, ZQVALOR.email, ZQCELTI.email, SHARED, "Orchrad", f"{TYPED} {SHARED}", ZQVALOR.phone):
        inese.type(f"/account {query}", channel="general")
    inese.type(f"/account {SHARED}", channel="general")
    inese.press("Open", in_="general")
    inese.type("/account", channel="general")
    inese.fill({"Account": ZQCELTI.name})
    inese.submit()
    inese.close(everything=True)
    steward.person("nils").type(f"/account {ZQVALOR.email}", channel="general")
    inese.type(f"/account {ZQVALOR.email}", channel="acme-postwing")


def requests_and_decisions(steward: Steward) -> None:
    janis, inese = steward.person("janis"), steward.person("inese")
    ask(steward, "inese", ZQVALOR.email, ["Contact details", "Recipient lists"])
    inese.home()
    janis.home()
    janis.type("/access pending")
    janis.press("Approve", in_="access-approvals")
    steward.deliver()
    ask(steward, "kaspars", ZQCELTI.email, ["Contact details"])
    janis.press("Deny", in_="access-approvals")
    janis.fill({"Why?": NOTE})
    janis.submit()
    janis.close(everything=True)
    steward.deliver()
    ask(steward, "inese", SHARED, ["Contact details"])
    ask(steward, "inese", f"{TYPED} nobody", ["Contact details"])
    ask(steward, "martins", ZQBRENN.id, ["Contact details"])
    steward.person("martins").press("Approve", in_="access-approvals")
    ask(steward, "kaspars", ZQBRENN.name, ["Contact details"])
    steward.person("kaspars").type("/access mine")
    steward.person("kaspars").press("Cancel request", in_="dm")
    steward.deliver()


def reveals(steward: Steward) -> None:
    inese = steward.person("inese")
    inese.type(f"/account {ZQVALOR.id}", channel="support")
    for button in [one for one in inese._eyes.buttons("support") if one.label == "Reveal"]:
        inese.press(button)
        if "Next" in inese.modal().buttons:
            inese.press("Next")
            inese.press("Previous")
        inese.close(everything=True)
    inese.press("Open the account", in_="dm")


def ends(steward: Steward, clock: SettableClock) -> None:
    ask(steward, "kaspars", ZQVALOR.id, ["Contact details"])
    clock.advance(minutes=55)
    steward.tick()
    steward.person("inese").type("/access mine")
    clock.advance(hours=9)
    steward.tick()
    steward.person("inese").home()


def audits(steward: Steward) -> None:
    agnese = steward.person("agnese")
    for query in (
        "",
        ZQVALOR.id,
        ZQVALOR.email,
        f"{ZQVALOR.mark}nm",
        f"by @inese for billing {TYPED}",
        f"{TYPED} since",
    ):
        agnese.type(f"/audit {query}", channel="audit-log")
    agnese.type("/audit", channel="audit-log")
    agnese.press("Older", in_="audit-log")
    steward.person("nils").type(f"/audit {ZQVALOR.email}", channel="general")


def questions(steward: Steward) -> None:
    inese = steward.person("inese")
    for question in (f"{TYPED} do you sell {ZQVALOR.email}?", f"{TYPED} how long is {ZQBRENN.id} kept?"):
        inese.type(f"/privacy {question}", channel="support")
        for label in [one for one in inese.read("support")[-1].buttons if one != "Ask the privacy officer"]:
            inese.press(label, in_="support")
            inese.close(everything=True)
    inese.type("/privacy how long are backups kept?", channel="support")
    inese.press("Ask the privacy officer", in_="support")
    steward.deliver()
    laila = steward.person("laila")
    laila.press("Write a ruling", in_="privacy-desk")
    laila.fill({"Your ruling": "They are kept for a month."})
    laila.submit()
    laila.close(everything=True)
    steward.deliver()


def failures(steward: Steward) -> None:
    inese = steward.person("inese")
    with unwritable.renamed(steward.database):
        inese.type(f"/account {ZQVALOR.email}", channel="general")
        inese.type(f"/account {TYPED} nobody", channel="general")
        ask(steward, "inese", ZQVALOR.email, ["Contact details"])
    steward.slack.trouble.error("users.info", "internal_error", times=2)
    steward.person("martins").type(f"/account {ZQVALOR.email}", channel="general")
    steward.slack.trouble.clear()
    with unwritable.missing(steward.database, "accounts"):
        inese.type(f"/account {ZQVALOR.email}", channel="general")


@pytest.fixture
def story(steward: Steward, wire: Wire, logs: Lines, clock: SettableClock, monkeypatch: pytest.MonkeyPatch) -> Story:
    told = Story(steward, wire, logs)

    def heard(error: BaseException, *rest: Any, **facts: Any) -> str:
        told.errors.append(error)
        return report(error, *rest, **facts)

    monkeypatch.setattr(handlers.faults, "report", heard)
    look_ups(steward)
    requests_and_decisions(steward)
    reveals(steward)
    ends(steward, clock)
    audits(steward)
    questions(steward)
    failures(steward)
    steward.deliver()
    return told


def test_the_story_is_told_whole(story: Story) -> None:
    """What is looked through below is there to be found."""
    outcomes = {(entry["action"], entry["outcome"]) for entry in story.steward.audit()}
    assert outcomes >= {
        ("account.lookup", "masked"),
        ("account.lookup", "suggested"),
        ("account.lookup", "refused"),
        ("account.reveal", "disclosed"),
        ("access.request", "requested"),
        ("access.request", "suggested"),
        ("access.approve", "granted"),
        ("access.approve", "refused"),
        ("access.deny", "denied"),
        ("access.cancel", "done"),
        ("access.expire", "expired"),
        ("audit.search", "disclosed"),
        ("privacy.ask", "silent"),
        ("privacy.ask", "requested"),
        ("privacy.rule", "done"),
        ("audit.search", "refused"),
    }
    assert len(story.errors) >= 4
    everything = story.wire.since(0)
    assert values_in(everything) >= {ZQVALOR.mark, ZQBRENN.mark, ZQCELTI.mark}
    assert all(word in everything for word in WORDS)


def test_logs_hold_none_of_it(story: Story) -> None:
    lines = story.logs.getvalue()
    assert values_in(lines) == set()
    assert EMPLOYEES not in lines
    assert not [word for word in WORDS if word in lines]


def test_errors_hold_none_of_it(story: Story) -> None:
    for error in story.errors:
        said = [str(one) + repr(one.args) for one in (error, error.__cause__) if one is not None]
        assert values_in(" ".join(said)) == set(), type(error)
        assert EMPLOYEES not in " ".join(said), type(error)
        assert not [word for word in WORDS if word in " ".join(said)], type(error)


def test_channels_hold_a_businesss_name_and_the_reason_and_no_more(story: Story) -> None:
    """Policy: "distinguish businesses from individuals"; a person's name is not told to a channel."""
    allowed = {one.mark: [one.name] for one in (ZQVALOR, ZQBRENN)}
    messages = list(story.in_channels())
    assert messages
    for message in messages:
        said = json.dumps(message, ensure_ascii=False)
        assert values_in(said, allowed) == set()
        assert EMPLOYEES not in said.replace(PUBLISHED, "")
        assert TYPED not in said
    for name in ("general", "support", "audit-log", "privacy-desk", "acme-postwing"):
        kept = [one for one in story.steward.slack.messages(name) if "seen_by" not in one]
        assert values_in(json.dumps(kept, ensure_ascii=False)) == set(), name


def test_direct_messages_hold_ids_and_the_approvers_reason(story: Story) -> None:
    messages = list(story.in_direct_messages())
    assert messages
    for message in messages:
        said = json.dumps(message, ensure_ascii=False)
        assert values_in(said) == set()
        assert EMPLOYEES not in said
        assert not [word for word in ("Xwhyx", TYPED) if word in said]


def test_nothing_travels_unseen(story: Story) -> None:
    """private_metadata, values of buttons, ids of blocks and actions, metadata of messages."""
    found = 0
    for document in story.wire.documents():
        for hidden in hidden_texts(document):
            found += 1
            assert values_in(hidden) == set(), hidden
            assert EMPLOYEES not in hidden, hidden
            assert not [word for word in WORDS if word in hidden], hidden
    assert found > 100


def test_metadata_is_a_key_alone(story: Story) -> None:
    metadata = [
        one["metadata"] for document in story.wire.documents() for one in everywhere(document) if "metadata" in one
    ]
    assert metadata
    assert all(set(one["event_payload"]) == {"key"} for one in metadata)


def test_the_outbox_and_the_schedule_hold_none_of_it(story: Story) -> None:
    for table in ("deliveries", "delivery_subjects", "due_work"):
        with story.steward.database.reading() as connection:
            rows = repr(connection.execute(text(f"SELECT * FROM {table}")).all())
        assert values_in(rows) == set(), table
        assert EMPLOYEES not in rows, table
        assert not [word for word in WORDS if word in rows], table


def test_requests_keep_a_businesss_name_and_no_persons(story: Story) -> None:
    with story.steward.database.reading() as connection:
        rows = repr(connection.execute(text("SELECT * FROM access_requests")).all())
    assert values_in(rows, {one.mark: [one.name] for one in (ZQVALOR, ZQBRENN)}) == set()
    assert EMPLOYEES not in rows


def test_what_is_hashed_can_be_erased(story: Story) -> None:
    """The text of an entry stays for ever, so what people typed, and their addresses, stand in it as salted hashes."""
    with story.steward.database.reading() as connection:
        rows = connection.execute(text('SELECT entry, account, actor, purpose, "grant", once FROM audit_entries')).all()
    for row in rows:
        assert values_in(repr(row)) == set(), row
        assert EMPLOYEES not in repr(row), row
        assert not [word for word in WORDS if word in repr(row)], row


def test_app_home_names_accounts_by_id_alone(story: Story) -> None:
    views = [one["view"] for one in story.wire.documents() if isinstance(one.get("view"), dict)]
    homes = [view for view in views if view["type"] == "home"]
    assert any("R-1001" in json.dumps(home) for home in homes)
    for home in homes:
        assert values_in(json.dumps(home, ensure_ascii=False)) == set()


def test_metrics_count_it_all_and_name_nobody(story: Story) -> None:
    """Every value of every label is on a list that was there before anybody typed anything."""
    with urllib.request.urlopen(f"{story.steward.address}/metrics", timeout=60) as answer:  # noqa: S310 - http
        said = answer.read().decode()
    samples = [sample for family in text_string_to_metric_families(said) for sample in family.samples]
    ours = [sample for sample in samples if sample.name.startswith("steward_")]
    purposes = set(story.steward.services.look_up.rules.purposes)
    known = purposes | KINDS | {one.value for one in (*Action, *Outcome)} | OPERATIONS | DELIVERED | WORKED
    known |= {"none", "other", "ok", "failed", "2xx", "4xx", "5xx", "approve", "deny", version("steward"), newest()}
    works_by = terms_of(load_configuration(ROOT / "steward.toml"))
    known |= {works_by.configuration[:SHORT], works_by.policy_files[:SHORT]}
    given = {value for sample in ours for label, value in sample.labels.items() if label != "le"}
    assert {value for value in given - known if not value.isdecimal()} == set()
    assert values_in(said) == set()
    assert EMPLOYEES not in said
    assert not [word for word in WORDS if word in said]
    assert "U0" not in said
    assert "pw-" not in said
    looked = {(one["action"], one["outcome"], one["purpose"] or "none") for one in story.steward.audit()}
    looked = {one for one in looked if one[0] in ("account.lookup", "account.reveal")}
    counted = [one for one in ours if one.name == "steward_lookups_total"]
    assert {(one.labels["action"], one.labels["outcome"], one.labels["purpose"]) for one in counted} == looked
    total = sum(one["action"] in ("account.lookup", "account.reveal") for one in story.steward.audit())
    assert sum(one.value for one in counted) == total
    values = {one.name: one.value for one in ours if not one.labels}
    assert values["steward_audit_failures_total"] >= 2
    assert values["steward_database_up"] == 1
    assert values["steward_outbox_depth"] == 0
