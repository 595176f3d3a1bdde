"""The SQL of the embedded table. What people type and what fields are called are parameters, never part of the text."""

import re
from functools import cache

from sqlalchemy import Connection

PARAMETER = re.compile(r"(?<!:):([a-z][a-z0-9_]*)")

BY_ID = "SELECT a.id, a.kind, a.title FROM accounts a WHERE a.id = :id"

# One after the other, so that the limit ends the reading; SQLite takes half as long again for a list of keys.
BY_KEY = (
    "SELECT * FROM (SELECT a.id, a.kind, a.title, k.key FROM account_keys k JOIN accounts a ON a.seq = k.account "
    "WHERE k.key = {key} ORDER BY k.account LIMIT {most}) AS k{n}"
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
    "FROM accounts a WHERE a.search LIKE :pattern{n} "
    "AND NOT (a.name >= :word{n} AND a.name < :after{n}) LIMIT {most}) AS i{n}"
)

COUNTS_SQLITE = (
    "SELECT trigram, accounts FROM account_trigrams WHERE trigram IN (SELECT value FROM json_each(:trigrams))"
)
COUNTS_POSTGRESQL = "SELECT trigram, accounts FROM account_trigrams WHERE trigram = ANY(:trigrams)"

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
def by_part(words: int, most: int, *, sqlite: bool) -> str:
    """Accounts whose names begin with or contain one of `words` words, beginnings first, at most `most`.

    Parameters word0, after0 (the end of the range that begins with it), trigrams0 or pattern0; word1, …
    """
    inside = INSIDE_SQLITE if sqlite else INSIDE_POSTGRESQL
    arms = [arm.format(n=n, most=most) for arm in (PREFIX, inside) for n in range(words)]
    return " UNION ALL ".join(arms) + f" LIMIT {most}"


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


def _quoted(trigram: str) -> str:
    return '"' + trigram.replace('"', '""') + '"'
