"""Whether accounts carry a field at all, for `steward check`. Reads no value of any account."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, text

from bot.accounts.layout import ID

CARRIED_SQLITE = text(
    "SELECT CASE WHEN EXISTS (SELECT 1 FROM account_details d"
    " WHERE json_type(d.data, '$.\"' || :name || '\"') IS NOT NULL) THEN 1 ELSE 0 END"
)
CARRIED_POSTGRESQL = text(
    "SELECT CASE WHEN EXISTS (SELECT 1 FROM account_details d"
    " WHERE jsonb_exists(d.data, CAST(:name AS text))) THEN 1 ELSE 0 END"
)
EVERY = text("SELECT count(*) FROM accounts")


def carried(connection: Connection, names: Sequence[str]) -> Mapping[str, int]:
    """For each field 1 if any account carries it, else 0; for the id, which every account has, how many there are."""
    query = CARRIED_SQLITE if connection.dialect.name == "sqlite" else CARRIED_POSTGRESQL
    return {
        name: int(connection.execute(EVERY if name == ID else query, {} if name == ID else {"name": name}).scalar_one())
        for name in names
    }
