"""Which processes of Steward are at work on this database, and what each works by."""

from datetime import datetime

from sqlmodel import Field, SQLModel


class RunningProcess(SQLModel, table=True):
    """One process: it writes its row when it starts and again while it works, and takes it away when it ends.

    `host` and `pid` are the machine's (or the container's) words for it, `release` is Steward's version. The other two
    are SHA-256 in hex: of steward.toml with what it names, and of the policy's files.
    """

    __tablename__ = "running_processes"

    id: str = Field(primary_key=True, max_length=32)
    host: str = Field(max_length=255)
    pid: int
    release: str = Field(max_length=64)
    configuration: str = Field(max_length=64)
    policy_files: str = Field(max_length=64)
    started_at: datetime
    seen_at: datetime
