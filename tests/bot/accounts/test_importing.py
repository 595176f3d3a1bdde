"""Importing: whole or not at all, in one audited transaction."""

import orjson
import pytest

from bot.accounts.files import BadRow
from bot.accounts.importing import MOST_LISTED, FileChanged
from bot.accounts.layout import AccountLayout
from bot.accounts.source import AccountRef
from bot.accounts.writing import searchable
from bot.audit.ledger import NotRecorded
from tests.bot.accounts.conftest import Company

ONE = {"id": "a", "kind": "business", "name": "Acme", "email": "a@acme.example", "lists": ["News"]}
TWO = {"id": "b", "kind": "individual", "name": "Bea", "email": "b@bea.example"}


def _values(company: Company, account: str) -> dict[str, object]:
    with company.entry() as entry:
        fields = [name for name in company.layout.fields if name != "id"]
        return dict(company.source.fetch(AccountRef(account), fields, entry=entry).values)


def _accounts(company: Company) -> int:
    return int(company.rows("SELECT count(*) FROM accounts")[0][0])


def _imports(company: Company) -> list[dict[str, object]]:
    return [
        orjson.loads(row[0]) for row in company.rows("SELECT entry FROM audit_entries WHERE action = 'account.import'")
    ]


def test_an_import_is_recorded_with_what_it_did(company: Company) -> None:
    report = company.put(ONE, TWO)
    assert (report.new, report.changed, report.unchanged, report.imported, report.total) == (2, 0, 0, True, 2)
    [entry] = _imports(company)
    assert (entry["actor"], entry["surface"], entry["outcome"]) == ("cli:ops", "cli", "done")
    assert entry["reason"] == "imported 2 new, 0 changed"
    assert entry["fields"] == ["id", "name", "email", "lists", "kind"]
    assert report.fields == ("id", "name", "email", "lists", "kind")


def test_existing_accounts_are_updated_and_counted(company: Company) -> None:
    company.put(ONE, TWO)
    report = company.put({**ONE, "name": "Apex", "email": "x@apex.example"}, TWO, {"id": "c", "name": "Cee"})
    assert (report.new, report.changed, report.unchanged) == (1, 1, 1)
    assert company.found("acme") == []
    assert company.found("a@acme.example") == []
    assert company.found("apex") == ["a"]
    assert company.found("x@apex.example") == ["a"]
    assert company.found("apxe") == ["a"]


def test_columns_that_the_file_has_are_replaced_and_others_kept(company: Company) -> None:
    company.put({**ONE, "plan": "Growth"}, {**TWO, "plan": "Scale"})
    company.put({"id": "a", "plan": ""}, {"id": "b", "email": "new@bea.example"})
    assert _values(company, "a") == {"kind": "business", "name": "Acme", "lists": ("News",)}
    assert _values(company, "b") == {"kind": "individual", "name": "Bea", "email": "new@bea.example"}


def test_one_bad_row_and_nothing_is_imported(company: Company) -> None:
    company.put(ONE)
    report = company.put({**ONE, "name": "Changed"}, TWO, {"id": "c", "plan": 5}, {"name": "No id"})
    assert report.bad == (
        BadRow(3, "field “plan”: a number where text is expected"),
        BadRow(4, "no id"),
    )
    assert (report.imported, report.bad_count, report.total) == (False, 2, 0)
    assert _values(company, "a")["name"] == "Acme"
    assert _accounts(company) == 1
    assert len(_imports(company)) == 1


def test_the_first_hundred_faults_are_listed_and_all_counted(company: Company) -> None:
    report = company.put(*({"id": f"a{n}", "plan": n} for n in range(250)))
    assert (len(report.bad), report.bad_count) == (MOST_LISTED, 250)


def test_an_id_that_comes_twice_is_named_with_both_lines(company: Company) -> None:
    report = company.put(ONE, TWO, ONE)
    assert report.bad == (BadRow(3, "the same id as line 1"),)


def test_without_its_entry_nothing_is_imported(company: Company) -> None:
    with company.database.transaction() as connection:
        everything = "" if company.database.is_sqlite else " CASCADE"
        connection.exec_driver_sql("DROP TABLE audit_open")
        connection.exec_driver_sql(f"DROP TABLE audit_entries{everything}")
    with pytest.raises(NotRecorded):
        company.put(ONE)
    assert _accounts(company) == 0


@pytest.mark.parametrize("other", [2_499, 2_501, 0, -1])
def test_a_file_that_changes_meanwhile_is_not_imported(company: Company, other: int) -> None:
    content = b'{"id": "a", "plan": "x"}\n' * 2_500 if other < 0 else _lines(other)

    def replace(_done: int, _total: int) -> None:
        (company.folder / "other").write_bytes(content)
        (company.folder / "other").replace(company.folder / "accounts.jsonl")

    with pytest.raises(FileChanged):
        company.put_file("accounts.jsonl", _lines(2_500), replace)
    assert (_accounts(company), _imports(company)) == (0, [])


def test_progress_rises_to_the_files_size(company: Company) -> None:
    told: list[tuple[int, int]] = []
    content = _lines(2_500)
    company.put_file("accounts.jsonl", content, lambda done, total: told.append((done, total)))
    assert told == sorted(told)
    assert told[-1] == (len(content), len(content))
    assert {total for _, total in told} == {len(content)}
    assert len(told) >= 4


def test_another_layout_makes_all_search_columns_anew(company: Company) -> None:
    company.put({**ONE, "contact_name": "Siân Wood", "phone": "+44 20 7946 0123"}, TWO)
    company.layout = AccountLayout.of(company.layout.fields, exact=["phone"], names=["contact_name"], title=["plan"])
    with company.database.reading() as connection:
        assert not searchable(connection, company.layout)
    report = company.put({"id": "c", "contact_name": "Cy", "plan": "Scale"})
    assert (report.new, report.changed) == (1, 0)
    assert company.found("sian wod") == ["a"]
    assert company.found("+442079460123") == ["a"]
    assert company.found("acme") == []
    assert company.found("a@acme.example") == []
    assert company.search("c").refs == (AccountRef("c", None, {"plan": "Scale"}),)
    with company.database.reading() as connection:
        assert searchable(connection, company.layout)


def test_trigrams_stay_in_step_with_names(company: Company) -> None:
    company.put(ONE, TWO)
    company.put({**ONE, "name": "Zebra"})
    with company.database.transaction() as connection:
        connection.exec_driver_sql("DELETE FROM accounts WHERE id = 'b'")
        if company.database.is_sqlite:
            connection.exec_driver_sql(
                "INSERT INTO account_trigram_index (account_trigram_index, rank) VALUES ('integrity-check', 1)"
            )
    assert company.found("zebra") == ["a"]
    assert company.rows("SELECT count(*) FROM account_keys WHERE account NOT IN (SELECT seq FROM accounts)")[0][0] == 0


def test_many_batches_are_one_import(company: Company) -> None:
    report = company.put_file("many.jsonl", _lines(2_500))
    assert (report.new, _accounts(company)) == (2_500, 2_500)
    assert company.found("name 1777") == ["a1777"]
    assert company.put_file("many.jsonl", _lines(2_600)).new == 100


def _lines(n: int) -> bytes:
    return b"".join(orjson.dumps({"id": f"a{number}", "name": f"Name {number}"}) + b"\n" for number in range(n))
