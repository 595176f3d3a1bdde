"""Names leave the disclosure register by a recorded erasure, and in no other way"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0026_disclosure_erasure"
down_revision = "0017_outsiders"
branch_labels = None
depends_on = None
expands = True

REGISTER, ERASED = "disclosure_register", "disclosure_erased"
TEXTS = ("recipient", "organisation", "reference", "given_by", "why")
REST = (
    "number",
    "entered_at",
    "team",
    "asked_by",
    "account",
    "fields",
    "basis",
    "dated",
    "approved_by",
    "policy_version",
    "entry",
)
REFUSAL = "disclosure_register is append-only; names leave it by a recorded erasure alone"


def upgrade() -> None:
    op.create_table(
        ERASED,
        sa.Column(
            "disclosure", sa.Integer(), sa.ForeignKey("disclosures.number"), primary_key=True, autoincrement=False
        ),
        sa.Column("field", AutoString(), primary_key=True),
        sa.Column("erasure", sa.Integer(), sa.ForeignKey("erasures.number"), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
    )
    if op.get_bind().dialect.name == "sqlite":
        _sqlite()
    else:
        _postgresql()


def _sqlite() -> None:
    refusal = f"SELECT RAISE(ABORT, '{ERASED} is append-only')"
    for verb in ("UPDATE", "DELETE"):
        op.execute(f"CREATE TRIGGER {ERASED}_no_{verb.lower()} BEFORE {verb} ON {ERASED} BEGIN {refusal}; END")
    op.execute(
        f"CREATE TRIGGER {ERASED}_no_replace BEFORE INSERT ON {ERASED} BEGIN {refusal} FROM {ERASED} "
        "WHERE disclosure = NEW.disclosure AND field = NEW.field; END"
    )
    changed = [f"NEW.{name} IS NOT OLD.{name}" for name in REST] + [
        f"(NEW.{name} IS NOT OLD.{name} AND NOT ({_recorded(name)}))" for name in TEXTS
    ]
    op.execute(f"DROP TRIGGER {REGISTER}_no_update")
    op.execute(
        f"CREATE TRIGGER {REGISTER}_no_update BEFORE UPDATE ON {REGISTER} WHEN {' OR '.join(changed)} "
        f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    )


def _recorded(name: str) -> str:
    found = f"SELECT 1 FROM {ERASED} e WHERE e.disclosure = OLD.number AND e.field = '{name}'"
    return f"NEW.{name} = '(erased)' AND EXISTS ({found})"


def _postgresql() -> None:
    changed = [f"NEW.{name}::text IS DISTINCT FROM OLD.{name}::text" for name in REST] + [
        f"(NEW.{name} IS DISTINCT FROM OLD.{name} AND NOT ({_recorded(name)}))" for name in TEXTS
    ]
    op.execute(
        f"""
        CREATE FUNCTION refuse_change_of_register() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF {" OR ".join(changed)} THEN
                RAISE EXCEPTION '{REFUSAL}';
            END IF;
            RETURN NEW;
        END $$
        """
    )
    op.execute(f"DROP TRIGGER {REGISTER}_append_only ON {REGISTER}")
    for table, name, when, function in (
        (REGISTER, "append_only", "DELETE ON {} FOR EACH ROW", "refuse_change"),
        (REGISTER, "only_erased", "UPDATE ON {} FOR EACH ROW", "refuse_change_of_register"),
        (ERASED, "append_only", "UPDATE OR DELETE ON {} FOR EACH ROW", "refuse_change"),
        (ERASED, "no_truncate", "TRUNCATE ON {} FOR EACH STATEMENT", "refuse_change"),
    ):
        op.execute(f"CREATE TRIGGER {table}_{name} BEFORE {when.format(table)} EXECUTE FUNCTION {function}()")
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_{name}")


def downgrade() -> None:
    raise RuntimeError("What was erased stays on record; restore a backup instead.")
