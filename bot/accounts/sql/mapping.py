"""Which table, view and column of the company's database has which field."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from sqlalchemy.engine import URL

from bot.accounts.layout import ID
from bot.accounts.source import Kind


@dataclass(frozen=True, slots=True)
class TableMap:
    """A table or view ("crm.customers") with at most one row an account, the column of its id, and field to column."""

    table: str
    key: str
    columns: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class ListMap:
    """A table or view with many rows an account, each with one value of a field, sorted by the column `order`."""

    table: str
    key: str
    column: str
    order: str


@dataclass(frozen=True, slots=True)
class SqlMapping:
    """The whole mapping. `main` has a row for every account; `classes` are tables of single data classes.

    `individual`: what stands in the column of the kind, in small letters, where a person is behind an account;
    `business`: where there is none. With it, everything else means a person; without it, a business.
    `connections`: the most that are open at once. The address may hold a password and is not shown.
    """

    url: URL = field(repr=False)
    main: TableMap
    classes: tuple[TableMap, ...] = ()
    lists: Mapping[str, ListMap] = field(default_factory=lambda: MappingProxyType({}))
    individual: frozenset[str] = frozenset({"individual"})
    business: frozenset[str] = frozenset()
    connections: int = 5

    def tables(self) -> Iterator[TableMap]:
        """All that have one row an account, the main one first."""
        yield self.main
        yield from self.classes

    def table_of(self, name: str) -> TableMap | None:
        """The one that has a field; None for lists and for fields of other sources."""
        return next((one for one in self.tables() if name in one.columns), None)

    def kind_of(self, stored: str) -> Kind | None:
        """What a word in the column of the kind means, in any case of letters; None where it says nothing."""
        word = stored.strip().casefold()
        if word in self.individual or (self.business and word not in self.business):
            return "individual"
        return "business" if word else None

    def columns(self) -> Iterator[tuple[str, str, str]]:
        """Every table, column and what for: a field's name, or `id` for the key."""
        for one in self.tables():
            yield one.table, one.key, ID
            for name, column in one.columns.items():
                yield one.table, column, name
        for name, listed in self.lists.items():
            yield listed.table, listed.key, ID
            for column in dict.fromkeys((listed.column, listed.order)):
                yield listed.table, column, name
