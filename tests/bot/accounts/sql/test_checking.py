"""What is said of a company's database before anybody looks an account up, by the connections that the source has."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import URL, create_engine, text

from tests.bot.accounts.sql.company_database import CLASSES
from tests.bot.accounts.sql.conftest import Databases, source_at

READ_BY_HALF = "customer_no, company, web, type, plan, status, since, contact, mail"


def said(url: URL, **options: Any) -> list[str]:
    source = source_at(url, **options)
    found = [f"{one.level} {one.what}" for one in source.check()]
    source.close()
    return found


def run(url: URL, *statements: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


@contextmanager
def made(url: URL, make: str, drop: str) -> Iterator[None]:
    run(url, drop, make)
    try:
        yield
    finally:
        run(url, drop)


def test_a_view_is_judged_by_how_the_database_would_look(company_url: URL) -> None:
    with made(company_url, "CREATE VIEW shown AS SELECT * FROM customers", "DROP VIEW IF EXISTS shown"):
        found = said(company_url, table="shown")
    assert any("17 fields are mapped, and each column is there and can be read." in one for one in found), found
    assert any(one.startswith("warning “shown” reads a whole table to find “tel”, which is searched") for one in found)
    assert not any("can't be known" in one or "find “mail”" in one or "find “customer_no”" in one for one in found)


@pytest.mark.parametrize("kind", ["sqlite", "mariadb"])
def test_a_view_whose_column_was_taken_away_is_named(databases: Databases, kind: str) -> None:
    """PostgreSQL lets nobody take it away."""
    url = databases.new(kind)
    run(url, "CREATE TABLE c (no INT PRIMARY KEY, mail VARCHAR(50))", "CREATE VIEW shown AS SELECT no, mail FROM c")
    run(url, "DROP TABLE c")
    fields = dict.fromkeys((name for one in CLASSES.values() for name in one if name != "id"), "mail")
    found = said(url, table="shown", key="no", fields=fields, classes={}, lists={})
    assert [one for one in found if one.startswith("fault")] == ["fault “shown” is a view that works no more."]


def test_what_mariadb_says_of_a_login_that_it_refuses_is_a_sentence(databases: Databases) -> None:
    (told,) = said(databases.filled("mariadb").set(username="nobody", password="wrong"))
    assert told.startswith("fault The company's database does not answer: Access denied for user 'nobody'@")
    assert told.endswith("(using password: YES).")


@pytest.mark.postgres
def test_a_view_with_a_type_of_the_companys_own_is_judged_too(databases: Databases) -> None:
    url = databases.new("postgresql")
    run(url, "CREATE DOMAIN address AS TEXT CHECK (VALUE <> 'x')", "CREATE TABLE c (no INT PRIMARY KEY, mail address)")
    run(url, "CREATE INDEX ON c (mail)", "CREATE VIEW shown AS SELECT no, mail, mail AS name FROM c")
    fields = dict.fromkeys((name for one in CLASSES.values() for name in one if name != "id"), "mail")
    found = said(url, table="shown", key="no", fields=fields, classes={}, lists={})
    assert not any("can't be known" in one or "reads a whole table" in one for one in found), found


@pytest.mark.postgres
def test_an_index_that_is_advised_can_be_made_whatever_the_names_are(databases: Databases) -> None:
    url, table = databases.new("postgresql"), "Customer Master"
    others = ", ".join(f"c{n} INT" for n in range(100))
    run(url, f'CREATE TABLE "{table}" ("Customer No" BIGINT PRIMARY KEY, "order" TEXT, "group" TEXT, {others})')
    unmapped = source_at(url, table=table, key="Customer No", fields={}, classes={}, lists={})
    mends = [one.mend for one in unmapped.check() if one.level == "fault"]
    assert [mend.count("Its columns") for mend in mends] == [1] + [0] * (len(mends) - 1), "said once"
    assert " and 43 more. Map the field" in mends[0]
    unmapped.close()
    fields = dict.fromkeys((name for one in CLASSES.values() for name in one if name != "id"), "order")
    source = source_at(url, table=table, key="Customer No", fields={**fields, "kind": "group"}, classes={}, lists={})
    advised = {one.mend.partition(", with")[0] for one in source.check() if "trigram" in one.what}
    assert advised == {'CREATE INDEX ON "Customer Master" USING gin ("order" gin_trgm_ops)'}
    run(url, *advised)
    assert not [one for one in source.check() if "trigram" in one.what]
    source.close()


@pytest.mark.postgres
def test_columns_that_the_login_may_not_read_and_tables_that_it_can_write_are_named(databases: Databases) -> None:
    """PostgreSQL's catalogue names each column to everybody, so that it is there proves little."""
    owner, name = databases.filled("postgresql"), f"half_{os.urandom(4).hex()}"
    half = owner.set(username=name, password="half")
    run(
        owner,
        f"CREATE ROLE {name} LOGIN PASSWORD 'half'",
        f"GRANT SELECT ({READ_BY_HALF}) ON customers TO {name}",
        f"GRANT SELECT ON payment_details, lists TO {name}",
    )
    with (
        made(owner, "CREATE TABLE notes (words text)", "DROP TABLE IF EXISTS notes"),
        made(owner, "CREATE VIEW mine AS SELECT 1 AS one", "DROP VIEW IF EXISTS mine"),
    ):
        found = said(half)
        why = "can't be read by this login (InsufficientPrivilege, code 42501):"
        assert found[1:] == [
            f"fault “customers” {why} tel, street.",
            f"fault “list_members” {why} customer_no, address, member_no.",
        ]
        run(owner, f"GRANT SELECT ON customers, list_members TO {name}")
        assert any(one.startswith("ok This login can't write to the mapped tables, nor") for one in said(half))
        run(owner, f"GRANT INSERT (words) ON notes TO {name}")
        assert "warning This login can write: notes." in said(half)
        run(owner, f"GRANT DELETE ON lists TO {name}")
        assert "warning This login can write: lists, notes." in said(half)
        run(owner, f"ALTER VIEW mine OWNER TO {name}", f"REVOKE ALL ON mine FROM {name}")
        assert "warning This login can write: lists, mine, notes." in said(half)
    run(owner, f"DROP OWNED BY {name}", f"DROP ROLE {name}")


def test_what_a_login_of_mariadb_can_write_is_named_by_its_grants(databases: Databases) -> None:
    owner, login = databases.filled("mariadb"), "clerk@127.0.0.1"
    clerk = owner.set(username="clerk", password="clerk")
    run(
        owner, f"CREATE OR REPLACE USER {login} IDENTIFIED BY 'clerk'", f"GRANT SELECT ON {owner.database}.* TO {login}"
    )
    assert any(one.startswith("ok This login can't write to the mapped tables, nor") for one in said(clerk))
    run(owner, f"GRANT UPDATE (status) ON {owner.database}.customers TO {login}")
    assert f"warning This login can write: {owner.database}.customers." in said(clerk)
    run(owner, f"DROP USER {login}")


@pytest.mark.postgres
def test_a_login_of_mariadb_that_may_only_select_from_a_view_suffices(databases: Databases) -> None:
    """How the view was made it may not see, which takes a right of its own."""
    owner, login = databases.filled("mariadb"), "viewer@127.0.0.1"
    columns = f"{READ_BY_HALF}, tel, street"
    kinds = "CAST(1.50 AS DECIMAL(9,2)) AS owed"
    with made(owner, f"CREATE VIEW seen AS SELECT {columns}, {kinds} FROM customers", "DROP VIEW IF EXISTS seen"):
        run(owner, f"CREATE OR REPLACE USER {login} IDENTIFIED BY 'viewer'")
        for table in ("seen", "payment_details", "lists", "list_members"):
            run(owner, f"GRANT SELECT ON {owner.database}.{table} TO {login}")
        viewer = owner.set(username="viewer", password="viewer")
        told = said(viewer, table="seen")
        assert any("each column is there and can be read." in one for one in told)
        (unknown,) = (one for one in told if "can't be known" in one)
        assert "“seen” is searched with an index can't be known, for “customer_no”, “mail”, “web”, “tel”." in unknown
        run(owner, f"GRANT SHOW VIEW ON {owner.database}.seen TO {login}")
        run(owner, f"GRANT SELECT ON {owner.database}.customers TO {login}")
        assert not any("can't be known" in one for one in said(viewer, table="seen"))
        source = source_at(viewer, table="seen")
        (found,) = source.search("pw-00412", 10).accounts
        assert (found.kind, found.title["name"]) == ("business", "Baltic Beans SIA")
        assert [one.id for one in source.search("Baltic Be", 10).accounts] == ["pw-00412"]
        assert source.fetch("pw-00412", ["email"]) == {"email": "mara@balticbeans.example"}
        source.close()
        run(owner, f"DROP USER {login}")


def test_an_operators_own_words_in_the_address_stay(databases: Databases) -> None:
    owner = databases.filled("postgresql")
    own = owner.update_query_dict({"options": "-csearch_path=crm -cdefault_transaction_read_only=off"})
    make = "CREATE SCHEMA crm CREATE VIEW clients AS SELECT * FROM public.customers"
    with made(owner, make, "DROP SCHEMA IF EXISTS crm CASCADE"):
        source = source_at(own, table="clients", classes={}, lists={}, timeout_s=7.0)
        assert source.sample() is not None
        with source.engine.connect() as connection:
            settings = ("search_path", "default_transaction_read_only", "statement_timeout")
            found = [connection.scalar(text(f"SHOW {name}")) for name in settings]
        source.close()
    assert found == ["crm", "on", "7s"], "but what keeps it from writing and from waiting holds"
