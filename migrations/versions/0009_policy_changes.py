"""Changes of the policy and what was decided about them"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0009_policy_changes"
down_revision = "0006_policy_text"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "policy_changes",
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("before", AutoString(64)),
        sa.Column("after", AutoString(64), nullable=False),
        sa.Column("kind", AutoString(), nullable=False),
        sa.Column("found_how", AutoString(), nullable=False),
        sa.Column("found_at", UTCDateTime(), nullable=False),
        sa.Column("found_by", AutoString(), nullable=False),
        sa.Column("status", AutoString(), nullable=False),
        sa.Column("material", sa.Boolean()),
        sa.Column("effective_at", UTCDateTime()),
        sa.Column("audience", sa.JSON()),
        sa.Column("summary", sa.Text()),
        sa.Column("decided_at", UTCDateTime()),
        sa.Column("decided_by", AutoString()),
        sa.Column("incident", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('first', 'same', 'noise', 'date', 'moved', 'text')", name="policy_changes_kind"),
        sa.CheckConstraint("found_how IN ('page', 'import', 'draft')", name="policy_changes_found_how"),
        sa.CheckConstraint("status IN ('found', 'announced', 'dismissed', 'withdrawn')", name="policy_changes_status"),
        sa.CheckConstraint("(status = 'found') = (decided_at IS NULL)", name="policy_changes_decided"),
        sa.CheckConstraint(
            "status <> 'announced' OR (material IS NOT NULL AND effective_at IS NOT NULL AND audience IS NOT NULL)",
            name="policy_changes_announced",
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("policy_changes_after", "policy_changes", ["after", "number"])
    op.create_index("policy_changes_status", "policy_changes", ["status", "effective_at"])


def downgrade() -> None:
    raise RuntimeError("Changes of the policy are not taken down by a migration; restore a backup instead.")
