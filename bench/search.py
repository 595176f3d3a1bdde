"""Search over many accounts against the bare index query with the driver, on either database."""

import argparse
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import psycopg

from bot.accounts import statements as sql
from bot.accounts.checking import Account
from bot.accounts.embedded import EmbeddedSource
from bot.accounts.folding import fold
from bot.accounts.keys import Nature, key
from bot.accounts.layout import AccountLayout
from bot.accounts.similar import MOST_CANDIDATES, groups, wanted_trigrams
from bot.accounts.writing import Writer, batches, settle
from bot.audit.entry import Action, Actor, Surface
from bot.audit.ledger import OpenEntry, Origin
from bot.database import Database
from demo.countries import COUNTRIES, PLACES, TRADES
from migrations.schema import upgrade

LAYOUT = AccountLayout.of(["id", "name", "domain", "email", "phone"], kind_field="kind")
LIMIT = 10
SEED = 20260302
CONSONANTS, VOWELS = "bcdfghjklmnprstvwz", "aeiou"

Query = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Case:
    """One way of searching: ours, the floor beneath it, and what to ask both."""

    name: str
    ours: Query
    floor: Query
    queries: Sequence[str]


def accounts(n: int) -> Iterator[Account]:
    """`n` accounts with the same names each time: half of an invented word and a trade, the others of usual words."""
    dice = random.Random(SEED)  # noqa: S311 - the same names each time
    for number in range(1, n + 1):
        name = _name(dice)
        domain = f"{fold(name).replace(' ', '-')}-{number}.example"
        yield Account(
            number,
            f"pw-{number:07}",
            {
                "kind": "business",
                "name": name,
                "domain": domain,
                "email": f"office@{domain}",
                "phone": f"+371 {number:08}",
            },
            0,
        )


def build(database: Database, n: int, tenth: Callable[[], None] = lambda: None) -> None:
    """Fill a database at this release's schema; `tenth` is called ten times on the way."""
    told = 0
    with database.transaction() as connection:
        writer = Writer(connection, LAYOUT, frozenset(LAYOUT.fields))
        writer.prepare()
        for batch in batches(accounts(n)):
            writer.write(batch)
            while told < 10 * (writer.written.new + writer.written.changed) // n:
                told += 1
                tenth()
        writer.finish()
    settle(database)


@contextmanager
def cases(database: Database, n: int, queries: int = 200) -> Iterator[list[Case]]:
    """The cases over a database that `build` filled with `n` accounts, while their connections are open."""
    chosen = _chosen(n, queries)
    with _ours(database) as ours, _driver(database) as run:
        floors = _floors(database, run)
        yield [
            Case("id", ours, floors["id"], [one.id for one in chosen]),
            Case("e-mail", ours, floors["e-mail"], [str(one.values["email"]) for one in chosen]),
            Case("substring", ours, floors["substring"], [_part(one) for one in chosen]),
            Case("frequent substring", ours, floors["substring"], [fold(one) for one in (*TRADES, *PLACES)]),
            Case("typing error", ours, _similar_floor(database, run), [_mistyped(one) for one in chosen]),
        ]


@cache
def _chosen(n: int, queries: int) -> Sequence[Account]:
    """What is asked for, the same each time. To find it all `n` are made: minutes, of ten millions."""
    some = [one for place, one in enumerate(accounts(n)) if place % max(1, n // 2000) == 0]
    return random.Random(SEED + 1).sample(some, queries)  # noqa: S311 - the same questions each time


def _name(dice: random.Random) -> str:
    country = dice.choice(COUNTRIES)
    first = dice.choice((_invented(dice), _invented(dice), dice.choice(PLACES), dice.choice(country.last_names)))
    return f"{first} {dice.choice(TRADES)} {dice.choice(country.forms)}"


def _invented(dice: random.Random) -> str:
    return "".join(dice.choice(CONSONANTS) + dice.choice(VOWELS) for _ in range(dice.randint(3, 5))).title()


def _part(account: Account) -> str:
    """What people type: the name without its company form."""
    return str(account.values["name"]).lower().rsplit(" ", 1)[0]


def _mistyped(account: Account) -> str:
    """Two letters of the first word exchanged."""
    part = _part(account)
    middle = max(1, len(part.split()[0]) // 2)
    return part[: middle - 1] + part[middle] + part[middle - 1] + part[middle + 1 :]


@contextmanager
def _ours(database: Database) -> Iterator[Query]:
    source = EmbeddedSource(LAYOUT)
    origin = Origin(Actor("cli:bench"), Surface.CLI)
    with database.reading() as connection:
        entry = OpenEntry("bench", connection, origin, Action.LOOK_UP)
        yield lambda query: source.search(query, limit=LIMIT, entry=entry)


@contextmanager
def _driver(database: Database) -> Iterator[Callable[[str, dict[str, Any]], list[Any]]]:
    """Run a statement with the driver alone, in one transaction as ours is."""
    if database.is_sqlite:
        with closing(sqlite3.connect(str(database.url.database), isolation_level=None)) as lite:
            lite.execute("BEGIN")
            yield lambda statement, asked: lite.execute(statement, asked).fetchall()
        return
    url = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url) as connection, connection.cursor() as cursor:

        def run(statement: str, asked: dict[str, Any]) -> list[Any]:
            translated = sql.for_driver(statement, sqlite=False).encode()
            return cursor.execute(translated, asked, prepare="LIKE" not in statement or None).fetchall()

        connection.execute("SET plan_cache_mode = force_custom_plan")
        yield run


def _floors(database: Database, run: Callable[[str, dict[str, Any]], list[Any]]) -> dict[str, Query]:
    by_key = (
        "SELECT a.id, a.kind, a.title FROM account_keys k JOIN accounts a ON a.seq = k.account "
        f"WHERE k.key = :key LIMIT {LIMIT + 1}"
    )
    if database.is_sqlite:
        source, wildcard = "account_trigram_index t JOIN accounts a ON a.seq = t.rowid WHERE t.search GLOB", "*"
    else:
        source, wildcard = "accounts a WHERE a.search LIKE", "%"
    by_part = f"SELECT a.id, a.kind, a.title FROM {source} :pattern LIMIT {LIMIT + 1}"
    return {
        "id": lambda query: run(sql.BY_ID, {"id": query}),
        "e-mail": lambda query: run(by_key, {"key": key(Nature.EMAIL, query)}),
        "substring": lambda query: run(by_part, {"pattern": f"{wildcard}{fold(query)}{wildcard}"}),
    }


def _similar_floor(database: Database, run: Callable[[str, dict[str, Any]], list[Any]]) -> Query:
    """The index query for names that share trigrams, without choosing the trigrams and comparing the names."""
    with database.reading() as connection:
        counts = {
            str(row[0]): int(row[1])
            for row in connection.exec_driver_sql("SELECT trigram, accounts FROM account_trigrams")
        }

    def floor(query: str) -> object:
        folded = fold(query)
        wanted = groups(folded, {one: counts.get(one, 0) for one in wanted_trigrams(folded)})
        if not wanted:
            return []
        if database.is_sqlite:
            return run(sql.SIMILAR_SQLITE.format(most=MOST_CANDIDATES), {"trigrams": sql.match_expression(wanted)})
        patterns = [one for group in wanted for one in group]
        statement = sql.similar_postgresql(tuple(map(len, wanted)), MOST_CANDIDATES)
        return run(statement, {f"pattern{place}": f"%{one}%" for place, one in enumerate(patterns)})

    return floor


def measure(case: Case) -> tuple[list[float], list[float]]:
    """Milliseconds of ours and of the floor for each query, interleaved, whichever is first by turns, once warm."""
    times: tuple[list[float], list[float]] = ([], [])
    for warm in (False, True):
        for place, query in enumerate(case.queries):
            order = ((0, case.ours), (1, case.floor))
            for which, ask in order if place % 2 else order[::-1]:
                start = time.perf_counter()
                ask(query)
                if warm:
                    times[which].append((time.perf_counter() - start) * 1000)
    return times


def report(database: Database, n: int) -> None:
    """Build, measure and print one line a case."""
    started = time.perf_counter()
    build(database, n)
    print(f"{database.url.get_backend_name()}: {n:,} accounts in {time.perf_counter() - started:.0f} s")
    with cases(database, n) as every:
        for case in every:
            ours, floor = measure(case)
            p50, p50_floor = statistics.median(ours), statistics.median(floor)
            p99, p99_floor = (statistics.quantiles(one, n=100)[98] for one in (ours, floor))
            print(
                f"  {case.name:20} p50 {p50:8.3f} ms, floor {p50_floor:8.3f}, ratio {p50 / p50_floor:5.2f};"
                f" p99 {p99:8.2f}, floor {p99_floor:8.2f}; found {_found(case)}"
            )


def _found(case: Case) -> str:
    hits = sum(bool(getattr(case.ours(query), "refs", ())) for query in case.queries)
    return f"{hits} of {len(case.queries)}"


def main() -> None:
    """Both databases, each made for this and thrown away."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=1_000_000)
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    asked = parser.parse_args()
    if asked.database != "postgresql":
        with tempfile.TemporaryDirectory() as folder:
            _measured(f"sqlite:///{Path(folder) / 'bench.db'}", asked.accounts)
    if asked.database != "sqlite":
        from tests.postgres import Server

        server = Server.start()
        try:
            _measured(server.create_database("bench"), asked.accounts)
        finally:
            server.stop()


def _measured(url: str, n: int) -> None:
    database = Database(url)
    try:
        with database.transaction() as connection:
            upgrade(connection)
        report(database, n)
    finally:
        database.close()


if __name__ == "__main__":
    main()
