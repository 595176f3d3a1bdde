"""What was fetched from where the policy is published, byte for byte, and how the watching of it stands."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, LargeBinary
from sqlmodel import Field, SQLModel


class SnapshotBytes(SQLModel, table=True):
    """A page or a file as it came, packed (zlib, RFC 1950). `sha256` is its own hash in hex; it is kept once."""

    __tablename__ = "policy_snapshot_bytes"

    sha256: str = Field(primary_key=True, max_length=64)
    data: bytes = Field(sa_type=LargeBinary)


class PolicySnapshot(SQLModel, table=True):
    """One fetch of one source. It has bytes, or a fault; both where the bytes are not the policy.

    `url` is the address after redirects (a file's name); `content_type`, `etag` and `last_modified` are as sent.
    `unchanged`: the source said that it is as at the fetch before, whose bytes stand here again. `version` is the hash
    of the text that `extraction` read; null where no text could be read. `fault` is a reason code, `status` the HTTP
    status with it.
    """

    __tablename__ = "policy_snapshots"
    __table_args__ = (
        CheckConstraint("sha256 IS NOT NULL OR fault IS NOT NULL", name="policy_snapshots_content"),
        Index("policy_snapshots_source", "source", "number"),
        Index("policy_snapshots_bytes", "sha256"),
    )

    number: int | None = Field(default=None, primary_key=True)
    source: str
    fetched_at: datetime
    url: str | None = None
    sha256: str | None = Field(default=None, max_length=64, foreign_key="policy_snapshot_bytes.sha256")
    content_type: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    unchanged: bool = False
    extraction: int | None = None
    version: str | None = Field(default=None, max_length=64)
    fault: str | None = Field(default=None, max_length=32)
    status: int | None = None


class PolicyWatch(SQLModel, table=True):
    """How the watching stands: one row, number 1, which every check locks.

    `seen` is the hash of the text that the sources last showed steadily. `candidate` is that of a text which was
    fetched once and waits to be fetched again, `candidate_at` when it was, and `tries` how many did not come twice
    since one did. `faults` counts checks in a row that ended with the fault
    `fault` (or others), since `fault_since`; `told`: the officers were told of them. `episode` numbers such stretches.
    """

    __tablename__ = "policy_watch"
    __table_args__ = (
        CheckConstraint("number = 1", name="policy_watch_one"),
        CheckConstraint("(candidate IS NULL) = (candidate_at IS NULL)", name="policy_watch_candidate"),
        CheckConstraint("(faults = 0) = (fault IS NULL)", name="policy_watch_fault"),
        CheckConstraint("(fault IS NULL) = (fault_since IS NULL)", name="policy_watch_since"),
    )

    number: int = Field(default=1, primary_key=True)
    checked_at: datetime | None = None
    seen: str | None = Field(default=None, max_length=64)
    candidate: str | None = Field(default=None, max_length=64)
    candidate_at: datetime | None = None
    tries: int = 0
    faults: int = 0
    fault: str | None = Field(default=None, max_length=32)
    fault_source: str | None = None
    fault_since: datetime | None = None
    told: bool = False
    episode: int = 0
