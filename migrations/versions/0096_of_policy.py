"""The last entry about the policy, which says which version is in force, is found at once; and so are all about rulings
and those that are to be reviewed
"""

import sqlalchemy as sa
from alembic import op

revision = "0096_of_policy"
down_revision = "0095_short_names"
branch_labels = None
depends_on = None
expands = True

INDEXES = (
    ("audit_entries_of_policy", ["at", "id"], "action IN ('policy.announce', 'policy.change')"),
    ("audit_entries_ruled", ["at", "id"], "action = 'privacy.rule'"),
    ("audit_entries_to_review", ["id"], "action IN ('access.emergency', 'audit.alert')"),
)


def upgrade() -> None:
    for name, columns, which in INDEXES:
        as_text = sa.text(which.replace("action IN", "CAST(action AS TEXT) IN"))  # PostgreSQL writes it back as it is
        op.create_index(name, "audit_entries", columns, sqlite_where=sa.text(which), postgresql_where=as_text)


def downgrade() -> None:
    for name, *_ in INDEXES:
        op.drop_index(name, "audit_entries")
