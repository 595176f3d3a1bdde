"""What was fetched of the policy, how the watching of it stands, and why a change was dismissed or withdrawn"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0012_policy_watch"
down_revision = "0008_customer_requests"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("policy_changes", sa.Column("note", sa.Text()))
    op.create_table(
        "policy_snapshot_bytes",
        sa.Column("sha256", AutoString(64), primary_key=True),
        sa.Column("data", sa.LargeBinary(), nullable=False),
    )
    _snapshots()
    _watch()


def _snapshots() -> None:
    op.create_table(
        "policy_snapshots",
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("source", AutoString(), nullable=False),
        sa.Column("fetched_at", UTCDateTime(), nullable=False),
        sa.Column("url", AutoString()),
        sa.Column("sha256", AutoString(64), sa.ForeignKey("policy_snapshot_bytes.sha256")),
        sa.Column("content_type", AutoString()),
        sa.Column("etag", AutoString()),
        sa.Column("last_modified", AutoString()),
        sa.Column("unchanged", sa.Boolean(), nullable=False),
        sa.Column("extraction", sa.Integer()),
        sa.Column("version", AutoString(64)),
        sa.Column("fault", AutoString(32)),
        sa.Column("status", sa.Integer()),
        sa.CheckConstraint("sha256 IS NOT NULL OR fault IS NOT NULL", name="policy_snapshots_content"),
    )
    op.create_index("policy_snapshots_source", "policy_snapshots", ["source", "number"])
    op.create_index("policy_snapshots_bytes", "policy_snapshots", ["sha256"])


def _watch() -> None:
    watch = op.create_table(
        "policy_watch",
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("checked_at", UTCDateTime()),
        sa.Column("seen", AutoString(64)),
        sa.Column("candidate", AutoString(64)),
        sa.Column("candidate_at", UTCDateTime()),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("faults", sa.Integer(), nullable=False),
        sa.Column("fault", AutoString(32)),
        sa.Column("fault_source", AutoString()),
        sa.Column("fault_since", UTCDateTime()),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.Column("episode", sa.Integer(), nullable=False),
        sa.CheckConstraint("number = 1", name="policy_watch_one"),
        sa.CheckConstraint("(candidate IS NULL) = (candidate_at IS NULL)", name="policy_watch_candidate"),
        sa.CheckConstraint("(faults = 0) = (fault IS NULL)", name="policy_watch_fault"),
        sa.CheckConstraint("(fault IS NULL) = (fault_since IS NULL)", name="policy_watch_since"),
    )
    op.bulk_insert(watch, [{"number": 1, "tries": 0, "faults": 0, "told": False, "episode": 0}])


def downgrade() -> None:
    raise RuntimeError("Snapshots of the policy are not taken down by a migration; restore a backup instead.")
