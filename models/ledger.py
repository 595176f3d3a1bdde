"""The ledger: which entry stands where, what was signed, and what was found wrong. Only marks and the lease change.

Triggers of the migration refuse UPDATE and DELETE on all tables here but the marks and the lease.
"""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Column, Integer, LargeBinary, SmallInteger, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

_NUMBER = BigInteger().with_variant(Integer(), "sqlite")


class AuditPending(SQLModel, table=True):
    """The mark of an entry that is committed and has no index yet. Written with the entry, removed with its leaf."""

    __tablename__ = "audit_pending"
    __table_args__ = {"sqlite_with_rowid": False}

    entry_id: str = Field(primary_key=True, max_length=36)


class LedgerLeaf(SQLModel, table=True):
    """An entry's index, from 0 without a gap, and its RFC 6962 leaf hash, 32 bytes."""

    __tablename__ = "ledger_leaves"
    __table_args__ = (
        CheckConstraint('"index" >= 0', name="ledger_leaves_index"),
        CheckConstraint("length(leaf) = 32", name="ledger_leaves_leaf_is_sha256"),
    )

    index: int = Field(sa_column=Column("index", _NUMBER, primary_key=True, autoincrement=False))
    entry_id: str = Field(max_length=36, unique=True)
    leaf: bytes = Field(sa_type=LargeBinary)


class LedgerNode(SQLModel, table=True):
    """The root of a perfect subtree of 2^level leaves, 32 bytes; of every eighth level: 8, 16, 24 …

    Those between are at most 128 hashes away, and the leaves are level 0.
    """

    __tablename__ = "ledger_nodes"
    __table_args__ = (
        CheckConstraint("level > 0 AND level % 8 = 0", name="ledger_nodes_level"),
        CheckConstraint('"index" >= 0', name="ledger_nodes_index"),
        CheckConstraint("length(hash) = 32", name="ledger_nodes_hash_is_sha256"),
        {"sqlite_with_rowid": False},
    )

    level: int = Field(sa_column=Column("level", SmallInteger, primary_key=True, autoincrement=False))
    index: int = Field(sa_column=Column("index", _NUMBER, primary_key=True, autoincrement=False))
    hash: bytes = Field(sa_type=LargeBinary)


class LedgerCheckpoint(SQLModel, table=True):
    """A signed statement of the tree's size and root. `previous` is the size that it was grown from, 0 at first.

    `previous` is unique, so that checkpoints are a chain: of two that grow the same tree one is refused. `frontier` is
    the tree as bot.audit.merkle.tree.Frontier writes it, `note` the C2SP signed note.
    """

    __tablename__ = "ledger_checkpoints"
    __table_args__ = (
        CheckConstraint("previous >= 0 AND previous < size", name="ledger_checkpoints_grow"),
        CheckConstraint("length(root) = 32", name="ledger_checkpoints_root_is_sha256"),
    )

    size: int = Field(sa_column=Column("size", _NUMBER, primary_key=True, autoincrement=False))
    previous: int = Field(sa_column=Column("previous", _NUMBER, nullable=False, unique=True))
    root: bytes = Field(sa_type=LargeBinary)
    frontier: bytes = Field(sa_type=LargeBinary)
    note: str = Field(sa_type=Text)
    at: datetime


class LedgerCosignature(SQLModel, table=True):
    """A witness's signature line under the checkpoint of this size, verified. `witness` is its key: name+id."""

    __tablename__ = "ledger_cosignatures"
    __table_args__ = {"sqlite_with_rowid": False}

    size: int = Field(sa_column=Column("size", _NUMBER, primary_key=True, autoincrement=False))
    witness: str = Field(primary_key=True)
    line: str = Field(sa_type=Text)
    at: datetime


class LedgerFault(SQLModel, table=True):
    """Something that does not agree, found before signing or looking back. `about`: an entry's id, a size (and root).

    Open until somebody has acknowledged it. `what` says it in words without personal data; `reference` is what people
    read out. `state` is the SHA-256 of what was found, in hex: what is changed again is another fault. None where no
    state belongs to it, or a release from before kept it.
    """

    __tablename__ = "ledger_faults"
    __table_args__ = (
        CheckConstraint("kind IN ('entry', 'tree', 'checkpoint', 'rollback')", name="ledger_faults_kind"),
    )

    id: int | None = Field(default=None, primary_key=True)
    found_at: datetime
    kind: str
    about: str
    what: str = Field(sa_type=Text)
    reference: str = Field(max_length=16)
    state: str | None = Field(default=None, max_length=64)


class LedgerAcknowledgement(SQLModel, table=True):
    """Somebody has investigated a fault and says what it was; once.

    Their words stand in the audit entry `entry_id` alone, from which they can be erased. `note` has those that an older
    release kept here; it named no entry.
    """

    __tablename__ = "ledger_acknowledgements"
    __table_args__ = (UniqueConstraint("fault", name="ledger_acknowledgements_once"),)

    id: int | None = Field(default=None, primary_key=True)
    fault: int = Field(foreign_key="ledger_faults.id")
    at: datetime
    by: str
    note: str = Field(sa_type=Text)
    entry_id: str | None = Field(default=None, max_length=36)


class LedgerLease(SQLModel, table=True):
    """Whose turn it is to integrate, and until when: one row."""

    __tablename__ = "ledger_lease"
    __table_args__ = (
        CheckConstraint("one = 1", name="ledger_lease_one"),
        CheckConstraint("(holder IS NULL) = (until IS NULL)", name="ledger_lease_held"),
    )

    one: int = Field(sa_column=Column("one", SmallInteger, primary_key=True, autoincrement=False))
    holder: str | None = Field(default=None, max_length=36)
    until: datetime | None = None
