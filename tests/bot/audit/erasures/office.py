"""An office in which erasures are asked for and confirmed, and the people of it."""

from datetime import timedelta
from itertools import groupby
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlmodel import col

from bot.access.people import Person, Standing
from bot.access.reasons import Reason
from bot.audit.entry import Action, Actor, Outcome, Surface
from bot.audit.erasures.records import Erasure, Status, Taken
from bot.audit.erasures.scope import Plan, Subject, plan_of, subject_of
from bot.audit.erasures.steps import Counted, Erasures, NotCounted
from bot.audit.ledger import Ledger, Origin, time_ordered_id
from bot.audit.query import Filter
from bot.audit.read import in_order
from bot.database import Database
from bot.delivery.outbox import Outbox
from bot.queued import QueuedEffects
from models.erasure import AuditErased
from tests.conftest import SettableClock
from tests.promises.office import Colleagues

CLI = Origin(Actor("cli:tests"), Surface.CLI)
INESE = Actor("U0INESE", "T1", "inese@postwing.example")
SECRET = "Mara Liepa called about her invoice"
CUSTOMER = "mara@beans.example"


def officer(name: str, *roles: str, standing: Standing = Standing.MEMBER) -> Person:
    return Person(
        f"U0{name.upper()}", "T1", name, f"{name}@postwing.example", standing, frozenset(roles or {"privacy"})
    )


LAILA, IEVA, MARTA = officer("laila"), officer("ieva"), officer("marta")
OFFICERS = Colleagues({one.id: one for one in (LAILA, IEVA, MARTA)})


def by(person: Person) -> Origin:
    return Origin(Actor(person.id, person.team, person.email), Surface.BUTTON, time_ordered_id())


class Office:
    """A database with entries of Inese's and of others', and the erasures over it."""

    def __init__(self, database: Database, clock: SettableClock) -> None:
        self.database, self.clock = database, clock
        self.ledger = Ledger(database, clock)
        effects = QueuedEffects(Outbox(clock))
        self.erasures = Erasures(database, self.ledger, effects, clock, timedelta(days=3), OFFICERS)
        for number in range(3):
            self.look_up(Actor(f"U0{number}", "T1", f"u{number}@postwing.example"), "pw-2", "other query")
        for _ in range(2):
            self.look_up(INESE, "pw-1", SECRET)

    def look_up(self, actor: Actor, account: str, query: str) -> None:
        with self.ledger.entry(Origin(actor, Surface.COMMAND), Action.LOOK_UP, query=query) as entry:
            entry.account = account
            entry.close(Outcome.MASKED)

    def plan(self, typed: str) -> Plan:
        with self.database.reading() as connection:
            subject = subject_of(connection, typed)
            assert isinstance(subject, Subject)
            return plan_of(connection, subject)

    def ask(self, typed: str = "U0INESE", why: str | None = None) -> Erasure:
        return self.erasures.ask(CLI, self.plan(typed), why)

    def confirm(self, person: Person, erasure: Erasure) -> Counted | NotCounted:
        return self.erasures.confirm(by(person), person, erasure.number)

    def entries(self) -> list[dict[str, Any]]:
        with self.database.reading() as connection:
            return [one.readable for one in in_order(connection, Filter())]

    def sealed(self) -> dict[str, tuple[str, bytes]]:
        with self.database.reading() as connection:
            return {one.id: (one.sealed, one.leaf) for one in in_order(connection, Filter())}

    def erasing(self) -> list[tuple[str, str, str | None]]:
        """What the audit table says of erasures: who, outcome, reason."""
        entries = sorted((one for one in self.entries() if one["action"] == "audit.erase"), key=lambda one: one["id"])
        return [(one["actor"], one["outcome"], one["reason"]) for one in entries]

    def rows(self, query: str) -> list[Any]:
        with self.database.reading() as connection:
            return [tuple(row) for row in connection.execute(text(query))]

    def taken(self) -> list[Taken]:
        """What was erased, by entry and erasure."""
        columns = (col(AuditErased.entry_id), col(AuditErased.erasure), col(AuditErased.at), col(AuditErased.field))
        with self.database.reading() as connection:
            rows = connection.execute(select(*columns).order_by(*columns)).all()
        entries = groupby(rows, key=lambda row: row[:3])
        return [Taken(key[0], tuple(row[3] for row in some), f"E-{key[1]}", key[2]) for key, some in entries]


@pytest.fixture
def office(database: Database, clock: SettableClock) -> Office:
    return Office(database, clock)


def status(result: Counted | NotCounted) -> Status:
    assert isinstance(result, Counted)
    return result.erasure.status


def reason(result: Counted | NotCounted) -> Reason:
    assert isinstance(result, NotCounted)
    return result.reason
