"""Deputies agree to disclosures"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0017_outsiders"
down_revision = "0017_several_accounts"
branch_labels = None
depends_on = None
expands = True


def upgrade() -> None:
    op.add_column("disclosure_approvals", sa.Column("behalf", AutoString()))


def downgrade() -> None:
    raise RuntimeError("Who agreed for whom stays on record; restore a backup instead.")
