"""Entries about customers' wishes are found by their account at once, and those about people's roles by themselves"""

import sqlalchemy as sa
from alembic import op

revision = "0093_beside_the_tree"
down_revision = "0092_request_questions"
branch_labels = None
depends_on = None
expands = True

INDEXES = (
    ("audit_entries_customers", ["account"], "privacy.request"),
    ("audit_entries_recertified", ["at", "id"], "access.recertify"),
)


def upgrade() -> None:
    for name, columns, action in INDEXES:
        which = sa.text(f"action = '{action}'")
        op.create_index(name, "audit_entries", columns, sqlite_where=which, postgresql_where=which)


def downgrade() -> None:
    for name, *_ in INDEXES:
        op.drop_index(name, "audit_entries")
