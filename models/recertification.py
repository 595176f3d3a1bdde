"""Recertification: lists of who may look up for what, what owners said of each person, and who was removed."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel


class RecertificationList(SQLModel, table=True):
    """One group's list of one term. `owner` is null where Slack knows nobody by the owner's address.

    `closed_at` is when the last line was decided, `escalated_at` when the privacy office was told that it is overdue.
    """

    __tablename__ = "recertification_lists"
    __table_args__ = (
        UniqueConstraint("term", "role", name="recertification_lists_once"),
        {"sqlite_autoincrement": True},
    )

    number: int | None = Field(default=None, primary_key=True)
    term: str
    role: str
    team: str
    owner: str | None = None
    opened_at: datetime
    due_at: datetime
    escalated_at: datetime | None = None
    closed_at: datetime | None = None


class RecertificationLine(SQLModel, table=True):
    """One person of a list: what they may look up for, how often they did, and what was decided. Ids and keys only."""

    __tablename__ = "recertification_lines"
    __table_args__ = (
        CheckConstraint("verdict IN ('keep', 'remove', 'gone')", name="recertification_lines_verdict"),
        CheckConstraint("(verdict IS NULL) = (decided_at IS NULL)", name="recertification_lines_decided"),
        CheckConstraint("decided_by <> person", name="recertification_lines_another"),
    )

    of: int = Field(
        primary_key=True, foreign_key="recertification_lists.number", sa_column_kwargs={"autoincrement": False}
    )
    person: str = Field(primary_key=True)
    purposes: list[str] = Field(sa_type=JSON)
    data_classes: list[str] = Field(sa_type=JSON)
    looks: int
    verdict: str | None = None
    decided_at: datetime | None = None
    decided_by: str | None = None


class RoleRemoval(SQLModel, table=True):
    """A person who is to leave a group: the group gives them nothing any more, whatever Slack says, until it is over.

    It is over when Slack does not show them there any more ('gone'), or when a privacy officer lifted it ('lifted').
    """

    __tablename__ = "role_removals"
    __table_args__ = (
        CheckConstraint("ended IN ('gone', 'lifted')", name="role_removals_ended"),
        CheckConstraint("(ended IS NULL) = (ended_at IS NULL)", name="role_removals_ended_at"),
        Index(
            "role_removals_open",
            "team",
            "person",
            "role",
            unique=True,
            postgresql_where=text("ended IS NULL"),
            sqlite_where=text("ended IS NULL"),
        ),
        {"sqlite_autoincrement": True},
    )

    number: int | None = Field(default=None, primary_key=True)
    team: str
    person: str
    role: str
    of: int = Field(foreign_key="recertification_lists.number")
    removed_at: datetime
    removed_by: str
    ended: str | None = None
    ended_at: datetime | None = None
    ended_by: str | None = None
