"""A table or view that lost a column, is gone or may not be read any more: what else there is, is read as before."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain

import pytest
from sqlalchemy import URL

from bot.accounts.company_source import SourceDown, Value
from bot.accounts.in_time import FAILURES, InTime
from bot.accounts.source import SourceBroken
from bot.accounts.sql.source import SqlSource
from tests.bot.accounts.sql.company_database import fill
from tests.bot.accounts.sql.conftest import Databases, source_at
from tests.bot.accounts.sql.test_checking import made, run, said
from tests.bot.captured_logs import captured_logs

ACCOUNT = "br-1"
VAT = "LV40003000001"
ROW: Mapping[str, object] = {
    "id": ACCOUNT,
    "kind": "business",
    "name": "Broken Reeds",
    "email": "rita@reeds.example",
    "iban": "LV80BANK0000435195001",
    "vat_number": VAT,
    "lists": ["Newsletter"],
    "recipients": ["ana@inbox.example", "bo@inbox.example"],
}
PAID = {"iban": "LV80BANK0000435195001", "vat_number": VAT}
KNOWN = {"name": "Broken Reeds", "email": "rita@reeds.example"}
LISTED = {"lists": 1, "recipients": 2}
FIELDS, COUNTED = [*KNOWN, *PAID], [*LISTED]
NEVER = ("SELECT", *map(str, chain(KNOWN.values(), PAID.values())), "inbox.example", ACCOUNT)
"""What no log says of it."""


@dataclass(frozen=True)
class Fault:
    """Something that breaks a table, and mends it; without which fields an account is then, and what is named."""

    breaks: str
    mends: str
    table: str = "payment_details"
    lost: frozenset[str] = frozenset(PAID)
    named: frozenset[str] = field(default_factory=frozenset)


CHANGED = (
    Fault(
        "ALTER TABLE payment_details RENAME COLUMN iban_no TO gone",
        "ALTER TABLE payment_details RENAME COLUMN gone TO iban_no",
        named=frozenset({"“payment_details” has no column “iban_no” for the field “iban”."}),
    ),
    Fault(
        "ALTER TABLE payment_details RENAME COLUMN customer_no TO gone",
        "ALTER TABLE payment_details RENAME COLUMN gone TO customer_no",
        named=frozenset({"“payment_details” has no column “customer_no” for the account's id."}),
    ),
    Fault(
        "ALTER TABLE payment_details RENAME TO gone",
        "ALTER TABLE gone RENAME TO payment_details",
        named=frozenset({"There is no table or view “payment_details”."}),
    ),
    Fault(
        "ALTER TABLE list_members RENAME COLUMN address TO gone",
        "ALTER TABLE list_members RENAME COLUMN gone TO address",
        "list_members",
        frozenset({"recipients"}),
        frozenset({"“list_members” has no column “address” for the field “recipients”."}),
    ),
    Fault(
        "ALTER TABLE customers RENAME COLUMN mail TO gone",
        "ALTER TABLE customers RENAME COLUMN gone TO mail",
        "customers",
        frozenset(KNOWN),
        frozenset({"“customers” has no column “mail” for the field “email”."}),
    ),
)


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres), "mariadb"])
def own_url(request: pytest.FixtureRequest, databases: Databases) -> URL:
    """A database of these tests' own, on each kind of server."""
    url = databases.new(request.param)
    fill(url, [ROW])
    return url


@contextmanager
def broken(url: URL, fault: Fault) -> Iterator[None]:
    run(url, fault.breaks)
    try:
        yield
    finally:
        run(url, fault.mends)


def whole(source: SqlSource) -> bool:
    found = source.contents(ACCOUNT, FIELDS, COUNTED)
    return (found.values, found.counts, found.unread) == ({**KNOWN, **PAID}, LISTED, frozenset())


def demand_without(source: SqlSource, lost: frozenset[str]) -> None:
    """Everything but what is lost."""
    found = source.contents(ACCOUNT, FIELDS, COUNTED)
    values: dict[str, Value] = {**KNOWN, **PAID}
    assert found.unread == lost
    assert found.values == {name: value for name, value in values.items() if name not in lost}
    assert found.counts == {name: number for name, number in LISTED.items() if name not in lost}
    account = source.find(ACCOUNT)
    assert account is not None
    assert account.title == {"name": "Broken Reeds"}
    with pytest.raises(SourceBroken):
        source.fetch(ACCOUNT, FIELDS) if lost & {*FIELDS} else source.count(ACCOUNT, COUNTED)


@pytest.mark.parametrize("fault", CHANGED, ids=lambda fault: fault.breaks.removeprefix("ALTER TABLE "))
def test_only_what_is_in_the_broken_table_is_missing(own_url: URL, fault: Fault) -> None:
    """For a source that knew the table as it was, for one that never did, and until it is mended and no longer."""
    knew, never = source_at(own_url), source_at(own_url)
    assert whole(knew)
    with captured_logs() as logs, broken(own_url, fault):
        for source in (knew, knew, never):
            demand_without(source, fault.lost)
        assert {one for one in said(own_url) if one.startswith("fault")} == {f"fault {one}" for one in fault.named}
    assert whole(knew)
    assert whole(never)
    assert {one["table"] for one in logs.entries() if one["event"] == "source.table_broken"} == {fault.table}
    assert {one["column"] for one in logs.entries() if "column" in one} <= {"iban_no", "customer_no", "address", "mail"}
    assert [value for value in NEVER if value in logs.getvalue()] == []
    knew.close()
    never.close()


def test_what_may_not_be_read_any_more_is_missing_alone(own_url: URL) -> None:
    kind = own_url.get_backend_name()
    if kind == "sqlite":
        pytest.skip("a file has no logins")
    name = f"reader_{os.urandom(4).hex()}"
    login, schema = (name, "") if kind == "postgresql" else (f"{name}@127.0.0.1", f"{own_url.database}.")
    create = f"ROLE {login} LOGIN PASSWORD 'half'" if kind == "postgresql" else f"USER {login} IDENTIFIED BY 'half'"
    tables = ("customers", "payment_details", "lists", "list_members")
    run(own_url, f"CREATE {create}", *(f"GRANT SELECT ON {schema}{one} TO {login}" for one in tables))
    reader = own_url.set(username=name, password="half")
    knew, never = source_at(reader), source_at(reader)
    assert whole(knew)
    with captured_logs() as logs:
        run(own_url, f"REVOKE SELECT ON {schema}payment_details FROM {login}")
        for source in (knew, knew, never):
            demand_without(source, frozenset(PAID))
        run(own_url, f"GRANT SELECT (customer_no, vat) ON {schema}payment_details TO {login}")
        for source in (knew, never):
            assert source.contents(ACCOUNT, ["vat_number"], ()).values == {"vat_number": VAT}
            assert source.contents(ACCOUNT, ["iban"], ["lists"]).unread == {"iban"}
        (fault,) = (one for one in said(reader) if one.startswith("fault") and "iban" in one)
        assert "“payment_details”" in fault
    run(own_url, f"GRANT SELECT ON {schema}payment_details TO {login}")
    assert whole(knew)
    assert whole(never)
    assert [value for value in NEVER if value in logs.getvalue()] == []
    knew.close()
    never.close()
    run(
        own_url,
        *((f"DROP OWNED BY {login}", f"DROP ROLE {login}") if kind == "postgresql" else (f"DROP USER {login}",)),
    )


def test_a_view_that_works_no_more_is_missing_alone(own_url: URL) -> None:
    """PostgreSQL lets nobody take away what a view is made of."""
    if own_url.get_backend_name() == "postgresql":
        pytest.skip("its views can't lose their tables")
    run(own_url, "CREATE TABLE below (customer_no VARCHAR(40), iban_no VARCHAR(40), vat VARCHAR(40))")
    with made(own_url, "CREATE VIEW paid AS SELECT customer_no, iban_no, vat FROM below", "DROP VIEW IF EXISTS paid"):
        fields = {"iban": "iban_no", "vat_number": "vat"} | dict.fromkeys(
            ("card_brand", "card_last4", "billing_address"), "vat"
        )
        source = source_at(own_url, classes={"payment": {"table": "paid", "fields": fields}})
        assert source.contents(ACCOUNT, FIELDS, ()).unread == frozenset()
        run(own_url, "DROP TABLE below")
        demand_without(source, frozenset(PAID))
        assert "fault “paid” is a view that works no more." in [f"{one.level} {one.what}" for one in source.check()]
        source.close()


def test_what_is_in_a_broken_table_is_not_searched_and_said_to_be(own_url: URL) -> None:
    source = source_at(own_url)
    assert [one.id for one in source.search(VAT, 10).accounts] == [ACCOUNT]
    with broken(own_url, CHANGED[2]):
        found = source.search(VAT, 10)
        assert found.accounts == ()
        assert found.unread == {"vat_number"}
        for query in ("rita@reeds.example", "Broken Reeds", ACCOUNT):
            assert [one.id for one in source.search(query, 10).accounts] == [ACCOUNT]
        assert source.search("rita@reeds.example", 10).unread == frozenset()
    assert [one.id for one in source.search(VAT, 10).accounts] == [ACCOUNT]
    source.close()


def test_a_table_that_is_broken_keeps_nobody_from_asking_the_others(own_url: URL) -> None:
    """The database is well, so that it is not let alone for a while; alarms count that it did not answer wholly."""
    told: list[bool] = []
    source = source_at(own_url)
    asked = InTime("crm", source, 30.0, observe=lambda _name, _seconds, whole: told.append(whole))
    with broken(own_url, CHANGED[3]):
        for _ in range(FAILURES + 1):
            with pytest.raises(SourceBroken):
                asked.ask(lambda source: source.holds(ACCOUNT, "recipients", "ana@inbox.example"))
        found = asked.ask(lambda source: source.contents(ACCOUNT, FIELDS, COUNTED))
        assert found.values == {**KNOWN, **PAID}
        assert found.unread == {"recipients"}
        assert asked.ask(lambda source: source.find(ACCOUNT)) is not None
    assert asked.ask(lambda source: source.holds(ACCOUNT, "recipients", "ana@inbox.example"))
    assert told == [False] * (FAILURES + 2) + [True, True]
    source.close()


def test_without_the_main_table_nobody_is_known(own_url: URL) -> None:
    source = source_at(own_url)
    fault = Fault("ALTER TABLE customers RENAME TO gone", "ALTER TABLE gone RENAME TO customers")
    with broken(own_url, fault):
        for ask in (source.sample, lambda: source.find(ACCOUNT), lambda: source.search("Broken Reeds", 10)):
            with pytest.raises(SourceBroken):
                ask()
    assert source.find(ACCOUNT) is not None
    source.close()


def test_a_database_that_is_not_there_is_down_and_not_broken(own_url: URL) -> None:
    lost = own_url.set(database=f"{own_url.database}_lost")
    source = source_at(lost)
    with pytest.raises(SourceDown) as told:
        source.contents(ACCOUNT, FIELDS, COUNTED)
    assert told.value.why == "down"
    source.close()


@pytest.mark.postgres
def test_a_column_that_is_gone_and_one_that_is_closed_are_both_named(databases: Databases) -> None:
    url, name = databases.new("postgresql"), f"half_{os.urandom(4).hex()}"
    fill(url, [ROW])
    run(
        url, f"CREATE ROLE {name} LOGIN PASSWORD 'half'", f"GRANT SELECT ON customers, lists, payment_details TO {name}"
    )
    run(url, f"GRANT SELECT (customer_no, member_no) ON list_members TO {name}", CHANGED[0].breaks)
    faults = [one for one in said(url.set(username=name, password="half")) if one.startswith("fault")]
    run(url, f"DROP OWNED BY {name}", f"DROP ROLE {name}")
    assert faults == [
        "fault “payment_details” has no column “iban_no” for the field “iban”.",
        "fault “list_members” can't be read by this login (InsufficientPrivilege, code 42501): address.",
    ]
