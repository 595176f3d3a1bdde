"""Erasures of personal text from the audit table: what was asked, who confirmed it, and what was taken out when."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, Index, LargeBinary
from sqlmodel import Field, SQLModel


class Erasure(SQLModel, table=True):
    """One erasure. `status` changes by compare-and-set only.

    `subject` is a Slack user id, an account's id, or the salted hash of an e-mail address that was typed, by `kind`;
    `salt` is that hash's and is taken out when the erasure is settled. `entries` counts entries, `found` values by
    field. `asked_in` and `carried_out_in` are the ids of the audit entries that recorded the request and the act.
    """

    __tablename__ = "erasures"
    __table_args__ = (
        CheckConstraint("kind IN ('person', 'account', 'address')", name="erasures_kind"),
        CheckConstraint("status IN ('pending', 'done', 'refused', 'expired')", name="erasures_status"),
        CheckConstraint("(status = 'pending') = (settled_at IS NULL)", name="erasures_settled"),
        CheckConstraint("status = 'pending' OR salt IS NULL", name="erasures_salt"),
        CheckConstraint("entries > 0", name="erasures_entries"),
        {"sqlite_autoincrement": True},
    )

    number: int | None = Field(default=None, primary_key=True)
    kind: str
    subject: str
    salt: bytes | None = Field(default=None, sa_type=LargeBinary)
    entries: int
    found: dict[str, int] = Field(sa_type=JSON)
    status: str = "pending"
    asked_at: datetime
    asked_by: str
    asked_in: str = Field(max_length=36)
    expires_at: datetime
    settled_at: datetime | None = None
    settled_by: str | None = None
    carried_out_in: str | None = Field(default=None, max_length=36)


class ErasurePlan(SQLModel, table=True):
    """What a pending erasure would take out: exactly this is confirmed. Removed when it is settled."""

    __tablename__ = "erasure_plan"

    erasure: int = Field(primary_key=True, foreign_key="erasures.number")
    entry_id: str = Field(primary_key=True, max_length=36)
    field: str = Field(primary_key=True)


class ErasureConfirmation(SQLModel, table=True):
    """That a privacy officer confirmed an erasure; nobody counts twice."""

    __tablename__ = "erasure_confirmations"

    erasure: int = Field(primary_key=True, foreign_key="erasures.number")
    person: str = Field(primary_key=True)
    team: str
    at: datetime


class AuditErased(SQLModel, table=True):
    """That a field's text was taken out of an entry, when, and by which erasure. Rows are added and never changed."""

    __tablename__ = "audit_erased"
    __table_args__ = (Index("audit_erased_erasure", "erasure"), {"sqlite_with_rowid": False})

    entry_id: str = Field(primary_key=True, foreign_key="audit_entries.id", max_length=36)
    field: str = Field(primary_key=True)
    erasure: int = Field(foreign_key="erasures.number")
    at: datetime
