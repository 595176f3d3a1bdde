"""The reference company in a small database, and the desk at which its accounts are looked up: all of it the bot's."""

import secrets
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Final

import uuid_utils
from sqlalchemy import Connection

from bench.company import CLI, ROOT, configuration
from bot.access.people import Conversation, Person, Standing
from bot.accounts.embedded import EmbeddedSource
from bot.accounts.importing import import_accounts
from bot.accounts.look_up import LookUp
from bot.accounts.results import Card
from bot.audit.entry import Actor, Surface
from bot.audit.integration.growth import Keys
from bot.audit.integration.integrator import Integrator
from bot.audit.integration.lease import Lease
from bot.audit.ledger import Ledger, Origin
from bot.audit.merkle.notes import Signer
from bot.audit.tamper import LedgerStanding, Refuse
from bot.building.account_sources import account_layout
from bot.clock import Clock, system_clock
from bot.database import Database
from bot.privacy.versions import import_policy
from demo.accounts import write_jsonl
from migrations.schema import upgrade

ACCOUNTS: Final = 50
ORIGIN: Final = "postwing.example/audit"
SIGNER: Final = Signer(ORIGIN, bytes(range(32)))
INESE: Final = Person(
    "U0FAULTS", "T0FAULTS", "Inese Ozola", "inese@postwing.example", Standing.MEMBER, frozenset({"support"})
)


def settle(url: str, folder: Path) -> None:
    """Bring an empty database to this release's schema, with the company's policy and accounts in it."""
    company, database, file = configuration(), Database(url), folder / "accounts.jsonl"
    write_jsonl(file, ACCOUNTS)
    with database.transaction() as connection:
        upgrade(connection)
    ledger, policy = Ledger(database, system_clock), ROOT / company.policy.source
    import_policy(ledger, system_clock, policy.read_bytes(), policy.name, CLI)
    import_accounts(database, ledger, account_layout(company), file, CLI, lambda *_: None)
    database.close()


class Desk:
    """Looks accounts up one after the other, each by a delivery of its own. `refusal` is the ledger's standing."""

    def __init__(self, database: Database, refusal: Callable[[], str | None] = lambda: None) -> None:
        company = configuration()
        source = EmbeddedSource(account_layout(company))
        self._look_up = LookUp(Ledger(database, system_clock, refusal=refusal), source, company.rules, system_clock)
        self._numbers = count()
        self._mark = secrets.token_hex(6)

    def __call__(self) -> Card:
        """What is shown. Raises NotRecorded: then nothing was."""
        number = next(self._numbers)
        origin = Origin(Actor(INESE.id, INESE.team, INESE.email), Surface.COMMAND, f"{self._mark}.{number}")
        account = f"pw-{number % ACCOUNTS + 1:05}"
        found = self._look_up(origin, INESE, Conversation.INTERNAL, account, None)
        assert isinstance(found, Card)
        assert found.ref.id == account
        return found


def integrator_of(database: Database, clock: Clock = system_clock, holder: str = "") -> Integrator:
    """An integrator that signs with the tests' key. With the same `holder` it takes another's place without waiting."""
    standing = LedgerStanding(stops=True)
    refuse = Refuse(database, clock, standing, _untold, secrets.token_bytes)
    lease = Lease(database, clock, new_holder=lambda: holder or uuid_utils.uuid7())
    return Integrator(database, clock, Keys(SIGNER), standing, refuse, lease=lease)


def _untold(connection: Connection, kind: str, about: str) -> None:
    """There is no audit channel here."""
