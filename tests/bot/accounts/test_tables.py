"""The tables of accounts as the migration makes them."""

import pytest
from sqlalchemy import inspect
from sqlalchemy.exc import IntegrityError

from bot.database import Database
from migrations.schema import upgrade
from models.account import Account, AccountDetails, AccountKey, AccountLayoutUsed, AccountTrigram
from models.tables import table_of
from tests.bot.accounts.conftest import Company
from tests.postgres import Server

MODELS = (Account, AccountDetails, AccountKey, AccountTrigram, AccountLayoutUsed)


def test_the_tables_have_the_models_columns_and_keys(database: Database) -> None:
    there = inspect(database.engine)
    for model in MODELS:
        table = table_of(model)
        made = {column["name"]: column["nullable"] for column in there.get_columns(table.name)}
        assert made == {column.name: column.nullable for column in table.columns}
        keys = there.get_pk_constraint(table.name)["constrained_columns"]
        assert keys == [column.name for column in table.primary_key]


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO accounts (seq, id, kind, name, title, search) VALUES (9, 'x', 'robot', '', '{}', '')",
        "INSERT INTO accounts (seq, id, name, title, search) VALUES (9, 'a', '', '{}', '')",
        "INSERT INTO account_details (account, data) VALUES (9, '{}')",
        "INSERT INTO account_keys (key, account) VALUES ('0id:x', 9)",
        "INSERT INTO account_layout_used (one, layout) VALUES (2, '')",
    ],
)
def test_the_database_itself_refuses_what_cannot_be(company: Company, statement: str) -> None:
    company.put({"id": "a", "name": "Acme"})
    with pytest.raises(IntegrityError), company.database.transaction() as connection:
        connection.exec_driver_sql(statement)


@pytest.mark.postgres
def test_a_login_that_may_not_create_the_extension_is_told_what_to_do(postgres: Server) -> None:
    database = Database(postgres.create_database("without_trigrams"))
    with database.transaction() as connection:
        connection.exec_driver_sql("CREATE ROLE plain_login")
        connection.exec_driver_sql("GRANT ALL ON SCHEMA public TO plain_login")
    with pytest.raises(RuntimeError, match=r"CREATE EXTENSION pg_trgm.*steward db upgrade"):
        _upgrade_as_plain_login(database)
    with database.transaction() as connection:
        assert inspect(connection).get_table_names() == []
        connection.exec_driver_sql("CREATE EXTENSION pg_trgm")
    _upgrade_as_plain_login(database)
    database.close()


def _upgrade_as_plain_login(database: Database) -> None:
    with database.transaction() as connection:
        connection.exec_driver_sql("SET LOCAL ROLE plain_login")
        upgrade(connection)
