"""Bolt's installation and state stores over the registry. Only workspaces that are configured may install.

https://docs.slack.dev/tools/bolt-python/concepts/authenticating-oauth
"""

import logging
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from logging import Logger
from typing import Final

from slack_bolt.error import BoltError
from slack_sdk.oauth import InstallationStore, OAuthStateStore
from slack_sdk.oauth.installation_store import Bot, Installation

from bot.hosting.registry import InstallationRegistry, Installed, NewInstallation, Tokens

REMOVED: Final = "app_removed"
STATE_BYTES: Final = 32


class NotHosted(BoltError):
    """The workspace is not in workspaces.toml. The installation's token is given back and not kept."""


class WholeOrganisation(BoltError):
    """The app was installed for all of an Enterprise Grid: there is no one workspace whose configuration counts."""


class OtherOrganisation(BoltError):
    """The workspace belongs to another Enterprise Grid than workspaces.toml says."""


class Installations(InstallationStore):
    """Installations of the bot. There are no user tokens: the app asks for none."""

    def __init__(
        self, registry: InstallationRegistry, hosted: Callable[[str], str | None], saved: Callable[[], object]
    ) -> None:
        """`hosted` raises KeyError for a team that is not configured, and gives its Grid's id if one is configured.

        `saved` is called after an installation was kept.
        """
        self._registry = registry
        self._hosted = hosted
        self._saved = saved

    @property
    def logger(self) -> Logger:
        """Bolt's; what libraries say is reduced to its place (bot/logs.py)."""
        return logging.getLogger(__name__)

    def save(self, installation: Installation) -> None:
        """Keep it. Raises NotHosted, WholeOrganisation, OtherOrganisation; BoltError when it is no bot's."""
        if installation.is_enterprise_install:
            raise WholeOrganisation
        team, token = installation.team_id, installation.bot_token
        if not team or not token or not installation.bot_id or not installation.bot_user_id:
            raise BoltError("the installation has no bot")
        try:
            enterprise = self._hosted(team)
        except KeyError:
            raise NotHosted from None
        if enterprise is not None and enterprise != installation.enterprise_id:
            raise OtherOrganisation
        expires = installation.bot_token_expires_at
        new = NewInstallation(
            team=team,
            enterprise=installation.enterprise_id,
            team_name=installation.team_name or team,
            app=installation.app_id or "",
            bot=installation.bot_id,
            bot_user=installation.bot_user_id,
            installer=installation.user_id,
            scopes=",".join(sorted(installation.bot_scopes or ())),
            tokens=Tokens(token, installation.bot_refresh_token),
            expires_at=datetime.fromtimestamp(expires, UTC) if expires else None,
        )
        self._registry.save(new)
        self._saved()

    def find_bot(
        self, *, enterprise_id: str | None, team_id: str | None, is_enterprise_install: bool | None = False
    ) -> Bot | None:
        """The bot in this workspace, with its token. Raises Lost when no key opens it."""
        found = self.find_installation(
            enterprise_id=enterprise_id, team_id=team_id, is_enterprise_install=is_enterprise_install
        )
        return found.to_bot() if found else None

    def find_installation(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None = None,
        is_enterprise_install: bool | None = False,
    ) -> Installation | None:
        """The installation in this workspace; by one person, if `user_id` is given. Raises Lost."""
        found = self._there(enterprise_id, team_id) if not is_enterprise_install else None
        if found is None or (user_id is not None and user_id != found.installer):
            return None
        tokens = self._registry.tokens(found)
        return Installation(
            app_id=found.app,
            enterprise_id=found.enterprise,
            team_id=found.team,
            team_name=found.team_name,
            bot_token=tokens.bot,
            bot_id=found.bot,
            bot_user_id=found.bot_user,
            bot_scopes=found.scopes,
            bot_refresh_token=tokens.refresh,
            bot_token_expires_at=int(found.expires_at.timestamp()) if found.expires_at else None,
            user_id=found.installer,
            installed_at=found.installed_at.timestamp(),
        )

    def delete_bot(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        """Forget the workspace's token."""
        if found := self._there(enterprise_id, team_id):
            self._registry.end(found, REMOVED)

    def delete_installation(
        self, *, enterprise_id: str | None, team_id: str | None, user_id: str | None = None
    ) -> None:
        """Forget the workspace's token; with `user_id`, only if that person installed the app."""
        found = self._there(enterprise_id, team_id)
        if found and user_id in (None, found.installer):
            self._registry.end(found, REMOVED)

    def _there(self, enterprise: str | None, team: str | None) -> Installed | None:
        found = self._registry.of(team) if team else None
        if found is None or not found.active:
            return None
        return None if enterprise and found.enterprise and enterprise != found.enterprise else found


class InstallationStates(OAuthStateStore):
    """States of installations under way: each from a good source of chance, kept as a hash, good once."""

    def __init__(self, registry: InstallationRegistry) -> None:
        self._registry = registry

    @property
    def logger(self) -> Logger:
        """Bolt's."""
        return logging.getLogger(__name__)

    def issue(self, *_: object, **__: object) -> str:
        """A new state."""
        state = secrets.token_urlsafe(STATE_BYTES)
        self._registry.begin(state)
        return state

    def consume(self, state: str) -> bool:
        """Whether it may go on: the state is one of ours, not past, and was not used before."""
        return self._registry.consume(state)
