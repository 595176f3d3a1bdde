"""The policy's text as it was extracted, by which reading of files, and which version it reads again"""

import sqlalchemy as sa
from alembic import op

revision = "0006_policy_text"
down_revision = "0006_review"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("policy_versions", sa.Column("extraction", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("policy_versions", sa.Column("document", sa.Text(), nullable=True))
    op.add_column("policy_versions", sa.Column("reading_of", sa.String(64), nullable=True))
