"""The registry of installations: where the app was installed, and installations that are under way.

It is a database of its own, apart from those of the workspaces, with metadata and migrations of its own.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, MetaData
from sqlmodel import Field, SQLModel


class Registry(SQLModel):
    """What is in the registry and in no workspace's database."""

    metadata = MetaData()


class InstalledApp(Registry, table=True):
    """The app in one workspace. Its row stays when the app is removed, without tokens.

    `sealed` holds the tokens, encrypted. `number` rises with every installation and every new token: what was learnt
    of an older one says nothing about this one. `reason` says why it ended.
    """

    __tablename__ = "installations"
    __table_args__ = (
        CheckConstraint("(ended_at IS NULL) = (sealed IS NOT NULL)", name="installations_sealed"),
        CheckConstraint("(ended_at IS NULL) = (reason IS NULL)", name="installations_ended"),
    )

    team: str = Field(primary_key=True, max_length=32)
    number: int
    enterprise: str | None = Field(default=None, max_length=32)
    team_name: str
    app: str = Field(max_length=32)
    bot: str = Field(max_length=32)
    bot_user: str = Field(max_length=32)
    installer: str = Field(max_length=32)
    scopes: str
    sealed: str | None = None
    installed_at: datetime
    expires_at: datetime | None = None
    ended_at: datetime | None = None
    reason: str | None = Field(default=None, max_length=64)


class InstallationState(Registry, table=True):
    """An installation that someone began: the hash of its state, good once and until `expires_at`."""

    __tablename__ = "installation_states"

    state: str = Field(primary_key=True, max_length=64)
    expires_at: datetime
