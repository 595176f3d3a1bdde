"""Rows of the company's that share an account's id, or have none: what one customer has is never shown as another's."""

from collections.abc import Iterator

import pytest
from sqlalchemy import URL, event

from bot.accounts.company_source import SourceSettings
from bot.accounts.in_time import FAILURES, InTime
from bot.accounts.layout import AccountLayout
from bot.accounts.source import SeveralOfOneId, SourceDown
from bot.accounts.sql.making import sql_source
from bot.accounts.sql.reading import MOST_ROWS
from bot.accounts.sql.source import SqlSource
from tests.bot.accounts.sql.company_database import CLASSES
from tests.bot.accounts.sql.conftest import Databases, source_at
from tests.bot.accounts.sql.test_checking import run

MADE = (
    "CREATE TABLE odd (no VARCHAR(40), company VARCHAR(50), type VARCHAR(20), mail VARCHAR(60))",
    "CREATE TABLE paid (no VARCHAR(40), iban VARCHAR(40))",
    "CREATE TABLE numbered (no DOUBLE PRECISION, company VARCHAR(50), type VARCHAR(20), mail VARCHAR(60))",
    (
        "INSERT INTO odd VALUES ('d-1', 'Dune Trading', 'firm', 'office@dune.example'),"
        " ('d-1', 'Dita Kalna', 'private', 'dita@kalna.example'), ('e-1', 'Dune East', 'firm', 'east@dune.example'),"
        " ('j-1', 'Joined View', 'firm', 'one@joined.example'), ('j-1', 'Joined View', 'firm', 'two@joined.example'),"
        " ('', 'Nameless Empty', 'firm', 'empty@none.example'), (NULL, 'Nameless Null', 'firm', 'null@none.example'),"
        " (' s-1', 'Spaced Out', 'firm', 'spaced@out.example')"
    ),
    "INSERT INTO paid VALUES ('e-1', 'LV11'), ('e-1', 'LV22'), ('e-1', 'LV11'), ('j-1', 'LV33'), ('j-1', NULL)",
    "CREATE TABLE dated (no DATE, company VARCHAR(50), type VARCHAR(20), mail VARCHAR(60))",
    "INSERT INTO dated VALUES ('2024-05-03', 'Third of May', 'firm', 'may@third.example')",
    "INSERT INTO numbered VALUES (7, 'Seven Seas', 'firm', 'seven@seas.example')",
)
FIELDS = dict.fromkeys((name for fields in CLASSES.values() for name in fields if name != "id"), "company") | {
    "name": "company",
    "kind": "type",
    "email": "mail",
    "domain": "company",
    "phone": "mail",
}


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres), "mariadb"])
def odd_url(request: pytest.FixtureRequest, databases: Databases) -> URL:
    url = databases.new(request.param)
    run(url, *MADE)
    return url


@pytest.fixture
def odd(odd_url: URL) -> Iterator[SqlSource]:
    payment = {"payment": {"table": "paid", "key": "no", "fields": dict.fromkeys(CLASSES["payment"], "iban")}}
    source = source_at(odd_url, table="odd", key="no", fields=FIELDS, classes=payment, lists={})
    yield source
    source.close()


def test_nothing_is_shown_of_accounts_that_share_an_id(odd: SqlSource) -> None:
    for query in ("d-1", "D-1", "dita@kalna.example", "office@dune.example", "dita"):
        with pytest.raises(SeveralOfOneId) as told:
            odd.search(query, 10)
        assert (told.value.account_id, str(told.value)) == ("d-1", "")
    with pytest.raises(SeveralOfOneId):
        odd.find("d-1")
    for field in ("name", "email"):  # also where another source knows the id
        with pytest.raises(SeveralOfOneId):
            odd.fetch("d-1", [field])
    kinds = {one.id: one.kind for one in odd.search("dune", 10).accounts}
    assert kinds == {"d-1": "individual", "e-1": "business"}


def test_whether_ids_are_shared_is_one_question_for_all_that_was_found(odd: SqlSource) -> None:
    odd.search("dune", 10)
    said = list[str]()
    event.listen(odd.engine, "before_cursor_execute", lambda _c, _cur, statement, *_: said.append(statement))
    assert len(odd.search("dune", 10).accounts) == 2
    assert sum(" IN (" in one and " IN (SELECT" not in one for one in said) == 1
    said.clear()
    assert [one.id for one in odd.search("e-1", 10).accounts] == ["e-1"]
    assert len(said) == 1, "all rows of an id that was typed were read already"


def test_an_account_of_very_many_rows_hides_none_of_another(odd_url: URL) -> None:
    """They are asked for one by one then: the rows of the one must not take the place of the other's."""
    rows = ", ".join(f"('a-1', 'Dune Many', 'firm', 'n{n}@many.example')" for n in range(3 * MOST_ROWS))
    run(odd_url, f"INSERT INTO odd VALUES {rows}", "CREATE INDEX by_no ON odd (no)")
    source = source_at(odd_url, table="odd", key="no", fields=FIELDS, classes={}, lists={})
    found = source.search("dune", 10)
    kinds = {one.id: one.kind for one in found.accounts}
    assert kinds == {"a-1": "business", "d-1": "individual", "e-1": "business"}
    source.close()


def test_others_are_not_kept_from_a_source_that_has_two_accounts_of_one_id(odd: SqlSource) -> None:
    asked = InTime("crm", odd, 60.0)
    for _ in range(FAILURES + 1):
        with pytest.raises(SourceDown):
            asked.ask(lambda source: source.find("d-1"))
    assert asked.ask(lambda source: source.find("e-1")) is not None


def test_rows_that_tell_of_the_same_account_are_shown_together(odd: SqlSource) -> None:
    found = odd.find("j-1")
    assert found is not None
    assert (found.kind, found.title["name"]) == ("business", "Joined View")
    values = odd.fetch("j-1", ["name", "email", "iban"])
    assert (values["name"], values["iban"]) == ("Joined View", "LV33")
    assert sorted(values["email"]) == ["one@joined.example", "two@joined.example"]
    assert sorted(odd.fetch("e-1", ["iban"])["iban"]) == ["LV11", "LV22"]
    assert odd.count("e-1", ["iban"]) == {"iban": 2}


def test_rows_without_an_id_are_nobodys(odd: SqlSource) -> None:
    for query in ("", "empty@none.example", "null@none.example", "nameless", "spaced@out.example", "s-1"):
        assert odd.search(query, 10).accounts == (), query
    assert odd.find("") is None
    assert odd.sample() in ("d-1", "e-1", "j-1")


def test_the_operator_is_told(odd: SqlSource) -> None:
    told = {(one.level, one.what) for one in odd.check()}
    assert ("fault", "Rows of “odd” share a “no”: of accounts that differ, nothing is shown.") in told
    assert ("warning", "“odd” has rows whose “no” is empty or has spaces around it.") in told
    assert ("warning", "“paid” has several rows for an account: each field shows the values of all of them.") in told


def test_rows_of_a_source_that_names_nobody_are_one_accounts(odd_url: URL) -> None:
    """A joined source of other classes alone: its rows of an id are shown together, and that is no fault."""
    options = {"url": odd_url.render_as_string(hide_password=False), "table": "paid", "key": "no"}
    layout = AccountLayout.of(["id", "iban"], exact=[], names=[], title=[])
    source = sql_source(SourceSettings("billing", layout, options, 30.0, classes={"payment": ("iban",)}))
    told = [(one.level, one.what) for one in source.check()]
    assert source.fetch("e-1", ["iban"])["iban"] == ("LV11", "LV22")
    source.close()
    assert ("warning", "“paid” has several rows for an account: each field shows the values of all of them.") in told
    assert "fault" not in {level for level, _ in told}


@pytest.mark.parametrize(
    ("table", "account", "mail", "others"),
    [
        ("numbered", "7", "seven@seas.example", ("7.0", "07", "seven", "9" * 30)),
        ("dated", "2024-05-03", "may@third.example", ("20240503", "2024-5-3", "3 May 2024", "2024-99-99")),
    ],
)
def test_ids_that_are_floating_numbers_or_days(
    odd_url: URL, table: str, account: str, mail: str, others: tuple[str, ...]
) -> None:
    source = source_at(odd_url, table=table, key="no", fields=FIELDS, classes={}, lists={})
    assert [one.id for one in source.search(mail, 10).accounts] == [account]
    assert source.find(account) is not None
    assert source.fetch(account, ["email"]) == {"email": mail}
    assert [source.find(one) for one in others] == [None] * len(others)
    source.close()
