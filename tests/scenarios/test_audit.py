"""The audit table, as auditors use it."""

import pytest

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


def test_help(steward: Steward) -> None:
    assert "Search the audit table" in found(steward, "help")


def test_policy_commands(steward: Steward) -> None:
    nils = steward.person("nils")
    answers = {"": "is in force since", " history": "in force", " help": "/policy history", " histroy": "Did you mean"}
    for text, expected in answers.items():
        nils.type(f"/policy{text}", channel="general")
        assert expected in nils.read("general")[-1].text
