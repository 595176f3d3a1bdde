"""Approvers who are away, and their deputies. Both tables only grow: that somebody came back is a row of its own."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel


class AccessAbsence(SQLModel, table=True):
    """`person` is away from `since` until `until`, and `deputy` decides for them. Of several the newest counts."""

    __tablename__ = "access_absences"
    __table_args__ = (
        CheckConstraint("since < until", name="access_absences_period"),
        CheckConstraint("person <> deputy", name="access_absences_another"),
        Index("access_absences_until", "until"),
        {"sqlite_autoincrement": True},
    )

    number: int | None = Field(default=None, primary_key=True)
    team: str
    person: str
    deputy: str
    since: datetime
    until: datetime


class AccessReturn(SQLModel, table=True):
    """An absence that ended before its time: somebody came back, or named another deputy. Once for each."""

    __tablename__ = "access_returns"

    absence: int = Field(
        primary_key=True, foreign_key="access_absences.number", sa_column_kwargs={"autoincrement": False}
    )
    at: datetime
    by: str
