"""Checking rows of an import against the layout. Reasons name fields, never values."""

import difflib
import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass

from bot.accounts.embedded import cleaned
from bot.accounts.files import BadRow, Row
from bot.accounts.keys import LONGEST as LONGEST_KEY
from bot.accounts.layout import ID, AccountLayout

Values = dict[str, str | list[str]]

LONGEST_ID = 100
LONGEST_TEXT = 10_000
LONGEST_LIST = 100_000  # entries
KINDS = ("business", "individual")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
NAME_LIKE = re.compile(r"[A-Za-z][\w .-]{0,39}")


@dataclass(frozen=True, slots=True)
class Account:
    """A checked row. `values` are what it says about each of its fields but the id; None: the field is empty."""

    line: int
    id: str
    values: Mapping[str, str | list[str] | None]
    end: int


def check(row: Row, layout: AccountLayout) -> Account | list[BadRow]:
    """The row as an account, or everything that is wrong with it."""
    faults = [_unknown(name, layout) for name in row.values if name not in layout.fields]
    account_id = row.values.get(ID)
    if isinstance(account_id, str):
        account_id = account_id.strip()
    faults += [fault for fault in (_id_fault(account_id),) if fault]
    known = {name: value for name, value in row.values.items() if name in layout.fields and name != ID}
    faults += [f"field “{name}”: {fault}" for name, value in known.items() if (fault := _fault(name, value, layout))]
    if faults:
        return [BadRow(row.line, fault) for fault in faults]
    return Account(row.line, str(account_id), {name: _filled(value) for name, value in known.items()}, row.end)


def _filled(value: object) -> str | list[str] | None:
    if isinstance(value, str):
        return value.strip() or None
    return list(value) if isinstance(value, list) else None


def _id_fault(value: object) -> str | None:
    if value is None or value == "":
        return "no id"
    if not isinstance(value, str):
        return f"field “id”: {_kind_of(value)} where text is expected"
    if len(value) > LONGEST_ID:
        return f"field “id”: longer than {LONGEST_ID} characters"
    if cleaned(value) != value:
        return "field “id”: characters that can't be typed in a search"
    return None


def _fault(name: str, value: object, layout: AccountLayout) -> str | None:
    if value is None:
        return None
    if isinstance(value, list):
        return _list_fault(name, value, layout)
    if not isinstance(value, str):
        return f"{_kind_of(value)} where text is expected"
    if name == layout.kind_field and value.strip() not in {"", *KINDS}:
        return "neither business nor individual"
    return _text_fault(name, value, layout)


def _text_fault(name: str, value: str, layout: AccountLayout) -> str | None:
    if CONTROL.search(value):
        return "a line break or another control character"
    longest = LONGEST_KEY if name in layout.exact else LONGEST_TEXT
    return f"longer than {longest:,} characters" if len(value) > longest else None


def _list_fault(name: str, values: list[object], layout: AccountLayout) -> str | None:
    if name == layout.kind_field or name in layout.title:
        return "a list where text is expected"
    if len(values) > LONGEST_LIST:
        return f"more than {LONGEST_LIST:,} entries"
    for number, value in enumerate(values, start=1):
        if not isinstance(value, str):
            return f"entry {number} is {_kind_of(value)} where text is expected"
        if fault := _text_fault(name, value, layout):
            return f"entry {number}: {fault}"
    return None


def _unknown(name: str, layout: AccountLayout) -> str:
    """Says the unknown name only if it reads like a field's: it may be a value in the wrong place."""
    if not NAME_LIKE.fullmatch(name):
        return "a field that no data class has"
    near = difflib.get_close_matches(name, layout.fields, n=1)
    return f"no data class has a field “{name}”" + (f"; is it “{near[0]}”?" if near else "")


def _kind_of(value: object) -> str:
    names = {bool: "true or false", int: "a number", float: "a number", dict: "an object", list: "a list"}
    return names.get(type(value), "nothing")


class SeenIds:
    """The ids of a file, in a temporary database on disk so that a long file needs no more memory than a short one."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        connection.execute("CREATE TABLE seen (id TEXT PRIMARY KEY, line INTEGER) WITHOUT ROWID")

    def first_line(self, account_id: str, line: int) -> int:
        """Note an id; the line where it was seen first, which is `line` if it is new."""
        add = self._connection.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (account_id, line))
        if add.rowcount == 1:
            return line
        return int(self._connection.execute("SELECT line FROM seen WHERE id = ?", (account_id,)).fetchone()[0])


@contextmanager
def seen_ids() -> Iterator[SeenIds]:
    """SQLite's private temporary database: gone when it is closed."""
    with closing(sqlite3.connect("", isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("BEGIN")
        yield SeenIds(connection)
