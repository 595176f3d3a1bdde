"""The review queue: which entries someone looks at again, and how far each is. Verdicts are audit entries."""

from datetime import datetime

from sqlalchemy import JSON, BigInteger, CheckConstraint, Column, Index, Integer, SmallInteger, UniqueConstraint, text
from sqlmodel import Field, SQLModel

_POSITION = BigInteger().with_variant(Integer(), "sqlite")


class ReviewItem(SQLModel, table=True):
    """One thing to review: V-12. It is about exactly one audit entry, `entry_id`; for an alert the alert's own.

    `person` is whom it is about. `version` counts the steps taken; status and version change by compare-and-set only.
    `due_at` is when the next step is overdue (null when none is awaited), `overdue` how often that was escalated.
    `rule`, `facts` (numbers) and `fired_at` are an alert's.
    """

    __tablename__ = "review_items"
    __table_args__ = (
        CheckConstraint("kind IN ('sample', 'emergency', 'alert')", name="review_items_kind"),
        CheckConstraint("status IN ('open', 'asked', 'answered', 'in_order', 'violation')", name="review_items_status"),
        CheckConstraint("(status IN ('in_order', 'violation')) = (due_at IS NULL)", name="review_items_due"),
        CheckConstraint("(status = 'open') = (version = 0)", name="review_items_version"),
        CheckConstraint("overdue BETWEEN 0 AND 2", name="review_items_overdue"),
        CheckConstraint(
            "(kind = 'alert') = (rule IS NOT NULL) AND (rule IS NULL) = (fired_at IS NULL)", name="review_items_alert"
        ),
        UniqueConstraint("team", "person", "rule", "fired_at", name="review_items_once"),
        Index(
            "review_items_waiting",
            "due_at",
            "number",
            postgresql_where=text("due_at IS NOT NULL"),
            sqlite_where=text("due_at IS NOT NULL"),
        ),
        Index("review_items_queued", "queued_at"),
        {"sqlite_autoincrement": True},
    )

    number: int | None = Field(default=None, primary_key=True)
    kind: str
    entry_id: str = Field(foreign_key="audit_entries.id", max_length=36, unique=True)
    team: str
    person: str
    rule: str | None = None
    facts: dict[str, int] | None = Field(default=None, sa_type=JSON)
    fired_at: datetime | None = None
    status: str = "open"
    version: int = 0
    queued_at: datetime
    due_at: datetime | None
    overdue: int = 0


class ReviewLink(SQLModel, table=True):
    """An entry that an item rests on: the sampled one itself, or those that an alert counted.

    `grant` is the entry's: whoever had a hand in that grant does not review the item.
    """

    __tablename__ = "review_links"

    item: int = Field(primary_key=True, foreign_key="review_items.number")
    entry_id: str = Field(primary_key=True, foreign_key="audit_entries.id", max_length=36)
    grant: str | None = None


class ReviewStep(SQLModel, table=True):
    """What was done about an item, in order from 1. The words stand in the audit entry `entry_id` alone."""

    __tablename__ = "review_steps"
    __table_args__ = (
        CheckConstraint(
            "verdict IN ('in_order', 'needs_explanation', 'violation', 'answered')", name="review_steps_verdict"
        ),
    )

    item: int = Field(primary_key=True, foreign_key="review_items.number")
    step: int = Field(primary_key=True)
    verdict: str
    by: str
    at: datetime
    entry_id: str = Field(foreign_key="audit_entries.id", max_length=36, unique=True)


class ReviewCursor(SQLModel, table=True):
    """How far the ledger has been watched: the index of the next entry. One row.

    `after` is the time of the newest entry that was there before anybody watched: what is not newer is passed over.
    """

    __tablename__ = "review_cursor"
    __table_args__ = (CheckConstraint("one = 1", name="review_cursor_one"),)

    one: int = Field(sa_column=Column("one", SmallInteger, primary_key=True, autoincrement=False))
    position: int = Field(sa_column=Column("position", _POSITION, nullable=False))
    after: datetime | None = None
