"""Each process says that it is at work, and by which configuration"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0097_running_processes"
down_revision = "0096_of_policy"
branch_labels = None
depends_on = None
expands = True


def upgrade() -> None:
    op.create_table(
        "running_processes",
        sa.Column("id", AutoString(32), primary_key=True),
        sa.Column("host", AutoString(255), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("release", AutoString(64), nullable=False),
        sa.Column("configuration", AutoString(64), nullable=False),
        sa.Column("policy_files", AutoString(64), nullable=False),
        sa.Column("started_at", UTCDateTime(), nullable=False),
        sa.Column("seen_at", UTCDateTime(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("running_processes")
