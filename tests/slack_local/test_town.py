"""Several workspaces at one address: the app is allowed on a page, codes become tokens, and tokens come to an end."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from slack_local import CannotDo, LocalTown, Workspace
from slack_local.clock import stable_id

ROOT = Path(__file__).parents[2]
REDIRECT = "http://127.0.0.1:9/done"
MANIFEST: dict[str, Any] = {
    "display_information": {"name": "Lamp"},
    "features": {
        "slash_commands": [{"command": "/lamp", "description": "Light"}],
        "shortcuts": [{"name": "Light it", "type": "global", "callback_id": "light"}],
    },
    "oauth_config": {"redirect_urls": [REDIRECT], "scopes": {"bot": ["chat:write", "commands"]}},
    "settings": {"event_subscriptions": {"bot_events": ["app_uninstalled", "tokens_revoked"]}},
}


class Clock:
    """Seconds, moved by hand."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def _workspaces() -> list[Workspace]:
    first = Workspace.read(ROOT / "demo" / "workspace.toml")
    team = replace(first.team, id=stable_id("T", "globex"), name="Globex", domain="globex")
    return [first, replace(first, team=team)]


@pytest.fixture
def town(clock: Clock, request: pytest.FixtureRequest) -> Iterator[LocalTown]:
    manifest = {**MANIFEST, "settings": {**MANIFEST["settings"], **getattr(request, "param", {})}}
    with LocalTown.start(manifest=manifest, workspaces=_workspaces(), clock=clock) as made:
        yield made


def _query(town: LocalTown, **changed: str) -> dict[str, str]:
    asked = {"client_id": town.environment["SLACK_CLIENT_ID"], "scope": "chat:write,commands", "state": "s1"}
    return {**asked, **changed}


def _allow(town: LocalTown, domain: str, person: str = "agnese", **changed: str) -> httpx.Response:
    workspace = town.workspaces[domain]
    chosen = f"{workspace.team_id}:{workspace.people[person].id}"
    form = {**_query(town), "as": chosen, "answer": "allow", **changed}
    return httpx.post(f"{town.url}/oauth/v2/authorize", data=form)


def _code(answer: httpx.Response) -> str:
    assert answer.status_code == 302, answer.text
    return parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]


def _access(town: LocalTown, **values: str) -> dict[str, Any]:
    client = WebClient(base_url=town.environment["SLACK_API_URL"])
    secret = {
        "client_id": town.environment["SLACK_CLIENT_ID"],
        "client_secret": town.environment["SLACK_CLIENT_SECRET"],
    }
    found = client.oauth_v2_access(**{**secret, **values})
    assert isinstance(found.data, dict)
    return found.data


def _refused(town: LocalTown, **values: str) -> str:
    with pytest.raises(SlackApiError) as refused:
        _access(town, **values)
    return str(refused.value.response["error"])


def _client(town: LocalTown, token: str) -> WebClient:
    return WebClient(token, base_url=town.environment["SLACK_API_URL"])


def test_a_code_becomes_the_token_of_the_workspace_that_was_chosen(town: LocalTown) -> None:
    page = httpx.get(f"{town.url}/oauth/v2/authorize", params=_query(town))
    assert "Lamp is requesting permission" in page.text
    assert page.text.index("Postwing as") < page.text.index("Globex as")
    chosen = httpx.get(f"{town.url}/oauth/v2/authorize", params=_query(town, team=stable_id("T", "globex")))
    assert chosen.text.index("Globex as") < chosen.text.index("Postwing as")
    back = _allow(town, "globex")
    assert parse_qs(urlsplit(back.headers["location"]).query)["state"] == ["s1"]
    code = _code(back)
    answer = _access(town, code=code)
    globex = town.workspaces["globex"]
    assert answer["team"] == {"id": globex.team_id, "name": "Globex"}
    assert answer["authed_user"] == {"id": globex.people["agnese"].id}
    assert (answer["token_type"], answer["scope"]) == ("bot", "chat:write,commands")
    assert _client(town, answer["access_token"]).auth_test()["team_id"] == globex.team_id
    assert _refused(town, code=code) == "code_already_used"


def test_the_same_app_has_another_bot_in_each_workspace(town: LocalTown) -> None:
    answers = [_access(town, code=_code(_allow(town, domain))) for domain in ("postwing", "globex")]
    assert answers[0]["app_id"] == answers[1]["app_id"]
    assert answers[0]["bot_user_id"] != answers[1]["bot_user_id"]
    channel = town.workspaces["globex"].channels["general"].id
    town.workspaces["globex"].channels["general"].invite(answers[1]["bot_user_id"])
    _client(town, answers[1]["access_token"]).chat_postMessage(channel=channel, text="only here")
    assert "only here" in str(town.workspaces["globex"].messages("general"))
    assert "only here" not in str(town.workspaces["postwing"].messages("general"))
    assert b"only+here" in town.heard("globex") or b"only here" in town.heard("globex")
    assert b"only" not in town.heard("postwing")


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"client_id": "1.2"}, "invalid_client_id"),
        ({"scope": "admin"}, "invalid_scope"),
        ({"scope": ""}, "invalid_scope"),
        ({"redirect_uri": "https://evil.example/"}, "bad_redirect_uri"),
        ({"redirect_uri": f"{REDIRECT}.evil.example/"}, "bad_redirect_uri"),
    ],
)
def test_what_an_app_may_not_ask_for_is_refused_on_the_page(
    town: LocalTown, changed: dict[str, str], error: str
) -> None:
    page = httpx.get(f"{town.url}/oauth/v2/authorize", params=_query(town, **changed))
    assert (page.status_code, error in page.text) == (400, True)
    assert _allow(town, "postwing", **changed).status_code == 400


def test_cancel_guests_and_codes_that_are_no_good(town: LocalTown, clock: Clock) -> None:
    cancelled = _allow(town, "postwing", answer="cancel")
    assert cancelled.headers["location"] == f"{REDIRECT}?error=access_denied&state=s1"
    guest = next(one.name for one in town.workspaces["postwing"].people.values() if one.now.is_guest)
    assert "user_not_permitted" in _allow(town, "postwing", guest).text
    assert _refused(town, code="made-up") == "invalid_code"
    code = _code(_allow(town, "postwing"))
    assert _refused(town, code=code, client_secret="wrong") == "bad_client_secret"
    assert _refused(town, code=code, client_id="wrong") == "invalid_client_id"
    assert _refused(town, code=code, redirect_uri="http://127.0.0.1:9/other") == "bad_redirect_uri"
    late = _code(_allow(town, "postwing"))
    clock.now += 600
    assert _refused(town, code=late) == "code_expired"


def test_without_the_app_there_is_no_command_and_no_token(town: LocalTown) -> None:
    inese = town.workspaces["postwing"].as_user("inese")
    inese.type("/lamp on", channel="general")
    assert "not a valid command" in inese.read("general")[-1].text
    with pytest.raises(SlackApiError, match="invalid_auth"):
        _client(town, "xoxb-made-up").auth_test()
    token = _access(town, code=_code(_allow(town, "postwing")))["access_token"]
    town.uninstall("postwing")
    with pytest.raises(SlackApiError, match="account_inactive"):
        _client(town, token).auth_test()
    again = _access(town, code=_code(_allow(town, "postwing")))["access_token"]
    assert again != token
    assert _client(town, again).auth_revoke()["revoked"]
    with pytest.raises(SlackApiError, match="token_revoked"):
        _client(town, again).auth_test()
    with pytest.raises(CannotDo, match="not installed"):
        inese.shortcut("Light it")


@pytest.mark.parametrize("town", [{"token_rotation_enabled": True}], indirect=True)
def test_a_token_that_expires_is_renewed_once(town: LocalTown, clock: Clock) -> None:
    first = _access(town, code=_code(_allow(town, "postwing")))
    assert first["access_token"].startswith("xoxe.xoxb-")
    assert first["expires_in"] == 43_200
    renewed = _access(town, grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert renewed["refresh_token"] != first["refresh_token"]
    assert _refused(town, grant_type="refresh_token", refresh_token=first["refresh_token"]) == "invalid_refresh_token"
    assert _client(town, renewed["access_token"]).auth_test()["ok"]
    clock.now += 43_200
    with pytest.raises(SlackApiError, match="token_expired"):
        _client(town, renewed["access_token"]).auth_test()


def test_each_page_is_at_a_subdomain_and_the_rest_at_its_beginning_of_the_path(town: LocalTown) -> None:
    port = urlsplit(town.url).port
    shown = httpx.get(f"{town.url}/local/workspace", headers={"host": f"globex.localhost:{port}"})
    assert shown.json()["team"]["name"] == "Globex"
    assert town.page("globex") == f"http://globex.localhost:{port}"
    front = httpx.get(town.url)
    assert "Postwing" in front.text
    assert "Globex" in front.text
    team = town.workspaces["globex"].team_id
    assert httpx.get(f"{town.url}/at/{team}/pictures/team.svg").status_code == 200
    assert httpx.get(f"{town.url}/at/T0NOBODY/pictures/team.svg").status_code == 404
    link = httpx.get(f"{town.url}/at/{team}/archives/C1/p1700000000000001")
    assert link.headers["location"] == f"http://globex.localhost:{port}/archives/C1/p1700000000000001"
    opened = httpx.get(f"{town.url}/app_redirect", params={"team": team, "app": "A1"})
    assert opened.headers["location"] == f"http://globex.localhost:{port}/"
