"""The review queue and the watch over the ledger"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0006_review"
down_revision = "0005_erasure"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _items()
    _links()
    _steps()
    _cursor()


def _items() -> None:
    op.create_table(
        "review_items",
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("kind", AutoString(), nullable=False),
        sa.Column("entry_id", AutoString(36), sa.ForeignKey("audit_entries.id"), nullable=False, unique=True),
        sa.Column("team", AutoString(), nullable=False),
        sa.Column("person", AutoString(), nullable=False),
        sa.Column("rule", AutoString()),
        sa.Column("facts", sa.JSON()),
        sa.Column("fired_at", UTCDateTime()),
        sa.Column("status", AutoString(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("queued_at", UTCDateTime(), nullable=False),
        sa.Column("due_at", UTCDateTime()),
        sa.Column("overdue", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('sample', 'emergency', 'alert')", name="review_items_kind"),
        sa.CheckConstraint(
            "status IN ('open', 'asked', 'answered', 'in_order', 'violation')", name="review_items_status"
        ),
        sa.CheckConstraint("(status IN ('in_order', 'violation')) = (due_at IS NULL)", name="review_items_due"),
        sa.CheckConstraint("(status = 'open') = (version = 0)", name="review_items_version"),
        sa.CheckConstraint("overdue BETWEEN 0 AND 2", name="review_items_overdue"),
        sa.CheckConstraint(
            "(kind = 'alert') = (rule IS NOT NULL) AND (rule IS NULL) = (fired_at IS NULL)", name="review_items_alert"
        ),
        sa.UniqueConstraint("team", "person", "rule", "fired_at", name="review_items_once"),
        sqlite_autoincrement=True,
    )
    where = sa.text("due_at IS NOT NULL")
    op.create_index(
        "review_items_waiting", "review_items", ["due_at", "number"], postgresql_where=where, sqlite_where=where
    )
    op.create_index("review_items_queued", "review_items", ["queued_at"])


def _links() -> None:
    op.create_table(
        "review_links",
        sa.Column("item", sa.Integer(), sa.ForeignKey("review_items.number"), primary_key=True, autoincrement=False),
        sa.Column("entry_id", AutoString(36), sa.ForeignKey("audit_entries.id"), primary_key=True),
        sa.Column("grant", AutoString()),
    )


def _steps() -> None:
    op.create_table(
        "review_steps",
        sa.Column("item", sa.Integer(), sa.ForeignKey("review_items.number"), primary_key=True, autoincrement=False),
        sa.Column("step", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("verdict", AutoString(), nullable=False),
        sa.Column("by", AutoString(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("entry_id", AutoString(36), sa.ForeignKey("audit_entries.id"), nullable=False, unique=True),
        sa.CheckConstraint(
            "verdict IN ('in_order', 'needs_explanation', 'violation', 'answered')", name="review_steps_verdict"
        ),
    )


def _cursor() -> None:
    """What is in the table already is not drawn from: nobody could review years of it within days."""
    op.create_table(
        "review_cursor",
        sa.Column("one", sa.SmallInteger(), primary_key=True, autoincrement=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("after", UTCDateTime()),
        sa.CheckConstraint("one = 1", name="review_cursor_one"),
    )
    op.execute("INSERT INTO review_cursor (one, position, after) SELECT 1, 0, MAX(at) FROM audit_entries")


def downgrade() -> None:
    raise RuntimeError("Reviews are not taken down by a migration; restore a backup instead.")
