"""Several people's approvals of one request"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0010_approvals"
down_revision = "0009_policy_changes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("access_requests", sa.Column("needs", sa.JSON()))
    op.add_column("access_requests", sa.Column("turn", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "access_approvals",
        sa.Column("request", sa.Integer(), sa.ForeignKey("access_requests.number"), primary_key=True),
        sa.Column("by", AutoString(), primary_key=True),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("data_classes", sa.JSON(), nullable=False),
        sa.Column("duration_s", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text()),
        sa.CheckConstraint("duration_s > 0", name="access_approvals_duration"),
    )


def downgrade() -> None:
    raise RuntimeError("Approvals are not taken down by a migration; restore a backup instead.")
