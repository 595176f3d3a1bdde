"""The audit table, as auditors use it."""

from dataclasses import replace

import pytest

from bot.access.people import Conversation
from bot.audit.entry import Action, Actor, Outcome, Surface
from bot.audit.ledger import Origin
from bot.audit.search import NotSearched
from tests.conftest import SettableClock
from tests.scenarios.harness import Steward


def look_up(steward: Steward, *queries: str) -> None:
    inese = steward.person("inese")
    for query in queries:
        inese.type(f"/account {query}", channel="general")


def found(steward: Steward, text: str) -> str:
    agnese = steward.person("agnese")
    agnese.type(f"/audit {text}", channel="general")
    return agnese.read("general")[-1].text


def test_only_auditors_search_and_trying_is_recorded(steward: Steward) -> None:
    janis = steward.person("janis")
    janis.type("/audit pw-00412", channel="general")
    assert "Only auditors may search" in janis.read("general")[-1].text
    entry = steward.last()
    assert (entry["action"], entry["outcome"], entry["reason"]) == ("audit.search", "refused", "not_an_auditor")


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("pw-00412", 2),
        ("by @inese", 3),
        ("@inese", 3),
        ("by @nils", 1),
        ("for technical support", 3),
        ("refused", 1),
        ("not_found", 1),
        ("pw-00412 refused", 1),
        ("pw-00412 by @inese masked since monday", 1),
        ("since 2026-03-02", 4),
        ("since 1 hour ago", 4),
        ("until 2026-02-01", 0),
        ("since 2030-01-01", 0),
        ("R-1001", 0),
        ("contact details", 2),
        ("phone by @inese", 1),
        ("iban looked up", 0),
        ("looked up", 4),
        ("looked up refused", 1),
        ("by @inese last 7 days", 3),
        ("between 1 march and 2 march by @nils", 1),
        ("yesterday", 0),
        ('"gift card"', 0),
    ],
)
def test_filters(steward: Steward, text: str, count: int) -> None:
    look_up(steward, "pw-00412", "bean", "nothing like that")
    nils = steward.person("nils")
    nils.type("/account pw-00412", channel="general")
    imported = 2 if text.startswith(("since 2026", "since 1")) else 0
    answer = found(steward, text)
    expected = count + imported
    assert answer.startswith(f"{expected} entr" if expected else "No entry"), answer
    assert steward.last()["action"] == "audit.search"


def test_pages_go_back_in_time_without_gap_or_double(steward: Steward, clock: SettableClock) -> None:
    for n in range(23):
        clock.advance(seconds=1 if n % 3 else 0)
        look_up(steward, "pw-00412")
    agnese = steward.person("agnese")
    agnese.type("/audit pw-00412 by @inese", channel="general")
    seen: list[str] = []
    for _ in range(2):
        seen += _ids(agnese.read("general")[-1].text)
        agnese.press("Older", in_="general")
    page = agnese.read("general")[-1]
    seen += _ids(page.text)
    assert "Older" not in page.buttons
    looked_up = [one for one in steward.audit(account="pw-00412") if one["action"] == "account.lookup"]
    wanted = [str(one["id"])[-8:] for one in looked_up]
    assert sorted(seen) == sorted(wanted)
    assert len(seen) == 23


def _ids(text: str) -> list[str]:
    return [line.split()[0] for line in text.splitlines() if "looked up" in line]


def test_what_cannot_be_read_is_said(steward: Steward) -> None:
    assert "I can't read bar there" in found(steward, "foo bar")
    assert "I can't read nonsense there" in found(steward, "since nonsense")
    assert "account's id; find it with /account" in found(steward, "mara@balticbeans.example")
    assert steward.last()["reason"] == "unclear_query"


def test_what_was_typed_draws_no_mark_up(steward: Steward) -> None:
    typed = "the `newsletter` *of* _ours_ ~now~ :tada:"
    look_up(steward, typed)
    shown = found(steward, "not found")
    assert "typed “the ˋnewsletterˋ ∗of∗ ˍoursˍ ∼now∼ ∶tada:”" in shown
    opened = found(steward, str(steward.audit(outcome="not_found")[-1]["id"])[-8:])
    assert typed in opened, "an entry that is opened whole has the very characters"


def requested(steward: Steward) -> str:
    """Inese asks and Jānis approves; the short id of what she revealed."""
    inese, janis = steward.person("inese"), steward.person("janis")
    inese.type("/access pw-00412 for technical support 2h", channel="general")
    why = "Ēriks from Rīga wrote: his gift card newsletters bounce"
    inese.fill({"What do you need to see?": ["Contact details"], "Why?": why, "Ticket": "HD-2211"})
    assert inese.submit() == {}
    inese.close(everything=True)
    steward.deliver()
    janis.press("Approve", in_="access-approvals")
    inese.type("/account pw-00412", channel="general")
    inese.press("Reveal", in_="general")
    inese.close(everything=True)
    return str(steward.last()["id"])[-8:]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ('"gift card"', 1),
        ("“GIFT CARD”", 1),
        ('"ēriks from rīga"', 1),
        ('"hd-2211"', 2),
        ('"gift card" "bounce" by @inese', 1),
        ('"gift card" by @janis', 0),
        ("revealed", 1),
        ("approved", 1),
        ("revealed contact details R-1001", 1),
        ("R-1001", 3),
    ],
)
def test_reasons_tickets_and_actions(steward: Steward, text: str, count: int) -> None:
    requested(steward)
    answer = found(steward, text)
    assert answer.startswith(f"{count} entr" if count else "No entry"), answer
    assert str(steward.last()["query"]).split("<")[0] == text.split("@")[0]


def test_one_entry_is_opened_whole(steward: Steward) -> None:
    short = requested(steward)
    answer = found(steward, short)
    for words in (
        "revealed",
        "pw-00412",
        "Technical support",
        "Contact details (contact name, e-mail, phone, address)",
        "R-1001, granted by",
        "Jānis",
        "inese@postwing.example",
        "Policy version",
        "committed, and waiting for its place in the ledger",
    ):
        assert words in answer
    steward.integrator.tick()
    answer = found(steward, short)
    assert "under the signed checkpoint of" in answer
    assert f"steward audit prove {steward.audit(actions=('account.reveal',))[0]['id']}" in answer
    assert (steward.last()["account"], steward.last()["outcome"]) == ("pw-00412", "disclosed")


def test_eight_letters_and_digits_may_be_an_account_too(steward: Steward) -> None:
    assert "No entry deadbeef" in found(steward, "deadbeef")
    entry = steward.last()
    assert (entry["outcome"], entry["account"]) == ("not_found", None)


def test_more_than_are_counted(steward: Steward, clock: SettableClock) -> None:
    origin = Origin(Actor("U0MADEUP", "T1"), Surface.COMMAND)
    with steward.services.ledger.transaction() as connection:
        for number in range(1002):
            entry = steward.services.ledger.opened(connection, origin, Action.LOOK_UP)
            entry.account, entry.purpose = "pw-00412", "billing" if number % 2 else "marketing"
            entry.close(Outcome.MASKED)
            steward.services.ledger.write(entry)
    assert found(steward, "pw-00412").startswith("more than 1,000 entries")
    assert found(steward, "imported").startswith("1 entry")


def test_a_second_page_is_of_the_same_search(steward: Steward, clock: SettableClock) -> None:
    """Words of a reason are in no button: the next page reads them from the first search's own entry."""
    for number in range(12):
        clock.advance(minutes=1)
        inese = steward.person("inese")
        inese.type("/access pw-00412 for technical support", channel="general")
        why = f"Zqvalor wrote about newsletter number {number} that bounced"
        inese.fill({"What do you need to see?": ["Contact details"], "Why?": why})
        inese.submit()
        inese.close(everything=True)
    agnese = steward.person("agnese")
    agnese.type('/audit "zqvalor wrote" last 2 hours', channel="general")
    first = agnese.read("general")[-1]
    assert "Zqvalor" in first.text
    buttons = [one["value"] for block in first.body["blocks"] for one in block.get("elements", ()) if "value" in one]
    assert buttons
    assert "zqvalor" not in "".join(buttons).lower()
    clock.advance(hours=1, minutes=59)
    agnese.press("Older", in_="general")
    second = agnese.read("general")[-1].text
    assert second.startswith("Older entries")
    assert second.count("newsletter number") == 2


def test_nobody_goes_on_with_anothers_search(steward: Steward, clock: SettableClock) -> None:
    look_up(steward, *["pw-00412"] * 12)
    agnese = steward.person("agnese")
    agnese.type("/audit pw-00412", channel="general")
    search = str(steward.last()["id"])
    laila = steward.person("laila")
    person = steward.services.directory.person(str(steward.last()["team"]), laila.id)
    auditor = replace(person, roles=frozenset({"auditors"}))
    origin = Origin(Actor(auditor.id, auditor.team), Surface.BUTTON)
    before = (clock(), "z")
    result = steward.services.search.page(origin, auditor, Conversation.INTERNAL, search, before)
    assert isinstance(result, NotSearched)
    assert steward.last()["outcome"] == "refused"


def test_help(steward: Steward) -> None:
    assert "Search the audit table" in found(steward, "help")


def test_policy_commands(steward: Steward) -> None:
    nils = steward.person("nils")
    answers = {"": "is in force since", " history": "in force", " help": "/policy history", " histroy": "Did you mean"}
    for text, expected in answers.items():
        nils.type(f"/policy{text}", channel="general")
        assert expected in nils.read("general")[-1].text
