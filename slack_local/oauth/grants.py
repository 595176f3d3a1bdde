"""What an installer allowed: codes that are good once and for ten minutes, and the tokens that they are given for.

Source: https://docs.slack.dev/authentication/installing-with-oauth and .../using-token-rotation
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from slack_local.clock import Clock, Ids
from slack_local.errors import SlackError
from slack_local.json_types import Json
from slack_local.oauth.shared_app import SharedApp
from slack_local.platform import Platform

CODE_LIFETIME_S: Final = 600.0
TOKEN_LIFETIME_S: Final = 43_200


@dataclass(frozen=True, slots=True)
class Allowed:
    """Somebody pressed Allow. `whole`: for all of the organisation, not for this workspace alone."""

    team: str
    user: str
    scopes: tuple[str, ...]
    redirect_uri: str
    until: float
    whole: bool = False


@dataclass(slots=True)
class Grants:
    """The codes under way, and what `oauth.v2.access` answers. `organisation` is an Enterprise Grid's id and name."""

    app: SharedApp
    platforms: Sequence[Platform]
    clock: Clock
    ids: Ids
    organisation: tuple[str, str] | None = None
    _codes: dict[str, Allowed] = field(default_factory=dict)
    _used: set[str] = field(default_factory=set)

    def platform(self, team: str) -> Platform | None:
        """The workspace with this id."""
        return next((one for one in self.platforms if one.world.team.id == team), None)

    def allow(self, team: str, user: str, scopes: Sequence[str], redirect_uri: str, *, whole: bool = False) -> str:
        """A code for the address that the browser is sent back to."""
        code = f"{self.ids.secret(12)}.{self.ids.secret(12)}.{self.ids.secret(64)}"
        until = self.clock() + CODE_LIFETIME_S
        self._codes[code] = Allowed(team, user, tuple(scopes), redirect_uri, until, whole)
        return code

    def access(self, values: Mapping[str, str], client: tuple[str, str]) -> Json:
        """oauth.v2.access: tokens for a code, or new ones for a refresh token. Raises SlackError."""
        if client[0] != self.app.client_id:
            raise SlackError("invalid_client_id")
        if client[1] != self.app.client_secret:
            raise SlackError("bad_client_secret")
        if values.get("grant_type") == "refresh_token":
            return self._refreshed(values.get("refresh_token", ""))
        allowed = self._take(values.get("code", ""))
        wanted = values.get("redirect_uri")
        if wanted is not None and wanted != allowed.redirect_uri:
            raise SlackError("bad_redirect_uri")
        platform = self.platform(allowed.team)
        if platform is None:
            raise SlackError("invalid_team_id")
        platform.installation.installer = allowed.user
        return self._answer(platform, allowed, self._tokens(platform))

    def _take(self, code: str) -> Allowed:
        if code in self._used:
            raise SlackError("code_already_used")
        allowed = self._codes.pop(code, None)
        if allowed is None:
            raise SlackError("invalid_code")
        self._used.add(code)
        if self.clock() >= allowed.until:
            raise SlackError("code_expired")
        return allowed

    def _refreshed(self, refresh: str) -> Json:
        platform = next((one for one in self.platforms if refresh and one.installation.refresh == refresh), None)
        if platform is None:
            raise SlackError("invalid_refresh_token")
        allowed = Allowed(platform.world.team.id, platform.installation.installer, self._all_scopes(), "", 0.0)
        return self._answer(platform, allowed, self._tokens(platform))

    def _tokens(self, platform: Platform) -> Json:
        """A token for the bot. One that is rotated comes with another that renews it once."""
        if not self.app.manifest.token_rotation:
            token = f"xoxb-{self.ids.secret(12)}-{self.ids.secret(24)}"
            platform.installation.grant(token)
            return {"access_token": token}
        token, refresh = f"xoxe.xoxb-1-{self.ids.secret(140)}", f"xoxe-1-{self.ids.secret(140)}"
        platform.installation.grant(token, lasts=TOKEN_LIFETIME_S, refresh=refresh)
        return {"access_token": token, "refresh_token": refresh, "expires_in": TOKEN_LIFETIME_S}

    def _answer(self, platform: Platform, allowed: Allowed, tokens: Json) -> Json:
        team, organisation = platform.world.team, self.organisation
        return {
            **tokens,
            "token_type": "bot",
            "scope": ",".join(allowed.scopes),
            "bot_user_id": platform.world.app.bot_user,
            "app_id": self.app.app_id,
            "team": None if allowed.whole else {"id": team.id, "name": team.name},
            "enterprise": {"id": organisation[0], "name": organisation[1]} if organisation else None,
            "is_enterprise_install": allowed.whole,
            "authed_user": {"id": allowed.user},
        }

    def _all_scopes(self) -> tuple[str, ...]:
        return tuple(sorted(self.app.manifest.scopes))
