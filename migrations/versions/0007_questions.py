"""Questions about the policy, the privacy officers' desk and their rulings"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0007_questions"
down_revision = "0011_grant_life"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _asked()
    _desk()
    _rulings()


def _asked() -> None:
    op.create_table(
        "policy_questions",
        sa.Column("entry_id", AutoString(36), sa.ForeignKey("audit_entries.id"), primary_key=True),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("team", AutoString(), nullable=False),
        sa.Column("person", AutoString(), nullable=False),
        sa.Column("version", AutoString(64), nullable=False),
        sa.Column("kind", AutoString(), nullable=False),
        sa.Column("why", AutoString(), nullable=False),
        sa.Column("topic", AutoString()),
        sa.Column("topic_label", AutoString()),
        sa.Column("ruling", sa.Integer()),
        sa.CheckConstraint("kind IN ('quoted', 'silent', 'unsure')", name="policy_questions_kind"),
    )
    op.create_index("policy_questions_at", "policy_questions", ["at"])


def _desk() -> None:
    op.create_table(
        "desk_questions",
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("entry_id", AutoString(36), sa.ForeignKey("policy_questions.entry_id"), nullable=False, unique=True),
        sa.Column("team", AutoString(), nullable=False),
        sa.Column("person", AutoString(), nullable=False),
        sa.Column("version", AutoString(64), nullable=False),
        sa.Column("candidates", sa.JSON(), nullable=False),
        sa.Column("topic", AutoString()),
        sa.Column("topic_label", AutoString()),
        sa.Column("status", AutoString(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("due_at", UTCDateTime()),
        sa.Column("reminders", sa.Integer(), nullable=False),
        sa.Column("decided_at", UTCDateTime()),
        sa.Column("decided_by", AutoString()),
        sa.CheckConstraint("status IN ('open', 'quoted', 'written', 'not_ours')", name="desk_questions_status"),
        sa.CheckConstraint("(status = 'open') = (decided_at IS NULL)", name="desk_questions_decided"),
        sa.CheckConstraint("(decided_at IS NULL) = (decided_by IS NULL)", name="desk_questions_by"),
        sqlite_autoincrement=True,
    )
    where = sa.text("status = 'open'")
    op.create_index("desk_questions_open", "desk_questions", ["number"], postgresql_where=where, sqlite_where=where)


def _rulings() -> None:
    op.create_table(
        "rulings",
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("question", sa.Integer(), sa.ForeignKey("desk_questions.number"), nullable=False, unique=True),
        sa.Column("entry_id", AutoString(36), sa.ForeignKey("audit_entries.id"), nullable=False, unique=True),
        sa.Column("kind", AutoString(), nullable=False),
        sa.Column("team", AutoString(), nullable=False),
        sa.Column("author", AutoString(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("topic", AutoString()),
        sa.Column("version", AutoString(64), nullable=False),
        sa.Column("rests_on", sa.JSON(), nullable=False),
        sa.Column("status", AutoString(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("told", AutoString(64)),
        sa.Column("settled_at", UTCDateTime()),
        sa.Column("settled_by", AutoString()),
        sa.CheckConstraint("kind IN ('quoted', 'written', 'not_ours')", name="rulings_kind"),
        sa.CheckConstraint("status IN ('in_force', 'withdrawn')", name="rulings_status"),
        sa.CheckConstraint("(settled_at IS NULL) = (settled_by IS NULL)", name="rulings_settled"),
        sa.CheckConstraint("status = 'in_force' OR settled_at IS NOT NULL", name="rulings_withdrawn"),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    raise RuntimeError("Rulings are not taken down by a migration; restore a backup instead.")
