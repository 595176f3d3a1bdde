"""The outbox to Slack and due work"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0003_delivery"
down_revision = "0002_accounts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _deliveries()
    _subjects()
    _due_work()


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("key", AutoString(36), nullable=False, unique=True),
        sa.Column("kind", AutoString(), nullable=False),
        sa.Column("about", AutoString(), nullable=False),
        sa.Column("to", AutoString(), nullable=False),
        sa.Column("status", AutoString(), nullable=False),
        sa.Column("queued_at", UTCDateTime(), nullable=False),
        sa.Column("due_at", UTCDateTime()),
        sa.Column("waiting_since", UTCDateTime()),
        sa.Column("claimed_by", AutoString(36)),
        sa.Column("claimed_until", UTCDateTime()),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("attempted_at", UTCDateTime()),
        sa.Column("fault", AutoString(64)),
        sa.Column("channel", AutoString()),
        sa.Column("ts", AutoString()),
        sa.Column("sent_at", UTCDateTime()),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("shown", sa.Integer(), nullable=False),
        sa.UniqueConstraint("kind", "about", "to", name="deliveries_once"),
        sa.CheckConstraint("status IN ('queued', 'sending', 'sent', 'obsolete', 'failed')", name="deliveries_status"),
        sa.CheckConstraint("(channel IS NULL) = (ts IS NULL)", name="deliveries_place"),
        sa.CheckConstraint("status <> 'sent' OR ts IS NOT NULL", name="deliveries_sent"),
        sa.CheckConstraint("status NOT IN ('queued', 'sending') OR ts IS NULL", name="deliveries_unsent"),
        sa.CheckConstraint(
            "status NOT IN ('queued', 'sending') OR due_at IS NOT NULL", name="deliveries_unsent_is_due"
        ),
        sa.CheckConstraint("status NOT IN ('obsolete', 'failed') OR due_at IS NULL", name="deliveries_parked"),
        sa.CheckConstraint("(due_at IS NULL) = (waiting_since IS NULL)", name="deliveries_waiting"),
        sa.CheckConstraint("(claimed_by IS NULL) = (claimed_until IS NULL)", name="deliveries_claim"),
        sa.CheckConstraint("(status = 'sending') = (attempted_at IS NOT NULL)", name="deliveries_attempt"),
    )
    op.create_index("deliveries_subject", "deliveries", ["about", "to", "id"])
    _partial_index("deliveries_due", "deliveries", ["due_at", "id"], "due_at IS NOT NULL")
    _partial_index("deliveries_failed", "deliveries", ["id"], "status = 'failed'")


def _subjects() -> None:
    op.create_table(
        "delivery_subjects",
        sa.Column("about", AutoString(), primary_key=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("spread", sa.Integer(), nullable=False),
        sa.CheckConstraint("spread <= version", name="delivery_subjects_spread"),
    )
    _partial_index("delivery_subjects_unspread", "delivery_subjects", ["about"], "spread < version")


def _due_work() -> None:
    op.create_table(
        "due_work",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("kind", AutoString(), nullable=False),
        sa.Column("about", AutoString(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("next_at", UTCDateTime()),
        sa.Column("claimed_by", AutoString(36)),
        sa.Column("claimed_until", UTCDateTime()),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("done_at", UTCDateTime()),
        sa.Column("fault", AutoString(64)),
        sa.UniqueConstraint("kind", "about", "at", name="due_work_once"),
        sa.CheckConstraint("(done_at IS NULL) = (next_at IS NOT NULL)", name="due_work_done"),
        sa.CheckConstraint("(claimed_by IS NULL) = (claimed_until IS NULL)", name="due_work_claim"),
    )
    _partial_index("due_work_next", "due_work", ["next_at", "id"], "next_at IS NOT NULL")


def _partial_index(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, postgresql_where=sa.text(where), sqlite_where=sa.text(where))


def downgrade() -> None:
    op.drop_table("due_work")
    op.drop_table("delivery_subjects")
    op.drop_table("deliveries")
