"""The SQL of the embedded table. What people type and what fields are called are parameters, never part of the text."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final

from sqlalchemy import Connection

PARAMETER = re.compile(r"(?<!:):([a-z][a-z0-9_]*)")

BY_ID = "SELECT a.id, a.kind, a.title FROM accounts a WHERE a.id = :id"
# In SQLite's way, which takes a parameter by its place more quickly than by its name.
BY_ID_IN_PLACE = BY_ID.replace(":id", "?")

# One after the other, so that the limit ends the reading; SQLite takes half as long again for a list of keys.
BY_KEY = (
    "SELECT * FROM (SELECT a.id, a.kind, a.title, k.key FROM account_keys k JOIN accounts a ON a.seq = k.account "
    "WHERE k.key = {key} ORDER BY k.account LIMIT {most}) AS k{n}"
)

# Accounts by a key, unless anything has the other key, which comes before it. In order: the two keys, the limit. SQLite
# alone, where one more look into the index costs less than a second way to read it.
UNLESS_BEFORE = (
    "SELECT a.id, a.kind, a.title FROM account_keys k JOIN accounts a ON a.seq = k.account "
    "WHERE k.key = ? AND NOT EXISTS (SELECT 1 FROM account_keys b WHERE b.key = ?) ORDER BY k.account LIMIT ?"
)

PREFIX = (
    "SELECT * FROM (SELECT a.id, a.kind, a.title, a.name, "
    "CASE WHEN a.name = :word{n} THEN 0 ELSE 1 END AS rank FROM accounts a "
    "WHERE a.name >= :word{n} AND a.name < :after{n} ORDER BY a.name, a.seq LIMIT {most}) AS p{n}"
)
# The trigram index gives rows in order of seq; both orders are the index's own, so nothing is sorted.
INSIDE_SQLITE = (
    "SELECT * FROM (SELECT a.id, a.kind, a.title, a.name, "
    "CASE WHEN instr(a.search, ' ' || :word{n}) > 0 THEN 2 ELSE 3 END AS rank "
    "FROM account_trigram_index t CROSS JOIN accounts a ON a.seq = t.rowid "
    "WHERE t.account_trigram_index MATCH :trigrams{n} AND instr(a.search, :word{n}) > 0 "
    "AND NOT (a.name >= :word{n} AND a.name < :after{n}) ORDER BY t.rowid LIMIT {most})"
)
INSIDE_POSTGRESQL = (
    "SELECT * FROM (SELECT a.id, a.kind, a.title, a.name, "
    "CASE WHEN position(' ' || :word{n}::text IN a.search) > 0 THEN 2 ELSE 3 END AS rank "
    "FROM accounts a WHERE {found} "
    "AND NOT (a.name >= :word{n} AND a.name < :after{n}) LIMIT {most}) AS i{n}"
)
# PostgreSQL compares all trigrams of a pattern with the index, one account after the other that has the rarest of them.
INSIDE_ALL: Final = "a.search LIKE :pattern{n}"
INSIDE_SOME: Final = "position(:word{n}::text IN a.search) > 0"
SOME: Final = 3
FREQUENT: Final = 200

BEGINNING = PREFIX.format(n=0, most="{most}")
# Beside what begins with it, which is asked for before: so the limit is all that is read.
SHORT_INSIDE = (
    "SELECT a.id, a.kind, a.title, a.name, CASE WHEN {where} > 0 THEN 2 ELSE 3 END AS rank "
    "FROM account_keys k JOIN accounts a ON a.seq = k.account WHERE k.key = :part "
    "AND NOT (a.name >= :word0 AND a.name < :after0) ORDER BY k.account LIMIT {most}"
)
WORD_SQLITE = "instr(a.search, ' ' || :word0)"
WORD_POSTGRESQL = "position(' ' || :word0::text IN a.search)"

# A word of one or two letters, whole. What has it within is few of those that have its trigrams, which the index knows.
IS_WORD = (
    "SELECT * FROM (SELECT a.id, a.kind, a.title, a.name, 0 AS rank FROM accounts a WHERE a.name = :word{n} "
    "ORDER BY a.seq LIMIT {most}) AS e{n}"
)
BEGINS_WITH_WORD = (
    "SELECT * FROM (SELECT a.id, a.kind, a.title, a.name, 1 AS rank FROM accounts a "
    "WHERE a.name >= :begins{n} AND a.name < :after{n} ORDER BY a.name, a.seq LIMIT {most}) AS b{n}"
)
WITHIN_SQLITE = (
    "SELECT * FROM (SELECT a.id, a.kind, a.title, a.name, 2 AS rank "
    "FROM account_trigram_index t CROSS JOIN accounts a ON a.seq = t.rowid "
    "WHERE t.account_trigram_index MATCH :trigrams{n} AND (instr(a.search || char(10), :spaced{n}) > 0 "
    "OR instr(a.search || char(10), :ended{n}) > 0) "
    "AND NOT (a.name = :word{n} OR a.name >= :begins{n} AND a.name < :after{n}) ORDER BY t.rowid LIMIT {most})"
)
WITHIN_POSTGRESQL = (
    "SELECT * FROM (SELECT a.id, a.kind, a.title, a.name, 2 AS rank FROM accounts a "
    "WHERE (a.search LIKE :spaced{n} OR a.search LIKE :ended{n} OR a.search LIKE :last{n}) "
    "AND NOT (a.name = :word{n} OR a.name >= :begins{n} AND a.name < :after{n}) LIMIT {most}) AS w{n}"
)

COUNTS_SQLITE = (
    "SELECT trigram, accounts FROM account_trigrams WHERE trigram IN (SELECT value FROM json_each(:trigrams))"
)
COUNTS_POSTGRESQL = "SELECT trigram, accounts FROM account_trigrams WHERE trigram = ANY(:trigrams)"
# With how many accounts there are under ALL, as the database's own statistics have it; −1 before it took any.
ALL: Final = ""
COUNTS_OF_ALL = (
    "SELECT trigram, accounts FROM account_trigrams WHERE trigram = ANY(:trigrams) UNION ALL "
    "SELECT '', c.reltuples::bigint FROM pg_class c WHERE c.oid = 'accounts'::regclass"
)

SIMILAR_SQLITE = (
    "SELECT a.seq, a.search FROM account_trigram_index t CROSS JOIN accounts a ON a.seq = t.rowid "
    "WHERE t.account_trigram_index MATCH :trigrams ORDER BY t.rowid LIMIT {most}"
)
SIMILAR_POSTGRESQL = "SELECT a.seq, a.search FROM accounts a WHERE {groups} LIMIT {most}"

REFS_SQLITE = "SELECT a.id, a.kind, a.title, a.seq FROM accounts a WHERE a.seq IN (SELECT value FROM json_each(:seqs))"
REFS_POSTGRESQL = "SELECT a.id, a.kind, a.title, a.seq FROM accounts a WHERE a.seq = ANY(:seqs)"

FETCH_SQLITE = """
SELECT
 (SELECT json_group_object(f.value, json_extract(d.data, '$."' || f.value || '"')) FROM json_each(:fields) f),
 (SELECT json_group_object(c.value, CASE json_type(d.data, '$."' || c.value || '"')
   WHEN 'array' THEN json_array_length(d.data, '$."' || c.value || '"') WHEN 'text' THEN 1 END)
  FROM json_each(:counts) c)
FROM accounts a JOIN account_details d ON d.account = a.seq WHERE a.id = :id
"""
FETCH_POSTGRESQL = """
SELECT
 (SELECT jsonb_object_agg(f, d.data -> f) FROM unnest(:fields::text[]) f)::text,
 (SELECT jsonb_object_agg(c, CASE jsonb_typeof(d.data -> c)
   WHEN 'array' THEN jsonb_array_length(d.data -> c) WHEN 'string' THEN 1 END)
  FROM unnest(:counts::text[]) c)::text
FROM accounts a JOIN account_details d ON d.account = a.seq WHERE a.id = :id
"""


def on_sqlite(connection: Connection) -> bool:
    """Which of the two databases a connection leads to."""
    return connection.dialect.name == "sqlite"


def for_driver(statement: str, *, sqlite: bool) -> str:
    """The statement with the driver's own way of naming parameters: sqlite3's is `:name`, psycopg's `%(name)s`."""
    return statement if sqlite else _for_psycopg(statement)


@cache
def by_keys(keys: int, most: int, *, sqlite: bool) -> str:
    """Accounts by `keys` keys, those of the first key first, at most `most`. In the driver's way, the keys in order."""
    key = "?" if sqlite else "%s"
    return " UNION ALL ".join(BY_KEY.format(key=key, most=most, n=n) for n in range(keys)) + f" LIMIT {most}"


@cache
def by_part(words: int, most: int) -> str:
    """Accounts whose names begin with or contain one of `words` words, beginnings first, at most `most`: SQLite.

    Parameters word0, after0 (the end of the range that begins with it), trigrams0; word1, …
    """
    arms = [arm.format(n=n, most=most) for arm in (PREFIX, INSIDE_SQLITE) for n in range(words)]
    return " UNION ALL ".join(arms) + f" LIMIT {most}"


@cache
def short_inside(most: int, *, sqlite: bool) -> str:
    """Accounts that have a part (parameter part) other than at the beginning of their names (word0, after0)."""
    return SHORT_INSIDE.format(most=most, where=WORD_SQLITE if sqlite else WORD_POSTGRESQL)


@cache
def by_word(words: int, most: int, *, sqlite: bool) -> str:
    """Accounts with one of `words` short words whole in a name, those that are or begin with it first, at most `most`.

    Parameters word0, begins0, after0, spaced0, ended0 and trigrams0 (SQLite) or last0; word1, …
    """
    within = WITHIN_SQLITE if sqlite else WITHIN_POSTGRESQL
    arms = [arm.format(n=n, most=most) for arm in (IS_WORD, BEGINS_WITH_WORD, within) for n in range(words)]
    return " UNION ALL ".join(arms) + f" LIMIT {most}"


@cache
def by_part_postgresql(sizes: tuple[int, ...], most: int) -> str:
    """The same for PostgreSQL. Parameters word0, after0 and trigram0_0, … as many as `sizes` says; none: pattern0."""
    arms = [PREFIX.format(n=n, most=most) for n in range(len(sizes))]
    arms += [INSIDE_POSTGRESQL.format(n=n, most=most, found=_inside(n, size)) for n, size in enumerate(sizes)]
    return " UNION ALL ".join(arms) + f" LIMIT {most}"


def _inside(n: int, size: int) -> str:
    if not size:
        return INSIDE_ALL.format(n=n)
    return " AND ".join((*(f"a.search LIKE :trigram{n}_{place}" for place in range(size)), INSIDE_SOME.format(n=n)))


@cache
def similar_postgresql(sizes: tuple[int, ...], most: int) -> str:
    """Accounts that have all trigrams of one of the groups (of these sizes): parameters pattern0, pattern1, …"""
    numbers = iter(range(sum(sizes)))
    groups = ("(" + " AND ".join(f"a.search LIKE :pattern{next(numbers)}" for _ in range(size)) + ")" for size in sizes)
    return SIMILAR_POSTGRESQL.format(groups=" OR ".join(groups), most=most)


def match_expression(groups: tuple[tuple[str, ...], ...]) -> str:
    """FTS5's expression for: all trigrams of at least one of the groups. Each is a quoted string, so none is syntax."""
    return " OR ".join("(" + " AND ".join(_quoted(one) for one in group) + ")" for group in groups)


def covering(word: str) -> tuple[str, ...]:
    """As few trigrams as cover the word: every third, and the last."""
    starts = [*range(0, len(word) - 3, 3), len(word) - 3]
    return tuple(word[start : start + 3] for start in starts)


@cache
def _for_psycopg(statement: str) -> str:
    return PARAMETER.sub(r"%(\1)s", statement.replace("%", "%%"))


def rarest(word: str, counts: Mapping[str, int]) -> Sequence[str]:
    """The trigrams that PostgreSQL is to look a word up by: the rarest, at most three, none over another.

    None where even the rarest is in more than one account of 200: then the planner is to choose, who reads the table
    from its beginning where the whole word is frequent, too. One with a space in its middle is not in the index.
    """
    places = [place for place in range(len(word) - 2) if word[place + 1] != " "]
    chosen: list[int] = []
    for place in sorted(places, key=lambda place: (counts.get(word[place : place + 3], 0), place)):
        if len(chosen) < SOME and all(abs(place - other) > 2 for other in chosen):
            chosen.append(place)
    some = tuple(word[place : place + 3] for place in chosen)
    return some if some and counts.get(some[0], 0) * FREQUENT < counts.get(ALL, 0) else ()


def _quoted(trigram: str) -> str:
    return '"' + trigram.replace('"', '""') + '"'
