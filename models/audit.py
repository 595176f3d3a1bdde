"""The audit table. Rows are added and never changed: triggers of the migration refuse UPDATE and DELETE."""

from datetime import datetime
from typing import Final

from sqlalchemy import CheckConstraint, Index, LargeBinary, Text, TextClause, text
from sqlmodel import Field, SQLModel

RECERTIFIED: Final = text("action = 'access.recertify'")
OF_CUSTOMERS: Final = text("action = 'privacy.request'")
RULED: Final = text("action = 'privacy.rule'")
TO_REVIEW: Final = "action IN ('access.emergency', 'audit.alert')"
OF_POLICY: Final = "action IN ('policy.announce', 'policy.change')"


def _as_text(which: str) -> TextClause:
    """The same for PostgreSQL, which writes a list of another type than text otherwise each time that it reads it."""
    return text(which.replace("action", "CAST(action AS TEXT)", 1))


class AuditEntry(SQLModel, table=True):
    """One entry. `entry` is the canonical text (RFC 8785), which is hashed; the other columns are for searching.

    `once` holds the id of the Slack delivery that led to it, so that a second delivery cannot be recorded, and so
    cannot have an effect. `leaf` is SHA-256(0x00 ‖ entry), RFC 6962's leaf hash, 32 bytes.
    """

    __tablename__ = "audit_entries"
    __table_args__ = (
        CheckConstraint("length(leaf) = 32", name="audit_entries_leaf_is_sha256"),
        Index("audit_entries_at", "at", "id"),
        Index("audit_entries_account", "account", "at", "id"),
        Index("audit_entries_actor", "actor", "at", "id"),
        Index("audit_entries_grant", "grant", "at", "id"),
        Index("audit_entries_recertified", "at", "id", sqlite_where=RECERTIFIED, postgresql_where=RECERTIFIED),
        Index("audit_entries_ruled", "at", "id", sqlite_where=RULED, postgresql_where=RULED),
        Index("audit_entries_to_review", "id", sqlite_where=text(TO_REVIEW), postgresql_where=_as_text(TO_REVIEW)),
        Index(
            "audit_entries_of_policy", "at", "id", sqlite_where=text(OF_POLICY), postgresql_where=_as_text(OF_POLICY)
        ),
        Index("audit_entries_customers", "account", sqlite_where=OF_CUSTOMERS, postgresql_where=OF_CUSTOMERS),
    )

    id: str = Field(primary_key=True, max_length=36)
    at: datetime
    actor: str
    action: str
    outcome: str
    account: str | None = None
    purpose: str | None = None
    grant: str | None = None
    entry: str = Field(sa_type=Text)
    leaf: bytes = Field(sa_type=LargeBinary)
    once: str | None = Field(default=None, unique=True)


class AuditOpen(SQLModel, table=True):
    """The personal text that an entry commits to by salted hashes, kept beside it so that it can be erased.

    `opened` is JSON: {field: {"salt": hex of 32 bytes, "value": text}}.
    """

    __tablename__ = "audit_open"

    entry_id: str = Field(primary_key=True, foreign_key="audit_entries.id", max_length=36)
    opened: str = Field(sa_type=Text)
