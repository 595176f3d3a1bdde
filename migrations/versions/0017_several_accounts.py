"""Several accounts in one request, in what was agreed to, and in one grant"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0017_several_accounts"
down_revision = "0025_rolling_upgrades"
branch_labels = None
depends_on = None
expands = True


def upgrade() -> None:
    op.create_table(
        "access_request_accounts",
        sa.Column("request", sa.Integer(), sa.ForeignKey("access_requests.number"), primary_key=True),
        sa.Column("place", sa.Integer(), primary_key=True),
        sa.Column("account", AutoString(), nullable=False),
        sa.Column("label", AutoString()),
    )
    op.create_index("access_request_accounts_account", "access_request_accounts", ["account", "request"])
    op.add_column("access_approvals", sa.Column("accounts", sa.JSON()))
    op.add_column("access_grants", sa.Column("accounts", sa.JSON()))


def downgrade() -> None:
    raise RuntimeError("Requests for several accounts are not taken down by a migration; restore a backup instead.")
