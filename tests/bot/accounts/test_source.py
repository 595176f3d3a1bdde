"""The door: no open entry, no data; no field that was not asked for."""

import pytest

from bot.accounts.source import AccountRef, NoOpenEntry
from bot.audit.entry import Action, Outcome
from bot.audit.ledger import NotRecorded, OpenEntry
from tests.bot.accounts.conftest import ORIGIN, Company, Statements, recorded_statements

BEANS = {
    "id": "pw-00412",
    "kind": "business",
    "name": "Baltic Beans SIA",
    "domain": "balticbeans.example",
    "plan": "Growth",
    "email": "marta@balticbeans.example",
    "phone": "+371 26 123 478",
    "lists": ["Newsletter (1,204)", "Customers (318)"],
    "recipients": ["one@mail.example", "two@mail.example", "three@mail.example"],
}
REF = AccountRef("pw-00412", "business", {"name": "Baltic Beans SIA", "domain": "balticbeans.example"})


def test_a_closed_entry_opens_no_door(company: Company) -> None:
    company.put(BEANS)
    with company.entry() as entry:
        entry.close(Outcome.REFUSED, "no_purpose")
        with recorded_statements(company.database) as seen:
            _demands_an_open_entry(company, entry)
        assert seen == []


def test_an_entry_whose_transaction_is_over_opens_no_door(company: Company) -> None:
    company.put(BEANS)
    with company.database.reading() as connection:
        left_open = company.ledger.opened(connection, ORIGIN, Action.LOOK_UP)
    assert left_open.is_open
    _demands_an_open_entry(company, left_open)


def _demands_an_open_entry(company: Company, entry: OpenEntry) -> None:
    for ask in (
        lambda: company.source.search("pw-00412", limit=10, entry=entry),
        lambda: company.source.find("pw-00412", entry=entry),
        lambda: company.source.fetch(REF, ["plan"], entry=entry),
    ):
        with pytest.raises(NoOpenEntry):
            ask()


def test_an_account_is_found_by_its_very_id(company: Company) -> None:
    company.put(BEANS)
    with company.entry() as entry:
        assert company.source.find("pw-00412", entry=entry) == REF
        for other in ("PW-00412", "pw-0041", "Baltic Beans SIA", "", "\x00", "\ud800"):
            assert company.source.find(other, entry=entry) is None


def test_what_was_asked_for_is_read(company: Company) -> None:
    company.put(BEANS)
    with company.entry() as entry:
        record = company.source.fetch(
            REF,
            ["id", "kind", "email", "lists", "address"],
            counts=["recipients", "lists", "plan", "phone", "vat_number"],
            entry=entry,
        )
    assert record.values == {
        "id": "pw-00412",
        "kind": "business",
        "email": "marta@balticbeans.example",
        "lists": ("Newsletter (1,204)", "Customers (318)"),
    }
    assert record.counts == {"recipients": 3, "lists": 2, "plan": 1, "phone": 1}


def test_what_was_not_asked_for_does_not_leave_the_database(company: Company) -> None:
    company.put(BEANS)
    with company.entry() as entry, recorded_statements(company.database) as seen:
        company.source.fetch(REF, ["plan"], counts=["recipients"], entry=entry)
    named, answers = str(seen), _answers(company, seen)
    assert "plan" in named
    assert "recipients" in named
    for other in ("email", "phone", "lists", "address"):
        assert other not in named
    assert "Growth" in answers
    for value in ("marta", "26 123", "Newsletter", "mail.example"):
        assert value not in answers


def _answers(company: Company, seen: Statements) -> str:
    """All that the database answers to these statements, asked again."""
    with company.database.reading() as connection:
        asked = [connection.exec_driver_sql(statement, parameters) for statement, parameters in seen]
        return str([answer.fetchall() for answer in asked if answer.returns_rows])


def test_a_search_reads_names_and_titles_alone(company: Company) -> None:
    company.put(BEANS)
    for query in ("pw-00412", "marta@balticbeans.example", "bean", "balitc baens"):
        with company.entry() as entry, recorded_statements(company.database) as seen:
            assert company.source.search(query, limit=10, entry=entry).refs == (REF,)
        answers = _answers(company, seen)
        assert "account_details" not in str(seen)
        for value in ("Growth", "26 123", "Newsletter", "mail.example"):
            assert value not in answers


def test_names_of_fields_and_what_is_typed_are_never_sql(company: Company) -> None:
    company.layout = type(company.layout).of(["name", "it's; DROP TABLE accounts --", "%s :x", "é.[0]"])
    odd = {"id": "a", "name": "Odd Co", "it's; DROP TABLE accounts --": "one", "%s :x": "two", "é.[0]": ["three"]}
    assert company.put(odd).imported
    with company.entry() as entry, recorded_statements(company.database) as seen:
        ref = company.source.search("odd", limit=10, entry=entry).refs[0]
        record = company.source.fetch(ref, list(odd), entry=entry)
    assert record.values == {**odd, "é.[0]": ("three",)}
    assert not any("DROP" in statement or "odd" in statement for statement, _ in seen)


def test_a_field_that_is_not_configured_is_not_read(company: Company) -> None:
    company.put(BEANS)
    with company.entry() as entry, pytest.raises(ValueError, match="not configured: secret"):
        company.source.fetch(REF, ["secret"], entry=entry)


def test_an_account_that_is_gone_has_no_values(company: Company) -> None:
    with company.entry() as entry:
        record = company.source.fetch(AccountRef("gone"), ["plan"], counts=["lists"], entry=entry)
    assert (record.values, record.counts) == ({}, {})


def test_a_table_that_can_not_be_read_is_an_error_and_no_entry(company: Company) -> None:
    company.put(BEANS)
    with company.database.transaction() as connection:
        connection.exec_driver_sql("DROP TABLE account_keys")
    with pytest.raises(NotRecorded):
        company.search("info@balticbeans.example")
    assert company.rows("SELECT count(*) FROM audit_entries WHERE action = 'account.lookup'")[0][0] == 0
