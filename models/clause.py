"""Purposes whose clause is gone from the policy in force, and the clause that officers point to instead."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, Index, Text, text
from sqlmodel import Field, SQLModel


class ClauseSuspension(SQLModel, table=True):
    """One suspension of a purpose: S-3. `status` changes by compare-and-set only.

    `clause` is what the purpose is configured to rest on, `version` the hash of the version that does not say it.
    `proposed` are words of the version `proposed_for`, which one privacy officer points to and another confirms; once
    `restored`, the purpose rests on them for as long as they stand in the policy in force and the configuration names
    the same clause. `returned`: the clause stood in the policy again by itself. `ended` are the grants that were ended.
    """

    __tablename__ = "clause_suspensions"
    __table_args__ = (
        CheckConstraint("status IN ('suspended', 'restored', 'returned')", name="clause_suspensions_status"),
        CheckConstraint("(status = 'suspended') = (settled_at IS NULL)", name="clause_suspensions_settled"),
        CheckConstraint(
            "(proposed IS NULL) = (proposed_by IS NULL) AND (proposed IS NULL) = (proposed_for IS NULL)",
            name="clause_suspensions_proposed",
        ),
        CheckConstraint(
            "status <> 'restored' OR (proposed IS NOT NULL AND settled_by <> proposed_by)",
            name="clause_suspensions_two_people",
        ),
        Index(
            "clause_suspensions_open",
            "purpose",
            unique=True,
            postgresql_where=text("status = 'suspended'"),
            sqlite_where=text("status = 'suspended'"),
        ),
        {"sqlite_autoincrement": True},
    )

    number: int | None = Field(default=None, primary_key=True)
    purpose: str
    clause: str = Field(sa_type=Text)
    version: str = Field(max_length=64)
    noticed_at: datetime
    ended: list[str] = Field(sa_type=JSON)
    waiting: list[str] = Field(sa_type=JSON)
    status: str = "suspended"
    proposed: str | None = Field(default=None, sa_type=Text)
    proposed_for: str | None = Field(default=None, max_length=64)
    proposed_by: str | None = None
    proposed_at: datetime | None = None
    settled_at: datetime | None = None
    settled_by: str | None = None
