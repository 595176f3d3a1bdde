"""The embedded table of accounts and its indexes"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DBAPIError
from sqlmodel.sql.sqltypes import AutoString

revision = "0002_accounts"
down_revision = "0001_foundation"
branch_labels = None
depends_on = None

NO_TRIGRAMS = (
    "Steward searches names with PostgreSQL's extension pg_trgm, and this login may not create it here or the server "
    "does not have it. Ask the database's administrator to run CREATE EXTENSION pg_trgm in this database, then run "
    "steward db upgrade again."
)


def upgrade() -> None:
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    if not on_sqlite:
        _create_extension()
    _tables()
    if on_sqlite:
        _sqlite_trigrams()
    else:
        op.execute("CREATE INDEX accounts_search ON accounts USING gin (search gin_trgm_ops)")


def _tables() -> None:
    bytewise = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "accounts",
        sa.Column("seq", number, primary_key=True, autoincrement=False),
        sa.Column("id", bytewise, nullable=False, unique=True),
        sa.Column("kind", AutoString()),
        sa.Column("name", bytewise, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("search", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('business', 'individual')", name="accounts_kind"),
    )
    op.create_index("accounts_name", "accounts", ["name", "seq"])
    op.create_table(
        "account_details",
        sa.Column("account", number, sa.ForeignKey("accounts.seq", ondelete="CASCADE"), primary_key=True, autoincrement=False),
        sa.Column("data", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
    )
    op.create_table(
        "account_keys",
        sa.Column("key", bytewise, primary_key=True),
        sa.Column("account", number, sa.ForeignKey("accounts.seq", ondelete="CASCADE"), primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )
    op.create_index("account_keys_account", "account_keys", ["account"])
    op.create_table(
        "account_trigrams",
        sa.Column("trigram", bytewise, primary_key=True),
        sa.Column("accounts", sa.Integer(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "account_layout_used",
        sa.Column("one", sa.SmallInteger(), primary_key=True, autoincrement=False),
        sa.Column("layout", sa.Text(), nullable=False),
        sa.CheckConstraint("one = 1", name="account_layout_used_one"),
    )


def _create_extension() -> None:
    if op.get_bind().scalar(sa.text("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'")):
        return
    try:
        op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    except DBAPIError as error:
        raise RuntimeError(NO_TRIGRAMS) from error


def _sqlite_trigrams() -> None:
    op.execute(
        "CREATE VIRTUAL TABLE account_trigram_index USING fts5(search, content='accounts', content_rowid='seq', "
        "tokenize='trigram case_sensitive 1', detail=none, columnsize=0)"
    )
    add = "INSERT INTO account_trigram_index (rowid, search) VALUES (new.seq, new.search);"
    remove = (
        "INSERT INTO account_trigram_index (account_trigram_index, rowid, search) "
        "VALUES ('delete', old.seq, old.search);"
    )
    op.execute(f"CREATE TRIGGER accounts_trigrams_insert AFTER INSERT ON accounts BEGIN {add} END")
    op.execute(f"CREATE TRIGGER accounts_trigrams_delete AFTER DELETE ON accounts BEGIN {remove} END")
    op.execute(
        "CREATE TRIGGER accounts_trigrams_update AFTER UPDATE OF search ON accounts "
        f"WHEN old.search IS NOT new.search BEGIN {remove} {add} END"
    )


def downgrade() -> None:
    raise RuntimeError("Accounts are not taken down by a migration; restore a backup instead.")
