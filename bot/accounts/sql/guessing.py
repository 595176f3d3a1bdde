"""A first mapping of a database to Steward's fields, guessed by the names of its tables and columns. Pure.

Nothing is known of the values: what is unsure is marked, and an operator looks at all of it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from rapidfuzz import fuzz

from bot.accounts.layout import ID

LIKE: Final[Mapping[str, tuple[str, ...]]] = {
    ID: (
        *("customer_no", "customer_id", "customer_number", "account_no", "account_id", "client_id", "id", "uuid"),
        *("kundennummer", "kunden_nr", "kundennr", "kunden_id", "numero_client", "numero_cliente", "klienta_nr"),
    ),
    "name": (
        *("name", "company", "company_name", "customer_name", "account_name", "organisation", "organization"),
        *("firma", "firmenname", "raison_sociale", "empresa", "nosaukums"),
    ),
    "domain": ("domain", "website", "web", "homepage", "site", "host", "url"),
    "kind": (
        *("kind", "type", "customer_type", "account_type", "customer_kind", "legal_form"),
        *("rechtsform", "art", "typ", "kundentyp", "kundenart"),
        *("is_company", "is_business", "is_person", "is_individual"),
    ),
    "plan": ("plan", "tariff", "tier", "subscription", "package", "plan_name", "tarif"),
    "status": ("status", "state", "account_status", "zustand", "statut", "estado"),
    "created_at": (
        *("created_at", "created", "since", "created_on", "signup_date", "registered_at", "activated_at"),
        *("angelegt", "angelegt_am", "erstellt_am", "kunde_seit", "date_creation", "fecha_alta"),
    ),
    "contact_name": ("contact_name", "contact", "contact_person", "full_name", "person", "ansprechpartner"),
    "email": ("email", "mail", "e_mail", "email_address", "contact_email", "mail_address", "courriel", "correo"),
    "phone": (
        *("phone", "tel", "telephone", "phone_number", "phone_no", "tel_no", "mobile", "contact_phone"),
        *("telefon", "telefonnummer", "telefono", "teléfono", "téléphone", "talrunis", "tālrunis"),
    ),
    "address": (
        *("address", "street", "street_address", "postal_address", "addr"),
        *("anschrift", "adresse", "strasse", "straße", "direccion", "dirección", "adrese"),
    ),
    "card_brand": ("card_brand", "card_type", "brand"),
    "card_last4": ("card_last4", "last4", "card_last_four", "last_four"),
    "iban": ("iban", "iban_no", "iban_number", "bank_account"),
    "vat_number": ("vat_number", "vat", "vat_no", "vat_id", "tax_id", "tax_number", "ust_id", "ustid", "pvn_nr", "nif"),
    "billing_address": ("billing_address", "invoice_address", "billing_street", "rechnungsadresse"),
    "lists": ("title", "name", "list_name", "label"),
    "recipients": ("address", "email", "mail", "email_address", "recipient"),
}
"""What columns of these fields are usually called, likeliest first."""
LIST_TABLES: Final[Mapping[str, tuple[str, ...]]] = {
    "lists": ("list", "audience", "segment"),
    "recipients": ("recipient", "subscriber", "member", "reader", "contact"),
}
DELETED: Final = frozenset(
    {"deleted", "deleted_at", "deleted_on", "is_deleted", "removed", "removed_at", "is_removed", "deletion_date"}
    | {"geloescht", "gelöscht", "geloescht_am", "gelöscht_am", "supprime", "eliminado", "dzests", "dzēsts"}
)
"""What a column is called that says of a row that it is there no more."""
YES_OR_NO: Final = ("is_", "has_")
MOST_LISTED: Final = 60  # columns
SURE: Final = 96.0
NEAR: Final = 78.0
_CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Described:
    """A table or view: its name as a mapping writes it, its columns in order, and those of its primary key."""

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Guessed:
    """A column, and whether its name leaves little doubt."""

    column: str
    sure: bool


@dataclass(frozen=True, slots=True)
class Placed:
    """A table, the column of the account's id in it, and the columns of fields."""

    table: str
    key: Guessed
    columns: Mapping[str, Guessed] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Guess:
    """A whole mapping. `missing`: fields of which no column seems to be; `unused`: the main table's other columns."""

    main: Placed
    classes: Mapping[str, Placed]
    lists: Mapping[str, Placed]
    missing: tuple[str, ...]
    unused: tuple[str, ...] = ()


def guess(tables: Sequence[Described], classes: Mapping[str, Sequence[str]]) -> Guess | None:
    """The likeliest mapping of the data classes' fields; None where no table looks like one of accounts.

    The main table is the one that has most of the fields; of the others count those that have its key.
    """
    wanted = [name for fields in classes.values() for name in fields if name != ID and name not in LIST_TABLES]
    placed = [one for table in tables if (one := _placed(table, wanted))]
    if not placed:
        return None
    main = max(placed, key=lambda one: (len(one.columns), -len(one.table)))
    joined = [(table, key) for table in tables if table.name != main.table and (key := _join(table, main))]
    lists = dict(_lists(joined, [name for fields in classes.values() for name in fields if name in LIST_TABLES]))
    of_lists = {one.table for one in lists.values()}  # their addresses are other people's, and none of the account's
    found_classes = dict(_classes([one for one in joined if one[0].name not in of_lists], main, classes))
    there = {*main.columns, *lists, *(name for one in found_classes.values() for name in one.columns), ID}
    missing = tuple(name for fields in classes.values() for name in fields if name not in there)
    used = {main.key.column, *(one.column for one in main.columns.values())}
    columns = next(table.columns for table in tables if table.name == main.table)
    return Guess(main, found_classes, lists, missing, tuple(one for one in columns if one not in used))


def _placed(table: Described, wanted: Sequence[str]) -> Placed | None:
    key = _key(table)
    if key is None:
        return None
    columns = _columns([one for one in table.columns if one != key.column], wanted)
    return Placed(table.name, key, columns) if len(columns) > 1 else None


def _key(table: Described) -> Guessed | None:
    """A number that people type is likelier the account's id than the row's own."""
    named = _columns(table.columns, [ID]).get(ID)
    if len(table.key) == 1:
        own = table.key[0]
        return Guessed(own, sure=named is None or named.column == own or plain(own) == ID)
    return named


def _columns(columns: Iterable[str], wanted: Sequence[str]) -> dict[str, Guessed]:
    """Each field's likeliest column, and each column for one field only: the best pairs first."""
    scored = sorted(
        ((_likeness(name, column), -rank, name, column) for rank, column in enumerate(columns) for name in wanted),
        reverse=True,
    )
    found: dict[str, Guessed] = {}
    taken: set[str] = set()
    for score, _, name, column in scored:
        if score >= NEAR and name not in found and column not in taken:
            found[name] = Guessed(column, sure=score >= SURE)
            taken.add(column)
    return {name: found[name] for name in wanted if name in found}


def _likeness(name: str, column: str) -> float:
    """From 0 to 100: earlier of the usual names are a little likelier."""
    said = plain(column)
    usual = LIKE.get(name, (name,))
    if said in usual:
        return 100.0 - usual.index(said) / 2
    if said.startswith(YES_OR_NO):
        return 0.0
    return max(fuzz.ratio(said, one) for one in (name, *usual)) - 4 if len(said) > 3 else 0.0


def _join(table: Described, main: Placed) -> Guessed | None:
    """The column that says whose a row is: called as the main key, or as the main table with its key."""
    owner = plain(main.table.rpartition(".")[2]).removesuffix("s")
    usual = {f"{owner}_{part}" for part in (plain(main.key.column), "id", "no")}
    if plain(main.key.column) != ID:
        usual.add(plain(main.key.column))
    column = next((one for one in table.columns if plain(one) in usual), None)
    return Guessed(column, sure=plain(column) == plain(main.key.column)) if column else None


def _classes(
    joined: Sequence[tuple[Described, Guessed]], main: Placed, classes: Mapping[str, Sequence[str]]
) -> Iterator[tuple[str, Placed]]:
    """For each class that the main table has little of, the other table that has more of it, one row an account."""
    for key, fields in classes.items():
        wanted = [name for name in fields if name not in main.columns and name not in LIST_TABLES and name != ID]
        found = [
            Placed(table.name, column, _columns([one for one in table.columns if one != column.column], wanted))
            for table, column in joined
            if table.key in ((), (column.column,))
        ]
        best = max(found, key=lambda one: len(one.columns), default=None)
        if best and best.columns:
            yield key, best


def _lists(joined: Sequence[tuple[Described, Guessed]], wanted: Sequence[str]) -> Iterator[tuple[str, Placed]]:
    """Lists are in tables that are called like one and have many rows an account."""
    for name in wanted:
        for word in LIST_TABLES[name]:
            found = [one for one in joined if plain(one[0].name).removesuffix("s").endswith(word)]
            placed = [
                Placed(table.name, key, columns)
                for table, key in found
                if table.key != (key.column,)
                and (columns := _columns([one for one in table.columns if one != key.column], [name]))
            ]
            if placed:
                yield name, placed[0]
                break


def plain(name: str) -> str:
    """A name as it is compared: "CustomerNo" is "customer_no"."""
    return re.sub(r"[\W_]+", "_", _CAMEL.sub("_", name)).strip("_").lower()


def as_toml(
    guessed: Guess, url: str, kind_field: str | None, kept: Mapping[str, str | Sequence[str]] = MappingProxyType({})
) -> str:
    """The tables of steward.toml, with a remark at everything that an operator has to look at.

    `kept`: keys that [accounts] has already, and that hold for every source.
    """
    said = [_line(key, one) if isinstance(one, str) else f"{key} = [{_texts(one)}]" for key, one in kept.items()]
    lines = ["[accounts]", *said, 'source = "sql"', _line("url", url), _line("table", guessed.main.table)]
    lines.append(_line("key", guessed.main.key.column) + _doubt(guessed.main.key))
    if kind_field in guessed.main.columns:
        lines.append(
            'individual = ["individual"]' + "  # unsure: what stands there for a person? In any case of letters"
        )
    lines += ["", "[accounts.fields]", *_fields(guessed.main)]
    for key, one in guessed.classes.items():
        lines += ["", f"[accounts.classes.{key}]", _line("table", one.table)]
        lines.append(_line("key", one.key.column) + _doubt(one.key))
        lines += [f"fields.{line}" for line in _fields(one)]
    for name, one in guessed.lists.items():
        column = one.columns[name]
        lines += ["", f"[accounts.lists.{name}]", _line("table", one.table)]
        lines.append(_line("key", one.key.column) + _doubt(one.key))
        lines.append(_line("column", column.column) + _doubt(column))
    if guessed.missing:
        lines += ["", "# No column looks like these fields. Map them, or take them out of their data classes:"]
        lines += [f"#   {name}" for name in guessed.missing]
    return "\n".join([*lines, *_unused(guessed)]) + "\n"


def _unused(guessed: Guess) -> list[str]:
    """What else the main table has: one of these may be a field that is missing, or say that a row counts no more."""
    some = [one for one in guessed.unused if one.isprintable()]
    if not some:
        return []
    more = f" and {len(some) - MOST_LISTED} more" if len(some) > MOST_LISTED else ""
    lines = ["", f"# Columns of {guessed.main.table} that no field has: {', '.join(some[:MOST_LISTED])}{more}."]
    if marks := [one for one in some if plain(one) in DELETED]:
        lines.append(f"# Does “{marks[0]}” mark rows that were deleted? They are found like all others:")
        lines.append("# map a view without them.")
    return lines


def _fields(placed: Placed) -> list[str]:
    return [_line(name, one.column) + _doubt(one) for name, one in placed.columns.items()]


def _line(key: str, value: str) -> str:
    return f"{key} = {_quoted(value)}"


def _texts(values: Sequence[str]) -> str:
    return ", ".join(_quoted(one) for one in values)


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _doubt(one: Guessed) -> str:
    return "" if one.sure else "  # unsure: is this the one?"
