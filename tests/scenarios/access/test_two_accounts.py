"""One human being with two accounts of Slack counts once: they decide nothing of their own, and no two places."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.access.reasons import Reason
from bot.audit.entry import Actor, Surface
from bot.audit.erasures.scope import Kind, Subject, plan_of
from bot.audit.erasures.steps import AlreadyAsked, Counted, NotCounted
from bot.audit.ledger import Origin
from bot.database import Database
from tests.conftest import SettableClock
from tests.scenarios.access.asking import ANSWERS, ask
from tests.scenarios.access.emergencies import take
from tests.scenarios.audit.reviewing import watch
from tests.scenarios.harness import CLI, ROOT, Steward, running

TWINS = """
[[people]]
name = "inese-guest"
real_name = "I. Ozola"
email = "Inese+Second@Postwing.example"
groups = ["access-approvers", "auditors", "support"]

[[people]]
name = "janis-old"
real_name = "Janis B."
email = "JANIS@postwing.example"
groups = ["access-approvers"]

[[people]]
name = "laila-home"
real_name = "Laila at home"
email = "laila@home.example"
groups = ["privacy-office"]
"""
MEMBERS = 'members = ["janis", "martins", "laila"'
SAME = '\n[people]\nsame = [["laila@postwing.example", "laila@home.example", "cli:laila"]]\n'
LIMITS = "\n[access]\nlookups_per_hour = 3\nopen_requests = 1\n"
BY_LAILA = Origin(Actor("cli:laila"), Surface.CLI)


def _running(database: Database, clock: SettableClock, folder: Path, more: str) -> Iterator[Steward]:
    workspace = folder / "workspace.toml"
    people = (ROOT / "demo" / "workspace.toml").read_text()
    assert MEMBERS in people
    workspace.write_text(people.replace(MEMBERS, f'{MEMBERS}, "inese-guest", "janis-old"') + TWINS)
    toml = (ROOT / "steward.toml").read_text()
    if more:
        toml = toml.replace("\n[access]\n", more, 1) if "\n[access]\n" in toml else toml + more
    (folder / "steward.toml").write_text(toml + SAME)
    shutil.copytree(ROOT / "policies", folder / "policies")
    with running(database, clock, folder=folder, workspace=workspace) as made:
        yield made


@pytest.fixture
def twins(database: Database, clock: SettableClock, tmp_path: Path) -> Iterator[Steward]:
    """Postwing, where Inese, Jānis and Laila have a second account each; Laila's only the configuration knows."""
    yield from _running(database, clock, tmp_path, "")


@pytest.fixture
def limited(database: Database, clock: SettableClock, tmp_path: Path) -> Iterator[Steward]:
    yield from _running(database, clock, tmp_path, LIMITS)


def confirmed(steward: Steward, asked_by: Origin, kind: Kind, key: str, name: str) -> Counted | NotCounted:
    """An officer confirms the erasure for a subject, the one that waits or a new one."""
    services, team = steward.services, next(str(one["team"]) for one in steward.audit() if one["team"])
    with steward.database.reading() as connection:
        plan = plan_of(connection, Subject(kind, key))
    try:
        number = services.erasures.ask(asked_by, plan).number
    except AlreadyAsked as waits:
        number = waits.erasure.number
    officer = services.directory.person(team, steward.person(name).id, fresh=True)
    return services.erasures.confirm(Origin(Actor(officer.id, officer.team), Surface.BUTTON), officer, number)


def test_nobody_approves_what_they_asked_for_with_their_other_account(twins: Steward) -> None:
    name = ask(twins)
    second = twins.person("inese-guest")
    for label in ("Approve", "Deny", "Approve less"):
        second.press(label, in_="access-approvals")
        said = second.read("access-approvals")[-1].text
        assert f"You asked for {name} with another account of yours" in said
        assert (twins.last()["outcome"], twins.last()["reason"]) == ("refused", "own_request")
    assert twins.count("access_grants") == 0
    twins.person("martins").press("Approve", in_="access-approvals")
    assert twins.count("access_grants") == 1


def test_two_accounts_are_not_two_approvers(twins: Steward) -> None:
    janis, old = twins.person("janis"), twins.person("janis-old")
    name = ask(twins, account="pw-00500")
    old.press("Approve", in_="access-approvals")
    twins.deliver()
    janis.press("Approve", in_="access-approvals")
    assert f"You agreed to {name} already, with another account" in janis.read("access-approvals")[-1].text
    assert (twins.last()["outcome"], twins.last()["reason"]) == ("refused", "approved_already")
    assert twins.count("access_grants") == 0
    janis.type("/access away 2026-03-20 @janis-old", channel="general")
    assert (twins.last()["outcome"], twins.last()["reason"]) == ("refused", "own_deputy")
    twins.slack.groups["access-approvers"].set("inese-guest", "janis", "janis-old")
    inese = twins.person("inese")
    inese.type("/access", channel="general")
    inese.fill(ANSWERS | {"Account": "pw-00500", "What do you need to see?": ["Recipient lists"]})
    assert "Nobody but you could approve this" in str(inese.submit())  # one person is left, two are needed


def test_nobody_reviews_themselves(twins: Steward, clock: SettableClock) -> None:
    take(twins)
    watch(twins, clock)
    assert twins.count("review_items WHERE kind = 'emergency'") == 1
    second = twins.person("inese-guest")
    second.type("/audit review", channel="general")
    assert "emergency" not in second.read("general")[-1].text
    twins.person("agnese").type("/audit review", channel="general")
    assert "emergency access" in twins.person("agnese").read("general")[-1].text


def test_two_accounts_are_not_two_officers_nor_is_the_command_line_another(twins: Steward) -> None:
    twins.person("inese").type("/account pw-00412", channel="general")
    inese = twins.person("inese").id
    first, second = (confirmed(twins, CLI, Kind.PERSON, inese, name) for name in ("laila", "laila-home"))
    assert isinstance(first, Counted)
    assert isinstance(second, NotCounted)
    assert second.reason is Reason.ALREADY_CONFIRMED
    refused = confirmed(twins, BY_LAILA, Kind.ACCOUNT, "pw-00412", "laila-home")
    assert isinstance(refused, NotCounted)
    assert refused.reason is Reason.OWN_REQUEST


def test_limits_are_a_persons_and_not_an_accounts(limited: Steward) -> None:
    inese, second = limited.person("inese"), limited.person("inese-guest")
    ask(limited)
    second.type("/access", channel="general")
    second.fill(ANSWERS | {"Account": "pw-00500"})
    second.submit()
    assert limited.last()["reason"] == "too_many_requests"
    for person in (inese, second, inese):
        person.type("/account pw-00412", channel="general")
        assert limited.last()["outcome"] == "masked"
    second.type("/account pw-00412", channel="general")
    assert (limited.last()["outcome"], limited.last()["reason"]) == ("refused", "too_many_look_ups")
