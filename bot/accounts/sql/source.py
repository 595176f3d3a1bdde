"""The company's database as a source: exact values first, then parts of names, then typing errors where it can."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeVar

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Engine,
    RowMapping,
    String,
    cast,
    func,
    literal,
    or_,
    select,
)

from bot.accounts.company_source import Account, AccountSource, Found, How, Kind, Remark, Value
from bot.accounts.folding import FEWEST_LETTERS, fold, search_text, squash
from bot.accounts.keys import is_email, nature_of
from bot.accounts.layout import ID, AccountLayout
from bot.accounts.similar import LONGEST, best
from bot.accounts.sql import conditions
from bot.accounts.sql.checking import remarks
from bot.accounts.sql.engine import asked, engine_of
from bot.accounts.sql.identity import can_be_asked_for, demand_one, is_alone, is_one, is_whole
from bot.accounts.sql.mapping import SqlMapping, TableMap
from bot.accounts.sql.tables import Known, Tables
from bot.accounts.sql.values import NOBODY, is_text, joined, key_of, text_of, value_of

LONGEST_QUERY = 320  # characters: the longest e-mail address
KEY = "account's key"  # no field is called so
MOST_ROWS = 50  # of one account in a table that is to have one
MOST_CANDIDATES = 200  # whose likeness is compared here, after the database chose them
TRIGRAMS = select(func.count()).select_from(
    select(1).where(func.to_regprocedure("similarity(text,text)").is_not(None)).subquery()
)
THRESHOLDS = select(
    func.set_config("pg_trgm.similarity_threshold", "0.15", False),  # noqa: FBT003 - SQL's own form
    func.set_config("pg_trgm.word_similarity_threshold", "0.25", False),  # noqa: FBT003
)
"""How alike a name has to be to be looked at here: two letters that changed places in a short word leave little."""

T = TypeVar("T")
OnNames = Callable[[Sequence[ColumnElement[Any]], str, str], ColumnElement[bool]]
PARTS: Final[tuple[OnNames, OnNames]] = (conditions.begins_with, conditions.has_all_words)
WORDS: Final[tuple[OnNames, OnNames]] = (conditions.is_or_begins_with_word, conditions.has_word)
"""What makes a name one that is looked for: what begins with it, and the others. Of one or two letters whole words."""


@dataclass(slots=True)
class SqlSource(AccountSource):
    """Reads the mapped columns and no others; connects when it is first asked. See AccountSource."""

    mapping: SqlMapping
    layout: AccountLayout
    timeout_s: float
    _engine: Engine = field(init=False)
    _tables: Tables = field(default_factory=Tables)
    _knows_trigrams: bool | None = None
    _ids_are_alone: bool | None = None

    def __post_init__(self) -> None:
        self._engine = engine_of(self.mapping.url, timeout_s=self.timeout_s, connections=self.mapping.connections)

    @property
    def engine(self) -> Engine:
        """For whoever listens to its statements."""
        return self._engine

    @property
    def lists(self) -> frozenset[str]:
        """The fields that are mapped as lists."""
        return frozenset(self.mapping.lists)

    def search(self, query: str, limit: int) -> Found:
        """By id, by a whole value, by a part of a name; on PostgreSQL with pg_trgm, by a name with typing errors."""
        if not query or len(query) > LONGEST_QUERY:
            return Found(how="too_short" if not query else "exact")
        return self._read(lambda connection: self._known_apart(connection, self._search(connection, query, limit)))

    def find(self, account_id: str) -> Account | None:
        """The account with exactly this id."""

        def read(connection: Connection) -> Account | None:
            found = self._by_id(connection, account_id, as_typed=True)
            demand_one(found)
            return found[0] if found else None

        return self._read(read)

    def fetch(self, account_id: str, fields: Sequence[str]) -> Mapping[str, Value]:
        """The columns of these fields; of fields mapped as lists, all items."""
        if not fields:
            return {}
        return self._read(lambda connection: self._fetch(connection, account_id, fields))

    def count(self, account_id: str, fields: Sequence[str]) -> Mapping[str, int]:
        """Counted by the database; no item of a list is read."""
        if not fields:
            return {}
        return self._read(lambda connection: self._count(connection, account_id, fields))

    def part(self, account_id: str, field: str, start: int, most: int) -> tuple[str, ...]:
        """A part of a list, read by itself."""
        if field not in self.mapping.lists:
            return super(SqlSource, self).part(account_id, field, start, most)
        return self._read(lambda connection: self._items(connection, account_id, field, start, most))

    def holds(self, account_id: str, field: str, address: str) -> bool:
        """Whether an address is in a list, as the database says; no item is read."""
        if field not in self.mapping.lists:
            return super(SqlSource, self).holds(account_id, field, address)
        return self._read(lambda connection: self._holds(connection, account_id, field, address))

    def sample(self) -> str | None:
        """The id of any account."""

        def read(connection: Connection) -> str | None:
            known = self._tables.of(connection, self.mapping.main.table)
            key = known.column(self.mapping.main.key)
            some = connection.scalars(select(key).where(can_be_asked_for(key)).limit(MOST_ROWS))
            return next((text_of(one) for one in some if is_whole(one)), None)

        return self._read(read)

    def check(self) -> Sequence[Remark]:
        """Each column, the login's rights, and indexes of what is searched."""
        return remarks(self._engine, self.mapping, self.layout)

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def _read(self, read: Callable[[Connection], T]) -> T:
        return asked(self._engine, read)

    def _search(self, connection: Connection, query: str, limit: int) -> Found:
        if by_id := self._by_id(connection, query, as_typed=False):
            return _found(by_id, limit, "id")
        for condition in (conditions.written_so, conditions.however_written):
            if found := self._exactly(connection, query, condition, limit + 1):
                return _found(found, limit, "exact")
        if is_email(query) or not self.layout.names:
            return Found(how="exact")
        if len(squash(fold(query))) < FEWEST_LETTERS:
            words = self._by_part(connection, query, limit + 1, WORDS) if fold(query) else []
            return _found(words, limit, "substring") if words else Found(how="too_short")
        if parts := self._by_part(connection, query, limit + 1, PARTS):
            return _found(parts, limit, "substring")
        return _found(self._similar(connection, query)[: limit + 1], limit, "similar")

    def _by_id(self, connection: Connection, typed: str, *, as_typed: bool) -> list[Account]:
        """The account with this id; not `as_typed`: in another case, where no other has it as it was typed."""
        known = self._tables.of(connection, self.mapping.main.table)
        forms = [typed] if as_typed else list(dict.fromkeys((typed, typed.lower(), typed.upper())))
        matching = [one for form in forms if (one := _is(known, self.mapping.main.key, form)) is not None]
        found = self._accounts(connection, or_(*matching), MOST_ROWS) if matching else []
        exactly = [one for one in found if one.id == typed]
        return exactly if exactly or as_typed else found

    def _known_apart(self, connection: Connection, found: Found) -> Found:
        """What was found; of an account that shares its id with another one, in a list, as little as of a person.

        Raises SourceDown where it would be opened at once.
        """
        if self._alone(connection):
            return found
        rows = self._all_rows(connection, found)
        if len(rows) == 1:
            demand_one(*rows.values())
        apart = (one if is_one(rows[one.id]) else replace(one, kind="individual") for one in found.accounts)
        return replace(found, accounts=tuple(apart))

    def _alone(self, connection: Connection) -> bool:
        if self._ids_are_alone is None:
            self._ids_are_alone = is_alone(connection, self.mapping.main)
        return self._ids_are_alone

    def _all_rows(self, connection: Connection, found: Found) -> Mapping[str, Sequence[Account]]:
        """By id, the rows of each account that was found: by one question, unless there are very many of them."""
        ids = tuple(dict.fromkeys(one.id for one in found.accounts))
        if found.how == "id" and not found.more:
            return {one: [row for row in found.accounts if row.id == one] for one in ids}  # they were all read
        key = self._tables.of(connection, self.mapping.main.table).column(self.mapping.main.key)
        wanted = [one for each in ids if (one := key_of(each, key.type)) is not NOBODY]
        most = MOST_ROWS * len(ids)
        rows = self._accounts(connection, key.in_(wanted), most) if wanted else []
        if len(rows) == most:
            return {one: self._by_id(connection, one, as_typed=True) for one in ids}
        return {one: [row for row in rows if row.id == one] for one in ids}

    def _exactly(
        self,
        connection: Connection,
        query: str,
        condition: Callable[[str, ColumnElement[Any], str], ColumnElement[bool]],
        most: int,
    ) -> list[Account]:
        natures = conditions.natures(query)
        names = [name for name in self.layout.exact if nature_of(name) in natures]

        def matching(one: TableMap, known: Known) -> ColumnElement[bool] | None:
            found = [condition(name, _text(known, one.columns[name]), query) for name in names if name in one.columns]
            return or_(*found) if found else None

        return self._matching(connection, matching, most)

    def _by_part(
        self, connection: Connection, query: str, most: int, on_names: tuple[OnNames, OnNames]
    ) -> list[Account]:
        """Names that begin with it first. Sorted here: a database would sort all that match to give a few."""
        found: dict[str, Account] = {}
        for condition in on_names:
            if len(found) < most:
                some = self._matching(connection, self._on_names(condition, query, connection.dialect.name), most)
                found |= {one.id: one for one in sorted(some, key=self._name) if one.id not in found}
        return list(found.values())[:most]

    def _similar(self, connection: Connection, query: str) -> list[Account]:
        """An honest nothing where the database can't say which names are alike at all."""
        if len(query) > LONGEST or not self._has_trigrams(connection):
            return []
        main = self.mapping.main
        known = self._tables.of(connection, main.table)
        columns = [_text(known, main.columns[name]) for name in self.layout.names if name in main.columns]
        if not columns:
            return []
        connection.execute(THRESHOLDS)
        likeliest = conditions.likeness(columns, query).desc()
        some = self._accounts(connection, conditions.is_like(columns, query), MOST_CANDIDATES, likeliest)
        candidates = {n: search_text(one.title.values()) for n, one in enumerate(some)}
        return [some[n] for n in best(fold(query), candidates)]

    def _on_names(
        self,
        condition: OnNames,
        query: str,
        dialect: str,
    ) -> Callable[[TableMap, Known], ColumnElement[bool] | None]:
        def matching(one: TableMap, known: Known) -> ColumnElement[bool] | None:
            columns = [_text(known, one.columns[name]) for name in self.layout.names if name in one.columns]
            return condition(columns, query, dialect) if columns else None

        return matching

    def _matching(
        self, connection: Connection, matching: Callable[[TableMap, Known], ColumnElement[bool] | None], most: int
    ) -> list[Account]:
        """Accounts of which a row in any of the tables matches."""
        found: dict[str, Account] = {}
        for one in self.mapping.tables():
            known = self._tables.of(connection, one.table)
            condition = matching(one, known)
            if condition is None:
                continue
            if one is not self.mapping.main:
                key = known.column(one.key)
                main = self._tables.of(connection, self.mapping.main.table).column(self.mapping.main.key)
                condition = main.in_(select(key).where(condition).limit(most).subquery().select())
            some = self._accounts(connection, condition, most, each_once=not self._alone(connection))
            found |= {account.id: account for account in some}
        return list(found.values())[:most]

    def _accounts(
        self,
        connection: Connection,
        condition: ColumnElement[bool],
        most: int,
        *order: ColumnElement[Any],
        each_once: bool = False,
    ) -> list[Account]:
        """What a headline shows of the accounts that a condition on the main table finds.

        `each_once`: equal rows are one, so that an account of many rows takes the place of no other.
        """
        main = self.mapping.main
        known = self._tables.of(connection, main.table)
        wanted = [name for name in (self.layout.kind_field, *self.layout.title) if name in main.columns]
        columns = {ID: known.column(main.key), **{name: known.column(main.columns[name]) for name in wanted if name}}
        labelled = (one.label(name) for name, one in columns.items())
        asked_for = select(*labelled).where(condition & can_be_asked_for(columns[ID])).order_by(*order).limit(most)
        if each_once and all(is_text(one.type) for one in columns.values()):  # not all others can be compared
            asked_for = asked_for.distinct()
        found = connection.execute(asked_for).mappings()
        return [self._account(row) for row in found if is_whole(row[ID])]

    def _account(self, row: RowMapping) -> Account:
        title = {name: text for name in self.layout.title if (text := text_of(row.get(name)))}
        return Account(text_of(row[ID]), self._kind_in(row), title)

    def _kind_in(self, row: RowMapping) -> Kind | None:
        name = self.layout.kind_field
        return self.mapping.kind_of(text_of(row[name])) if name and name in row else None

    def _name(self, account: Account) -> tuple[str, str]:
        return fold(next(iter(account.title.values()), "")), account.id

    def _has_trigrams(self, connection: Connection) -> bool:
        if self._knows_trigrams is None:
            here = connection.dialect.name == "postgresql"
            self._knows_trigrams = here and bool(connection.scalar(TRIGRAMS))
        return self._knows_trigrams

    def _fetch(self, connection: Connection, account_id: str, fields: Sequence[str]) -> Mapping[str, Value]:
        values: dict[str, Value] = {}
        for one in self.mapping.tables():
            names = [name for name in fields if name in one.columns]
            if names:
                rows = self._rows(connection, one, account_id, names)
                values |= {name: value for name in names if (value := self._shown(name, [row[name] for row in rows]))}
        for name in (name for name in fields if name in self.mapping.lists):
            if items := self._items(connection, account_id, name, 0, None):
                values[name] = items
        return {name: values[name] for name in fields if name in values}

    def _shown(self, name: str, stored: Sequence[object]) -> Value | None:
        """The kind in Steward's words, all else as it is; where an account has several rows, the values of all."""
        if name == self.layout.kind_field:
            return self.mapping.kind_of(text_of(next(iter(stored), None)))
        return joined(list(filter(None, map(value_of, stored))))

    def _rows(
        self, connection: Connection, one: TableMap, account_id: str, names: Sequence[str]
    ) -> list[Mapping[str, object]]:
        """One, unless the company has several for an account. The database may take other ids for the same: not we."""
        known = self._tables.of(connection, one.table)
        condition = _is(known, one.key, account_id)
        if condition is None:
            return []
        columns = [known.column(one.columns[name]).label(name) for name in names]
        asked_for = select(*columns, known.column(one.key).label(KEY)).where(condition).limit(MOST_ROWS)
        found = [{str(name): value for name, value in row.items()} for row in connection.execute(asked_for).mappings()]
        rows: list[Mapping[str, object]] = [row for row in found if text_of(row[KEY]) == account_id]
        if len(rows) > 1 and one is self.mapping.main:
            demand_one(self._by_id(connection, account_id, as_typed=True))
        return rows

    def _count(self, connection: Connection, account_id: str, fields: Sequence[str]) -> Mapping[str, int]:
        plain = self._fetch(connection, account_id, [name for name in fields if name not in self.mapping.lists])
        numbers = {name: len(value) if isinstance(value, tuple) else 1 for name, value in plain.items()}
        for name in (name for name in fields if name in self.mapping.lists):
            condition, _, _ = self._list(connection, account_id, name)
            if condition is not None:
                number = connection.scalar(select(func.count()).where(condition))
                numbers |= {name: int(number)} if number else {}
        return numbers

    def _items(
        self, connection: Connection, account_id: str, name: str, start: int, most: int | None
    ) -> tuple[str, ...]:
        condition, column, order = self._list(connection, account_id, name)
        if condition is None:
            return ()
        statement = select(column).where(condition).order_by(order, column).offset(start).limit(most)
        return tuple(text for one in connection.scalars(statement) if (text := text_of(one)))

    def _holds(self, connection: Connection, account_id: str, name: str, address: str) -> bool:
        condition, column, _ = self._list(connection, account_id, name)
        if condition is None:
            return False
        for found in (column == address, conditions.is_address(column, address)):
            if connection.scalar(select(1).where(condition, found).limit(1)):
                return True
        return False

    def _list(
        self, connection: Connection, account_id: str, name: str
    ) -> tuple[ColumnElement[bool] | None, ColumnElement[Any], ColumnElement[Any]]:
        """The rows of one account's list that hold anything, the column of its items, and what they are sorted by."""
        listed = self.mapping.lists[name]
        known = self._tables.of(connection, listed.table)
        column, order = known.column(listed.column), known.column(listed.order)
        condition = _is(known, listed.key, account_id)
        if condition is not None:
            filled = column.is_not(None) & (func.trim(column) != "") if is_text(column.type) else column.is_not(None)
            condition = condition & filled
        return condition, column, order


def _found(accounts: Sequence[Account], limit: int, how: How) -> Found:
    return Found(tuple(accounts[:limit]), len(accounts) > limit, how)


def _is(known: Known, key: str, account_id: str) -> ColumnElement[bool] | None:
    """The row's key is the id; None where no key of this type could be."""
    column = known.column(key)
    wanted = key_of(account_id, column.type)
    if isinstance(wanted, int):  # PostgreSQL fails at one that is too large for the column, unless it is told of more
        wanted = literal(wanted, BigInteger())
    return None if wanted is NOBODY else column == wanted


def _text(known: Known, name: str) -> ColumnElement[Any]:
    column = known.column(name)
    return column if is_text(column.type) else cast(column, String)
