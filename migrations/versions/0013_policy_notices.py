"""Notices of changes of the policy, and who has read them"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0013_policy_notices"
down_revision = "0012_policy_watch"
branch_labels = None
depends_on = None

ONCE = {
    "policy_notices": (("change", '"to"', "stage"),),
    "policy_acknowledgements": (("entry_id",), ("version", "team", "person")),
}
"""Tables that only grow, with what is unique in a row."""


def upgrade() -> None:
    _plans()
    _told()
    sqlite = op.get_bind().dialect.name == "sqlite"
    for table, keys in ONCE.items():
        if sqlite:
            _sqlite_only_grows(table, keys)
        else:
            _postgresql_only_grows(table)


def _plans() -> None:
    change = sa.ForeignKey("policy_changes.number")
    op.create_table(
        "policy_plans",
        sa.Column("change", sa.Integer(), change, primary_key=True, autoincrement=False),
        sa.Column("next_at", UTCDateTime()),
    )
    where = sa.text("next_at IS NOT NULL")
    op.create_index("policy_plans_next", "policy_plans", ["next_at"], postgresql_where=where, sqlite_where=where)
    op.create_table(
        "policy_stages",
        sa.Column(
            "change", sa.Integer(), sa.ForeignKey("policy_changes.number"), primary_key=True, autoincrement=False
        ),
        sa.Column("stage", AutoString(20), primary_key=True),
        sa.Column("day", sa.Date()),
        sa.Column("at", sa.Time()),
        sa.Column("not_before", UTCDateTime(), nullable=False),
        sa.Column("state", AutoString(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("looked_at", UTCDateTime()),
        sa.CheckConstraint("state IN ('planned', 'stopped', 'now')", name="policy_stages_state"),
        sa.CheckConstraint("(day IS NULL) = (at IS NULL)", name="policy_stages_time"),
    )


def _told() -> None:
    op.create_table(
        "policy_notices",
        sa.Column(
            "change", sa.Integer(), sa.ForeignKey("policy_changes.number"), primary_key=True, autoincrement=False
        ),
        sa.Column("to", AutoString(), primary_key=True),
        sa.Column("stage", AutoString(20), primary_key=True),
        sa.Column("due_at", UTCDateTime(), nullable=False),
        sa.Column("told_at", UTCDateTime(), nullable=False),
    )
    op.create_table(
        "policy_acknowledgements",
        sa.Column("entry_id", AutoString(36), sa.ForeignKey("audit_entries.id"), primary_key=True),
        sa.Column("version", AutoString(64), nullable=False),
        sa.Column("team", AutoString(), nullable=False),
        sa.Column("person", AutoString(), nullable=False),
        sa.Column("change", sa.Integer(), sa.ForeignKey("policy_changes.number"), nullable=False),
        sa.Column("read_at", UTCDateTime(), nullable=False),
        sa.UniqueConstraint("version", "team", "person", name="policy_acknowledgements_once"),
    )
    op.create_index("ix_policy_acknowledgements_change", "policy_acknowledgements", ["change"])


def _sqlite_only_grows(table: str, keys: tuple[tuple[str, ...], ...]) -> None:
    """REPLACE removes the row in its way without firing delete triggers: https://www.sqlite.org/lang_replace.html"""
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
    same = (" AND ".join(f"{name} = NEW.{name}" for name in key) for key in (*keys, ("rowid",)))
    refuse = f"SELECT RAISE(ABORT, '{table} is append-only')"
    refusals = "".join(f"{refuse} FROM {table} WHERE {one}; " for one in same)
    op.execute(f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} BEGIN {refusals}END")


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
    raise RuntimeError("Notices of the policy are not taken down by a migration; restore a backup instead.")
