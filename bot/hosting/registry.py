"""The registry of installations: which workspaces the app is installed in, and with which token.

Every change compares what it was based on, so that of several processes one makes it and the others are told.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, delete, func, insert, select, update

from bot.clock import Clock
from bot.database import Database
from bot.hosting.sealing import Seal, Unreadable
from models.installation import InstallationState, InstalledApp
from models.tables import table_of

APPS = table_of(InstalledApp)
STATES = table_of(InstallationState)
STATE_LIFETIME: Final = timedelta(minutes=10)
MOST_STATES: Final = 10_000


class Lost(Exception):
    """The tokens of this workspace (Slack's id) can't be decrypted with the keys there are."""


class TooMany(Exception):
    """More installations are under way than anyone could be making."""


@dataclass(frozen=True, slots=True)
class Rotated:
    """How many tokens were encrypted anew, and the workspaces (Slack's ids) whose tokens no key opens."""

    changed: int
    lost: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tokens:
    """What Slack gave. `refresh` is there, and `expires_at` set, where the app's tokens are rotated."""

    bot: str = field(repr=False)
    refresh: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Installed:
    """The app in one workspace, as the registry has it; the tokens stay sealed until they are asked for.

    `ended_at` and `reason`: since when it is not there any more, and why.
    """

    team: str
    number: int
    enterprise: str | None
    team_name: str
    app: str
    bot: str
    bot_user: str
    installer: str
    scopes: str
    sealed: str | None = field(repr=False)
    installed_at: datetime
    expires_at: datetime | None
    ended_at: datetime | None
    reason: str | None

    @property
    def active(self) -> bool:
        """Whether the app is there, as far as is known."""
        return self.ended_at is None


@dataclass(frozen=True, slots=True)
class NewInstallation:
    """What an installation brought. Everything is Slack's word."""

    team: str
    enterprise: str | None
    team_name: str
    app: str
    bot: str
    bot_user: str
    installer: str
    scopes: str
    tokens: Tokens
    expires_at: datetime | None = None


Exchange = Callable[[Installed, Tokens], tuple[Tokens, datetime] | None]
"""Gets new tokens for old ones, and until when they are good."""


class InstallationRegistry:
    """Reads and changes the registry. Raises SQLAlchemyError when its database does not answer."""

    def __init__(self, database: Database, seal: Seal, clock: Clock) -> None:
        self.database = database
        self._seal = seal
        self._clock = clock

    def all(self) -> list[Installed]:
        """Every workspace that the app was ever installed in, by team id."""
        with self.database.reading() as connection:
            rows = connection.execute(select(APPS).order_by(APPS.c.team)).mappings()
            return [Installed(**row) for row in rows]

    def of(self, team: str) -> Installed | None:
        """The installation in this workspace, ended ones too."""
        with self.database.reading() as connection:
            row = connection.execute(select(APPS).where(APPS.c.team == team)).mappings().one_or_none()
        return Installed(**row) if row else None

    def tokens(self, installed: Installed) -> Tokens:
        """The tokens of an installation that is there. Raises Lost when no key opens them."""
        try:
            values = self._seal.open(installed.team, installed.sealed or "")
        except Unreadable:
            raise Lost(installed.team) from None
        refresh = values.get("refresh")
        return Tokens(str(values["bot"]), str(refresh) if refresh else None)

    def save(self, new: NewInstallation) -> Installed:
        """Keep an installation, in the place of an older one."""
        values = {
            "enterprise": new.enterprise,
            "team_name": new.team_name,
            "app": new.app,
            "bot": new.bot,
            "bot_user": new.bot_user,
            "installer": new.installer,
            "scopes": new.scopes,
            "sealed": self._sealed(new.team, new.tokens),
            "installed_at": self._clock(),
            "expires_at": new.expires_at,
            "ended_at": None,
            "reason": None,
        }
        with self.database.transaction() as connection:
            again = update(APPS).where(APPS.c.team == new.team).values(**values, number=APPS.c.number + 1)
            if not connection.execute(again).rowcount:
                connection.execute(insert(APPS).values(**values, team=new.team, number=1))
            row = connection.execute(select(APPS).where(APPS.c.team == new.team)).mappings().one()
        return Installed(**row)

    def renew(self, old: Installed, exchange: Exchange) -> bool:
        """Put new tokens in the place of this installation's. False when there are none, or it was replaced meanwhile.

        The row is locked while they are exchanged: a refresh token is good once. Raises Lost, and what `exchange` does.
        """
        tokens = self.tokens(old)
        with self.database.transaction() as connection:
            if connection.execute(select(APPS.c.team).where(_same(old)).with_for_update()).first() is None:
                return False
            if (new := exchange(old, tokens)) is None:
                return False
            sealed = self._sealed(old.team, new[0])
            values = {"sealed": sealed, "expires_at": new[1], "number": old.number + 1}
            return connection.execute(update(APPS).where(_same(old)).values(**values)).rowcount == 1

    def end(self, installed: Installed, reason: str) -> bool:
        """The app is not there any more: forget its tokens. False when this installation was over or replaced."""
        values = {"sealed": None, "ended_at": self._clock(), "reason": reason}
        with self.database.transaction() as connection:
            return connection.execute(update(APPS).where(_same(installed)).values(**values)).rowcount == 1

    def rotate(self) -> Rotated:
        """Encrypt all tokens with the first key. Those that no key opens are left as they are, and named."""
        changed, lost = 0, list[str]()
        with self.database.transaction() as connection:
            there = select(APPS.c.team, APPS.c.sealed).where(APPS.c.ended_at.is_(None)).with_for_update()
            for team, sealed in connection.execute(there).all():
                try:
                    values = self._seal.open(team, sealed)
                except Unreadable:
                    lost.append(team)
                    continue
                if not self._seal.is_of_first_key(sealed):
                    anew = update(APPS).where(APPS.c.team == team).values(sealed=self._seal.seal(team, values))
                    changed += connection.execute(anew).rowcount
        return Rotated(changed, tuple(lost))

    def readable(self, installed: Installed) -> bool:
        """Whether the keys open this installation's tokens."""
        try:
            self.tokens(installed)
        except Lost:
            return False
        return True

    def begin(self, state: str) -> None:
        """Remember that an installation was begun, by the hash of its state; forget those that are past.

        Anyone may begin one, so there is an end to how many are remembered: raises TooMany.
        """
        now = self._clock()
        with self.database.transaction() as connection:
            connection.execute(delete(STATES).where(STATES.c.expires_at <= now))
            if connection.execute(select(func.count()).select_from(STATES)).scalar_one() >= MOST_STATES:
                raise TooMany
            connection.execute(insert(STATES).values(state=_hash(state), expires_at=now + STATE_LIFETIME))

    def consume(self, state: str) -> bool:
        """Whether this state is one that was begun and neither used nor past. It is used then."""
        used = delete(STATES).where(STATES.c.state == _hash(state), STATES.c.expires_at > self._clock())
        with self.database.transaction() as connection:
            return connection.execute(used).rowcount == 1

    def _sealed(self, team: str, tokens: Tokens) -> str:
        return self._seal.seal(team, {"bot": tokens.bot, "refresh": tokens.refresh})


def _same(installed: Installed) -> ColumnElement[bool]:
    """The row as it was read: neither replaced nor ended since."""
    return (APPS.c.team == installed.team) & (APPS.c.number == installed.number) & APPS.c.ended_at.is_(None)


def _hash(state: str) -> str:
    return hashlib.sha256(state.encode()).hexdigest()
