"""People's accounts are told from businesses' by words; what `steward check` says when those are the wrong ones."""

from typing import Any

import pytest
from sqlalchemy import URL, create_engine

from bot.accounts.company_source import Remark
from bot.accounts.layout import AccountLayout
from bot.accounts.sql.kinds import kind_remarks
from bot.accounts.sql.mapping import SqlMapping, TableMap
from bot.accounts.sql.source import SqlSource
from tests.bot.accounts.sql.company_database import MAPPING
from tests.bot.accounts.sql.conftest import source_at

PERSON, FIRM, UNTOLD = "pw-00500", "pw-00412", "pw-90002"


@pytest.mark.parametrize(
    ("options", "person", "firm", "untold"),
    [
        ({"individual": ["PRIVATE "]}, "individual", "business", None),
        ({"individual": ["person"]}, "business", "business", None),
        ({"individual": [], "business": ["Firm"]}, "individual", "business", "individual"),
        ({"individual": ["firm"], "business": ["firm"]}, "individual", "individual", "individual"),
    ],
)
def test_what_each_word_means(
    company_url: URL, options: dict[str, Any], person: str, firm: str, untold: str | None
) -> None:
    source = source_at(company_url, **options)
    for account, kind in ((PERSON, person), (FIRM, firm), (UNTOLD, untold)):
        found = source.find(account)
        assert found is not None
        assert found.kind == kind
        assert source.fetch(account, ["kind"]) == ({"kind": kind} if kind else {})
    source.close()


@pytest.mark.parametrize(
    ("options", "level", "told"),
    [
        ({}, "warning", "Accounts without a word in “kind” count as businesses."),
        ({"individual": ["person"]}, "warning", "No account is a person's by the words given"),
        ({"business": ["firm"]}, "ok", "Of 2 words in “kind”, 1 mean a person."),
        ({"fields": {**MAPPING["fields"], "kind": "company"}}, "warning", "“kind” has more than 20 different words."),
    ],
)
def test_words_that_mean_no_person_are_warned_of(
    company_url: URL, options: dict[str, Any], level: str, told: str
) -> None:
    source = source_at(company_url, **options)
    (remark,) = about_kinds(source)
    assert remark.level == level
    assert told in remark.what
    assert "firm" not in remark.what.casefold()
    source.close()


@pytest.mark.parametrize(
    ("said", "told"), [("true", "true and false are the words yes and no"), ("yes", "1 mean a pers")]
)
def test_a_column_of_true_and_false_is_told_by_the_words_that_it_has_here(said: str, told: str) -> None:
    engine = create_engine("sqlite://")
    mapping = SqlMapping(engine.url, TableMap("customers", "no", {"kind": "person"}), individual=frozenset({said}))
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE customers (no TEXT PRIMARY KEY, person BOOLEAN)")
        connection.exec_driver_sql("INSERT INTO customers VALUES ('a', true), ('b', false)")
        (remark,) = kind_remarks(connection, mapping, AccountLayout.of(["kind"], kind_field="kind"))
    assert told in f"{remark.what} {remark.mend}"
    engine.dispose()


def about_kinds(source: SqlSource) -> list[Remark]:
    return [one for one in source.check() if "“kind”" in one.what]
