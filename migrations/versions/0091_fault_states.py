"""A fault of the ledger is of a state, and its acknowledgement names the entry that says so"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0091_fault_states"
down_revision = "0090_mistaken_requests"
branch_labels = None
depends_on = None
expands = True


def upgrade() -> None:
    op.add_column("ledger_faults", sa.Column("state", AutoString(64), nullable=True))
    op.add_column("ledger_acknowledgements", sa.Column("entry_id", AutoString(36), nullable=True))


def downgrade() -> None:
    raise RuntimeError("What was found of the ledger stays on record; restore a backup instead.")
