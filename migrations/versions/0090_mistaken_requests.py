"""Customers' requests that were registered by mistake"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0090_mistaken_requests"
down_revision = "0026_disclosure_erasure"
branch_labels = None
depends_on = None
expands = True

REQUESTS, TASKS, MISTAKES = "customer_requests", "customer_request_tasks", "customer_request_mistakes"
RULE = "customer_requests_closed_identity"
APPEND_ONLY = f"{MISTAKES} is append-only"
REFUSAL = "a request is closed when the identity was checked, or it was registered by mistake"
UNCHECKED = (
    f"NEW.status = 'closed' AND NEW.identity IS NULL AND NOT EXISTS (SELECT 1 FROM {MISTAKES} m "
    "WHERE m.request = NEW.number AND m.at = NEW.closed_at)"
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _without_rule_on_sqlite()
        _table()
        _sqlite()
    else:
        op.drop_constraint(RULE, REQUESTS)
        _table()
        _postgresql()


def _table() -> None:
    op.create_table(
        MISTAKES,
        sa.Column("entry", AutoString(36), primary_key=True),
        sa.Column("request", sa.Integer(), sa.ForeignKey(f"{REQUESTS}.number"), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("by", AutoString(), nullable=False),
        sa.Column("cause", AutoString(), nullable=False),
        sa.Column("same_as", sa.Integer(), sa.ForeignKey(f"{REQUESTS}.number")),
        sa.CheckConstraint(
            "cause IN ('wrong_account', 'no_request', 'duplicate', 'other')", name="customer_request_mistakes_cause"
        ),
        sa.CheckConstraint(
            "(cause = 'duplicate') = (same_as IS NOT NULL)", name="customer_request_mistakes_duplicate"
        ),
        sa.CheckConstraint("same_as <> request", name="customer_request_mistakes_itself"),
    )
    op.create_index("customer_request_mistakes_request", MISTAKES, ["request"])
    op.create_index("customer_request_mistakes_same_as", MISTAKES, ["same_as"])


def _without_rule_on_sqlite() -> None:
    """SQLite drops no rule of a table: both tables are made anew by their own text, the one that refers to it first.

    Making a table anew: https://www.sqlite.org/lang_altertable.html#otheralter. Foreign keys stay on.
    """
    bind = op.get_bind()
    made = sa.text("SELECT sql FROM sqlite_master WHERE tbl_name = :name AND sql IS NOT NULL ORDER BY type DESC")
    texts = {name: list(bind.execute(made, {"name": name}).scalars()) for name in (REQUESTS, TASKS)}
    rule = f"CONSTRAINT {RULE} CHECK (status = 'open' OR identity IS NOT NULL), "
    table, *indexes = texts[REQUESTS]
    plain = " ".join(table.split())
    if rule not in plain:
        raise RuntimeError(f"{REQUESTS} has no {RULE}")
    op.execute(f"CREATE TABLE kept_tasks AS SELECT * FROM {TASKS}")
    op.execute(f"DROP TABLE {TASKS}")
    op.execute(f"ALTER TABLE {REQUESTS} RENAME TO kept_requests")
    for statement in (plain.replace(rule, ""), f"INSERT INTO {REQUESTS} SELECT * FROM kept_requests"):
        op.execute(statement)
    op.execute("DROP TABLE kept_requests")
    task_table, *task_indexes = texts[TASKS]
    for statement in (*indexes, task_table, f"INSERT INTO {TASKS} SELECT * FROM kept_tasks", *task_indexes):
        op.execute(statement)
    op.execute("DROP TABLE kept_tasks")


def _sqlite() -> None:
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {MISTAKES}_no_{verb.lower()} BEFORE {verb} ON {MISTAKES} "
            f"BEGIN SELECT RAISE(ABORT, '{APPEND_ONLY}'); END"
        )
    op.execute(
        f"CREATE TRIGGER {MISTAKES}_no_replace BEFORE INSERT ON {MISTAKES} BEGIN "
        f"SELECT RAISE(ABORT, '{APPEND_ONLY}') FROM {MISTAKES} WHERE entry = NEW.entry; END"
    )
    for verb in ("INSERT", "UPDATE"):
        op.execute(
            f"CREATE TRIGGER {RULE}_{verb.lower()} BEFORE {verb} ON {REQUESTS} WHEN {UNCHECKED} "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )


def _postgresql() -> None:
    op.execute(
        f"""
        CREATE FUNCTION refuse_unchecked_end() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF {UNCHECKED} THEN
                RAISE EXCEPTION '{REFUSAL}';
            END IF;
            RETURN NEW;
        END $$
        """
    )
    for table, name, when, function in (
        (MISTAKES, "append_only", "UPDATE OR DELETE ON {} FOR EACH ROW", "refuse_change"),
        (MISTAKES, "no_truncate", "TRUNCATE ON {} FOR EACH STATEMENT", "refuse_change"),
        (REQUESTS, "closed_identity", "INSERT OR UPDATE ON {} FOR EACH ROW", "refuse_unchecked_end"),
    ):
        op.execute(f"CREATE TRIGGER {table}_{name} BEFORE {when.format(table)} EXECUTE FUNCTION {function}()")
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_{name}")


def downgrade() -> None:
    raise RuntimeError("Customers' requests are not taken down by a migration; restore a backup instead.")
