"""Extensions, requests on behalf of others and for later, and why a grant was ended"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0011_grant_life"
down_revision = "0010_approvals"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Plain ALTER TABLE: a table that is made anew on SQLite would forget which numbers were given out."""
    op.execute(
        "ALTER TABLE access_requests ADD COLUMN kind VARCHAR NOT NULL DEFAULT 'request'"
        " CONSTRAINT access_requests_kind CHECK (kind IN ('request', 'extension', 'emergency'))"
    )
    op.execute(
        "ALTER TABLE access_requests ADD COLUMN extends INTEGER"
        " CONSTRAINT access_requests_extends CHECK ((kind = 'extension') = (extends IS NOT NULL))"
        " REFERENCES access_grants (number)"
    )
    op.add_column("access_requests", sa.Column("asked_by", AutoString()))
    op.add_column("access_requests", sa.Column("starts_at", UTCDateTime()))
    op.add_column("access_grants", sa.Column("extensions", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("access_grants", sa.Column("end_note", sa.Text()))
    op.create_index("access_grants_account", "access_grants", ["account", "ends_at"])


def downgrade() -> None:
    raise RuntimeError("Grants are not taken down by a migration; restore a backup instead.")
