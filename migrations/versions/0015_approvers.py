"""Deputies, reminders, escalation, and what was asked about tickets"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0015_approvers"
down_revision = "0014_special_cases"
branch_labels = None
depends_on = None

ONLY_GROW = {"access_absences": "number", "access_returns": "absence"}


def upgrade() -> None:
    op.add_column("access_requests", sa.Column("escalated_at", UTCDateTime()))
    op.add_column("access_approvals", sa.Column("behalf", AutoString()))
    _absences()
    _reminders()
    for table, key in ONLY_GROW.items():
        if op.get_bind().dialect.name == "sqlite":
            _sqlite_only_grows(table, key)
        else:
            _postgresql_only_grows(table)


def _absences() -> None:
    op.create_table(
        "access_absences",
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("team", AutoString(), nullable=False),
        sa.Column("person", AutoString(), nullable=False),
        sa.Column("deputy", AutoString(), nullable=False),
        sa.Column("since", UTCDateTime(), nullable=False),
        sa.Column("until", UTCDateTime(), nullable=False),
        sa.CheckConstraint("since < until", name="access_absences_period"),
        sa.CheckConstraint("person <> deputy", name="access_absences_another"),
        sqlite_autoincrement=True,
    )
    op.create_index("access_absences_until", "access_absences", ["until"])
    key = sa.ForeignKey("access_absences.number")
    op.create_table(
        "access_returns",
        sa.Column("absence", sa.Integer(), key, primary_key=True, autoincrement=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("by", AutoString(), nullable=False),
    )


def _reminders() -> None:
    request, grant = sa.ForeignKey("access_requests.number"), sa.ForeignKey("access_grants.number")
    op.create_table(
        "access_reminders",
        sa.Column("request", sa.Integer(), request, primary_key=True, autoincrement=False),
        sa.Column("nth", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("person", AutoString()),
        sa.Column("at", UTCDateTime(), nullable=False),
    )
    op.create_table(
        "access_ticket_checks",
        sa.Column("number", sa.Integer(), grant, primary_key=True, autoincrement=False),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("answer", AutoString()),
        sa.Column("answered_at", UTCDateTime()),
        sa.CheckConstraint("answer IN ('open', 'closed')", name="access_ticket_checks_answer"),
        sa.CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="access_ticket_checks_answered"),
    )


def _sqlite_only_grows(table: str, key: str) -> None:
    """REPLACE removes the row in its way without firing delete triggers: https://www.sqlite.org/lang_replace.html"""
    refusal = f"SELECT RAISE(ABORT, '{table} is append-only')"
    for verb in ("UPDATE", "DELETE"):
        op.execute(f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} BEGIN {refusal}; END")
    op.execute(
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "
        f"BEGIN {refusal} FROM {table} WHERE {key} = NEW.{key}; END"
    )


def _postgresql_only_grows(table: str) -> None:
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    for trigger in (f"{table}_append_only", f"{table}_no_truncate"):
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {trigger}")


def downgrade() -> None:
    raise RuntimeError("Deputies and reminders are not taken down by a migration; restore a backup instead.")
