"""What accounts said about marketing by each medium. Rows are added and never changed: an undoing is a row, too."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlmodel import Field, SQLModel


class MarketingChoice(SQLModel, table=True):
    """One choice: O-12. `said_on` is the day on which it was said, in the company's time zone.

    Who said so stands in the audit entry `entry` alone. `undoes` is the choice that this row takes back; nothing is
    taken back twice. `request` is the customer's request that it came with, if any.
    """

    __tablename__ = "marketing_choices"
    __table_args__ = (
        CheckConstraint("choice IN ('objected', 'agreed', 'undone')", name="marketing_choices_choice"),
        CheckConstraint("(choice = 'undone') = (undoes IS NOT NULL)", name="marketing_choices_undoes"),
        ForeignKeyConstraint(["undoes"], ["marketing_choices.number"], name="marketing_choices_undone"),
        Index("marketing_choices_account", "account"),
        {"sqlite_autoincrement": True},
    )

    number: int | None = Field(default=None, primary_key=True)
    team: str
    account: str
    medium: str
    choice: str
    said_on: date
    recorded_at: datetime
    recorded_by: str
    entry: str = Field(max_length=36)
    request: int | None = None
    undoes: int | None = Field(default=None, unique=True)
