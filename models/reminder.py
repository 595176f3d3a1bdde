"""Who was reminded of a request, and what was asked about a grant's ticket."""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel


class AccessReminder(SQLModel, table=True):
    """The nth reminder of a request and whom it went to; null where nobody was there to be reminded. Once for each."""

    __tablename__ = "access_reminders"

    request: int = Field(
        primary_key=True, foreign_key="access_requests.number", sa_column_kwargs={"autoincrement": False}
    )
    nth: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    person: str | None = None
    at: datetime


class AccessTicketCheck(SQLModel, table=True):
    """A holder was asked, once, whether their grant's ticket is still open."""

    __tablename__ = "access_ticket_checks"
    __table_args__ = (
        CheckConstraint("answer IN ('open', 'closed')", name="access_ticket_checks_answer"),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="access_ticket_checks_answered"),
    )

    number: int = Field(primary_key=True, foreign_key="access_grants.number", sa_column_kwargs={"autoincrement": False})
    asked_at: datetime
    answer: str | None = None
    answered_at: datetime | None = None
