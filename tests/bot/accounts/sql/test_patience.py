"""A company's database that is slow, cut off or full: told as what it is, in the source's own exceptions alone."""

from collections.abc import Iterator
from time import monotonic

import pytest
from sqlalchemy import URL, create_engine, text

from bot.accounts.company_source import SourceDown, SourceSlow, SourceUnusable
from tests.bot.accounts.sql.conftest import source_at
from tests.bot.captured_logs import captured_logs

SLOW = {
    "sqlite": (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000000) "
        "SELECT c.* FROM customers c WHERE (SELECT max(i) FROM n) > 0"
    ),
    "postgresql": "SELECT c.* FROM customers c, pg_sleep(60)",
    "mysql": "SELECT c.* FROM customers c WHERE SLEEP(60) = 0",
}
LOCKS = {
    "sqlite": "BEGIN EXCLUSIVE",
    "postgresql": "LOCK TABLE customers IN ACCESS EXCLUSIVE MODE",
    "mariadb": "LOCK TABLES customers WRITE",
}
SLOW_MACHINE_S = 60
NAMED = "mara@balticbeans.example"


@pytest.fixture
def slow_url(company_url: URL) -> Iterator[URL]:
    """The database with a view that takes a minute."""
    kind = {"mariadb": "mysql"}.get(company_url.get_backend_name(), company_url.get_backend_name())
    _run(company_url, "DROP VIEW IF EXISTS slow_customers", f"CREATE VIEW slow_customers AS {SLOW[kind]}")
    yield company_url
    _run(company_url, "DROP VIEW slow_customers")


def test_what_takes_too_long_is_stopped_by_the_database(slow_url: URL) -> None:
    source = source_at(slow_url, timeout_s=1.0, table="slow_customers", classes={}, lists={})
    with captured_logs() as logs, pytest.raises(SourceSlow) as told:
        source.search(NAMED, 10)
    assert NAMED not in repr(told.value) + logs.getvalue()
    assert told.value.__cause__ is None
    quick = source_at(slow_url, timeout_s=60.0)
    assert len(quick.search(NAMED, 10).accounts) == 1
    quick.close()
    source.close()


def test_a_table_that_somebody_holds_is_waited_for_no_longer_than_it_may_be(company_url: URL) -> None:
    """By a source that knows the table, and by one that first has to ask what columns it has."""
    knew, never = source_at(company_url, timeout_s=2.0), source_at(company_url, timeout_s=2.0)
    assert knew.find("pw-00412") is not None
    engine = create_engine(company_url)
    with engine.connect() as other, captured_logs() as logs:
        other.exec_driver_sql(LOCKS[company_url.get_backend_name()])
        for source in (knew, never):
            begun = monotonic()
            with pytest.raises(SourceSlow):
                source.search(NAMED, 10)
            assert monotonic() - begun < SLOW_MACHINE_S
        other.invalidate()  # whoever holds it is gone
    engine.dispose()
    assert NAMED not in logs.getvalue()
    for source in (knew, never):
        assert len(source.search(NAMED, 10).accounts) == 1
        source.close()


def test_a_pool_that_is_used_up_is_waited_for_no_longer_than_it_may_be(company_url: URL) -> None:
    source = source_at(company_url, timeout_s=0.5, connections=1)
    with source.engine.connect(), captured_logs() as logs, pytest.raises(SourceSlow):
        source.contents("pw-00412", ["email"], ["recipients"])
    assert NAMED not in logs.getvalue()
    assert source.contents("pw-00412", ["email"], ["recipients"]).values == {"email": NAMED}
    source.close()


def test_a_cut_connection_is_replaced(company_url: URL) -> None:
    kind = company_url.get_backend_name()
    if kind == "sqlite":
        pytest.skip("a file has no connections to cut")
    source = source_at(company_url, connections=1)
    assert source.find("pw-00412") is not None
    cut = {
        "postgresql": "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    }
    if kind == "postgresql":
        _run(company_url, cut[kind])
    else:
        with source.engine.connect() as connection:
            number = connection.scalar(text("SELECT CONNECTION_ID()"))
        _run(company_url, f"KILL {number}")
    assert source.find("pw-00412") is not None
    source.close()


def test_what_is_not_there_is_down_and_says_nothing(company_url: URL) -> None:
    with captured_logs() as logs:
        for wrong in ({"table": "elsewhere"}, {"fields": {"email": "nowhere"}}):
            source = source_at(company_url, **wrong)
            with pytest.raises(SourceDown):
                source.search(NAMED, 10)
            source.close()
    assert NAMED not in logs.getvalue()


def test_addresses_that_are_none() -> None:
    for url in ("nonsense://x/y", "sqlite://", "sqlite:///:memory:"):
        with pytest.raises(SourceUnusable) as told:
            source_at(URL.create("sqlite") if url == "sqlite://" else _url(url))
        assert "address" in str(told.value)


def _url(words: str) -> URL:
    name, _, rest = words.partition("://")
    return URL.create(name, database=rest.lstrip("/") or None)


def _run(url: URL, *statements: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement.replace("%", "%%"))
    engine.dispose()
