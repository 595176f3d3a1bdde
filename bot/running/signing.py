"""The ledger's keys, as a starting Steward needs them: one to sign with, and the one that has signed until now."""

from sqlalchemy.engine import URL

from bot.audit.integration.growth import Keys
from bot.audit.merkle.notes import Signer
from bot.checks import ledger
from bot.checks.findings import Finding
from bot.database import Database
from bot.running.refusals import refuse
from bot.settings import Configuration, Environment


def ledger_keys(environment: Environment, configuration: Configuration, database: Database) -> Keys:
    """The keys, which fit what was signed before. Raises CannotStart."""
    found = ledger.ledger_keys(environment, configuration, database)
    if isinstance(found, Finding):
        raise refuse(found)
    return found


def ledger_signer(environment: Environment, configuration: Configuration, url: URL) -> Signer:
    """The signer in the ledger's name; on SQLite its key is made beside the database if need be. Raises CannotStart."""
    found = ledger.ledger_signer(environment, configuration, url)
    if isinstance(found, Finding):
        raise refuse(found)
    return found
