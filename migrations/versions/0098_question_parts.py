"""What came of each thing that a message asks, for the monthly list of what the policy does not answer"""

import sqlalchemy as sa
from alembic import op

revision = "0098_question_parts"
down_revision = "0097_running_processes"
branch_labels = None
depends_on = None
expands = True


def upgrade() -> None:
    op.add_column("policy_questions", sa.Column("parts", sa.JSON(none_as_null=True)))


def downgrade() -> None:
    raise RuntimeError("What was asked stays on record; restore a backup instead.")
