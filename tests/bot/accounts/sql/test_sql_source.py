"""A company's database as a source, on SQLite, PostgreSQL and MariaDB: what is found, what is read, what is not."""

import re

import pytest
from sqlalchemy import URL, create_engine, make_url, text

from bot.accounts.company_source import Account
from bot.accounts.conformance import CHECKS, Trial
from bot.accounts.sql.source import SqlSource
from tests.bot.accounts.sql.company_database import CUSTOMERS, LAYOUT, MEMBERS, PAYMENT, fill
from tests.bot.accounts.sql.conftest import MORE, source_at, statements_of
from tests.postgres import Server

BEANS = Account("pw-00412", "business", {"name": "Baltic Beans SIA", "domain": "balticbeans.example"})
COTTON = Account("pw-90001", "business", {"name": "100% Cotton_Works"})


def ids(source: SqlSource, query: str, limit: int = 10) -> list[str]:
    return [one.id for one in source.search(query, limit).accounts]


def test_it_conforms(source: SqlSource) -> None:
    for check in CHECKS:
        check(Trial(source, LAYOUT, (BEANS, COTTON, Account("pw-90003", "business"))))


@pytest.mark.parametrize(
    "query",
    [
        *("pw-00412", "mara@balticbeans.example", "MARA@BalticBeans.Example", "balticbeans.example"),
        *("https://www.BalticBeans.example/", "+371 26 443 478", "+37126443478", "0037126443478", "26 443 478"),
        *("LV40003412345", "lv 4000 3412 345", "baltic bea", "BEANS baltic", "sia beans"),
    ],
)
def test_all_that_finds_an_account(source: SqlSource, query: str) -> None:
    expected = [] if query == "26 443 478" else ["pw-00412"]  # without its country it is another number
    assert ids(source, query) == expected


def test_what_is_stored_as_people_write_it(source: SqlSource) -> None:
    assert ids(source, "hello@cotton.example") == ["pw-90001"]
    assert ids(source, "+371299 11220") == ["pw-90002"] == ids(source, "kafija.example")
    assert ids(source, "ārzemju") == ["pw-90002"] == ids(source, "ĀRZEMJU KAFIJA")


def test_wildcards_are_letters(source: SqlSource) -> None:
    assert ids(source, "100%") == ["pw-90001"] == ids(source, "n_wor")
    for query in ("1%0", "c_tton", "many%things", "%many%", "____"):
        found = source.search(query, 10)
        assert found.accounts == () or found.how == "similar", query


def test_a_broad_query_is_cut(source: SqlSource) -> None:
    told = statements_of(source)
    found = source.search("many", 10)
    assert all(one.id.startswith("many-") for one in found.accounts)
    assert (len(found.accounts), found.more, found.how) == (10, True, "substring")
    assert all("LIMIT" in one for one in told)


def test_one_or_two_letters_find_a_whole_word_of_a_name(source: SqlSource) -> None:
    """What begins with it first; a part of a word is none."""
    assert ids(source, "HP") == ["pw-90004", "pw-90005", "pw-90006"]
    assert ids(source, "h&p") == ["pw-90007"]
    for query in ("h", "%p", "_p", "st"):
        assert source.search(query, 10).how == "too_short", query


def test_too_short_and_too_long(source: SqlSource) -> None:
    assert source.search("ab", 10).how == "too_short"
    assert source.search("x" * 5000, 10).accounts == ()


def test_typing_errors_where_the_database_can(source: SqlSource, company_url: URL) -> None:
    found = source.search("balitc baens", 10)
    if company_url.get_backend_name() == "postgresql":
        assert ([one.id for one in found.accounts], found.how) == (["pw-00412"], "similar")
    else:
        assert (found.accounts, found.how) == ((), "similar")


def test_only_what_is_asked_for_is_selected(source: SqlSource) -> None:
    """Heard at the database: no column beyond those that a decision allows, whatever is done."""
    source.find("pw-00412")
    told = statements_of(source)
    assert set(source.fetch("pw-00412", ["email"])) == {"email"}
    assert [columns(one) for one in told] == [{"mail", "customer_no"}]
    told.clear()
    assert set(source.fetch("pw-00412", ["name", "iban"])) == {"name", "iban"}
    assert [columns(one) for one in told] == [{"company", "customer_no"}, {"iban_no", "customer_no"}]
    told.clear()
    assert source.count("pw-00412", ["recipients"]) == {"recipients": 57}
    assert not any("SELECT list_members" in one or "list_members.address FROM" in one for one in told)
    told.clear()
    source.search("baltic", 10)
    source.find("pw-00412")
    selected = {name for one in told for name in columns(one.partition("FROM")[0])}
    assert selected <= {"customer_no", "company", "web", "type"}


def columns(statement: str) -> set[str]:
    """The company's columns that a statement names."""
    known = {one.name for table in (CUSTOMERS, PAYMENT, MEMBERS) for one in table.columns}
    return known & set(re.findall(r"\w+", re.sub(r" AS \S+", "", statement)))


def test_values_as_people_read_them(source: SqlSource) -> None:
    found = source.fetch("pw-00412", ["created_at", "kind", "lists", "card_last4", "plan"])
    lists = ("Newsletter (1,204)", "Old (12)", "Wholesale (88)")
    assert found == {
        "created_at": "2024-05-03",
        "kind": "business",
        "lists": lists,
        "card_last4": "4242",
        "plan": "Growth",
    }
    assert source.fetch("pw-90001", ["plan", "address", "lists"]) == {}
    individual = next(one for one in source.search("pw-00077", 1).accounts) if source.find("pw-00077") else None
    assert individual is None or individual.kind == "individual"


def test_a_list_by_pages_and_by_a_whole_address(source: SqlSource) -> None:
    told = statements_of(source)
    assert source.part("pw-00412", "recipients", 50, 50) == tuple(f"reader{n}@inbox.example" for n in range(50, 57))
    assert source.holds("pw-90003", "recipients", "ana@inbox.example")
    assert not source.holds("pw-90003", "recipients", "a@inbox.example")
    assert not source.holds("pw-90003", "recipients", "%@inbox.example")
    assert source.part("pw-90003", "recipients", 0, 50) == ("Ana Liepa <Ana@Inbox.example>", "bo@inbox.example")
    assert all("LIMIT" in one for one in told)


def test_it_can_not_write(source: SqlSource) -> None:
    """Even as a login that may: the connection says that it only reads."""
    source.find("pw-00412")
    with source.engine.connect() as connection, pytest.raises(Exception, match=r"(?i)read.?only"):
        connection.execute(text("DELETE FROM payment_details"))


def test_ids_that_are_numbers(databases: object, company_url: URL) -> None:
    engine = create_engine(company_url)
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE IF EXISTS numbered"))
        connection.execute(text("CREATE TABLE numbered (no INTEGER PRIMARY KEY, company VARCHAR(50))"))
        connection.execute(text("INSERT INTO numbered VALUES (7, 'Seven Seas')"))
    engine.dispose()
    columns = {"name": "company"} | dict.fromkeys(("domain", "kind", "email", "phone", "vat_number"), "company")
    source = source_at(company_url, table="numbered", key="no", fields=columns, classes={}, lists={})
    try:
        assert source.find("7") == Account("7", "business", {"name": "Seven Seas", "domain": "Seven Seas"})
        assert [source.find(text) for text in ("007", "7.0", "seven", "7 OR 1=1", "9" * 30, "-7")] == [None] * 6
        assert source.fetch("seven", ["name"]) == {} == source.count("x", ["name"])
        assert [one.id for one in source.search("seven sea", 5).accounts] == ["7"]
    finally:
        source.close()


@pytest.mark.postgres
def test_a_server_that_does_not_know_what_its_text_is_written_in(postgres: Server) -> None:
    postgres.execute_in(
        "postgres", "CREATE DATABASE plain ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"
    )
    url = make_url(postgres.url("plain")).set(drivername="postgresql+psycopg")
    fill(url.update_query_dict({"client_encoding": "utf8"}), MORE)
    source = source_at(url)
    (found,) = source.search("pw-90002", 10).accounts
    assert found.title["name"] == "Ārzemju Kafija"
    source.close()
    postgres.drop_database("plain")
