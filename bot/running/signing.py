"""The ledger's keys, as a starting Steward needs them: one to sign with, and the one that has signed until now."""

import secrets
from pathlib import Path

from sqlalchemy.engine import URL

from bot.audit.checkpoints import read_checkpoint
from bot.audit.faults import Code, Fault
from bot.audit.growth import Keys
from bot.audit.integrated import latest_checkpoint
from bot.audit.notes import Signer
from bot.audit.signing_key import NoSigningKey, signing_seed
from bot.database import Database
from bot.running.refusals import CannotStart
from bot.settings import Configuration, Environment

OTHER_KEYS = frozenset({Code.WRONG_KEY, Code.WRONG_KEY_NAME})
_MAKE = "“openssl rand -base64 32” makes one. Every replica needs the same, and a backup apart from the database's."


def ledger_keys(environment: Environment, configuration: Configuration, database: Database) -> Keys:
    """The keys, which fit what was signed before. Raises CannotStart."""
    keys = Keys(ledger_signer(environment, configuration, database.url), configuration.ledger.former_keys)
    with database.reading() as connection:
        stored = latest_checkpoint(connection)
    if stored is None or any(not _is_other(stored.note, keys, number) for number in range(len(keys.all))):
        return keys
    what = f"The ledger of {stored.size} entries was signed with another key than this one, or in another name."
    mend = "Put STEWARD_SIGNING_KEY and [ledger] origin back; a key changed on purpose goes into former_keys."
    raise CannotStart(what, mend)


def ledger_signer(environment: Environment, configuration: Configuration, url: URL) -> Signer:
    """The signer in the ledger's name; on SQLite its key is made beside the database if need be. Raises CannotStart."""
    configured = environment.steward_signing_key
    beside = Path(url.database).parent if url.get_backend_name() == "sqlite" and url.database else None
    try:
        seed = signing_seed(configured.get_secret_value() if configured else None, beside, secrets.token_bytes)
    except NoSigningKey as error:
        raise CannotStart(str(error), _MAKE) from error
    return Signer(configuration.ledger.origin, seed.value)


def _is_other(note: str, keys: Keys, number: int) -> bool:
    """Whether the note is not this key's at all; one that fails otherwise is for the integrator to refuse."""
    found = read_checkpoint(note, keys.all[number])
    return isinstance(found, Fault) and found.code in OTHER_KEYS
