"""The configuration loses a purpose, a data class and a group while forms are open, requests wait and grants last."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.database import Database
from tests.bot.captured_logs import Lines, captured_logs
from tests.conftest import SettableClock
from tests.scenarios.harness import ROOT, Steward, restarted, running

LEADS = '\nleads = "access-approvers"\n'
LED = '\nshown = "hidden"\napprovers = "leads"\napprovals = 1\n'
GONE = ("[data_classes.recipients]", "[purposes.customer_service]")
WHY = "The customer is still testing the new sender"


def written(folder: Path, text: str) -> Path:
    folder.mkdir()
    (folder / "steward.toml").write_text(text)
    shutil.copytree(ROOT / "policies", folder / "policies")
    return folder


def without(text: str, table: str) -> str:
    """Without one table of the file."""
    begins = text.index(table)
    return text[:begins] + text[text.index("\n[", begins) + 1 :]


@pytest.fixture
def logs() -> Iterator[Lines]:
    with captured_logs() as lines:
        yield lines


@pytest.fixture
def before(database: Database, clock: SettableClock, logs: Lines, tmp_path: Path) -> Iterator[Steward]:
    text = (ROOT / "steward.toml").read_text().replace('\nsupport = "support"\n', f'\nsupport = "support"{LEADS}', 1)
    folder = written(tmp_path / "before", text.replace('\nshown = "hidden"\n', LED, 1))
    with running(database, clock, folder=folder) as made:
        yield made


@contextmanager
def after(steward: Steward, clock: SettableClock, tmp_path: Path) -> Iterator[Steward]:
    text = (ROOT / "steward.toml").read_text()
    for table in GONE:
        text = without(text, table)
    folder = written(tmp_path / "after", text.replace('"contact", "recipients"]', '"contact"]'))
    with restarted(steward, clock, folder) as made:
        yield made


def filed(steward: Steward, classes: list[str], purpose: str = "Technical support", account: str = "pw-00412") -> str:
    inese = steward.person("inese")
    inese.type("/access", channel="general")
    inese.fill({"Purpose": purpose})
    inese.fill({"Account": account, "What do you need to see?": classes, "Why?": WHY, "For how long?": "2 h"})
    assert inese.submit() == {}
    name = next(word for word in inese.modal().text.split() if word.startswith("R-"))
    inese.close()
    steward.deliver()
    return name


def said(steward: Steward, who: str, command: str) -> str:
    person = steward.person(who)
    person.type(command, channel="general")
    return person.read("general")[-1].text


def decided(steward: Steward, who: str, label: str = "Approve") -> str:
    """Press it on the newest request that has it; what the person reads then."""
    person = steward.person(who)
    person.press(label, in_="access-approvals")
    steward.deliver()
    return person.read("access-approvals")[-1].text


def prepared(steward: Steward) -> dict[str, str]:
    """Grants and requests of purposes, classes and groups of which some are soon gone."""
    inese, made = steward.person("inese"), {}
    made["served"] = filed(steward, ["Contact details"], "Customer service", "pw-00413")
    decided(steward, "janis")
    made["both"] = filed(steward, ["Contact details", "Recipient lists"])
    decided(steward, "janis")
    decided(steward, "martins")
    made["led"] = filed(steward, ["Contact details", "Recipient lists"], account="pw-00414")
    made["waits"] = filed(steward, ["Contact details"], "Customer service", "pw-00414")
    assert "granted until" in said(steward, "inese", "/account pw-00413 for customer service")
    inese.type("/access pw-00501 for customer service 1h", channel="general")
    inese.fill({"What do you need to see?": ["Contact details"], "Why?": WHY})
    return made


def last(steward: Steward) -> tuple[object, ...]:
    return tuple(steward.last()[key] for key in ("action", "outcome", "reason"))


def nothing_is_open_of_what_is_gone(steward: Steward, made: dict[str, str]) -> None:
    inese = steward.person("inese")
    assert "Purpose" in inese.submit()  # the form that was open
    assert last(steward) == ("access.request", "refused", "unknown_purpose")
    inese.close(everything=True)
    inese.press(inese.find("Reveal", in_="general"))
    assert last(steward) == ("account.reveal", "refused", "unknown_purpose")
    assert "bean@" not in inese.read("general")[-1].text
    card = said(steward, "inese", "/account pw-00412")
    assert "Recipient" not in card
    assert made["both"] in card
    assert made["served"] in said(steward, "inese", "/access mine")
    assert made["served"] in inese.home().text
    assert made["waits"] in said(steward, "agnese", f"/audit {made['waits']}")


def nobody_decides_what_is_gone(steward: Steward) -> None:
    for label, action in (("Approve", "access.approve"), ("Deny", "access.deny")):
        decided(steward, "janis", label)
        assert last(steward) == (action, "refused", "unknown_purpose")


def nobody_could_agree_to_more_time(steward: Steward, made: dict[str, str]) -> None:
    """Of a grant whose purpose is gone, and of one that a group agreed to which is gone."""
    inese = steward.person("inese")
    inese.type(f"/access extend {made['served']} 30m", channel="general")
    assert last(steward) == ("access.extend", "refused", "unknown_purpose")
    inese.type(f"/access extend {made['both']} 30m", channel="general")
    inese.fill({"Why?": WHY})
    inese.submit()
    inese.close(everything=True)
    assert last(steward) == ("access.extend", "refused", "no_approver")


def test_what_the_configuration_no_longer_has_opens_nothing_and_breaks_nothing(
    before: Steward, clock: SettableClock, logs: Lines, tmp_path: Path
) -> None:
    made = prepared(before)
    with after(before, clock, tmp_path) as steward:
        nothing_is_open_of_what_is_gone(steward, made)
        nobody_decides_what_is_gone(steward)
        nobody_could_agree_to_more_time(steward, made)
        for _ in range(10):  # reminders, escalation, time-outs
            clock.advance(hours=1)
            steward.tick()
        for who in ("inese", "janis"):
            steward.person(who).home()
        assert steward.count("access_requests WHERE status = 'pending'") == 0
    assert not [one for one in logs.entries() if one["level"] in ("error", "critical")]
