"""A first mapping by names alone, of databases as companies have them."""

from bot.accounts.sql.guessing import Described, Guess, as_toml, guess

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


def test_a_column_that_says_yes_or_no_is_no_name() -> None:
    found = guess([Described("users", ("id", "is_company", "mail"), ("id",))], {"account": ("name", "kind", "email")})
    assert found is not None
    assert {name: one.column for name, one in found.main.columns.items()} == {"kind": "is_company", "email": "mail"}
    assert found.missing == ("name",)


def test_columns_that_no_field_has_are_listed_for_whoever_maps_the_rest() -> None:
    """Among them what marks rows as deleted, which would be found and shown like all others."""
    columns = ("no", "company", "mail", "odd\nname", "Colour", "DeletedAt")
    written = as_toml(mapped(Described("customers", columns, ("no",))), "sqlite:///x.db", "kind")
    assert "# Columns of customers that no field has: Colour, DeletedAt.\n" in written
    assert "# Does “DeletedAt” mark rows that were deleted?" in written
    plain = as_toml(mapped(Described("customers", columns[:-1], ("no",))), "sqlite:///x.db", "kind")
    assert "deleted" not in plain
    assert "that no field has: Colour.\n" in plain
