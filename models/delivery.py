"""The outbox to Slack: which messages must arrive, and how far each is. Never their words, which are made when sent."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel


class Delivery(SQLModel, table=True):
    """One message to one recipient, ever: kind, about and to are unique together.

    Status `queued`: not posted yet; `sending`: a post was begun and its outcome is not known; `sent`: Slack has it as
    `channel` and `ts`; `obsolete`: there was nothing to say any more; `failed`: Slack refused for good with `fault`.

    `shown` is the version of the subject that the message in Slack was composed at (or, while `sending`, may have
    been), `wanted` the version it should show. `due_at` is when something is next to be done: null when nothing is.
    `waiting_since` is when that something was first asked for. `claimed_until` is the end of a worker's lease,
    `claimed_by` that claim's own token. `key` stands in the message's metadata, so that it can be found again.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("kind", "about", "to", name="deliveries_once"),
        CheckConstraint("status IN ('queued', 'sending', 'sent', 'obsolete', 'failed')", name="deliveries_status"),
        CheckConstraint("(channel IS NULL) = (ts IS NULL)", name="deliveries_place"),
        CheckConstraint("status <> 'sent' OR ts IS NOT NULL", name="deliveries_sent"),
        CheckConstraint("status NOT IN ('queued', 'sending') OR ts IS NULL", name="deliveries_unsent"),
        CheckConstraint("status NOT IN ('queued', 'sending') OR due_at IS NOT NULL", name="deliveries_unsent_is_due"),
        CheckConstraint("status NOT IN ('obsolete', 'failed') OR due_at IS NULL", name="deliveries_parked"),
        CheckConstraint("(due_at IS NULL) = (waiting_since IS NULL)", name="deliveries_waiting"),
        CheckConstraint("(claimed_by IS NULL) = (claimed_until IS NULL)", name="deliveries_claim"),
        CheckConstraint("(status = 'sending') = (attempted_at IS NOT NULL)", name="deliveries_attempt"),
        Index("deliveries_subject", "about", "to", "id"),
        Index(
            "deliveries_due",
            "due_at",
            "id",
            postgresql_where=text("due_at IS NOT NULL"),
            sqlite_where=text("due_at IS NOT NULL"),
        ),
        Index(
            "deliveries_failed",
            "id",
            postgresql_where=text("status = 'failed'"),
            sqlite_where=text("status = 'failed'"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(max_length=36, unique=True)
    kind: str
    about: str
    to: str
    status: str = "queued"
    queued_at: datetime
    due_at: datetime | None
    waiting_since: datetime | None
    claimed_by: str | None = Field(default=None, max_length=36)
    claimed_until: datetime | None = None
    attempts: int = 0
    attempted_at: datetime | None = None
    fault: str | None = Field(default=None, max_length=64)
    channel: str | None = None
    ts: str | None = None
    sent_at: datetime | None = None
    wanted: int = 0
    shown: int = 0


class DeliverySubject(SQLModel, table=True):
    """How often what messages speak of has changed. `spread` is the version that its deliveries were last told of."""

    __tablename__ = "delivery_subjects"
    __table_args__ = (
        CheckConstraint("spread <= version", name="delivery_subjects_spread"),
        Index(
            "delivery_subjects_unspread",
            "about",
            postgresql_where=text("spread < version"),
            sqlite_where=text("spread < version"),
        ),
    )

    about: str = Field(primary_key=True)
    version: int = 1
    spread: int = 0
