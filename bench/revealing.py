"""A reveal through the company's own database, with its decision and its entry, beside a bare query for the fields."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import count
from typing import Final

import psycopg
from sqlalchemy import insert

from bench.company import CLI, ROOT, configuration
from bench.databases import Databases
from bench.look_ups import INESE
from bench.rows import Row
from bench.samples import by_turns
from bot.access.people import Conversation
from bot.access.requests.on_record import Terms
from bot.accounts.look_up import LookUp
from bot.accounts.results import Revealed
from bot.accounts.reveal import Reveal
from bot.audit.entry import Action, Actor, Outcome, Surface
from bot.audit.ledger import Ledger, Origin
from bot.building.account_sources import account_source
from bot.clock import system_clock
from bot.configuration.sources import SourceConfiguration
from bot.database import Database
from bot.privacy.versions import import_policy
from bot.settings import Configuration
from migrations.schema import upgrade
from models.access import AccessApproval, AccessGrant, AccessRequest

CUSTOMERS: Final = 100_000
GRANTED: Final = 10
EACH_TURN: Final = 20
WARM: Final = 20
PURPOSE: Final = "technical_support"
TABLE: Final = (
    b"CREATE TABLE customers AS SELECT 'pw-' || lpad(n::text, 7, '0') AS id, 'Customer ' || n AS name,"
    b" 'customer' || n || '.example' AS domain, 'Growth' AS plan, 'active' AS status, '2024-05-03' AS created_at,"
    b" 'Ana ' || n AS contact_name, 'ana' || n || '@inbox.example' AS email, '+3712' || n AS phone,"
    b" 'Street ' || n AS address, 'Visa' AS card_brand, '4242' AS card_last4, 'LV80' || n AS iban,"
    b" 'LV' || n AS vat_number, 'Street ' || n AS billing_address, 'business' AS kind, NULL::text AS lists,"
    b" NULL::text AS recipients FROM generate_series(1, %d) n" % CUSTOMERS
)
BARE: Final = b"SELECT contact_name, email, phone, address FROM customers WHERE id = %s"


def measure(databases: Databases, rounds: int, progress: Callable[[], None]) -> list[Row]:
    """p50 and p99, by turns."""
    with (
        databases.empty("postgresql") as crm,
        databases.empty("postgresql") as own,
        psycopg.connect(crm, autocommit=True) as connection,
    ):
        connection.execute(TABLE)
        connection.execute(b"CREATE UNIQUE INDEX ON customers (id)")
        connection.execute(b"ANALYZE customers")
        with _revealing(own, crm) as reveal:
            asking = (partial(_bare, connection), reveal)
            ways = [partial(_taken, one) for one in asking]
            for _ in range(WARM // EACH_TURN):
                for way in ways:
                    way()
            floor, value = by_turns(ways, rounds, progress)
    return [
        Row("reveal through an SQL source p50, postgresql", value.p50, "ms", floor.p50),
        Row("reveal through an SQL source p99, postgresql", value.p99, "ms", floor.p99),
    ]


def _taken(ask: Callable[[str], None]) -> list[float]:
    taken = []
    for number in range(EACH_TURN):
        began = time.perf_counter()
        ask(_account(number))
        taken.append((time.perf_counter() - began) * 1000)
    return taken


def _bare(connection: psycopg.Connection, account: str) -> None:
    assert connection.execute(BARE, (account,)).fetchone() is not None


@contextmanager
def _revealing(url: str, crm: str) -> Iterator[Callable[[str], None]]:
    """The use case as a button calls it, for accounts that INESE has a grant for."""
    company, numbers = _with_source(configuration(), crm), count()
    with closing(Database(url)) as database:
        _prepare(database, company)
        source = account_source(company, {})
        reveal = Reveal(LookUp(Ledger(database, system_clock), source, company.rules, system_clock))

        def once(account: str) -> None:
            actor = Actor(INESE.id, INESE.team, INESE.email)
            origin = Origin(actor, Surface.BUTTON, f"revealing.{next(numbers)}")
            found = reveal(origin, INESE, Conversation.INTERNAL, account, "contact", PURPOSE)
            assert isinstance(found, Revealed)
            assert found.values["email"].endswith("@inbox.example")

        try:
            yield once
        finally:
            source.close()


def _with_source(company: Configuration, crm: str) -> Configuration:
    """The reference company, whose accounts are in a database of its own."""
    told = {"url": crm, "table": "customers"}
    only = SourceConfiguration("accounts", "sql", tuple(company.rules.data_classes), 5.0, told)
    return replace(company, accounts=replace(company.accounts, sources=(only,)))


def _prepare(database: Database, company: Configuration) -> None:
    """This release's schema, the policy in force, and a grant for each account that is revealed."""
    with database.transaction() as connection:
        upgrade(connection)
    policy = ROOT / company.policy.source
    import_policy(Ledger(database, system_clock), system_clock, policy.read_bytes(), policy.name, CLI)
    now = system_clock()
    with database.transaction() as connection:
        for number in range(GRANTED):
            common = {
                "number": number + 1,
                "team": INESE.team,
                "person": INESE.id,
                "account": _account(number),
                "purpose": PURPOSE,
                "data_classes": ["contact"],
            }
            request = {
                "kind": "request",
                "turn": 0,
                "duration_s": 14_400,
                "justification": "to be measured",
                "status": "granted",
                "asked_at": now,
                "expires_at": now + timedelta(hours=8),
                "decided_at": now,
            }
            connection.execute(insert(AccessRequest).values(**common, **request))
            period = {"starts_at": now, "ends_at": now + timedelta(days=1), "granted_by": "bench", "extensions": 0}
            connection.execute(insert(AccessGrant).values(**common, **period))
            agreed = {"by": "bench", "roles": ["approvers"], "at": now, "data_classes": ["contact"]}
            of_request = {"request": number + 1, "duration_s": request["duration_s"]}
            connection.execute(insert(AccessApproval).values(**of_request, **agreed))
    _record(Ledger(database, system_clock), company)


def _record(ledger: Ledger, company: Configuration) -> None:
    """The entries that the grants rest on: that they were asked for, and that somebody agreed."""
    fields, asked = company.rules.data_classes["contact"].fields, (INESE.id, Action.REQUEST, Outcome.REQUESTED)
    with ledger.transaction() as connection:
        for number in range(GRANTED):
            name, account = f"R-{number + 1}", _account(number)
            for actor, action, outcome in (asked, ("bench", Action.APPROVE, Outcome.GRANTED)):
                entry = ledger.opened(connection, Origin(Actor(actor), Surface.BUTTON), action)
                entry.account, entry.purpose, entry.grant = account, PURPOSE, name
                if action is Action.APPROVE:
                    roles = frozenset({"approvers"})
                    entry.query = Terms(name, INESE.id, (account,), ("contact",), {}, roles).written()
                entry.close(outcome, None, fields)
                ledger.write(entry)


def _account(number: int) -> str:
    return f"pw-{number % GRANTED + 1:07}"
