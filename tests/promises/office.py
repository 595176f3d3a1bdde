"""Steward's use cases on a database that several share, without Slack: three people, and accounts without end."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text

from bot.access.deciding.judge import Decided
from bot.access.people import Conversation, Person, Standing
from bot.access.requests.drafts import Draft
from bot.access.requests.filing import Asked
from bot.app import build_services
from bot.audit.entry import Actor, Surface
from bot.audit.integration.growth import Keys
from bot.audit.ledger import Ledger, Origin, time_ordered_id
from bot.audit.merkle.notes import Signer
from bot.audit.query import Filter
from bot.audit.read import in_order
from bot.audit.tamper import LedgerStanding
from bot.clock import Clock
from bot.database import Database
from bot.delivery.outbox import Outbox
from bot.queued import QueuedEffects
from bot.services import Services
from bot.settings import load_configuration
from tests.conftest import SettableClock
from tests.scenarios.harness import ROOT

TEAM = "T1"
ASKER = Person("U0INESE", TEAM, "inese", "inese@postwing.example", Standing.MEMBER, frozenset({"support"}))
APPROVERS = tuple(
    Person(f"U0{name.upper()}", TEAM, name, f"{name}@postwing.example", Standing.MEMBER, frozenset({"approvers"}))
    for name in ("janis", "martins")
)
DEPUTY = Person("U0NILS", TEAM, "nils", "nils@postwing.example", Standing.MEMBER)
EVERYBODY = {one.id: one for one in (ASKER, *APPROVERS, DEPUTY)}


@dataclass(frozen=True, slots=True)
class Colleagues:
    """A few people of whom nothing changes."""

    known: Mapping[str, Person] = field(default_factory=lambda: EVERYBODY)

    def person(self, team: str, user: str, *, fresh: bool = False) -> Person:
        return self.known[user]

    def members(self, role: str, *, fresh: bool = False) -> Sequence[str]:
        return [one.id for one in APPROVERS]

    def people(self) -> Sequence[Person]:
        return list(self.known.values())

    def find(self, user: str) -> Person | None:
        return self.known.get(user)

    def conversation(self, channel: str) -> Conversation:
        return Conversation.INTERNAL

    def others(self, user: str) -> frozenset[str]:
        return frozenset()


@dataclass(frozen=True, slots=True)
class Office:
    """Steward's use cases on a database that several share, each with a clock of its own."""

    database: Database
    clock: SettableClock
    services: Services
    folder: Path = ROOT

    def with_clock(self, clock: Clock) -> Services:
        """As another process has them."""
        return services_of(self.database, clock, self.folder)

    def requests(self, how_many: int) -> list[int]:
        """So many pending requests, each for an account of its own."""
        return [self._request(n) for n in range(how_many)]

    def grants(self, how_many: int) -> list[int]:
        """So many live grants."""
        numbers = self.requests(how_many)
        for number in numbers:
            assert isinstance(self.services.judge.approve(by(APPROVERS[0]), APPROVERS[0], number), Decided)
        return numbers

    def _request(self, n: int) -> int:
        asked = self.services.ask(by(ASKER), ASKER, Conversation.INTERNAL, draft(n))
        assert isinstance(asked, Asked)
        return asked.request.number

    def outcomes(self, *actions: str) -> Counter[tuple[str, str]]:
        """How many entries of each action and outcome."""
        return Counter((entry["action"], entry["outcome"]) for entry in self._entries() if entry["action"] in actions)

    def by_request(self, *actions: str) -> dict[str, list[str]]:
        """The outcomes of each request, sorted."""
        found: dict[str, list[str]] = {}
        for entry in self._entries():
            if entry["action"] in actions:
                found.setdefault(entry["grant"], []).append(entry["outcome"])
        return {name: sorted(outcomes) for name, outcomes in found.items()}

    def count(self, query: str) -> int:
        with self.database.reading() as connection:
            return int(connection.execute(text(f"SELECT count(*) FROM {query}")).scalar_one())

    def _entries(self) -> list[dict[str, Any]]:
        with self.database.reading() as connection:
            return [stored.readable for stored in in_order(connection, Filter())]


def by(person: Person) -> Origin:
    """A press of this person's."""
    return Origin(Actor(person.id, person.team, person.email), Surface.BUTTON, time_ordered_id())


def account_id(n: int) -> str:
    return f"pw-{n:05}"


def services_of(database: Database, clock: Clock, folder: Path = ROOT) -> Services:
    configuration = load_configuration(folder / "steward.toml")
    effects = QueuedEffects(Outbox(clock))
    keys = Keys(Signer(configuration.ledger.origin, bytes(32)))
    standing = LedgerStanding(stops=True)
    return build_services(
        configuration, database, Ledger(database, clock), Colleagues(), effects, clock, keys, standing
    )


def draft(n: int) -> Draft:
    """What is asked for: contact details of one account, for an hour from approval."""
    return Draft(account_id(n), "technical_support", ("contact",), "Newsletters bounce", timedelta(hours=1))
