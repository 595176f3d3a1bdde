"""Which workspace of Slack a database belongs to, where one Steward hosts several."""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel


class HomeWorkspace(SQLModel, table=True):
    """The one row, written when the database is first used for a hosted workspace. It is never changed.

    `team` is Slack's id of the workspace.
    """

    __tablename__ = "home_workspace"
    __table_args__ = (CheckConstraint("number = 1", name="home_workspace_one"),)

    number: int = Field(default=1, primary_key=True, sa_column_kwargs={"autoincrement": False})
    team: str = Field(max_length=32)
    since: datetime
