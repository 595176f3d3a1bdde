"""Whether the ledger can be signed here, and with the key that has signed it until now."""

import secrets
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from sqlalchemy.engine import URL

from bot.audit.faults import Code, Fault
from bot.audit.integration.growth import Keys
from bot.audit.integration.integrated import StoredCheckpoint, latest_checkpoint
from bot.audit.merkle.checkpoints import read_checkpoint
from bot.audit.merkle.notes import Signer
from bot.audit.merkle.signing_key import FILE_NAME, KeyRefused, NoSigningKey, is_open_to_others, signing_seed
from bot.audit.witnessing.witnesses import last_cosigned
from bot.checks.findings import Finding, Subject, fault, ok, warning
from bot.database import Database
from bot.settings import Configuration, Environment

VARIABLE = "STEWARD_SIGNING_KEY"
SILENT_AFTER = timedelta(hours=1)
OTHER_KEYS = frozenset({Code.WRONG_KEY, Code.WRONG_KEY_NAME})
_MAKE = "“openssl rand -base64 32” makes one. Every replica needs the same, and a backup apart from the database's."
_ASK_IT = "Look for witness.unreachable, witness.refused and witness.disagrees in Steward's log."
_LET_READ = "Make that user its owner, with mode 0400; don't make another key."
_BACK = f"Put {VARIABLE} and [ledger] origin back; a key changed on purpose goes into former_keys."


def ledger_findings(environment: Environment, configuration: Configuration, database: Database) -> Iterator[Finding]:
    """The key, who else can read it, and whether it is the ledger's. Makes no key. The database must be usable."""
    if _latest(database) is None:
        yield from _name_findings(configuration)
    if not has_key(environment, database.url) and _beside(database.url):
        yield _made_at_the_first_start(database)
        return
    keys = ledger_keys(environment, configuration, database)
    if isinstance(keys, Finding):
        yield keys
        return
    path = _file(environment, database.url)
    if path and is_open_to_others(path):
        what = f"Others on this machine can read the ledger's key in {path.name}, and sign in its name."
        yield warning(Subject.LEDGER, what, f"chmod 600 {path.name}", VARIABLE)
    yield ok(Subject.LEDGER, f"Checkpoints are signed as {keys.signer.key.name}, with a key that fits the ledger.")
    yield from _witness_findings(configuration, database)


def ledger_keys(environment: Environment, configuration: Configuration, database: Database) -> Keys | Finding:
    """The keys, which fit what was signed before; or why there are none."""
    signer = ledger_signer(environment, configuration, database.url)
    if isinstance(signer, Finding):
        return signer
    keys, stored = Keys(signer, configuration.ledger.former_keys), _latest(database)
    if stored is None or any(not _is_other(stored.note, keys, number) for number in range(len(keys.all))):
        return keys
    what = "The ledger was signed with another key than this one, or in another name."
    return fault(Subject.LEDGER, what, _BACK, VARIABLE)


def ledger_signer(environment: Environment, configuration: Configuration, url: URL) -> Signer | Finding:
    """The signer in the ledger's name, or why there is none; beside a SQLite file its key is made if need be."""
    configured = environment.steward_signing_key
    try:
        seed = signing_seed(configured.get_secret_value() if configured else None, _beside(url), secrets.token_bytes)
    except KeyRefused as error:
        return fault(Subject.LEDGER, str(error), _LET_READ, VARIABLE)
    except NoSigningKey as error:
        return fault(Subject.LEDGER, str(error), _MAKE, VARIABLE)
    return Signer(configuration.ledger.origin, seed.value)


def has_key(environment: Environment, url: URL) -> bool:
    """Whether a key is configured, or kept beside the database. That it can be read is another question."""
    beside = _beside(url)
    return environment.steward_signing_key is not None or bool(beside and (beside / FILE_NAME).exists())


def _name_findings(configuration: Configuration) -> Iterator[Finding]:
    """Before the first signature, which nobody can change afterwards: a name that came with somebody else's file."""
    contact, origin = configuration.company.contact, configuration.ledger.origin
    own, named = contact.rpartition("@")[2].casefold(), origin.partition("/")[0].casefold()
    if "@" in contact and own != named and not own.endswith(f".{named}") and not named.endswith(f".{own}"):
        what = f"The ledger would be called {origin} for good, and {contact} is elsewhere."
        mend = f'Is that name yours? Write origin = "{own}/audit" in [ledger], or let it be.'
        yield warning(Subject.LEDGER, what, mend, "ledger.origin", configuration.line("ledger.origin"))


def _witness_findings(configuration: Configuration, database: Database) -> Iterator[Finding]:
    """Whether those who are asked to cosign do. They are asked again and again, so that one that is late is silent."""
    stored = _latest(database)
    with database.reading() as connection:
        known = last_cosigned(connection)
    for witness in configuration.ledger.witnesses if stored else ():
        size, at = known.get(witness.name, (0, None))
        if stored is None or size == stored.size or (at is not None and stored.at - at < SILENT_AFTER):
            yield ok(Subject.LEDGER, f"The witness {witness.key.name} cosigns checkpoints.")
            continue
        since = f"nothing since {at:%Y-%m-%d %H:%M} UTC" if at else "no checkpoint yet"
        what = f"The witness {witness.key.name} has cosigned {since}."
        yield warning(Subject.LEDGER, what, _ASK_IT, "ledger.witnesses")


def _made_at_the_first_start(database: Database) -> Finding:
    if _latest(database) is None:
        return ok(Subject.LEDGER, f"The first start makes the ledger's key, {FILE_NAME} beside the database.")
    what = "The ledger has been signed, and its key is not here."
    return fault(Subject.LEDGER, what, f"Put {FILE_NAME} back beside the database, or set {VARIABLE}.", VARIABLE)


def _latest(database: Database) -> StoredCheckpoint | None:
    with database.reading() as connection:
        return latest_checkpoint(connection)


def _beside(url: URL) -> Path | None:
    """The folder of a database that is a file."""
    return Path(url.database).parent if url.get_backend_name() == "sqlite" and url.database else None


def _file(environment: Environment, url: URL) -> Path | None:
    """The file that holds the key, where one does."""
    configured, beside = environment.steward_signing_key, _beside(url)
    if configured is None:
        return beside / FILE_NAME if beside else None
    path = Path(configured.get_secret_value())
    return path if path.is_file() else None


def _is_other(note: str, keys: Keys, number: int) -> bool:
    """Whether the note is not this key's at all; one that fails otherwise is for the integrator to refuse."""
    found = read_checkpoint(note, keys.all[number])
    return isinstance(found, Fault) and found.code in OTHER_KEYS
