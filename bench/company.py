"""The reference company in a database of this release: its policy in force and made-up accounts in the table."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.accounts.importing import import_accounts
from bot.audit.entry import Actor, Surface
from bot.audit.integration.growth import Keys
from bot.audit.ledger import Ledger, Origin
from bot.audit.merkle.notes import Signer
from bot.building.account_sources import account_layout
from bot.clock import system_clock
from bot.database import Database
from bot.privacy.versions import import_policy
from bot.settings import Configuration, load_configuration
from demo.accounts import write_jsonl
from migrations.schema import upgrade
from tests.postgres import Server

ROOT = Path(__file__).resolve().parents[1]
ACCOUNTS = 2_000
CLI = Origin(Actor("cli:bench"), Surface.CLI)


def configuration() -> Configuration:
    """Postwing's steward.toml."""
    return load_configuration(ROOT / "steward.toml")


def ledger_keys() -> Keys:
    """A key that is everybody's."""
    return Keys(Signer(configuration().ledger.origin, bytes(32)))


def settle(url: str, folder: Path, accounts: int = ACCOUNTS) -> None:
    """Bring an empty database to this release's schema, with the company's policy and accounts in it."""
    company, database = configuration(), Database(url)
    file = folder / "accounts.jsonl"
    if not file.exists():
        write_jsonl(file, accounts)
    try:
        with database.transaction() as connection:
            upgrade(connection)
        ledger = Ledger(database, system_clock)
        policy = ROOT / company.policy.source
        import_policy(ledger, system_clock, policy.read_bytes(), policy.name, CLI)
        import_accounts(database, ledger, account_layout(company), file, CLI, lambda *_: None)
    finally:
        database.close()


def account_id(number: int, accounts: int = ACCOUNTS) -> str:
    """The id of one of so many accounts, for any number."""
    return f"pw-{number % accounts + 1:05}"


@contextmanager
def postgresql() -> Iterator[Server]:
    """A PostgreSQL server of this run's own, on a Unix socket."""
    server = Server.start()
    try:
        yield server
    finally:
        server.stop()
