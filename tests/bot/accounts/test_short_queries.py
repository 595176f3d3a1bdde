"""What one or two letters find."""

import pytest

from bot.accounts.keys import PART
from migrations.schema import upgrade
from tests.bot.accounts.conftest import Company, recorded_statements

SHORT = {
    "cn-1": "李明",
    "cn-2": "李明华",
    "cn-3": "王小明",
    "cn-4": "北京李明贸易有限公司",
    "jp-1": "三菱",
    "jp-2": "株式会社さくら",
    "kr-1": "이순신",
    "kr-2": "김이박",
    "kr-3": "임꺽정",
    "mixed": "ACME 李 明 Ltd",
    "latin": "Li Ming",
}
PARTS_ONLY = "key >= '5part:' AND key < '5part;'"
FOUND = {
    "李明": ["cn-1", "cn-2", "cn-4", "mixed"],
    "李 明": ["cn-1", "cn-2", "cn-4", "mixed"],
    "李": ["cn-1", "cn-2", "cn-4", "mixed"],
    "明": ["cn-1", "cn-2", "cn-3", "cn-4", "mixed"],
    "三": ["jp-1"],
    "菱": ["jp-1"],
    "さく": ["jp-2"],
    "株": ["jp-2"],
    "이": ["kr-1", "kr-2", "kr-3"],
    "김": ["kr-2"],
    "华小": [],
    "小明": ["cn-3"],
}


@pytest.fixture
def short(company: Company) -> Company:
    company.put(*({"id": key, "name": name} for key, name in SHORT.items()))
    return company


def test_one_or_two_letters_are_enough_in_scripts_where_they_are_a_name(short: Company) -> None:
    found = {query: short.search(query) for query in FOUND}
    assert {query: sorted(ref.id for ref in one.refs) for query, one in found.items()} == FOUND
    assert {one.how for one in found.values()} == {"substring"}
    assert short.found("李明")[:2] == ["cn-1", "cn-2"]
    for query in ("L", "l", "李a", "a李", "1", "ö", "ᄋ"):
        assert short.search(query).how == "too_short", query


WORDS = {
    "n-hp-1": "HP",
    "n-hp-2": "HP Inc.",
    "n-hp-3": "Baltic HP Services",
    "n-hp-4": "Service for HP",
    "n-hpx": "HPX Hosting",
    "ship": "Shipping of hpa",
    "n-hm-1": "H&M Hennes & Mauritz AB",
    "n-hm-2": "HM Logistik",
    "n-3m": "3M Company",
    "n-ey": "E.Y. Latvia",
    "n-x": "Studio X",
}
WHOLE = {
    "HP": ["n-hp-1", "n-hp-2", "n-hp-3", "n-hp-4"],
    "h.p.": ["n-hp-1", "n-hp-2", "n-hp-3", "n-hp-4"],
    "H&M": ["n-hm-1", "n-hm-2"],
    "hm": ["n-hm-1", "n-hm-2"],
    "3m": ["n-3m"],
    "EY": ["n-ey"],
    "x": ["n-x"],
    "ab": ["n-hm-1"],
}


def test_one_or_two_letters_find_a_whole_word_of_a_name(company: Company) -> None:
    """Never a part of one: that would be half of all names."""
    company.put(*({"id": key, "name": name} for key, name in WORDS.items()))
    found = {query: company.search(query) for query in WHOLE}
    assert {query: sorted(ref.id for ref in one.refs) for query, one in found.items()} == WHOLE
    assert {one.how for one in found.values()} == {"substring"}
    assert company.found("hp")[:2] == ["n-hp-1", "n-hp-2"]
    for query in ("sh", "s", "a", "co", "%p", "_p"):
        assert company.search(query).how == "too_short", query


def test_a_whole_word_is_found_in_every_name_of_an_account(company: Company) -> None:
    company.layout = type(company.layout).of(["name", "contact_name"], names=["name", "contact_name"])
    company.put(
        {"id": "a", "name": "Hewlett Packard", "contact_name": "HP"}, {"id": "b", "name": "Hpa", "contact_name": "P"}
    )
    assert company.found("hp") == ["a"]
    assert company.found("p") == ["b"]


def test_of_many_with_a_short_word_those_that_begin_with_it_come_first(company: Company) -> None:
    company.put(*({"id": f"a{n:02}", "name": f"Firma {n:02} AG"} for n in range(30)), {"id": "z", "name": "AG Weser"})
    found = company.search("ag")
    assert (found.refs[0].id, len(found.refs), found.more) == ("z", 10, True)


def test_short_names_follow_what_is_imported(short: Company) -> None:
    short.put({"id": "cn-1", "name": "赵云"})
    assert short.found("李明") == ["cn-2", "mixed", "cn-4"]
    assert short.found("赵") == ["cn-1"]


def test_of_many_that_begin_alike_only_as_many_are_read_as_are_shown(company: Company) -> None:
    many = ({"id": f"a-{number}", "name": f"株式会社 {number}"} for number in range(300))
    company.put(*many, {"id": "b", "name": "丸株"})
    found = company.search("株")
    assert (len(found.refs), found.more) == (10, True)
    assert "b" not in [ref.id for ref in found.refs]
    with recorded_statements(company.database) as seen:
        company.search("株")
    assert not [parameters for _, parameters in seen if PART in str(parameters)]
    assert company.found("丸") == ["b"]


def test_names_of_before_are_found_after_the_upgrade(short: Company) -> None:
    """As the release before left them: without these keys."""
    keys = short.rows(f"SELECT key, account FROM account_keys WHERE {PARTS_ONLY} ORDER BY key, account")
    with short.database.transaction() as connection:
        connection.exec_driver_sql(f"DELETE FROM account_keys WHERE {PARTS_ONLY}")
    assert short.found("明") == []
    with short.database.transaction() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0094_added_tasks'")
        upgrade(connection, "0095_short_names")
    assert short.rows(f"SELECT key, account FROM account_keys WHERE {PARTS_ONLY} ORDER BY key, account") == keys
    assert short.found("李明")[:2] == ["cn-1", "cn-2"]
