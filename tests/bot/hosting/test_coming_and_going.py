"""Uninstalling in the middle of deliveries and installing again; what does not belong together; tokens in no log."""

import json
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import text, update

from bot.clock import system_clock
from bot.database import Database
from bot.hosting.host import opened_registry
from bot.hosting.keeper import Keeper, State
from bot.hosting.numbers import States
from bot.hosting.plan import Hosted
from bot.hosting.registry import APPS, InstallationRegistry, NewInstallation, Tokens
from bot.hosting.tenant import Tenant
from bot.running.preparing import prepared
from bot.running.refusals import CannotStart
from tests.bot.captured_logs import Lines, captured_logs
from tests.bot.hosting.test_two_workspaces import ask
from tests.bot.hosting.town import GLOBEX, POSTWING, Hosting, hosting, on_sqlite
from tests.bot.running.test_ledger import FAULT
from tests.waiting import until


def _asks(hosted: Hosting) -> int:
    """How many requests the approvers of Postwing see."""
    return sum("asks for" in json.dumps(one) for one in hosted.town.workspaces[POSTWING].messages("access-approvals"))


@pytest.fixture(autouse=True)
def without_integrators(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process for each start of a workspace would be most of what these tests cost."""
    monkeypatch.setattr("bot.hosting.tenant.prepared", partial(prepared, integrates=False))


@pytest.fixture
def rotating(tmp_path: Path, sqlite_template: Path) -> Iterator[Hosting]:
    """Two companies with an app whose tokens expire."""
    with hosting(tmp_path, on_sqlite(tmp_path, sqlite_template), rotation=True) as made:
        yield made


def test_removed_in_the_middle_of_deliveries_and_installed_again(rotating: Hosting) -> None:
    """What waits goes out once, with the new installation's token; the other workspace notices nothing."""
    hosted, town = rotating, rotating.town
    with captured_logs() as lines, hosted.running(ends_with="the ledger of globex was found changed (F-1, ref BCDFG)"):
        hosted.installed()
        town.workspaces[POSTWING].trouble.time_out("chat.postMessage", times=1, seconds=0.2)
        first = town.tokens(POSTWING)
        assert ask(hosted, GLOBEX) == ask(hosted, POSTWING)
        town.uninstall(POSTWING)
        until(lambda: _said(lines, "workspace.removed"), "the removal is not noticed")
        inese = town.workspaces[POSTWING].as_user("inese")
        inese.type("/account pw-00412", channel="general")
        assert "not a valid command" in inese.read("general")[-1].text
        before = _asks(hosted)
        town.workspaces[GLOBEX].as_user("inese").type("/account pw-00412", channel="general")
        assert "Nordic Nuts OY" in town.workspaces[GLOBEX].as_user("inese").read("general")[-1].text
        assert hosted.ready()["ready"]

        assert hosted.install(POSTWING).status_code == 200
        hosted.until_answering(POSTWING)
        until(lambda: _asks(hosted) == 1, f"the request does not arrive (before: {before})")
        inese.type("/account pw-00412", channel="general")
        assert "Baltic Beans SIA" in inese.read("general")[-1].text
        _press_from_elsewhere(hosted)
        _press_in_a_view_from_elsewhere(hosted)
        second = town.tokens(POSTWING)
        _expire_soon(hosted)
        until(lambda: len(town.tokens(POSTWING)) > len(second), "no new token is fetched")
        until(lambda: lines.getvalue().count('"workspace.started"') == 4, "it does not begin anew")
        hosted.until_answering(POSTWING)
        second = town.tokens(POSTWING)
        _tampered(hosted, GLOBEX)
    assert _asks(hosted) == 1
    assert not [one for domain in (POSTWING, GLOBEX) for one in hosted.entries(domain) if one["outcome"] == "granted"]
    refused = [one for one in hosted.entries(POSTWING) if one["action"] == "access.approve"]
    assert [one["outcome"] for one in refused] == ["refused"], "whoever presses from elsewhere is a stranger"
    assert not [one for one in hosted.entries(GLOBEX) if one["action"] == "access.approve"]
    strangers = {
        domain: [one["account"] for one in hosted.entries(domain) if one["reason"] == "stranger"]
        for domain in (POSTWING, GLOBEX)
    }
    assert (len(strangers[POSTWING]), strangers[GLOBEX]) == (4, []), "nor is anybody else who presses in a view"
    acts = [(one["outcome"], one["reason"]) for one in hosted.entries(POSTWING) if one["action"] == "config.change"]
    assert acts == [("done", "app_installed"), ("ended", "account_inactive"), ("done", "app_installed")]
    assert [one for one in hosted.entries(GLOBEX) if one["reason"] == "account_inactive"] == []
    said = lines.getvalue()
    secrets = [*first, *second, *town.tokens(GLOBEX), town.environment["SLACK_CLIENT_SECRET"]]
    assert not [secret for secret in secrets if secret in said]
    sent = [one.get("workspace") for one in lines.entries() if str(one["event"]).startswith("delivery.")]
    assert set(sent) == {POSTWING, GLOBEX}, "every line of a courier says whose it is"
    answered = [one.get("workspace") for one in lines.entries() if one["event"] == "request.answered"]
    assert set(answered) == {POSTWING, GLOBEX}, "and every request's"


def _tampered(hosted: Hosting, domain: str) -> None:
    """A fault of this workspace's ledger is open, and known to its Steward."""
    database = Database(hosted.database(domain))
    with database.transaction() as connection:
        connection.execute(text(FAULT))
    database.close()
    in_doubt = {"name": f"workspace {domain}", "ok": False}
    until(lambda: in_doubt in hosted.ready()["checks"], "the fault is not noticed", every_s=0.2)


def _press_from_elsewhere(hosted: Hosting) -> None:
    """Jānis of Globex, who has the same id, presses Approve on Postwing's message, as in a channel that both share."""
    town, globex = hosted.town, hosted.town.workspaces[GLOBEX]
    janis, message = globex.people["janis"].id, town.workspaces[POSTWING].messages("access-approvals")[-1]
    block, button = next(
        (block, one)
        for block in message["blocks"]
        for one in block.get("elements", ())
        if block["type"] == "actions" and one["text"]["text"] == "Approve"
    )
    payload = {
        "type": "block_actions",
        "team": {"id": globex.team_id, "domain": GLOBEX},
        "user": {"id": janis, "team_id": globex.team_id, "username": "janis"},
        "api_app_id": globex.app_id,
        "trigger_id": "13345224609.8.elsewhere",
        "container": {"type": "message", "message_ts": message["ts"], "channel_id": "C0SHARED1"},
        "channel": {"id": town.workspaces[POSTWING].channels["access-approvals"].id, "name": "privategroup"},
        "message": message,
        "response_url": f"{town.url}/actions/none",
        "actions": [{"type": "button", "block_id": block["block_id"], **button, "action_ts": "1.2"}],
    }
    assert hosted.signed({"payload": json.dumps(payload)}).status_code == 200


def _press_in_a_view_from_elsewhere(hosted: Hosting) -> None:
    """What Postwing's Steward has opened, pressed by who has the same id in Globex, whatever else the payload says."""
    town, globex = hosted.town, hosted.town.workspaces[GLOBEX]
    postwing, inese = town.workspaces[POSTWING].team_id, globex.people["inese"].id
    view: dict[str, object] = {
        "id": "V1",
        "hash": "1",
        "root_view_id": "V1",
        "blocks": [],
        "private_metadata": "",
        "callback_id": "",
    }
    view |= {"app_installed_team_id": postwing, "title": {"type": "plain_text", "text": "Steward"}}
    press = {"type": "button", "block_id": "b", "action_id": "account.open", "value": '{"account":"pw-00412"}'}
    for number, (user_team, team) in enumerate(
        [(globex.team_id, globex.team_id), (None, globex.team_id), (postwing, globex.team_id), (None, None)]
    ):
        payload = {
            "type": "block_actions",
            "team": {"id": team} if team else None,
            "user": {"id": inese, **({"team_id": user_team} if user_team else {})},
            "api_app_id": globex.app_id,
            "trigger_id": f"13345224609.9.elsewhere{number}",
            "container": {"type": "view", "view_id": "V1"},
            "view": {**view, "type": "home" if number % 2 else "modal"},
            "actions": [{**press, "action_ts": "1.2"}],
        }
        assert hosted.signed({"payload": json.dumps(payload)}).status_code == 200


def _expire_soon(hosted: Hosting) -> None:
    """Postwing's token is good for an hour more."""
    database = Database(hosted.plan.registry_url)
    with database.transaction() as connection:
        soon = system_clock() + timedelta(hours=1)
        postwing = APPS.c.team == hosted.plan.named(POSTWING).team
        assert connection.execute(update(APPS).where(postwing).values(expires_at=soon)).rowcount == 1
    database.close()


def _said(lines: Lines, event: str) -> bool:
    return event in lines.getvalue()


@pytest.fixture
def registry(sqlite_hosting: Hosting) -> Iterator[InstallationRegistry]:
    with opened_registry(sqlite_hosting.environment, sqlite_hosting.plan, system_clock) as made:
        yield made


def _token(hosted: Hosting, domain: str) -> Tokens:
    """A token that Slack gave for this workspace."""
    platform = hosted.town.workspaces[domain].platform
    platform.installation.grant(f"xoxb-{domain}")
    return Tokens(f"xoxb-{domain}")


def _save(registry: InstallationRegistry, hosted: Hosted, tokens: Tokens) -> None:
    registry.save(NewInstallation(hosted.team, None, hosted.name, "A1", "B1", "U0BOT", "U0ANA", "chat:write", tokens))


def test_a_token_of_another_workspace_is_not_used(sqlite_hosting: Hosting, registry: InstallationRegistry) -> None:
    hosted = sqlite_hosting.plan.named(POSTWING)
    tokens = _token(sqlite_hosting, GLOBEX)
    _save(registry, hosted, tokens)
    there = registry.of(hosted.team)
    assert there is not None
    with pytest.raises(CannotStart, match="is of the workspace"):
        Tenant(hosted, there).start(sqlite_hosting.environment, tokens, system_clock)
    keeper = Keeper(hosted, sqlite_hosting.environment, registry, system_clock)
    keeper.look()
    assert keeper.state is State.FAILING
    assert not keeper.well()
    (family,) = States(lambda: {keeper.hosted.name: keeper.state}).collect()
    told = {sample.labels["state"]: sample.value for sample in family.samples}
    assert told == {state.value: float(state is State.FAILING) for state in State}


def test_a_database_of_another_workspace_is_not_used(sqlite_hosting: Hosting, registry: InstallationRegistry) -> None:
    """The first to use a database claims it; an address that was mixed up afterwards is refused."""
    postwing, globex = (sqlite_hosting.plan.named(name) for name in (POSTWING, GLOBEX))
    tokens = {one.name: _token(sqlite_hosting, one.name) for one in (postwing, globex)}
    for one in (postwing, globex):
        _save(registry, one, tokens[one.name])
    there = {one.team_name: one for one in registry.all()}
    first = Tenant(postwing, there[POSTWING])
    first.start(sqlite_hosting.environment, tokens[POSTWING], system_clock)
    first.stop()
    mixed = Hosted(GLOBEX, globex.team, None, globex.configuration, postwing.database_url, globex.signing_key)
    with pytest.raises(CannotStart, match="belongs to the workspace"):
        Tenant(mixed, there[GLOBEX]).start(sqlite_hosting.environment, tokens[GLOBEX], system_clock)
    assert Path(postwing.database_url.removeprefix("sqlite:///")).exists()
