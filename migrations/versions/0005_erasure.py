"""Erasing personal text from the audit table: two people, what was taken out, and no other way to take it out"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0005_erasure"
down_revision = "0004_ledger"
branch_labels = None
depends_on = None

ONLY_ERASED = "audit_open is append-only but for recorded erasures"


def upgrade() -> None:
    _erasures()
    _erased()
    if op.get_bind().dialect.name == "sqlite":
        _sqlite_erased_only_grows()
        _sqlite_text_only_by_erasure()
    else:
        _postgresql_erased_only_grows()
        _postgresql_text_only_by_erasure()


def _erasures() -> None:
    op.create_table(
        "erasures",
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("kind", AutoString(), nullable=False),
        sa.Column("subject", AutoString(), nullable=False),
        sa.Column("salt", sa.LargeBinary()),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("found", sa.JSON(), nullable=False),
        sa.Column("status", AutoString(), nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("asked_by", AutoString(), nullable=False),
        sa.Column("asked_in", AutoString(36), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("settled_at", UTCDateTime()),
        sa.Column("settled_by", AutoString()),
        sa.Column("carried_out_in", AutoString(36)),
        sa.CheckConstraint("kind IN ('person', 'account', 'address')", name="erasures_kind"),
        sa.CheckConstraint("status IN ('pending', 'done', 'refused', 'expired')", name="erasures_status"),
        sa.CheckConstraint("(status = 'pending') = (settled_at IS NULL)", name="erasures_settled"),
        sa.CheckConstraint("status = 'pending' OR salt IS NULL", name="erasures_salt"),
        sa.CheckConstraint("entries > 0", name="erasures_entries"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "erasure_plan",
        sa.Column("erasure", sa.Integer(), sa.ForeignKey("erasures.number"), primary_key=True, autoincrement=False),
        sa.Column("entry_id", AutoString(36), primary_key=True),
        sa.Column("field", AutoString(), primary_key=True),
    )
    op.create_table(
        "erasure_confirmations",
        sa.Column("erasure", sa.Integer(), sa.ForeignKey("erasures.number"), primary_key=True, autoincrement=False),
        sa.Column("person", AutoString(), primary_key=True),
        sa.Column("team", AutoString(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
    )


def _erased() -> None:
    op.create_table(
        "audit_erased",
        sa.Column("entry_id", AutoString(36), sa.ForeignKey("audit_entries.id"), primary_key=True),
        sa.Column("field", AutoString(), primary_key=True),
        sa.Column("erasure", sa.Integer(), sa.ForeignKey("erasures.number"), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("audit_erased_erasure", "audit_erased", ["erasure"])


def _sqlite_erased_only_grows() -> None:
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER audit_erased_no_{verb.lower()} BEFORE {verb} ON audit_erased "
            "BEGIN SELECT RAISE(ABORT, 'audit_erased is append-only'); END"
        )
    op.execute(
        "CREATE TRIGGER audit_erased_no_replace BEFORE INSERT ON audit_erased BEGIN "
        "SELECT RAISE(ABORT, 'audit_erased is append-only') FROM audit_erased "
        "WHERE entry_id = NEW.entry_id AND field = NEW.field; END"
    )


def _sqlite_text_only_by_erasure() -> None:
    """A value leaves audit_open only if a row of audit_erased says so, and none ever comes or changes."""
    _sqlite_no_replacement()
    recorded = "EXISTS (SELECT 1 FROM audit_erased e WHERE e.entry_id = OLD.entry_id AND e.field = o.key)"
    kept = "EXISTS (SELECT 1 FROM json_each(NEW.opened) n WHERE n.key = o.key AND n.value = o.value)"
    before = "EXISTS (SELECT 1 FROM json_each(OLD.opened) o WHERE n.key = o.key AND n.value = o.value)"
    op.execute(
        "CREATE TRIGGER audit_open_update BEFORE UPDATE ON audit_open "
        f"WHEN NEW.rowid <> OLD.rowid OR NEW.entry_id <> OLD.entry_id "
        f"OR EXISTS (SELECT 1 FROM json_each(OLD.opened) o WHERE NOT {kept} AND NOT {recorded}) "
        f"OR EXISTS (SELECT 1 FROM json_each(NEW.opened) n WHERE NOT {before}) "
        f"BEGIN SELECT RAISE(ABORT, '{ONLY_ERASED}'); END"
    )
    op.execute(
        "CREATE TRIGGER audit_open_delete BEFORE DELETE ON audit_open "
        f"WHEN EXISTS (SELECT 1 FROM json_each(OLD.opened) o WHERE NOT {recorded}) "
        f"BEGIN SELECT RAISE(ABORT, '{ONLY_ERASED}'); END"
    )


def _sqlite_no_replacement() -> None:
    """REPLACE removes the row in its way without firing delete triggers: https://www.sqlite.org/lang_replace.html

    A rowid below 1 is never the database's own, and -1 is what a BEFORE trigger sees where none was given.
    """
    op.execute(
        "CREATE TRIGGER audit_open_no_replace BEFORE INSERT ON audit_open BEGIN "
        f"SELECT RAISE(ABORT, '{ONLY_ERASED}') FROM audit_open WHERE entry_id = NEW.entry_id; "
        f"SELECT RAISE(ABORT, '{ONLY_ERASED}') FROM audit_open WHERE rowid = NEW.rowid; END"
    )
    op.execute(
        "CREATE TRIGGER audit_open_own_rowid AFTER INSERT ON audit_open WHEN NEW.rowid < 1 "
        f"BEGIN SELECT RAISE(ABORT, '{ONLY_ERASED}'); END"
    )


def _postgresql_erased_only_grows() -> None:
    op.execute(
        "CREATE TRIGGER audit_erased_append_only BEFORE UPDATE OR DELETE ON audit_erased "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    for table in ("audit_erased", "audit_open"):
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_truncate")
    op.execute("ALTER TABLE audit_erased ENABLE ALWAYS TRIGGER audit_erased_append_only")


def _postgresql_text_only_by_erasure() -> None:
    """As on SQLite. Values are compared as JSON's text, with a letter in the place of \\u0000, which none may hold."""
    op.execute(
        rf"""
        CREATE FUNCTION refuse_unrecorded_erasure() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            before json := replace(OLD.opened, '\u0000', '\u0001');
            left_over json := '{{}}';
            name text;
        BEGIN
            IF TG_OP = 'UPDATE' THEN
                left_over := replace(NEW.opened, '\u0000', '\u0001');
                IF NEW.entry_id <> OLD.entry_id THEN
                    RAISE EXCEPTION '{ONLY_ERASED}';
                END IF;
            END IF;
            FOR name IN SELECT json_object_keys(left_over) LOOP
                IF (before -> name)::text IS DISTINCT FROM (left_over -> name)::text THEN
                    RAISE EXCEPTION '{ONLY_ERASED}';
                END IF;
            END LOOP;
            FOR name IN SELECT json_object_keys(before) LOOP
                IF left_over -> name IS NULL
                    AND NOT EXISTS (SELECT 1 FROM audit_erased WHERE entry_id = OLD.entry_id AND field = name)
                THEN
                    RAISE EXCEPTION '{ONLY_ERASED}';
                END IF;
            END LOOP;
            IF TG_OP = 'UPDATE' THEN RETURN NEW; END IF;
            RETURN OLD;
        END $$
        """
    )
    op.execute(
        "CREATE TRIGGER audit_open_only_erased BEFORE UPDATE OR DELETE ON audit_open "
        "FOR EACH ROW EXECUTE FUNCTION refuse_unrecorded_erasure()"
    )
    op.execute("ALTER TABLE audit_open ENABLE ALWAYS TRIGGER audit_open_only_erased")


def downgrade() -> None:
    raise RuntimeError("What was erased stays on record; restore a backup instead.")
