"""The policy's versions, as they were published."""

from datetime import datetime

from sqlalchemy import LargeBinary, Text
from sqlmodel import Field, SQLModel


class PolicyVersion(SQLModel, table=True):
    """One version: the bytes as they came and the text as extracted. `hash` is that of the normalised text.

    In force is the version with the latest `in_force_from` that has come.
    """

    __tablename__ = "policy_versions"

    id: int | None = Field(default=None, primary_key=True)
    hash: str = Field(unique=True, max_length=64)
    title: str
    source: str
    media_type: str
    original: bytes = Field(sa_type=LargeBinary)
    text: str = Field(sa_type=Text)
    imported_at: datetime
    imported_by: str
    in_force_from: datetime = Field(index=True)
