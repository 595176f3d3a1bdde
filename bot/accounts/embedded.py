"""Accounts in Steward's own database."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection

from bot import driver
from bot.accounts import statements as sql
from bot.accounts.folding import FEWEST_LETTERS, is_short_part, short_words, spellings, squash, trigrams
from bot.accounts.keys import PART, Nature, domain_label, email_keys, is_domain, is_email, natures_of, query_keys
from bot.accounts.layout import ID, AccountLayout
from bot.accounts.masks import mask
from bot.accounts.similar import LONGEST, MOST_CANDIDATES, best, groups, wanted_trigrams
from bot.accounts.source import (
    AccountRef,
    How,
    Kind,
    Matches,
    Page,
    Record,
    Value,
    address_in,
    demand_open,
    page_of,
)
from bot.audit.ledger import OpenEntry

Row = Sequence[Any]

INDIVIDUAL = "individual"
AFTER_ALL = "\U0010ffff"  # sorts behind every character, so that "ab" to "ab\U0010ffff" is all that begins with "ab"


@dataclass(frozen=True, slots=True)
class EmbeddedSource:
    """The embedded table as a Source. Holds no connection: each method reads over the entry's."""

    layout: AccountLayout

    @property
    def lists(self) -> frozenset[str]:
        """Which fields hold lists is in the data, account by account."""
        return frozenset()

    def search(self, query: str, *, limit: int, entry: OpenEntry) -> Matches:
        """By exact id, else exact e-mail, domain, phone or number, else part of a name, else a name with errors."""
        demand_open(entry)
        connection, asked = entry.connection, cleaned(query)
        at_once = self._at_once(connection, asked, limit) if connection.dialect.name == "sqlite" else None
        return at_once or self._searched(connection, asked, limit)

    def find(self, account_id: str, *, entry: OpenEntry) -> AccountRef | None:
        """The account with exactly this id."""
        demand_open(entry)
        rows = _rows(entry.connection, sql.BY_ID, {"id": cleaned(account_id)})
        return self._ref(rows[0]) if rows else None

    def fetch(self, ref: AccountRef, fields: Sequence[str], *, counts: Sequence[str] = (), entry: OpenEntry) -> Record:
        """Read these fields and no others. Raises ValueError for a field that is not configured."""
        demand_open(entry)
        unknown = {*fields, *counts} - {*self.layout.fields}
        if unknown:
            raise ValueError(f"not configured: {', '.join(sorted(unknown))}")
        asked, counted = ([name for name in names if name != ID] for names in (fields, counts))
        values, numbers = _read(entry.connection, ref.id, asked, counted) if asked or counted else ({}, {})
        if ID in fields:
            values = {ID: ref.id, **values}
        return Record(ref, values, {ID: 1, **numbers} if ID in counts else numbers)

    def page(self, ref: AccountRef, fields: Sequence[str], number: int, *, size: int, entry: OpenEntry) -> Page:
        """Read these fields; an imported account is one row, of which the page is taken here."""
        return page_of(self.fetch(ref, fields, entry=entry), number, size)

    def holds(self, ref: AccountRef, fields: Sequence[str], address: str, *, entry: OpenEntry) -> bool:
        """Whether a whole e-mail address is in one of these fields."""
        found = self.fetch(ref, fields, entry=entry).values.values()
        items = (item for value in found for item in ((value,) if isinstance(value, str) else value))
        return any(address == address_in(item) for item in items)

    def close(self) -> None:
        """Nothing is held."""

    def _at_once(self, connection: Connection, asked: str, limit: int) -> Matches | None:
        """The account with exactly this id, or those with this e-mail address that no id comes before: on SQLite.

        Asked for by itself, which costs next to nothing there, and would be one way more over a network.
        """
        if "@" not in asked:
            rows = driver.rows(connection, sql.BY_ID_IN_PLACE, (asked,))
            return Matches((self._ref(rows[0]),), "id") if rows else None
        keys = email_keys(asked)
        if keys and Nature.EMAIL in natures_of(self.layout.exact):
            rows = driver.rows(connection, sql.UNLESS_BEFORE, (keys[1], keys[0], limit + 1))
            return self._matches(rows, limit, "exact") if rows else None
        return None

    def _searched(self, connection: Connection, asked: str, limit: int) -> Matches:
        exact = self._exact(connection, asked, limit)
        if exact.refs or is_email(asked):
            return exact
        return self._by_name(connection, asked, limit)

    def _exact(self, connection: Connection, asked: str, limit: int) -> Matches:
        keys = query_keys(asked, natures_of(self.layout.exact)) if asked else ()
        if not keys:
            return Matches((), more=False, how="exact")
        statement = sql.by_keys(len(keys), limit + 1, sqlite=sql.on_sqlite(connection))
        rows = driver.rows(connection, statement, keys, alone=True)
        if len(rows) == 1:
            return self._matches(rows, limit, "id" if rows[0][3].startswith(Nature.ID) else "exact")
        by_id = [row for row in rows if row[3].startswith(Nature.ID)]
        if by_id:
            exactly = [row for row in by_id if row[0] == asked]
            return self._matches(exactly or by_id, limit, "id")
        return self._matches(rows, limit, "exact")

    def _by_name(self, connection: Connection, asked: str, limit: int) -> Matches:
        folded = spellings(asked)
        if len(squash(folded[0])) < FEWEST_LETTERS:
            by_short = self._by_short_part if is_short_part(squash(folded[0])) else self._by_short_word
            return by_short(connection, squash(folded[0]), limit)
        for words in dict.fromkeys((folded, tuple(squash(one) for one in folded))):
            found = self._by_part(connection, words, limit, "substring")
            if found.refs:
                return found
        if is_domain(asked):
            folded = spellings(domain_label(asked))
            found = self._by_part(connection, folded, limit, "similar")
            if found.refs:
                return found
        return self._similar(connection, folded[0], limit)

    def _by_part(self, connection: Connection, words: tuple[str, ...], limit: int, how: How) -> Matches:
        words = tuple(one for one in words if not any(other != one and other in one for other in words))
        if min(map(len, words)) < FEWEST_LETTERS:
            return Matches((), more=False, how=how)
        ask = _by_part_sqlite if sql.on_sqlite(connection) else _by_part_postgresql
        rows = ask(connection, words, limit + 1)
        return self._matches(sorted(rows, key=lambda row: (row[4], row[3], row[0])), limit, how)

    def _by_short_part(self, connection: Connection, part: str, limit: int) -> Matches:
        """One or two letters, where they are a name's: what begins with them first."""
        asked = _ranges((part,))
        rows = list(_rows(connection, sql.BEGINNING.format(most=limit + 1), asked))
        if len(rows) <= limit:
            inside = sql.short_inside(limit + 1, sqlite=sql.on_sqlite(connection))
            rows += _rows(connection, inside, {**asked, "part": PART + part})
        return self._matches(sorted(rows, key=lambda row: (row[4], row[3], row[0])), limit, "substring")

    def _by_short_word(self, connection: Connection, letters: str, limit: int) -> Matches:
        """One or two letters that are a whole word of a name (HP, 3M, H&M): what is it or begins with it first."""
        words = short_words(letters)
        if not words:
            return Matches((), more=False, how="too_short")
        sqlite = sql.on_sqlite(connection)
        asked = {key: one for n, word in enumerate(words) for key, one in _whole_word(n, word, sqlite=sqlite).items()}
        if not sqlite:
            connection.exec_driver_sql("SET LOCAL plan_cache_mode = force_custom_plan")
        rows = _rows(connection, sql.by_word(len(words), limit + 1, sqlite=sqlite), asked)
        found = self._matches(sorted(rows, key=lambda row: (row[4], row[3], row[0])), limit, "substring")
        return found if found.refs else Matches((), more=False, how="too_short")

    def _similar(self, connection: Connection, folded: str, limit: int) -> Matches:
        nothing = Matches((), more=False, how="similar")
        if not FEWEST_LETTERS <= len(folded) <= LONGEST:
            return nothing
        wanted = groups(folded, _counts(connection, wanted_trigrams(folded)))
        numbers = best(folded, _candidates(connection, wanted)) if wanted else []
        if not numbers:
            return nothing
        rows = {row[3]: row for row in _by_number(connection, numbers[: limit + 1])}
        return self._matches([rows[number] for number in numbers if number in rows], limit, "similar")

    def _matches(self, rows: Sequence[Row], limit: int, how: How) -> Matches:
        if len(rows) == 1:
            return Matches((self._ref(rows[0]),), how)
        by_id: dict[str, Row] = {}
        for row in rows:
            by_id.setdefault(row[0], row)
        distinct = list(by_id.values())
        return Matches(tuple(map(self._ref, distinct[:limit])), more=len(distinct) > limit, how=how)

    def _ref(self, row: Row) -> AccountRef:
        kind: Kind | None = row[1]
        title: dict[str, str] = orjson.loads(row[2])
        if tuple(title) != self.layout.title:
            title = {name: title[name] for name in self.layout.title if name in title}
        if kind == INDIVIDUAL:
            title = {name: mask(name, value) for name, value in title.items()}
        return AccountRef(row[0], kind, title)


def cleaned(text: str) -> str:
    """Typed text without what no account can have in it: control characters, halves of surrogate pairs, outer space."""
    if text.isprintable() and "  " not in text:
        return text.strip()
    whole = text.encode("utf-8", "ignore").decode()
    return " ".join("".join(letter if letter.isprintable() else " " for letter in whole).split())


def _rows(connection: Connection, statement: str, parameters: dict[str, Any]) -> Sequence[Row]:
    driver_statement = sql.for_driver(statement, sqlite=sql.on_sqlite(connection))
    return driver.rows(connection, driver_statement, parameters, alone=True)


def _by_part_sqlite(connection: Connection, words: tuple[str, ...], most: int) -> Sequence[Row]:
    asked = _ranges(words) | {
        f"trigrams{n}": sql.match_expression((sql.covering(word),)) for n, word in enumerate(words)
    }
    return _rows(connection, sql.by_part(len(words), most), asked)


def _by_part_postgresql(connection: Connection, words: tuple[str, ...], most: int) -> Sequence[Row]:
    """A word with a trigram that no account has is in none, and nothing more is asked where all are such."""
    wanted = {word: trigrams(word) for word in words}
    asked = {"trigrams": list({one for every in wanted.values() for one in every})}
    counts = {row[0]: row[1] for row in _rows(connection, sql.COUNTS_OF_ALL, asked)}
    words = tuple(word for word in words if all(counts.get(one) for one in wanted[word]))
    if not words:
        return ()
    chosen = [sql.rarest(word, counts) for word in words]
    parameters = _ranges(words) | {f"pattern{n}": f"%{word}%" for n, word in enumerate(words)}
    parameters |= {f"trigram{n}_{place}": f"%{one}%" for n, some in enumerate(chosen) for place, one in enumerate(some)}
    # A plan made for any word at all would read the whole table for a rare one.
    connection.exec_driver_sql("SET LOCAL plan_cache_mode = force_custom_plan")
    return _rows(connection, sql.by_part_postgresql(tuple(map(len, chosen)), most), parameters)


def _whole_word(n: int, word: str, *, sqlite: bool) -> dict[str, str]:
    """The parameters of a short word: in the middle of a name, at the end of one, and at the end of the last one."""
    spaced, ended, begins = f" {word} ", f" {word}\n", f"{word} "
    asked = {f"word{n}": word, f"begins{n}": begins, f"after{n}": begins + AFTER_ALL}
    if not sqlite:
        return asked | {f"spaced{n}": f"%{spaced}%", f"ended{n}": f"%{ended}%", f"last{n}": f"% {word}"}
    places = tuple(dict.fromkeys((sql.covering(spaced), sql.covering(ended), sql.covering(f"\n {word}"))))
    return asked | {f"spaced{n}": spaced, f"ended{n}": ended, f"trigrams{n}": sql.match_expression(places)}


def _ranges(words: tuple[str, ...]) -> dict[str, str]:
    """Each word, and the end of all that begins with it."""
    return {
        name: one for n, word in enumerate(words) for name, one in ((f"word{n}", word), (f"after{n}", word + AFTER_ALL))
    }


def _listed(connection: Connection, values: Sequence[object]) -> object:
    """A list as one parameter: an array, or JSON where there are none."""
    return orjson.dumps(values).decode() if sql.on_sqlite(connection) else list(values)


def _read(
    connection: Connection, account_id: str, fields: Sequence[str], counts: Sequence[str]
) -> tuple[dict[str, Value], dict[str, int]]:
    statement = sql.FETCH_SQLITE if sql.on_sqlite(connection) else sql.FETCH_POSTGRESQL
    asked = {"id": account_id, "fields": _listed(connection, fields), "counts": _listed(connection, counts)}
    rows = _rows(connection, statement, asked)
    values, numbers = (orjson.loads(part or "{}") for part in rows[0]) if rows else ({}, {})
    there = {name: one for name in fields if (one := values.get(name)) is not None}
    counted = {name: number for name in counts if (number := numbers.get(name)) is not None}
    return {name: one if isinstance(one, str) else tuple(one) for name, one in there.items()}, counted


def _counts(connection: Connection, trigrams: Sequence[str]) -> dict[str, int]:
    statement = sql.COUNTS_SQLITE if sql.on_sqlite(connection) else sql.COUNTS_POSTGRESQL
    return {row[0]: row[1] for row in _rows(connection, statement, {"trigrams": _listed(connection, trigrams)})}


def _candidates(connection: Connection, wanted: tuple[tuple[str, ...], ...]) -> dict[int, str]:
    if sql.on_sqlite(connection):
        statement = sql.SIMILAR_SQLITE.format(most=MOST_CANDIDATES)
        rows = _rows(connection, statement, {"trigrams": sql.match_expression(wanted)})
    else:
        statement = sql.similar_postgresql(tuple(map(len, wanted)), MOST_CANDIDATES)
        patterns = [one for group in wanted for one in group]
        rows = _rows(connection, statement, {f"pattern{n}": f"%{one}%" for n, one in enumerate(patterns)})
    return {row[0]: row[1] for row in rows}


def _by_number(connection: Connection, numbers: Sequence[int]) -> Sequence[Row]:
    statement = sql.REFS_SQLITE if sql.on_sqlite(connection) else sql.REFS_POSTGRESQL
    return _rows(connection, statement, {"seqs": _listed(connection, numbers)})
