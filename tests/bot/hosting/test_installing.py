"""Installing by OAuth: as a person does it in a browser, and as somebody who means ill would try."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from sqlalchemy import text

from bot.database import Database
from tests.bot.hosting.town import GLOBEX, POSTWING, Hosting, authorize_address, hosting, on_sqlite

ORGANISATION = ("E0ORG", "All Companies")


@pytest.fixture
def waiting(tmp_path: Path, sqlite_template: Path) -> Iterator[Hosting]:
    """A Steward that runs, and in whose workspaces nobody has installed it; in a Grid, with a third workspace."""
    urls = on_sqlite(tmp_path, sqlite_template)
    with hosting(tmp_path, urls, organisation=ORGANISATION, more=("initech",)) as made, made.running():
        yield made


def _state(url: str) -> str:
    return parse_qs(urlsplit(url).query)["state"][0]


def _cookie(page: httpx.Response) -> dict[str, str]:
    return {"cookie": page.headers["set-cookie"].partition(";")[0]}


def _kept(hosted: Hosting) -> list[str]:
    database = Database(hosted.plan.registry_url)
    try:
        with database.reading() as connection:
            return list(connection.execute(text("SELECT team FROM installations WHERE ended_at IS NULL")).scalars())
    finally:
        database.close()


def test_what_can_go_wrong_in_the_browser_is_told_and_nothing_is_kept(waiting: Hosting) -> None:
    begun = httpx.get(f"{waiting.address}/slack/install")
    assert "Install Steward in your workspace" in begun.text
    cookie = begun.headers["set-cookie"]
    assert all(part in cookie for part in ("HttpOnly", "Secure", "SameSite=lax", "Max-Age=600"))
    assert "frame-ancestors 'none'" in begun.headers["content-security-policy"]
    asked = parse_qs(urlsplit(authorize_address(begun)).query)
    assert asked["client_id"] == [waiting.environment.slack_client_id]
    assert "users:read.email" in asked["scope"][0].split(",")

    cancelled = waiting.install(POSTWING, answer="cancel")
    assert (cancelled.status_code, "You said no in Slack" in cancelled.text) == (200, True)

    callback = f"{waiting.address}/slack/oauth_redirect"
    back = waiting.allow(authorize_address(begun), POSTWING)
    forged = back.replace(_state(back), "forged-state")
    told = {
        "no cookie": httpx.get(back),
        "another browser": httpx.get(back, headers=_cookie(httpx.get(f"{waiting.address}/slack/install"))),
        "forged": httpx.get(forged, headers={"cookie": "slack-app-oauth-state=forged-state"}),
        "nothing": httpx.get(callback),
        "markup": httpx.get(callback, params={"error": "<script>alert(1)</script>"}),
    }
    assert {name: page.status_code for name, page in told.items()} == {
        "no cookie": 400,
        "another browser": 400,
        "forged": 401,
        "nothing": 400,
        "markup": 400,
    }
    assert not any("<script" in page.text or "forged-state" in page.text for page in told.values())
    assert all("Nothing was installed." in page.text for page in told.values())
    assert _kept(waiting) == []

    code = parse_qs(urlsplit(back).query)["code"][0]
    wrong = httpx.get(f"{callback}?{urlencode({'state': _state(back), 'code': 'made-up'})}", headers=_cookie(begun))
    assert (wrong.status_code, "did not confirm" in wrong.text) == (401, True)
    replayed = httpx.get(f"{callback}?{urlencode({'state': _state(back), 'code': code})}", headers=_cookie(begun))
    assert (replayed.status_code, "Each one works once" in replayed.text) == (401, True)
    assert _kept(waiting) == []


@pytest.mark.parametrize(
    ("where", "title"),
    [
        ("initech", "Steward is not set up for this workspace"),
        ("organisation", "Steward can&#39;t be installed for a whole organisation"),
    ],
)
def test_others_are_told_to_ask_the_operator_and_slacks_token_is_given_back(
    waiting: Hosting, where: str, title: str
) -> None:
    page = waiting.install(where)
    assert page.status_code == 403
    assert title in page.text
    assert _kept(waiting) == []
    assert waiting.town.tokens("initech" if where == "initech" else POSTWING) == []


def test_whoever_is_not_hosted_gets_a_clear_answer_and_nothing_else(waiting: Hosting) -> None:
    inese = waiting.town.workspaces[POSTWING].as_user("inese")
    command = {"command": "/account", "text": "pw-00412", "user_id": inese.id, "channel_id": "C0GENERAL"}
    command |= {"trigger_id": "1.2.3", "response_url": f"{waiting.town.url}/nowhere"}
    stranger = waiting.signed({**command, "team_id": "T0NOBODY"}).json()
    assert stranger["response_type"] == "ephemeral"
    assert "not set up for this workspace" in stranger["text"]
    absent = waiting.signed({**command, "team_id": waiting.town.workspaces[POSTWING].team_id}).json()
    assert "Ask whoever runs Steward to install it" in absent["text"]
    whole = {**command, "team_id": waiting.town.workspaces[POSTWING].team_id, "is_enterprise_install": "true"}
    assert "not set up for this workspace" in waiting.signed(whole).json()["text"]
    unsigned = httpx.post(f"{waiting.address}/slack/events", data={**command, "team_id": "T0NOBODY"})
    assert (unsigned.status_code, unsigned.text) == (401, "")
    for domain in (POSTWING, GLOBEX):
        assert {one["action"] for one in waiting.entries(domain)} == {"account.import"}
    ready = waiting.ready()
    assert ready["ready"]
    assert {"name": "workspace postwing", "ok": True} in ready["checks"]
