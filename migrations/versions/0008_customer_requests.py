"""Customers' requests, their tasks, and what accounts said about marketing"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0008_customer_requests"
down_revision = "0007_questions"
branch_labels = None
depends_on = None

APPEND_ONLY = "marketing_choices is append-only"


def upgrade() -> None:
    _requests()
    _tasks()
    _choices()
    if op.get_bind().dialect.name == "sqlite":
        _sqlite_only_grows()
    else:
        _postgresql_only_grows()


def _requests() -> None:
    op.create_table(
        "customer_requests",
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("team", AutoString(), nullable=False),
        sa.Column("kind", AutoString(), nullable=False),
        sa.Column("account", AutoString(), nullable=False),
        sa.Column("law", AutoString(), nullable=False),
        sa.Column("channel", AutoString(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        sa.Column("recorded_by", AutoString(), nullable=False),
        sa.Column("entry", AutoString(36), nullable=False, unique=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("due_at", UTCDateTime(), nullable=False),
        sa.Column("status", AutoString(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("media", sa.JSON(), nullable=False),
        sa.Column("owner", AutoString()),
        sa.Column("identity", AutoString()),
        sa.Column("identity_by", AutoString()),
        sa.Column("extended_at", UTCDateTime()),
        sa.Column("extended_in", AutoString(36)),
        sa.Column("closed_at", UTCDateTime()),
        sa.Column("closed_by", AutoString()),
        sa.CheckConstraint(
            "kind IN ('access', 'erasure', 'rectification', 'objection', 'restriction', 'portability', 'complaint')",
            name="customer_requests_kind",
        ),
        sa.CheckConstraint(
            "channel IN ('email', 'telephone', 'letter', 'form', 'chat', 'in_person')", name="customer_requests_channel"
        ),
        sa.CheckConstraint("status IN ('open', 'closed')", name="customer_requests_status"),
        sa.CheckConstraint("(status = 'closed') = (closed_at IS NOT NULL)", name="customer_requests_closed"),
        sa.CheckConstraint("(identity IS NULL) = (identity_by IS NULL)", name="customer_requests_identity"),
        sa.CheckConstraint("status = 'open' OR identity IS NOT NULL", name="customer_requests_closed_identity"),
        sa.CheckConstraint("(extended_at IS NULL) = (extended_in IS NULL)", name="customer_requests_extended"),
        sa.CheckConstraint("received_on <= due_on", name="customer_requests_due"),
        sqlite_autoincrement=True,
    )
    op.create_index("customer_requests_account", "customer_requests", ["account", "kind"])
    where = sa.text("status = 'open'")
    op.create_index(
        "customer_requests_open", "customer_requests", ["due_at", "number"], postgresql_where=where, sqlite_where=where
    )


def _tasks() -> None:
    op.create_table(
        "customer_request_tasks",
        sa.Column(
            "request", sa.Integer(), sa.ForeignKey("customer_requests.number"), primary_key=True, autoincrement=False
        ),
        sa.Column("position", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("title", AutoString(), nullable=False),
        sa.Column("status", AutoString(), nullable=False),
        sa.Column("assignee", AutoString()),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("settled_by", AutoString()),
        sa.Column("settled_at", UTCDateTime()),
        sa.Column("entry", AutoString(36)),
        sa.CheckConstraint("status IN ('open', 'done', 'refused')", name="customer_request_tasks_status"),
        sa.CheckConstraint("(status = 'open') = (settled_by IS NULL)", name="customer_request_tasks_settled"),
        sa.CheckConstraint("(settled_by IS NULL) = (settled_at IS NULL)", name="customer_request_tasks_settled_at"),
        sa.CheckConstraint("(settled_by IS NULL) = (entry IS NULL)", name="customer_request_tasks_entry"),
    )
    op.create_index("customer_request_tasks_assignee", "customer_request_tasks", ["assignee"])


def _choices() -> None:
    op.create_table(
        "marketing_choices",
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("team", AutoString(), nullable=False),
        sa.Column("account", AutoString(), nullable=False),
        sa.Column("medium", AutoString(), nullable=False),
        sa.Column("choice", AutoString(), nullable=False),
        sa.Column("said_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        sa.Column("recorded_by", AutoString(), nullable=False),
        sa.Column("entry", AutoString(36), nullable=False),
        sa.Column("request", sa.Integer()),
        sa.Column("undoes", sa.Integer(), unique=True),
        sa.CheckConstraint("choice IN ('objected', 'agreed', 'undone')", name="marketing_choices_choice"),
        sa.CheckConstraint("(choice = 'undone') = (undoes IS NOT NULL)", name="marketing_choices_undoes"),
        sa.ForeignKeyConstraint(["undoes"], ["marketing_choices.number"], name="marketing_choices_undone"),
        sqlite_autoincrement=True,
    )
    op.create_index("marketing_choices_account", "marketing_choices", ["account"])


def _sqlite_only_grows() -> None:
    """REPLACE removes the row in its way without firing delete triggers: https://www.sqlite.org/lang_replace.html"""
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER marketing_choices_no_{verb.lower()} BEFORE {verb} ON marketing_choices "
            f"BEGIN SELECT RAISE(ABORT, '{APPEND_ONLY}'); END"
        )
    op.execute(
        "CREATE TRIGGER marketing_choices_no_replace BEFORE INSERT ON marketing_choices BEGIN "
        f"SELECT RAISE(ABORT, '{APPEND_ONLY}') FROM marketing_choices WHERE number = NEW.number; "
        "SELECT RAISE(ABORT, 'UNIQUE constraint failed: marketing_choices.undoes') FROM marketing_choices "
        "WHERE undoes = NEW.undoes; END"
    )


def _postgresql_only_grows() -> None:
    op.execute(
        "CREATE TRIGGER marketing_choices_append_only BEFORE UPDATE OR DELETE ON marketing_choices "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER marketing_choices_no_truncate BEFORE TRUNCATE ON marketing_choices "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    for trigger in ("marketing_choices_append_only", "marketing_choices_no_truncate"):
        op.execute(f"ALTER TABLE marketing_choices ENABLE ALWAYS TRIGGER {trigger}")


def downgrade() -> None:
    raise RuntimeError("Customers' requests are not taken down by a migration; restore a backup instead.")
