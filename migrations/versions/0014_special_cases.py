"""Disclosures to outsiders with their register, and purposes whose clause is gone"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0014_special_cases"
down_revision = "0013_policy_notices"
branch_labels = None
depends_on = None

REGISTER = "disclosure_register"


def upgrade() -> None:
    _disclosures()
    _approvals()
    _register()
    _suspensions()
    if op.get_bind().dialect.name == "sqlite":
        _sqlite_only_grows()
    else:
        _postgresql_only_grows()


def _disclosures() -> None:
    op.create_table(
        "disclosures",
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("team", AutoString(), nullable=False),
        sa.Column("asked_by", AutoString(), nullable=False),
        sa.Column("account", AutoString()),
        sa.Column("fields", sa.JSON(), nullable=False),
        *_what(dated=True),
        sa.Column("policy_version", AutoString(64), nullable=False),
        sa.Column("status", AutoString(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("decided_at", UTCDateTime()),
        sa.Column("decided_by", AutoString()),
        sa.Column("shown_until", UTCDateTime()),
        sa.Column("shown_at", UTCDateTime()),
        sa.CheckConstraint(
            "status IN ('pending', 'approved', 'denied', 'refused', 'expired')", name="disclosures_status"
        ),
        sa.CheckConstraint("basis IN ('consent', 'court_order', 'payment', 'none')", name="disclosures_basis"),
        sa.CheckConstraint("status = 'refused' OR basis IN ('consent', 'court_order')", name="disclosures_permitted"),
        sa.CheckConstraint(
            "status = 'refused' OR (account IS NOT NULL AND dated IS NOT NULL)", name="disclosures_whole"
        ),
        sa.CheckConstraint("(status = 'pending') = (decided_at IS NULL)", name="disclosures_decided"),
        sa.CheckConstraint("(status = 'approved') = (shown_until IS NOT NULL)", name="disclosures_shown_until"),
        sa.CheckConstraint("shown_at IS NULL OR status = 'approved'", name="disclosures_shown"),
        sqlite_autoincrement=True,
    )
    op.create_index("disclosures_person", "disclosures", ["team", "asked_by", "number"])


def _what(*, dated: bool) -> tuple[sa.Column[object], ...]:
    """To whom, on what basis, and what for."""
    return (
        sa.Column("recipient", AutoString(), nullable=False),
        sa.Column("organisation", AutoString(), nullable=False),
        sa.Column("basis", AutoString(), nullable=False),
        sa.Column("reference", AutoString(), nullable=False),
        sa.Column("dated", sa.Date(), nullable=dated),
        sa.Column("given_by", AutoString(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
    )


def _approvals() -> None:
    op.create_table(
        "disclosure_approvals",
        sa.Column(
            "disclosure", sa.Integer(), sa.ForeignKey("disclosures.number"), primary_key=True, autoincrement=False
        ),
        sa.Column("by", AutoString(), primary_key=True),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
    )


def _register() -> None:
    op.create_table(
        REGISTER,
        sa.Column("number", sa.Integer(), sa.ForeignKey("disclosures.number"), primary_key=True, autoincrement=False),
        sa.Column("entered_at", UTCDateTime(), nullable=False),
        sa.Column("team", AutoString(), nullable=False),
        sa.Column("asked_by", AutoString(), nullable=False),
        sa.Column("account", AutoString(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        *_what(dated=False),
        sa.Column("approved_by", sa.JSON(), nullable=False),
        sa.Column("policy_version", AutoString(64), nullable=False),
        sa.Column("entry", AutoString(36), nullable=False),
        sa.CheckConstraint("basis IN ('consent', 'court_order')", name="disclosure_register_basis"),
    )
    op.create_index("ix_disclosure_register_entered_at", REGISTER, ["entered_at"])
    op.create_index("ix_disclosure_register_account", REGISTER, ["account"])


def _suspensions() -> None:
    op.create_table(
        "clause_suspensions",
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("purpose", AutoString(), nullable=False),
        sa.Column("clause", sa.Text(), nullable=False),
        sa.Column("version", AutoString(64), nullable=False),
        sa.Column("noticed_at", UTCDateTime(), nullable=False),
        sa.Column("ended", sa.JSON(), nullable=False),
        sa.Column("waiting", sa.JSON(), nullable=False),
        sa.Column("status", AutoString(), nullable=False),
        sa.Column("proposed", sa.Text()),
        sa.Column("proposed_for", AutoString(64)),
        sa.Column("proposed_by", AutoString()),
        sa.Column("proposed_at", UTCDateTime()),
        sa.Column("settled_at", UTCDateTime()),
        sa.Column("settled_by", AutoString()),
        sa.CheckConstraint("status IN ('suspended', 'restored', 'returned')", name="clause_suspensions_status"),
        sa.CheckConstraint("(status = 'suspended') = (settled_at IS NULL)", name="clause_suspensions_settled"),
        sa.CheckConstraint(
            "(proposed IS NULL) = (proposed_by IS NULL) AND (proposed IS NULL) = (proposed_for IS NULL)",
            name="clause_suspensions_proposed",
        ),
        sa.CheckConstraint(
            "status <> 'restored' OR (proposed IS NOT NULL AND settled_by <> proposed_by)",
            name="clause_suspensions_two_people",
        ),
        sqlite_autoincrement=True,
    )
    where = sa.text("status = 'suspended'")
    op.create_index(
        "clause_suspensions_open",
        "clause_suspensions",
        ["purpose"],
        unique=True,
        postgresql_where=where,
        sqlite_where=where,
    )


def _sqlite_only_grows() -> None:
    """REPLACE removes the row in its way without firing delete triggers: https://www.sqlite.org/lang_replace.html"""
    refusal = f"SELECT RAISE(ABORT, '{REGISTER} is append-only')"
    for verb in ("UPDATE", "DELETE"):
        op.execute(f"CREATE TRIGGER {REGISTER}_no_{verb.lower()} BEFORE {verb} ON {REGISTER} BEGIN {refusal}; END")
    op.execute(
        f"CREATE TRIGGER {REGISTER}_no_replace BEFORE INSERT ON {REGISTER} "
        f"BEGIN {refusal} FROM {REGISTER} WHERE number = NEW.number; END"
    )


def _postgresql_only_grows() -> None:
    op.execute(
        f"CREATE TRIGGER {REGISTER}_append_only BEFORE UPDATE OR DELETE ON {REGISTER} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        f"CREATE TRIGGER {REGISTER}_no_truncate BEFORE TRUNCATE ON {REGISTER} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    for trigger in (f"{REGISTER}_append_only", f"{REGISTER}_no_truncate"):
        op.execute(f"ALTER TABLE {REGISTER} ENABLE ALWAYS TRIGGER {trigger}")


def downgrade() -> None:
    raise RuntimeError("The disclosure register is not taken down by a migration; restore a backup instead.")
