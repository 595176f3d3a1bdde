"""Which workspace of Slack a database belongs to"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0018_home_workspace"
down_revision = "0016_recertification"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "home_workspace",
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("team", AutoString(length=32), nullable=False),
        sa.Column("since", UTCDateTime(), nullable=False),
        sa.CheckConstraint("number = 1", name="home_workspace_one"),
    )
