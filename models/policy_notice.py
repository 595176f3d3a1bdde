"""Telling of a change of the policy: what is planned, who was told what, and who has read it."""

from datetime import date, datetime, time

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel


class PolicyPlan(SQLModel, table=True):
    """The telling of one announced change. Its row is locked while notices are made, and while the plan is changed.

    `next_at` is when to look next whom to tell; null when nobody is told any more.
    """

    __tablename__ = "policy_plans"
    __table_args__ = (
        Index(
            "policy_plans_next",
            "next_at",
            postgresql_where=text("next_at IS NOT NULL"),
            sqlite_where=text("next_at IS NOT NULL"),
        ),
    )

    change: int = Field(
        primary_key=True, foreign_key="policy_changes.number", sa_column_kwargs={"autoincrement": False}
    )
    next_at: datetime | None = None


class PolicyStage(SQLModel, table=True):
    """One notice of a change, for everybody whom it concerns: "ahead", "day", "moved-1", "withdrawn", "reminders".

    `day` and `at` are by each person's clock; without them it is told at once. It is never told before `not_before`.
    `state`: planned, stopped, or now (told at once, also outside working hours). `rank` orders them: after a notice of
    a higher rank nobody gets one of a lower. `step` counts changes, made by compare-and-set. Up to `looked_at` it was
    looked whom to tell.
    """

    __tablename__ = "policy_stages"
    __table_args__ = (
        CheckConstraint("state IN ('planned', 'stopped', 'now')", name="policy_stages_state"),
        CheckConstraint("(day IS NULL) = (at IS NULL)", name="policy_stages_time"),
    )

    change: int = Field(
        primary_key=True, foreign_key="policy_changes.number", sa_column_kwargs={"autoincrement": False}
    )
    stage: str = Field(primary_key=True, max_length=20)
    day: date | None = None
    at: time | None = None
    not_before: datetime
    state: str = "planned"
    rank: int
    step: int = 0
    looked_at: datetime | None = None


class PolicyNotice(SQLModel, table=True):
    """Somebody was told: once for each change, stage and recipient, ever. Rows are only added.

    `to` is "person:U…" or "channel:#…"; `due_at` when it was to be told, `told_at` when it was put into the outbox.
    """

    __tablename__ = "policy_notices"

    change: int = Field(
        primary_key=True, foreign_key="policy_changes.number", sa_column_kwargs={"autoincrement": False}
    )
    to: str = Field(primary_key=True)
    stage: str = Field(primary_key=True, max_length=20)
    due_at: datetime
    told_at: datetime


class PolicyAcknowledgement(SQLModel, table=True):
    """Somebody has read a version. Rows are only added; the same person and version stand here once."""

    __tablename__ = "policy_acknowledgements"
    __table_args__ = (UniqueConstraint("version", "team", "person", name="policy_acknowledgements_once"),)

    entry_id: str = Field(primary_key=True, foreign_key="audit_entries.id", max_length=36)
    version: str = Field(max_length=64)
    team: str
    person: str
    change: int = Field(foreign_key="policy_changes.number", index=True)
    read_at: datetime
