"""Installations, and those under way"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0001_installations"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "installations",
        sa.Column("team", AutoString(length=32), primary_key=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("enterprise", AutoString(length=32)),
        sa.Column("team_name", AutoString(), nullable=False),
        sa.Column("app", AutoString(length=32), nullable=False),
        sa.Column("bot", AutoString(length=32), nullable=False),
        sa.Column("bot_user", AutoString(length=32), nullable=False),
        sa.Column("installer", AutoString(length=32), nullable=False),
        sa.Column("scopes", AutoString(), nullable=False),
        sa.Column("sealed", AutoString()),
        sa.Column("installed_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime()),
        sa.Column("ended_at", UTCDateTime()),
        sa.Column("reason", AutoString(length=64)),
        sa.CheckConstraint("(ended_at IS NULL) = (sealed IS NOT NULL)", name="installations_sealed"),
        sa.CheckConstraint("(ended_at IS NULL) = (reason IS NULL)", name="installations_ended"),
    )
    op.create_table(
        "installation_states",
        sa.Column("state", AutoString(length=64), primary_key=True),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
    )
