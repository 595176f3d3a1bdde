"""Work for later: what must be done at a time, by whichever process comes to it first."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel


class DueWork(SQLModel, table=True):
    """One piece of work, once for its kind, about and time.

    `next_at` is when it is next to be tried: `at` at first, later after a fault; null when done. `claimed_until` is the
    end of a process's lease on it, `claimed_by` that claim's own token. `fault` names the last error's type.
    """

    __tablename__ = "due_work"
    __table_args__ = (
        UniqueConstraint("kind", "about", "at", name="due_work_once"),
        CheckConstraint("(done_at IS NULL) = (next_at IS NOT NULL)", name="due_work_done"),
        CheckConstraint("(claimed_by IS NULL) = (claimed_until IS NULL)", name="due_work_claim"),
        Index(
            "due_work_next",
            "next_at",
            "id",
            postgresql_where=text("next_at IS NOT NULL"),
            sqlite_where=text("next_at IS NOT NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    about: str
    at: datetime
    next_at: datetime | None
    claimed_by: str | None = Field(default=None, max_length=36)
    claimed_until: datetime | None = None
    attempts: int = 0
    done_at: datetime | None = None
    fault: str | None = Field(default=None, max_length=64)
