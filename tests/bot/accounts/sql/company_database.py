"""A company's database as one might find it: its own names, a view's worth of joins, lists in tables of their own."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import URL, Column, Date, Engine, Index, Integer, MetaData, String, Table, create_engine, insert

from bot.accounts.layout import AccountLayout

CLASSES: Final[Mapping[str, tuple[str, ...]]] = {
    "account": ("id", "name", "domain", "kind", "plan", "status", "created_at"),
    "contact": ("contact_name", "email", "phone", "address"),
    "payment": ("card_brand", "card_last4", "iban", "vat_number", "billing_address"),
    "recipients": ("lists", "recipients"),
}
LAYOUT: Final = AccountLayout.of(
    [name for fields in CLASSES.values() for name in fields],
    kind_field="kind",
    exact=["email", "domain", "phone", "vat_number"],
    names=["name", "domain"],
    title=["name", "domain"],
)
MAPPING: Final[Mapping[str, Any]] = {
    "table": "customers",
    "key": "customer_no",
    "fields": {
        "name": "company",
        "domain": "web",
        "kind": "type",
        "created_at": "since",
        "contact_name": "contact",
        "email": "mail",
        "phone": "tel",
        "address": "street",
    },
    "classes": {"payment": {"table": "payment_details", "fields": {"iban": "iban_no", "vat_number": "vat"}}},
    "lists": {
        "lists": {"table": "lists", "column": "title"},
        "recipients": {"table": "list_members", "column": "address", "order": "member_no"},
    },
    "individual": ["private"],
}
TABLES: Final = MetaData()
CUSTOMERS = Table(
    "customers",
    TABLES,
    Column("customer_no", String(40), primary_key=True),
    *(Column(name, String(200)) for name in ("company", "web", "type", "plan", "status")),
    Column("since", Date),
    *(Column(name, String(200)) for name in ("contact", "mail", "tel", "street", "internal_note")),
    Index("customers_mail", "mail"),
)
PAYMENT = Table(
    "payment_details",
    TABLES,
    Column("customer_no", String(40), primary_key=True),
    *(Column(name, String(200)) for name in ("card_brand", "card_last4", "iban_no", "vat", "billing_address", "cvc")),
)
LISTS = Table("lists", TABLES, Column("customer_no", String(40), index=True), Column("title", String(200)))
MEMBERS = Table(
    "list_members",
    TABLES,
    Column("member_no", Integer, primary_key=True, autoincrement=False),
    Column("customer_no", String(40), index=True),
    Column("address", String(200)),
)


def fill(url: URL, accounts: Sequence[Mapping[str, Any]]) -> None:
    """Make the tables and put accounts in, given by Steward's names of fields."""
    engine = create_engine(url)
    TABLES.create_all(engine)
    members = 0
    with engine.begin() as connection:
        for one in accounts:
            customer = one["id"]
            connection.execute(insert(CUSTOMERS).values(**_customer(one)))
            connection.execute(insert(PAYMENT).values(customer_no=customer, **_payment(one)))
            for title in one.get("lists", ()):
                connection.execute(insert(LISTS).values(customer_no=customer, title=title))
            for address in one.get("recipients", ()):
                members += 1
                connection.execute(insert(MEMBERS).values(member_no=members, customer_no=customer, address=address))
    engine.dispose()


def _customer(one: Mapping[str, Any]) -> dict[str, Any]:
    kinds = {"individual": "Private", "business": "firm"}
    named = {name: one.get(name) for name in (*CLASSES["account"], *CLASSES["contact"]) if name != "id"}
    named["kind"] = kinds.get(str(one.get("kind")))
    named["created_at"] = date.fromisoformat(one["created_at"]) if one.get("created_at") else None
    columns = {MAPPING["fields"].get(name, name): value for name, value in named.items()}
    return {"customer_no": one["id"], "internal_note": "never to be read", **columns}


def _payment(one: Mapping[str, Any]) -> dict[str, Any]:
    columns = {"iban": "iban_no", "vat_number": "vat"}
    return {"cvc": "999", **{columns.get(name, name): one.get(name) for name in CLASSES["payment"]}}


def drop(engine: Engine) -> None:
    """Remove the tables."""
    TABLES.drop_all(engine)
