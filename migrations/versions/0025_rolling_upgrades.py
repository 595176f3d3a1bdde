"""Which releases may still work on this schema"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0025_rolling_upgrades"
down_revision = "0018_home_workspace"
branch_labels = None
depends_on = None
expands = True


def upgrade() -> None:
    op.create_table(
        "schema_serves",
        sa.Column("revision", AutoString(), primary_key=True),
        sa.Column("schema", AutoString(), primary_key=True),
    )
