"""An account that becomes an individual's while a request waits, or while access lasts, needs one approver more."""

import json
from pathlib import Path

from bot.accounts.importing import import_accounts
from bot.building.account_sources import account_layout
from bot.settings import load_configuration
from tests.conftest import SettableClock
from tests.scenarios.access.asking import ask
from tests.scenarios.harness import CLI, ROOT, Steward


def becomes(steward: Steward, kind: str, folder: Path, account: str = "pw-00412") -> None:
    """The company's data says so from now on."""
    rows = folder / "kinds.jsonl"
    rows.write_text(json.dumps({"id": account, "kind": kind}))
    layout = account_layout(load_configuration(ROOT / "steward.toml"))
    report = import_accounts(steward.database, steward.services.ledger, layout, rows, CLI, lambda *_: None)
    assert not report.bad


def test_the_last_yes_is_not_the_last_when_it_became_an_individuals(
    steward: Steward, clock: SettableClock, tmp_path: Path
) -> None:
    janis, martins, inese = (steward.person(name) for name in ("janis", "martins", "inese"))
    name = ask(steward)
    becomes(steward, "individual", tmp_path)
    janis.press("Approve", in_="access-approvals")
    said = janis.read("access-approvals")[-1].text
    assert f"{name} needs more people than when it was asked" in said
    assert "Still needed: 1 more of @access-approvers" in said
    assert (steward.last()["outcome"], steward.last()["reason"]) == ("done", "more_approvers")
    steward.deliver()
    assert steward.count("access_grants") == 0
    assert "Baltic Beans" not in martins.read("access-approvals")[-1].text  # an individual's name is not told there
    assert f"{name} needs more approvers than when it was asked" in inese.dm()[-1].text
    assert "It needs 2 of @access-approvers now" in inese.dm()[-1].text
    janis.press("Approve", in_="access-approvals")
    assert steward.last()["reason"] == "approved_already"
    clock.advance(minutes=1)
    martins.press("Approve", in_="access-approvals")
    steward.deliver()
    assert "Approved by @Jānis Bērziņš and @Mārtiņš Kalniņš" in martins.read("access-approvals")[-1].text
    inese.type("/account pw-00412", channel="general")
    inese.press("Reveal", in_="general")
    assert (steward.last()["action"], steward.last()["outcome"]) == ("account.reveal", "disclosed")


def test_access_that_too_few_agreed_to_opens_nothing_any_more(
    steward: Steward, clock: SettableClock, tmp_path: Path
) -> None:
    inese, janis = steward.person("inese"), steward.person("janis")
    name = ask(steward)
    janis.press("Approve", in_="access-approvals")
    inese.type("/account pw-00412", channel="general")
    becomes(steward, "individual", tmp_path)
    inese.press("Reveal", in_="general")
    assert "Fewer people agreed to your access than this account needs by now" in inese.read("general")[-1].text
    last = steward.last()
    assert (last["outcome"], last["reason"], last["grant"]) == ("refused", "too_few_approved", name)
    clock.advance(minutes=1)
    inese.type("/account pw-00412", channel="general")
    assert "Reveal" not in inese.read("general")[-1].buttons
    becomes(steward, "business", tmp_path)
    inese.type("/account pw-00412", channel="general")
    assert "Reveal" in inese.read("general")[-1].buttons
