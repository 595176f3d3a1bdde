"""Tasks that are added to a customer's request: what is to be done stands in an audit entry, as all that is typed"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0094_added_tasks"
down_revision = "0093_beside_the_tree"
branch_labels = None
depends_on = None
expands = True


def upgrade() -> None:
    op.add_column("customer_request_tasks", sa.Column("added_in", AutoString(36)))


def downgrade() -> None:
    raise RuntimeError("What was added to customers' requests stays on record; restore a backup instead.")
