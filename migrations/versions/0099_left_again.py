"""Who could not see to customers' requests any more, so that the desk is told again of whoever comes back and leaves"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0099_left_again"
down_revision = "0098_question_parts"
branch_labels = None
depends_on = None
expands = True


def upgrade() -> None:
    op.create_table(
        "customer_request_left",
        sa.Column("team", AutoString(), primary_key=True),
        sa.Column("person", AutoString(), primary_key=True),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("since", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime()),
        sa.CheckConstraint("times > 0", name="customer_request_left_times"),
    )


def downgrade() -> None:
    op.drop_table("customer_request_left")
