"""The page on which somebody allows the app in a workspace, and where the browser goes from there.

Source: https://docs.slack.dev/authentication/installing-with-oauth
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from string import Template
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from slack_local.oauth.grants import Grants
from slack_local.platform import Platform
from slack_local.workspace import Person

PAGE = Path(__file__).with_name("authorize.html")
WHOLE = "organisation"
ASKED = ("client_id", "scope", "user_scope", "state", "redirect_uri", "team")


class Refused(Exception):
    """What the app asked for can't be allowed; the text is Slack's error code."""


@dataclass(frozen=True, slots=True)
class AuthorizePage:
    """GET shows it, POST is its form: `as` is TEAM:USER (or organisation:USER), `answer` is allow or cancel."""

    grants: Grants

    async def show(self, request: Request) -> Response:
        asked = {name: request.query_params.get(name, "") for name in ASKED}
        try:
            self._redirect_uri(asked)
            return _page(f"{self.grants.app.manifest.name} wants to be installed", self._form(asked))
        except Refused as error:
            return _refusal(str(error))

    async def answer(self, request: Request) -> Response:
        form = {key: str(value) for key, value in (await request.form()).items()}
        try:
            redirect_uri = self._redirect_uri(form)
            if form.get("answer") != "allow":
                return _back(redirect_uri, {"error": "access_denied", "state": form.get("state", "")})
            code = self._allowed(form.get("as", ""), _words(form.get("scope", "")), redirect_uri)
        except Refused as error:
            return _refusal(str(error))
        return _back(redirect_uri, {"code": code, "state": form.get("state", "")})

    def _allowed(self, chosen: str, scopes: list[str], redirect_uri: str) -> str:
        """A code. Raises Refused when this person may not install apps."""
        place, _, user = chosen.partition(":")
        whole = place == WHOLE and self.grants.organisation is not None
        platform = self.grants.platforms[0] if whole else self.grants.platform(place)
        person = platform.world.people.get(user) if platform else None
        if platform is None or person is None or not _may_install(person):
            raise Refused("user_not_permitted")
        return self.grants.allow(platform.world.team.id, user, scopes, redirect_uri, whole=whole)

    def _redirect_uri(self, asked: Mapping[str, str]) -> str:
        """Where the browser is sent back to. Raises Refused when what the app asks for can't be."""
        manifest = self.grants.app.manifest
        if asked.get("client_id") != self.grants.app.client_id:
            raise Refused("invalid_client_id")
        if set(_words(asked.get("scope", ""))) - manifest.scopes or not _words(asked.get("scope", "")):
            raise Refused("invalid_scope")
        wanted = asked.get("redirect_uri") or next(iter(manifest.redirect_urls), "")
        if not any(wanted == one or wanted.startswith(f"{one.rstrip('/')}/") for one in manifest.redirect_urls):
            raise Refused("bad_redirect_uri")
        return wanted

    def _form(self, asked: Mapping[str, str]) -> str:
        name = escape(self.grants.app.manifest.name)
        hidden = "".join(f'<input type="hidden" name="{key}" value="{escape(asked[key])}">' for key in ASKED)
        scopes = "".join(f"<li>{escape(scope)}</li>" for scope in _words(asked["scope"]))
        groups = "".join(self._choices(asked["team"]))
        return (
            f"<h1>{name} is requesting permission to access a Slack workspace</h1>"
            f'<form method="post" action="/oauth/v2/authorize">{hidden}'
            f'<label for="as">In which workspace, and as whom?</label><select id="as" name="as">{groups}</select>'
            f"<p>What will {name} be able to do?</p><ul>{scopes}</ul>"
            '<div class="row"><button name="answer" value="cancel">Cancel</button>'
            '<button class="primary" name="answer" value="allow">Allow</button></div></form>'
        )

    def _choices(self, team: str) -> Iterator[str]:
        for platform in sorted(self.grants.platforms, key=lambda one: one.world.team.id != team):
            yield _group(platform.world.team.name, platform.world.team.id, platform)
        if self.grants.organisation:
            yield _group(f"All of {self.grants.organisation[1]}", WHOLE, self.grants.platforms[0])


def _group(label: str, place: str, platform: Platform) -> str:
    people = sorted(platform.world.people.values(), key=lambda one: (not one.is_admin, one.real_name))
    options = "".join(
        f'<option value="{escape(place)}:{escape(one.id)}">{escape(label)} as {escape(one.real_name)}</option>'
        for one in people
        if _may_install(one)
    )
    return f'<optgroup label="{escape(label)}">{options}</optgroup>'


def _may_install(person: Person) -> bool:
    return not (person.is_guest or person.is_stranger or person.is_bot or person.deleted or person.bot_id)


def _words(listed: str) -> list[str]:
    return [word for word in listed.split(",") if word]


def _back(redirect_uri: str, values: Mapping[str, str]) -> Response:
    return RedirectResponse(f"{redirect_uri}{'&' if '?' in redirect_uri else '?'}{urlencode(values)}", status_code=302)


def _refusal(code: str) -> Response:
    words = f"<h1>Something is wrong with this app</h1><p>Slack would say: <code>{escape(code)}</code>.</p>"
    return _page("Something is wrong with this app", words, 400)


def _page(title: str, body: str, status: int = 200) -> Response:
    text = Template(PAGE.read_text("utf-8")).substitute(title=escape(title), body=body)
    return HTMLResponse(text, status_code=status)
