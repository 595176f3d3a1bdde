"""The ledger: marks, leaves, nodes, checkpoints, cosignatures, faults, the integrator's lease"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0004_ledger"
down_revision = "0004_append_only"
branch_labels = None
depends_on = None

KEYS = {
    "ledger_leaves": (('"index"',), ("entry_id",)),
    "ledger_nodes": (("level", '"index"'),),
    "ledger_checkpoints": (("size",), ("previous",)),
    "ledger_cosignatures": (("size", "witness"),),
    "ledger_faults": (("id",),),
    "ledger_acknowledgements": (("id",), ("fault",)),
}
"""The append-only tables, and each set of columns by which a row could stand in another's way."""


def upgrade() -> None:
    _marks()
    _tree()
    _checkpoints()
    _faults()
    _lease()
    refuse = _sqlite if op.get_bind().dialect.name == "sqlite" else _postgresql
    for table in KEYS:
        refuse(table)


def _marks() -> None:
    """Entries from before the ledger get their index like new ones, in the order of their ids."""
    op.create_table(
        "audit_pending", sa.Column("entry_id", AutoString(36), primary_key=True), sqlite_with_rowid=False
    )
    op.execute("INSERT INTO audit_pending (entry_id) SELECT id FROM audit_entries")


def _tree() -> None:
    op.create_table(
        "ledger_leaves",
        sa.Column("index", _number(), primary_key=True, autoincrement=False),
        sa.Column("entry_id", AutoString(36), nullable=False, unique=True),
        sa.Column("leaf", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint('"index" >= 0', name="ledger_leaves_index"),
        sa.CheckConstraint("length(leaf) = 32", name="ledger_leaves_leaf_is_sha256"),
    )
    op.create_table(
        "ledger_nodes",
        sa.Column("level", sa.SmallInteger(), primary_key=True, autoincrement=False),
        sa.Column("index", _number(), primary_key=True, autoincrement=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("level > 0 AND level % 8 = 0", name="ledger_nodes_level"),
        sa.CheckConstraint('"index" >= 0', name="ledger_nodes_index"),
        sa.CheckConstraint("length(hash) = 32", name="ledger_nodes_hash_is_sha256"),
        sqlite_with_rowid=False,
    )


def _checkpoints() -> None:
    op.create_table(
        "ledger_checkpoints",
        sa.Column("size", _number(), primary_key=True, autoincrement=False),
        sa.Column("previous", _number(), nullable=False, unique=True),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("frontier", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.CheckConstraint("previous >= 0 AND previous < size", name="ledger_checkpoints_grow"),
        sa.CheckConstraint("length(root) = 32", name="ledger_checkpoints_root_is_sha256"),
    )
    op.create_table(
        "ledger_cosignatures",
        sa.Column("size", _number(), primary_key=True, autoincrement=False),
        sa.Column("witness", AutoString(), primary_key=True),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sqlite_with_rowid=False,
    )


def _faults() -> None:
    op.create_table(
        "ledger_faults",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("found_at", UTCDateTime(), nullable=False),
        sa.Column("kind", AutoString(), nullable=False),
        sa.Column("about", AutoString(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("reference", AutoString(16), nullable=False),
        sa.CheckConstraint("kind IN ('entry', 'tree', 'checkpoint', 'rollback')", name="ledger_faults_kind"),
    )
    op.create_table(
        "ledger_acknowledgements",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("fault", sa.Integer(), sa.ForeignKey("ledger_faults.id"), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("by", AutoString(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.UniqueConstraint("fault", name="ledger_acknowledgements_once"),
    )


def _lease() -> None:
    op.create_table(
        "ledger_lease",
        sa.Column("one", sa.SmallInteger(), primary_key=True, autoincrement=False),
        sa.Column("holder", AutoString(36)),
        sa.Column("until", UTCDateTime()),
        sa.CheckConstraint("one = 1", name="ledger_lease_one"),
        sa.CheckConstraint("(holder IS NULL) = (until IS NULL)", name="ledger_lease_held"),
    )
    op.execute("INSERT INTO ledger_lease (one) VALUES (1)")


def _number() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _sqlite(table: str) -> None:
    """As for the entries: REPLACE fires no delete trigger, so what would be in the way is refused first."""
    refuse = f"SELECT RAISE(ABORT, '{table} is append-only')"
    for verb in ("UPDATE", "DELETE"):
        op.execute(f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} BEGIN {refuse}; END")
    for number, columns in enumerate(KEYS[table]):
        same = " AND ".join(f"{column} = NEW.{column}" for column in columns)
        op.execute(
            f"CREATE TRIGGER {table}_no_replace_{number} BEFORE INSERT ON {table} "
            f"BEGIN {refuse} FROM {table} WHERE {same}; END"
        )


def _postgresql(table: str) -> None:
    for name, event, each in (("append_only", "UPDATE OR DELETE", "ROW"), ("no_truncate", "TRUNCATE", "STATEMENT")):
        op.execute(
            f"CREATE TRIGGER {table}_{name} BEFORE {event} ON {table} "
            f"FOR EACH {each} EXECUTE FUNCTION refuse_change()"
        )
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_{name}")


def downgrade() -> None:
    raise RuntimeError("The ledger is not taken down by a migration; restore a backup instead.")
