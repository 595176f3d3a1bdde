"""Whether Slack takes the tokens and gave the app what its manifest asks for."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.error import URLError

from pydantic import SecretStr
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.http_retry.builtin_handlers import ConnectionErrorRetryHandler, RateLimitErrorRetryHandler

from bot.checks.findings import Finding, Subject, fault, ok, warning
from bot.checks.shipped import MANIFEST, bot_scopes
from bot.gate.guard import WINDOW
from bot.settings import Environment

UNREACHABLE = (URLError, TimeoutError, ConnectionError, SlackClientError)
"""What slack_sdk lets through when Slack does not answer, or not in JSON."""

NOTICED_OFF = timedelta(minutes=1)

_SECONDS = 15
_LIKE_SLACKS = re.compile(r"[A-Za-z0-9._:/+=-]+")
_REINSTALL = "Install the app with its manifest again, on its page at api.slack.com/apps."
_MAKE_ANEW = "Make the app anew from manifest.yml, which leaves token rotation off: where it was on, it stays on."
_REFUSALS: Mapping[str, tuple[str, str]] = {
    "invalid_auth": ("Slack does not know the token.", "Copy it again from the app's page at api.slack.com/apps."),
    "not_authed": ("Slack got no token.", "Copy it again from the app's page at api.slack.com/apps."),
    "account_inactive": ("The app was removed from the workspace.", _REINSTALL),
    "token_revoked": ("The token was revoked.", _REINSTALL),
    "token_expired": ("The token has expired.", _MAKE_ANEW),
    "not_allowed_token_type": ("This is another kind of token.", "Use the bot token (xoxb-) and app token (xapp-)."),
    "ratelimited": ("Slack asks to wait.", "Try again in a minute."),
}


def client_for(environment: Environment) -> WebClient:
    """A client with the bot token. Waits where Slack asks it to, a few times."""
    token = environment.slack_bot_token
    retries = [ConnectionErrorRetryHandler(), RateLimitErrorRetryHandler(max_retry_count=3)]
    return WebClient(
        token=token.get_secret_value() if token else None,
        base_url=environment.slack_api_url,
        timeout=_SECONDS,
        retry_handlers=retries,
    )


def refusal(error: Exception, where: str) -> Finding:
    """Why Slack did not do it, in words."""
    if not isinstance(error, SlackApiError):
        mend = "Check the network, and SLACK_API_URL if it is set."
        return fault(Subject.SLACK, "Slack does not answer.", mend, "SLACK_API_URL")
    response: Any = error.response
    code, needed = response.get("error", "unknown"), response.get("needed")
    if code == "missing_scope":
        return fault(Subject.SLACK, f"The app may not do this: it lacks {needed or 'a scope'}.", _REINSTALL, where)
    what, mend = _REFUSALS.get(code, (f"Slack refuses: {code}.", "See api.slack.com for what it means."))
    return fault(Subject.SLACK, what, mend, where)


def spelling_findings(environment: Environment) -> Iterator[Finding]:
    """Which variables hold what Slack never gives out: the example's dots, quotation marks, spaces."""
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"):
        secret = getattr(environment, name.lower())
        if secret is not None and not _well_spelt(secret):
            what = f"{name} holds a character that Slack's never have: the example's dots, a quotation mark, a space."
            yield fault(Subject.SLACK, what, "Copy it whole from the app's page at api.slack.com/apps.", name)


def rotation_findings(environment: Environment) -> Iterator[Finding]:
    """A token that Slack takes for twelve hours, and that nobody renews: only hosted workspaces' tokens are.

    Source: https://docs.slack.dev/authentication/using-token-rotation
    """
    token = environment.slack_bot_token
    if token is not None and environment.steward_workspaces is None and token.get_secret_value().startswith("xoxe."):
        what = "SLACK_BOT_TOKEN expires twelve hours after it was given out (xoxe.…): the app has token rotation on."
        yield fault(Subject.SLACK, what, _MAKE_ANEW, "SLACK_BOT_TOKEN")


def _well_spelt(secret: SecretStr) -> bool:
    return _LIKE_SLACKS.fullmatch(secret.get_secret_value()) is not None


def token_findings(environment: Environment) -> Iterator[Finding]:
    """Faults in the variables themselves: which are missing or hold something of another kind."""
    yield from spelling_findings(environment)
    yield from rotation_findings(environment)
    yield from _token(environment, "SLACK_BOT_TOKEN", "xoxb-", "Copy the Bot User OAuth Token (OAuth & Permissions).")
    if environment.slack_app_token is not None:
        yield from _token(environment, "SLACK_APP_TOKEN", "xapp-", "Copy an app-level token with connections:write.")
    elif environment.slack_signing_secret is None:
        yield fault(
            Subject.SLACK,
            "Neither SLACK_APP_TOKEN nor SLACK_SIGNING_SECRET is set, so Slack can't reach Steward.",
            "Set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET for HTTP.",
            "SLACK_APP_TOKEN",
        )


def _token(environment: Environment, name: str, prefix: str, mend: str) -> Iterator[Finding]:
    secret = getattr(environment, name.lower())
    if secret is None:
        yield fault(Subject.SLACK, f"{name} is not set.", mend, name)
    elif _well_spelt(secret) and not secret.get_secret_value().startswith((prefix, f"xoxe.{prefix}")):
        yield fault(Subject.SLACK, f"{name} does not begin with {prefix}.", mend, name)


@dataclass(frozen=True, slots=True)
class Granted:
    """What auth.test says. `scopes` is None when Slack did not name any, `at` when it did not say what time it is."""

    team: str
    user: str
    scopes: frozenset[str] | None
    team_id: str = ""
    at: datetime | None = None


def authenticate(client: WebClient) -> Granted | Finding:
    """Ask Slack who the bot token is."""
    try:
        answer = client.auth_test()
    except (*UNREACHABLE, SlackApiError) as error:
        return refusal(error, "SLACK_BOT_TOKEN")
    headers: Mapping[str, str] = {name.lower(): value for name, value in answer.headers.items()}
    named = headers.get("x-oauth-scopes")
    scopes = frozenset(scope.strip() for scope in named.split(",") if scope.strip()) if named else None
    return Granted(
        str(answer.get("team")),
        str(answer.get("user")),
        scopes,
        str(answer.get("team_id") or ""),
        _time(headers.get("date")),
    )


def _time(date: str | None) -> datetime | None:
    """A Date header (RFC 9110, 5.6.7); None for anything else."""
    try:
        said = parsedate_to_datetime(date or "")
    except ValueError:
        return None
    return said if said.tzinfo else None


def clock_findings(granted: Granted, now: datetime) -> Iterator[Finding]:
    """This machine's clock against Slack's: requests that are five minutes off are refused, and access ends by it."""
    if granted.at is None:
        return
    off = now - granted.at
    if abs(off) < NOTICED_OFF:
        yield ok(Subject.SLACK, "This machine's clock and Slack's agree.")
        return
    minutes = max(1, round(abs(off) / timedelta(minutes=1)))
    how = f"{minutes} minute{'' if minutes == 1 else 's'} {'ahead of' if off > timedelta() else 'behind'} Slack's"
    make = fault if abs(off) >= WINDOW else warning
    mend = "Set it and have it kept right (NTP): access ends by it, and Slack's requests are refused at five minutes."
    yield make(Subject.SLACK, f"This machine's clock is {how}.", mend)


def socket_findings(client: WebClient, environment: Environment) -> Iterator[Finding]:
    """Whether Socket Mode would open. Asking for an address opens nothing yet."""
    token = environment.slack_app_token
    if token is None or not _well_spelt(token) or not token.get_secret_value().startswith("xapp-"):
        return
    try:
        client.apps_connections_open(app_token=token.get_secret_value())
    except (*UNREACHABLE, SlackApiError) as error:
        yield refusal(error, "SLACK_APP_TOKEN")
    else:
        yield ok(Subject.SLACK, "Socket Mode opens.", "SLACK_APP_TOKEN")


def scope_findings(granted: Granted, manifest: Path | None) -> Iterator[Finding]:
    """The manifest's bot scopes against those that the token has."""
    if manifest is None or not manifest.is_file():
        what = f"The scopes are not checked: this installation has no {MANIFEST}."
        yield warning(Subject.SLACK, what, "Install Steward again: it comes with it.")
        return
    if granted.scopes is None:
        yield warning(Subject.SLACK, "The scopes are not checked: Slack did not name them.", "Try again.")
        return
    wanted = frozenset(bot_scopes(manifest))
    if missing := sorted(wanted - granted.scopes):
        yield fault(Subject.SLACK, f"The app lacks {', '.join(missing)}.", _REINSTALL, "SLACK_BOT_TOKEN")
    else:
        yield ok(Subject.SLACK, f"The app has all {len(wanted)} scopes of its manifest.")
    if beyond := sorted(granted.scopes - wanted):
        what = f"The app has more than it needs: {', '.join(beyond)}."
        yield warning(Subject.SLACK, what, "Remove what no other use needs.", "SLACK_BOT_TOKEN")
