"""The audit table: ways around the triggers that refuse a change"""

from alembic import op

revision = "0004_append_only"
down_revision = "0003_delivery"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _refuse_replacement()
    else:
        _always()


def _refuse_replacement() -> None:
    """REPLACE removes the row in its way without firing delete triggers: https://www.sqlite.org/lang_replace.html

    So whatever would be in the way is refused first. A delivery that was recorded before keeps SQLite's own words.
    A rowid below 1 is never the database's own, and -1 is what a BEFORE trigger sees where none was given.
    """
    op.execute(
        "CREATE TRIGGER audit_entries_no_replace BEFORE INSERT ON audit_entries BEGIN "
        "SELECT RAISE(ABORT, 'audit_entries is append-only') FROM audit_entries WHERE id = NEW.id; "
        "SELECT RAISE(ABORT, 'audit_entries is append-only') FROM audit_entries WHERE rowid = NEW.rowid; "
        "SELECT RAISE(ABORT, 'UNIQUE constraint failed: audit_entries.once') FROM audit_entries "
        "WHERE once = NEW.once; END"
    )
    op.execute(
        "CREATE TRIGGER audit_entries_own_rowid AFTER INSERT ON audit_entries WHEN NEW.rowid < 1 "
        "BEGIN SELECT RAISE(ABORT, 'audit_entries is append-only'); END"
    )


def _always() -> None:
    """Also in a session that has switched triggers off as replication does (session_replication_role)."""
    for trigger in ("audit_entries_append_only", "audit_entries_no_truncate"):
        op.execute(f"ALTER TABLE audit_entries ENABLE ALWAYS TRIGGER {trigger}")


def downgrade() -> None:
    raise RuntimeError("The audit table's protection is not taken down by a migration; restore a backup instead.")
