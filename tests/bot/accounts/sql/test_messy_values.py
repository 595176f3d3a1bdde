"""Values as companies' databases really have them: none of them may make a fault of an account, or of the source."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

import pytest
from sqlalchemy import URL, create_engine, text

from bot.accounts.sql.source import SqlSource
from bot.accounts.sql.values import text_of
from tests.bot.accounts.sql.conftest import Databases, source_at

NUMBERS = count(1)
SEARCHED = ("domain", "kind", "email", "phone", "vat_number")


@contextmanager
def source_of(url: URL, columns: str, *rows: str, options: str = "", **fields: str) -> Iterator[SqlSource]:
    """A source whose table has these columns and rows; the account's id is in `no`, its name in `name`."""
    table = f"messy_{next(NUMBERS)}"
    engine = create_engine(url)
    with engine.begin() as connection:
        if engine.dialect.name == "mysql":
            connection.execute(text("SET SESSION sql_mode = ''"))  # as old ones are: it takes days that are none
        connection.execute(text(f"CREATE TABLE {table} ({columns}) {options}"))
        for row in rows:
            connection.execute(text(f"INSERT INTO {table} VALUES ({row})"))
    engine.dispose()
    source = source_at(url, table=table, key="no", fields={**dict.fromkeys(SEARCHED, "name"), **fields}, classes={})
    yield source
    source.close()


@pytest.fixture
def mariadb_url(databases: Databases) -> URL:
    return databases.filled("mariadb")


@pytest.fixture
def sqlite_url(databases: Databases) -> URL:
    return databases.filled("sqlite")


def found(source: SqlSource, query: str) -> list[str]:
    return [one.id for one in source.search(query, 5).accounts]


def test_an_id_of_nineteen_digits(company_url: URL) -> None:
    """As products with their own generators of ids have them; what is found by its name has to be found by its id."""
    with source_of(company_url, "no BIGINT PRIMARY KEY, name VARCHAR(20)", "1234567890123456789, 'Snow'") as source:
        assert found(source, "snow") == found(source, "1234567890123456789") == ["1234567890123456789"]
        assert source.fetch("1234567890123456789", ["name"]) == {"name": "Snow"}
        assert found(source, "9" * 19) == found(source, "9" * 20) == []


def test_a_number_that_no_id_can_be(company_url: URL) -> None:
    """A telephone number is more than an INTEGER of PostgreSQL's can be: that nobody has it is no fault of its."""
    with source_of(company_url, "no INTEGER PRIMARY KEY, name VARCHAR(20)", "7, '37126443478'") as source:
        assert found(source, "37126443478") == ["7"]
        assert source.find("37126443478") is None


def test_an_unsigned_id(mariadb_url: URL) -> None:
    largest = str(2**64 - 1)
    with source_of(mariadb_url, "no BIGINT UNSIGNED PRIMARY KEY, name VARCHAR(20)", f"{largest}, 'Max'") as source:
        assert found(source, largest) == [largest]
        assert source.fetch(largest, ["name"]) == {"name": "Max"}
        assert source.find(str(2**64)) is None


@pytest.mark.parametrize("kind", ["mariadb", "sqlite"])
def test_an_id_that_is_bytes(databases: Databases, kind: str) -> None:
    """Shown in hexadecimal digits, and found by them; bytes that are text are text."""
    columns = "no VARBINARY(16) PRIMARY KEY, name VARCHAR(20)" if kind == "mariadb" else "no BLOB PRIMARY KEY, name"
    with source_of(databases.filled(kind), columns, "X'01ff00aa', 'Bits'", "X'4142', 'Text'") as source:
        assert found(source, "bits") == found(source, "01ff00aa") == found(source, "01FF00AA") == ["01ff00aa"]
        assert source.fetch("01ff00aa", ["name"]) == {"name": "Bits"}
        assert found(source, "AB") == ["AB"]
        assert source.find("4142") is None


def test_letters_that_a_column_can_not_have(mariadb_url: URL) -> None:
    """Old databases are in latin1. What can't stand there is found where it can, and is no fault."""
    columns = "no VARCHAR(20) PRIMARY KEY, name VARCHAR(40), contact VARCHAR(40) CHARACTER SET utf8mb4"
    rows = ("'c-1', 'Brien & Söhne', 'Кофе'", "'c-2', 'Ärger', NULL")
    with source_of(mariadb_url, columns, *rows, options="CHARACTER SET latin1", domain="contact") as source:
        assert found(source, "söhne") == ["c-1"] == found(source, "кофе")
        assert found(source, "日本語") == found(source, "кофе@inbox.example") == []
        assert source.find("日本語") is None
        assert source.fetch("日本語", ["name"]) == {}


def test_days_that_are_none(mariadb_url: URL) -> None:
    columns = "no INTEGER PRIMARY KEY, name VARCHAR(20), since DATETIME NOT NULL, day DATE NOT NULL"
    rows = ("7, 'Seven', '0000-00-00', '0000-00-00'", "8, 'Eight', '2020-00-00', '2020-02-00'")
    with source_of(mariadb_url, columns, *rows, created_at="since", plan="day") as source:
        assert source.fetch("7", ["created_at", "plan", "name"]) == {"name": "Seven"}
        assert source.count("7", ["created_at", "plan"]) == {}
        assert source.fetch("8", ["created_at", "plan"]) == {"created_at": "2020-00-00 00:00:00", "plan": "2020-02-00"}


@pytest.mark.postgres
def test_days_beyond_the_calendar(databases: Databases) -> None:
    columns = "no INTEGER PRIMARY KEY, name TEXT, since TIMESTAMPTZ, until DATE, at TIMESTAMP"
    rows = ("7, 'Seven', 'infinity', '-infinity', '20240-01-01'", "8, 'Eight', '2024-05-03 00:00Z', '2024-05-03', NULL")
    fields = {"created_at": "since", "plan": "until", "status": "at"}
    with source_of(databases.filled("postgresql"), columns, *rows, **fields) as source:
        shown = {"created_at": "infinity", "plan": "-infinity", "status": "20240-01-01 00:00:00", "name": "Seven"}
        assert source.fetch("7", [*fields, "name"]) == shown
        assert source.fetch("8", ["created_at", "plan"]) == {"created_at": "2024-05-03", "plan": "2024-05-03"}


def test_anything_in_any_column(sqlite_url: URL) -> None:
    """SQLite's types are no promise."""
    columns = "no INTEGER PRIMARY KEY, name, since DATETIME, day DATE, listed JSON, sum DECIMAL(9, 2), firm BOOLEAN"
    rows = (
        "7, 'Seven', 1714730000, '3.5.2024', 'not json', 'much', 'no'",
        "8, 'Eight', '2024-05-03 00:00:00', '2024-05-03', '[\"a\", \"b\"]', 10.5, 1",
    )
    fields = {"created_at": "since", "plan": "day", "address": "listed", "status": "sum", "contact_name": "firm"}
    with source_of(sqlite_url, columns, *rows, **fields) as source:
        odd = {"created_at": "1714730000", "plan": "3.5.2024", "address": "not json", "status": "much"}
        assert source.fetch("7", list(fields)) == {**odd, "contact_name": "no"}
        good = {"created_at": "2024-05-03", "plan": "2024-05-03", "address": ("a", "b"), "status": "10.5"}
        assert source.fetch("8", list(fields)) == {**good, "contact_name": "yes"}


def test_a_list_in_json_on_mariadb(mariadb_url: URL) -> None:
    """Its type JSON is a long text."""
    columns = "no INTEGER PRIMARY KEY, name VARCHAR(20), listed JSON, note LONGTEXT"
    with source_of(
        mariadb_url, columns, """7, 'Seven', '["a", "b"]', '[not json'""", address="listed", plan="note"
    ) as source:
        assert source.fetch("7", ["address", "plan"]) == {"address": ("a", "b"), "plan": "[not json"}
        assert source.count("7", ["address"]) == {"address": 2}


def test_bytes_as_text() -> None:
    assert [text_of(one) for one in (b" Ana ", "Ā".encode(), b"\x01", b"\xff\x00", b"")] == [
        "Ana",
        "Ā",
        "01",
        "ff00",
        "",
    ]
