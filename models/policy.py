"""The policy's versions, as they were published."""

from datetime import datetime

from sqlalchemy import LargeBinary, Text
from sqlmodel import Field, SQLModel


class PolicyVersion(SQLModel, table=True):
    """One version: the bytes as they came and the text as extracted. `hash` is that of the normalised text.

    In force is the version with the latest `in_force_from` that has come. `document` holds the blocks that were read
    from the original, as JSON, and `extraction` which reading of files that was; a version that was kept before there
    were any has none. `reading_of` is the hash of the version whose original was read again into this one: what is
    published did not change between the two.
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
    extraction: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    document: str | None = Field(default=None, sa_type=Text)
    reading_of: str | None = Field(default=None, max_length=64)
