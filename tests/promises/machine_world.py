"""The reference company with people who change, on a real database: what the machine acts on."""

import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import text

from bot.access.people import Conversation, Person, Standing
from bot.accounts.importing import import_accounts
from bot.app import build_services, work_of
from bot.audit.integration.growth import Keys
from bot.audit.ledger import Ledger
from bot.audit.merkle.notes import Signer
from bot.audit.tamper import LedgerStanding
from bot.building.account_sources import account_layout
from bot.database import Database
from bot.delivery.outbox import Outbox
from bot.privacy.versions import import_policy
from bot.queued import QueuedEffects
from bot.schedule.clockwork import Clockwork
from bot.services import Services
from bot.settings import load_configuration
from handlers.deliveries.compose import Compose
from tests.conftest import SettableClock
from tests.promises.customers import CUSTOMERS, write
from tests.promises.oracle_lists import Someone, next_quarter
from tests.scenarios.harness import CLI, ROOT

PEOPLE = {
    "U1": {"support"},
    "U2": {"support", "approvers"},
    "U3": {"billing"},
    "U4": {"approvers"},
    "U5": {"approvers", "privacy"},
    "U6": {"privacy"},
    "U7": {"marketing"},
}
CLAUSES = {  # what each purpose's clause stands on in the reference company's policy, to take out
    "technical_support": ("such as technical support, customer service", "such as customer service"),
    "billing": ("customer service, billing or marketing", "customer service or marketing"),
}
EDITS = (
    ("[data_classes.recipients]\n", '[data_classes.recipients]\napprovers = "privacy"\n'),
    ('label = "Customer service"\n', 'label = "Customer service"\nFREE'),
    (
        'owners = { support = "martins@postwing.example", billing = "ieva@postwing.example" }',
        'owners = { support = "u2@postwing.example", approvers = "u6@postwing.example" }',
    ),
    ('due = "14d"  ', 'due = "8h"  '),
    ('label = "Billing"\n', 'label = "Billing"\nextend = "at_once"\n'),
)
HOUR = 60
ROWS = {one.id: one for one in CUSTOMERS}


class Violation(AssertionError):
    """A promise does not hold."""


def demand(holds: object, what: str) -> None:
    """Raise Violation unless it holds."""
    if not holds:
        raise Violation(what)


@dataclass
class Company:
    """The directory of people, as Slack has them now."""

    known: dict[str, Someone] = field(default_factory=dict)
    team: str = "T0"

    def person(self, team: str, user: str, *, fresh: bool = False) -> Person:
        one = self.known[user]
        standing = Standing.MEMBER if one.active else Standing.DEACTIVATED
        return Person(user, team, user, f"{user}@postwing.example", standing, frozenset(one.there))

    def members(self, role: str, *, fresh: bool = False) -> Sequence[str]:
        return [one.id for one in self.known.values() if role in one.there]

    def people(self) -> Sequence[Person]:
        return [self.person(self.team, one) for one in self.known]

    def find(self, user: str) -> Person | None:
        return self.person(self.team, user) if user in self.known else None

    def conversation(self, channel: str) -> Conversation:
        return Conversation.INTERNAL

    def others(self, user: str) -> frozenset[str]:
        return frozenset()


@dataclass
class World:
    """One database for many examples; each has a workspace of its own."""

    database: Database
    clock: SettableClock
    company: Company
    services: Services
    ledger: Ledger
    policy: str
    clockwork: Clockwork
    compose: Compose
    teams: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    presses: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    planned: datetime = field(init=False)
    steps: int = 0

    def __post_init__(self) -> None:
        self.services.approvers.recertify.plan()
        self.planned = next_quarter(self.clock())

    def tick(self) -> bool:
        """The schedule does what is due; returns whether a quarter began, whose lists were drawn up."""
        begun = self.planned <= self.clock()
        self.clockwork.tick()
        if begun:
            self.planned = next_quarter(self.clock())
        return begun

    def publish(self, without: str | None) -> None:
        """Put the policy in force, with one purpose's clause taken out of it."""
        words = self.policy.replace(*CLAUSES[without]) if without else self.policy
        import_policy(self.ledger, self.clock, words.encode(), "postwing.md", CLI)

    def rows(self, query: str, **values: object) -> list[dict[str, Any]]:
        with self.database.reading() as connection:
            return [dict(row) for row in connection.execute(text(query), values).mappings()]

    def entries(self) -> int:
        return int(self.rows("SELECT count(*) AS n FROM audit_entries")[0]["n"])


@contextmanager
def world(database: Database, clock: SettableClock, folder: Path) -> Iterator[World]:
    """The reference company, but stricter here and looser there."""
    toml = (ROOT / "steward.toml").read_text()
    for old, new in EDITS:
        demand(toml.count(old) == 1, f"steward.toml has no single {old!r}")
        toml = toml.replace(old, new)
    head, tail = toml.split("FREE")
    toml = head + tail.replace("approvals = 1", "approvals = 0", 1)
    (folder / "steward.toml").write_text(toml)
    configuration = load_configuration(folder / "steward.toml")
    ledger, company, effects = Ledger(database, clock), Company(), QueuedEffects(Outbox(clock))
    keys = Keys(Signer(configuration.ledger.origin, bytes(32)))
    standing = LedgerStanding(stops=True)
    import_accounts(database, ledger, account_layout(configuration), write(folder), CLI, lambda *_: None)
    services = build_services(configuration, database, ledger, company, effects, clock, keys, standing)
    policy = (ROOT / "policies" / "postwing.md").read_text()
    clockwork = Clockwork(database, work_of(services), clock)
    yield World(database, clock, company, services, ledger, policy, clockwork, Compose(services))
