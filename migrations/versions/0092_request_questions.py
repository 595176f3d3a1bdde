"""What approvers ask before they decide on a request, and the answers"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0092_request_questions"
down_revision = "0091_fault_states"
branch_labels = None
depends_on = None
expands = True


def upgrade() -> None:
    op.create_table(
        "access_questions",
        sa.Column("request", sa.Integer(), sa.ForeignKey("access_requests.number"), primary_key=True),
        sa.Column("nth", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("by", AutoString(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("entry", AutoString(36), nullable=False, unique=True),
        sa.Column("asked", AutoString(), nullable=False),
        sa.Column("answered_at", UTCDateTime()),
        sa.Column("answer_entry", AutoString(36), unique=True),
        sa.CheckConstraint("nth > 0", name="access_questions_nth"),
        sa.CheckConstraint("(answered_at IS NULL) = (answer_entry IS NULL)", name="access_questions_answered"),
    )


def downgrade() -> None:
    raise RuntimeError("What approvers asked stays on record; restore a backup instead.")
