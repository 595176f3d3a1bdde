"""Postwing, before its first day: a database with the made-up accounts in it. `run` imports the policy by itself."""

from bot.accounts.importing import import_accounts
from bot.audit.ledger import Ledger
from bot.building.account_sources import account_layout
from bot.clock import system_clock
from bot.command_line.console import progress, say
from bot.command_line.opening import typed_here
from bot.database import Database
from bot.running.schema import upgrade_database
from bot.settings import load_configuration
from demo.accounts import write_jsonl
from demo.stage import CannotPlay, Stage


def prepare(stage: Stage) -> None:
    """Bring the demo's database to this release's schema; on the first run, import the accounts."""
    upgrade_database(stage.database_url)
    imported = stage.state / "accounts.jsonl"
    if imported.exists():
        return
    fresh = imported.with_suffix(".new")
    write_jsonl(fresh)
    database = Database(stage.database_url)
    try:
        layout = account_layout(load_configuration(stage.root / "steward.toml"))
        with progress("Importing accounts") as bar:
            report = import_accounts(database, Ledger(database, system_clock), layout, fresh, typed_here(), bar)
    finally:
        database.close()
    if not report.imported:
        raise CannotPlay(f"The demo's accounts do not fit steward.toml: {report.bad[0]}.")
    fresh.replace(imported)  # the mark that it was done; an import that is repeated changes nothing
    say(f"Imported {report.total:,} made-up accounts.")
