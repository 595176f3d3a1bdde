"""The company's database as a source: exact values first, then parts of names, then typing errors where it can."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Final, TypeVar

from sqlalchemy import ColumnElement, Connection, Engine, RowMapping, String, cast, func, or_, select

from bot.accounts.company_source import Account, AccountSource, Contents, Found, How, Kind, Remark, Value
from bot.accounts.folding import FEWEST_LETTERS, fold, search_text, squash
from bot.accounts.keys import is_email, nature_of
from bot.accounts.layout import ID, AccountLayout
from bot.accounts.similar import LONGEST, best
from bot.accounts.sql import conditions
from bot.accounts.sql.checking import remarks
from bot.accounts.sql.engine import asked, engine_of
from bot.accounts.sql.identity import can_be_asked_for, demand_one, is_alone, is_one, is_whole
from bot.accounts.sql.mapping import SqlMapping, TableMap
from bot.accounts.sql.reading import MOST_ROWS, Reading, is_id
from bot.accounts.sql.tables import Known, TableBroken, Tables
from bot.accounts.sql.values import NOBODY, is_text, key_of, text_of

LONGEST_QUERY = 320  # characters: the longest e-mail address
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
Matching = Callable[[Mapping[str, ColumnElement[Any]]], ColumnElement[bool]]
"""What finds rows by columns, which are given by their fields' names."""
PARTS: Final[tuple[OnNames, OnNames]] = (conditions.begins_with, conditions.has_all_words)
WORDS: Final[tuple[OnNames, OnNames]] = (conditions.is_or_begins_with_word, conditions.has_word)
"""What makes a name one that is looked for: what begins with it, and the others. Of one or two letters whole words."""


@dataclass(slots=True)
class SqlSource(AccountSource):
    """Reads the mapped columns and no others; connects when it is first asked. See AccountSource.

    A table or view that is broken takes none of the others with it. Without the main one no account is known.
    """

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
        return self._of_main(lambda connection: self._known_apart(connection, self._search(connection, query, limit)))

    def find(self, account_id: str) -> Account | None:
        """The account with exactly this id."""

        def read(connection: Connection) -> Account | None:
            found = self._by_id(connection, account_id, as_typed=True)
            demand_one(found)
            return found[0] if found else None

        return self._of_main(read)

    def fetch(self, account_id: str, fields: Sequence[str]) -> Mapping[str, Value]:
        """The columns of these fields; of fields mapped as lists, all items."""
        return _whole(self.contents(account_id, fields, ())).values

    def count(self, account_id: str, fields: Sequence[str]) -> Mapping[str, int]:
        """Counted by the database; no item of a list is read."""
        return _whole(self.contents(account_id, (), fields)).counts

    def contents(self, account_id: str, fields: Sequence[str], counted: Sequence[str]) -> Contents:
        """Each table by itself, so that what is wrong with one is said of its fields alone."""
        if not fields and not counted:
            return Contents()
        return self._read(lambda connection: self._reading.contents(connection, account_id, fields, counted))

    def part(self, account_id: str, field: str, start: int, most: int) -> tuple[str, ...]:
        """A part of a list, read by itself."""
        if field not in self.mapping.lists:
            return super(SqlSource, self).part(account_id, field, start, most)
        return self._read(lambda connection: self._reading.items(connection, account_id, field, start, most))

    def holds(self, account_id: str, field: str, address: str) -> bool:
        """Whether an address is in a list, as the database says; no item is read."""
        if field not in self.mapping.lists:
            return super(SqlSource, self).holds(account_id, field, address)
        return self._read(lambda connection: self._reading.holds(connection, account_id, field, address))

    def sample(self) -> str | None:
        """The id of any account."""

        def read(connection: Connection) -> str | None:
            known = self._tables.of(connection, self.mapping.main.table)
            key = known.column(self.mapping.main.key)
            some = connection.scalars(select(key).where(can_be_asked_for(key)).limit(MOST_ROWS))
            return next((text_of(one) for one in some if is_whole(one)), None)

        return self._of_main(read)

    def check(self) -> Sequence[Remark]:
        """Each column, the login's rights, and indexes of what is searched."""
        return remarks(self._engine, self.mapping, self.layout)

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def _read(self, read: Callable[[Connection], T]) -> T:
        return asked(self._engine, read)

    def _of_main(self, read: Callable[[Connection], T]) -> T:
        """What can't be answered without the main table."""

        def asking(connection: Connection) -> T:
            with self._tables.apart(self.mapping.main.table):
                return read(connection)

        return self._read(asking)

    @property
    def _reading(self) -> Reading:
        return Reading(self.mapping, self.layout, self._tables, partial(self._by_id, as_typed=True))

    def _search(self, connection: Connection, query: str, limit: int) -> Found:
        if by_id := self._by_id(connection, query, as_typed=False):
            return _found(by_id, limit, "id")
        unread = set[str]()
        for condition in (conditions.written_so, conditions.however_written):
            if found := self._exactly(connection, query, condition, limit + 1, unread):
                return _found(found, limit, "exact", unread)
        if is_email(query) or not self.layout.names:
            return Found(how="exact", unread=frozenset(unread))
        if len(squash(fold(query))) < FEWEST_LETTERS:
            words = self._by_part(connection, query, limit + 1, WORDS, unread) if fold(query) else []
            return _found(words, limit, "substring" if words else "too_short", unread)
        if parts := self._by_part(connection, query, limit + 1, PARTS, unread):
            return _found(parts, limit, "substring", unread)
        return _found(self._similar(connection, query)[: limit + 1], limit, "similar", unread)

    def _by_id(self, connection: Connection, typed: str, *, as_typed: bool) -> list[Account]:
        """The account with this id; not `as_typed`: in another case, where no other has it as it was typed."""
        known = self._tables.of(connection, self.mapping.main.table)
        forms = [typed] if as_typed else list(dict.fromkeys((typed, typed.lower(), typed.upper())))
        matching = [one for form in forms if (one := is_id(known, self.mapping.main.key, form)) is not None]
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
        unread: set[str],
    ) -> list[Account]:
        natures = conditions.natures(query)
        names = [name for name in self.layout.exact if nature_of(name) in natures]

        def matching(columns: Mapping[str, ColumnElement[Any]]) -> ColumnElement[bool]:
            return or_(*(condition(name, column, query) for name, column in columns.items()))

        return self._matching(connection, names, matching, most, unread)

    def _by_part(
        self, connection: Connection, query: str, most: int, on_names: tuple[OnNames, OnNames], unread: set[str]
    ) -> list[Account]:
        """Names that begin with it first. Sorted here: a database would sort all that match to give a few."""
        found: dict[str, Account] = {}
        for condition in on_names:
            if len(found) < most:
                matching = _on_names(condition, query, connection.dialect.name)
                some = self._matching(connection, self.layout.names, matching, most, unread)
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

    def _matching(
        self, connection: Connection, names: Sequence[str], matching: Matching, most: int, unread: set[str]
    ) -> list[Account]:
        """Accounts of which a row in any of the tables matches. `unread`: fields that could not be searched."""
        found: dict[str, Account] = {}
        for one in self.mapping.tables():
            wanted = [name for name in names if name in one.columns]
            try:
                some = self._matching_in(connection, one, wanted, matching, most) if wanted else ()
            except TableBroken:
                if one is self.mapping.main:
                    raise
                unread.update(wanted)
            else:
                found |= {account.id: account for account in some}
        return list(found.values())[:most]

    def _matching_in(
        self, connection: Connection, one: TableMap, names: Sequence[str], matching: Matching, most: int
    ) -> list[Account]:
        with self._tables.apart(one.table):
            known = self._tables.of(connection, one.table)
            condition = matching({name: _text(known, one.columns[name]) for name in names})
            if one is not self.mapping.main:
                key = known.column(one.key)
                main = self._tables.of(connection, self.mapping.main.table).column(self.mapping.main.key)
                condition = main.in_(select(key).where(condition).limit(most).subquery().select())
            return self._accounts(connection, condition, most, each_once=not self._alone(connection))

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


def _found(accounts: Sequence[Account], limit: int, how: How, unread: Iterable[str] = ()) -> Found:
    return Found(tuple(accounts[:limit]), len(accounts) > limit, how, frozenset(unread))


def _whole(found: Contents) -> Contents:
    """All that was asked for. Raises TableBroken where some of it can't be read."""
    if found.unread:
        raise TableBroken
    return found


def _on_names(condition: OnNames, query: str, dialect: str) -> Matching:
    return lambda columns: condition(list(columns.values()), query, dialect)


def _text(known: Known, name: str) -> ColumnElement[Any]:
    column = known.column(name)
    return column if is_text(column.type) else cast(column, String)
