"""What one account has in the mapped tables and lists: each is asked by itself, and tells of its own faults alone."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import BigInteger, ColumnElement, Connection, func, literal, select

from bot.accounts.company_source import Account, Contents, Value
from bot.accounts.layout import AccountLayout
from bot.accounts.sql import conditions
from bot.accounts.sql.identity import demand_one
from bot.accounts.sql.mapping import SqlMapping, TableMap
from bot.accounts.sql.tables import Known, TableBroken, Tables
from bot.accounts.sql.values import NOBODY, is_text, joined, key_of, text_of, value_of

KEY: Final = "account's key"  # no field is called so
MOST_ROWS: Final = 50  # of one account in a table that is to have one

Listed = tuple[ColumnElement[bool] | None, ColumnElement[Any], ColumnElement[Any]]


@dataclass(frozen=True, slots=True)
class Reading:
    """Reads the columns of the fields that are asked for and no others. `by_id`: all rows of an id in the main table.

    Its methods raise TableBroken, but for `contents`.
    """

    mapping: SqlMapping
    layout: AccountLayout
    tables: Tables
    by_id: Callable[[Connection, str], Sequence[Account]]

    def contents(
        self, connection: Connection, account_id: str, fields: Sequence[str], counted: Sequence[str]
    ) -> Contents:
        """Values of `fields`, numbers of `counted`. What is in a broken table is named, and all else is read."""
        found, asked = _Collected(), dict.fromkeys((*fields, *counted))
        for one in self.mapping.tables():
            if names := [name for name in asked if name in one.columns]:
                with found.unless_broken(names), self.tables.apart(one.table):
                    values = self._values(connection, one, account_id, names)
                    found.values |= {name: values[name] for name in fields if name in values}
                    found.counts |= {name: _number(values[name]) for name in counted if name in values}
        for name in (name for name in asked if name in self.mapping.lists):
            with found.unless_broken([name]):
                if name in fields and (items := self.items(connection, account_id, name, 0, None)):
                    found.values[name] = items
                if name in counted and (number := self._length(connection, account_id, name)):
                    found.counts[name] = number
        values = {name: found.values[name] for name in fields if name in found.values}
        return Contents(values, found.counts, frozenset(found.unread))

    def items(
        self, connection: Connection, account_id: str, name: str, start: int, most: int | None
    ) -> tuple[str, ...]:
        """At most `most` items of a list."""
        with self.tables.apart(self.mapping.lists[name].table):
            condition, column, order = self._list(connection, account_id, name)
            if condition is None:
                return ()
            statement = select(column).where(condition).order_by(order, column).offset(start).limit(most)
            return tuple(text for one in connection.scalars(statement) if (text := text_of(one)))

    def holds(self, connection: Connection, account_id: str, name: str, address: str) -> bool:
        """Whether a whole address is in a list."""
        with self.tables.apart(self.mapping.lists[name].table):
            condition, column, _ = self._list(connection, account_id, name)
            if condition is None:
                return False
            ways = (column == address, conditions.is_address(column, address))
            return any(connection.scalar(select(1).where(condition, found).limit(1)) for found in ways)

    def _values(
        self, connection: Connection, one: TableMap, account_id: str, names: Sequence[str]
    ) -> Mapping[str, Value]:
        rows = self._rows(connection, one, account_id, names)
        return {name: value for name in names if (value := self._shown(name, [row[name] for row in rows]))}

    def _shown(self, name: str, stored: Sequence[object]) -> Value | None:
        """The kind in Steward's words, all else as it is; where an account has several rows, the values of all."""
        if name == self.layout.kind_field:
            return self.mapping.kind_of(text_of(next(iter(stored), None)))
        return joined(list(filter(None, map(value_of, stored))))

    def _rows(
        self, connection: Connection, one: TableMap, account_id: str, names: Sequence[str]
    ) -> list[Mapping[str, object]]:
        """One, unless the company has several for an account. The database may take other ids for the same: not we."""
        known = self.tables.of(connection, one.table)
        condition = is_id(known, one.key, account_id)
        if condition is None:
            return []
        columns = [known.column(one.columns[name]).label(name) for name in names]
        asked_for = select(*columns, known.column(one.key).label(KEY)).where(condition).limit(MOST_ROWS)
        found = [{str(name): value for name, value in row.items()} for row in connection.execute(asked_for).mappings()]
        rows: list[Mapping[str, object]] = [row for row in found if text_of(row[KEY]) == account_id]
        if len(rows) > 1 and one is self.mapping.main:
            demand_one(self.by_id(connection, account_id))
        return rows

    def _length(self, connection: Connection, account_id: str, name: str) -> int:
        with self.tables.apart(self.mapping.lists[name].table):
            condition, _, _ = self._list(connection, account_id, name)
            return 0 if condition is None else int(connection.scalar(select(func.count()).where(condition)) or 0)

    def _list(self, connection: Connection, account_id: str, name: str) -> Listed:
        """The rows of one account's list that hold anything, the column of its items, and what they are sorted by."""
        listed = self.mapping.lists[name]
        known = self.tables.of(connection, listed.table)
        column, order = known.column(listed.column), known.column(listed.order)
        condition = is_id(known, listed.key, account_id)
        if condition is not None:
            filled = column.is_not(None) & (func.trim(column) != "") if is_text(column.type) else column.is_not(None)
            condition = condition & filled
        return condition, column, order


@dataclass(slots=True)
class _Collected:
    values: dict[str, Value] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)

    @contextmanager
    def unless_broken(self, names: Iterable[str]) -> Iterator[None]:
        try:
            yield
        except TableBroken:
            self.unread.update(names)


def is_id(known: Known, key: str, account_id: str) -> ColumnElement[bool] | None:
    """The row's key is the id; None where no key of this type could be."""
    column = known.column(key)
    wanted = key_of(account_id, column.type)
    if isinstance(wanted, int):  # PostgreSQL fails at one that is too large for the column, unless it is told of more
        wanted = literal(wanted, BigInteger())
    return None if wanted is NOBODY else column == wanted


def _number(value: Value) -> int:
    return len(value) if isinstance(value, tuple) else 1
