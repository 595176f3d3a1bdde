"""A first mapping by names alone, of databases as companies have them."""

from bot.accounts.sql.guessing import Described, Guess, guess

CLASSES = {
    "account": ("id", "name", "status", "created_at"),
    "contact": ("email", "phone", "address"),
    "recipients": ("recipients",),
}


def mapped(*tables: Described) -> Guess:
    found = guess(tables, CLASSES)
    assert found is not None
    return found


def test_the_addresses_of_a_list_are_none_of_the_accounts_own() -> None:
    customers = Described("Customer Master", ("Customer No", "Company Name", "E-Mail", "Phone No."), ("Customer No",))
    found = mapped(customers, Described("subscribers", ("customer no", "address")))
    assert found.lists["recipients"].table == "subscribers"
    assert not found.classes
    assert "address" in found.missing


def test_another_table_with_one_row_an_account_has_the_address() -> None:
    customers = Described("customers", ("customer_no", "company", "email"), ("customer_no",))
    where = Described("addresses", ("customer_no", "street"), ("customer_no",))
    found = mapped(customers, where, Described("subscribers", ("customer_no", "address")))
    assert found.classes["contact"].table == "addresses"
    assert found.classes["contact"].columns["address"].column == "street"


def test_columns_with_german_names_are_known() -> None:
    table = Described(
        "Kunde", ("KundenNr", "Firma", "E-Mail", "Telefon", "Straße", "Status", "Angelegt am", "Notiz"), ("KundenNr",)
    )
    found = mapped(table)
    assert found.main.key.column == "KundenNr"
    assert {name: one.column for name, one in found.main.columns.items()} == {
        "name": "Firma",
        "status": "Status",
        "created_at": "Angelegt am",
        "email": "E-Mail",
        "phone": "Telefon",
        "address": "Straße",
    }
    assert all(one.sure for one in found.main.columns.values())
