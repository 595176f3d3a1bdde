"""Lists of who may look up for what, and who was removed"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0016_recertification"
down_revision = "0015_approvers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "recertification_lists",
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("term", AutoString(), nullable=False),
        sa.Column("role", AutoString(), nullable=False),
        sa.Column("team", AutoString(), nullable=False),
        sa.Column("owner", AutoString()),
        sa.Column("opened_at", UTCDateTime(), nullable=False),
        sa.Column("due_at", UTCDateTime(), nullable=False),
        sa.Column("escalated_at", UTCDateTime()),
        sa.Column("closed_at", UTCDateTime()),
        sa.UniqueConstraint("term", "role", name="recertification_lists_once"),
        sqlite_autoincrement=True,
    )
    _lines()
    _removals()


def _lines() -> None:
    key = sa.ForeignKey("recertification_lists.number")
    op.create_table(
        "recertification_lines",
        sa.Column("of", sa.Integer(), key, primary_key=True, autoincrement=False),
        sa.Column("person", AutoString(), primary_key=True),
        sa.Column("purposes", sa.JSON(), nullable=False),
        sa.Column("data_classes", sa.JSON(), nullable=False),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.Column("verdict", AutoString()),
        sa.Column("decided_at", UTCDateTime()),
        sa.Column("decided_by", AutoString()),
        sa.CheckConstraint("verdict IN ('keep', 'remove', 'gone')", name="recertification_lines_verdict"),
        sa.CheckConstraint("(verdict IS NULL) = (decided_at IS NULL)", name="recertification_lines_decided"),
        sa.CheckConstraint("decided_by <> person", name="recertification_lines_another"),
    )


def _removals() -> None:
    op.create_table(
        "role_removals",
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("team", AutoString(), nullable=False),
        sa.Column("person", AutoString(), nullable=False),
        sa.Column("role", AutoString(), nullable=False),
        sa.Column("of", sa.Integer(), sa.ForeignKey("recertification_lists.number"), nullable=False),
        sa.Column("removed_at", UTCDateTime(), nullable=False),
        sa.Column("removed_by", AutoString(), nullable=False),
        sa.Column("ended", AutoString()),
        sa.Column("ended_at", UTCDateTime()),
        sa.Column("ended_by", AutoString()),
        sa.CheckConstraint("ended IN ('gone', 'lifted')", name="role_removals_ended"),
        sa.CheckConstraint("(ended IS NULL) = (ended_at IS NULL)", name="role_removals_ended_at"),
        sqlite_autoincrement=True,
    )
    where = sa.text("ended IS NULL")
    op.create_index(
        "role_removals_open",
        "role_removals",
        ["team", "person", "role"],
        unique=True,
        postgresql_where=where,
        sqlite_where=where,
    )


def downgrade() -> None:
    raise RuntimeError("Recertification is not taken down by a migration; restore a backup instead.")
