"""The audit table, requests and grants, policy versions"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0001_foundation"
down_revision = None
branch_labels = None
depends_on = None

APPEND_ONLY = ("audit_entries",)
FIRST_REQUEST = 1001


def upgrade() -> None:
    _audit()
    _access()
    _policy()
    if op.get_bind().dialect.name == "sqlite":
        _sqlite()
    else:
        _postgresql()


def _audit() -> None:
    op.create_table(
        "audit_entries",
        sa.Column("id", AutoString(36), primary_key=True),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor", AutoString(), nullable=False),
        sa.Column("action", AutoString(), nullable=False),
        sa.Column("outcome", AutoString(), nullable=False),
        sa.Column("account", AutoString()),
        sa.Column("purpose", AutoString()),
        sa.Column("grant", AutoString()),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("leaf", sa.LargeBinary(), nullable=False),
        sa.Column("once", AutoString(), unique=True),
        sa.CheckConstraint("length(leaf) = 32", name="audit_entries_leaf_is_sha256"),
    )
    op.create_index("audit_entries_at", "audit_entries", ["at", "id"])
    for column in ("account", "actor", "grant"):
        op.create_index(f"audit_entries_{column}", "audit_entries", [column, "at", "id"])
    op.create_table(
        "audit_open",
        sa.Column("entry_id", AutoString(36), sa.ForeignKey("audit_entries.id"), primary_key=True),
        sa.Column("opened", sa.Text(), nullable=False),
    )


def _access() -> None:
    op.create_table(
        "access_requests",
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("team", AutoString(), nullable=False),
        sa.Column("person", AutoString(), nullable=False),
        sa.Column("account", AutoString(), nullable=False),
        sa.Column("account_label", AutoString()),
        sa.Column("purpose", AutoString(), nullable=False),
        sa.Column("data_classes", sa.JSON(), nullable=False),
        sa.Column("duration_s", sa.Integer(), nullable=False),
        sa.Column("justification", sa.Text(), nullable=False),
        sa.Column("ticket", AutoString()),
        sa.Column("status", AutoString(), nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("decided_at", UTCDateTime()),
        sa.Column("decided_by", AutoString()),
        sa.Column("decision_note", sa.Text()),
        sa.CheckConstraint(
            "status IN ('pending', 'granted', 'denied', 'cancelled', 'expired')", name="access_requests_status"
        ),
        sa.CheckConstraint("duration_s > 0", name="access_requests_duration"),
        sa.CheckConstraint("(status = 'pending') = (decided_at IS NULL)", name="access_requests_decided"),
        sqlite_autoincrement=True,
    )
    op.create_index("access_requests_open", "access_requests", ["status", "expires_at"])
    op.create_index("access_requests_person", "access_requests", ["team", "person", "number"])
    op.create_table(
        "access_grants",
        sa.Column("number", sa.Integer(), sa.ForeignKey("access_requests.number"), primary_key=True, autoincrement=False),
        sa.Column("team", AutoString(), nullable=False),
        sa.Column("person", AutoString(), nullable=False),
        sa.Column("account", AutoString(), nullable=False),
        sa.Column("purpose", AutoString(), nullable=False),
        sa.Column("data_classes", sa.JSON(), nullable=False),
        sa.Column("starts_at", UTCDateTime(), nullable=False),
        sa.Column("ends_at", UTCDateTime(), nullable=False),
        sa.Column("granted_by", AutoString(), nullable=False),
        sa.Column("ended_at", UTCDateTime()),
        sa.Column("ended_by", AutoString()),
        sa.CheckConstraint("starts_at < ends_at", name="access_grants_period"),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="access_grants_ended"),
    )
    op.create_index("access_grants_person", "access_grants", ["team", "person", "ends_at"])


def _policy() -> None:
    op.create_table(
        "policy_versions",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("hash", AutoString(64), nullable=False, unique=True),
        sa.Column("title", AutoString(), nullable=False),
        sa.Column("source", AutoString(), nullable=False),
        sa.Column("media_type", AutoString(), nullable=False),
        sa.Column("original", sa.LargeBinary(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("imported_at", UTCDateTime(), nullable=False),
        sa.Column("imported_by", AutoString(), nullable=False),
        sa.Column("in_force_from", UTCDateTime(), nullable=False),
    )
    op.create_index("ix_policy_versions_in_force_from", "policy_versions", ["in_force_from"])


def _sqlite() -> None:
    op.execute(f"INSERT INTO sqlite_sequence (name, seq) VALUES ('access_requests', {FIRST_REQUEST - 1})")
    for table in APPEND_ONLY:
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )


def _postgresql() -> None:
    op.execute(f"ALTER SEQUENCE access_requests_number_seq RESTART WITH {FIRST_REQUEST}")
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    raise RuntimeError("The audit table is not taken down by a migration; restore a backup instead.")
