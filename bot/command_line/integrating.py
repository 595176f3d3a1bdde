"""The commands' own turn at the ledger: what waits gets its index before it is exported or stated."""

import secrets
import time
from typing import Final

import typer

from bot.audit.faults import entries_of
from bot.audit.integration.growth import Keys
from bot.audit.integration.integrated import latest_checkpoint, pending_count
from bot.audit.integration.integrator import Integrator
from bot.audit.merkle.notes import VerifierKey
from bot.audit.tamper import LedgerStanding, Refuse, open_faults
from bot.checks.ledger import has_key
from bot.command_line.console import FAILED, hint, warn
from bot.command_line.opening import Work
from bot.delivery.outbox import Outbox
from bot.queued import AuditChannel, QueuedEffects
from bot.running.refusals import CannotStart
from bot.running.signing import ledger_keys
from bot.settings import Configuration

TRIES: Final = 20
PAUSE_S: Final = 0.1


def integrate_what_waits(work: Work, configuration: Configuration) -> int:
    """Give what is committed its index and sign, as the running Steward does; returns how many entries still wait.

    Two at it at once do no harm. Where there is no key to sign with, nothing is signed and that is said; nor where a
    fault is open, see `fail_where_faults_are_open`.
    """
    waiting = _waiting(work)
    if waiting == 0:
        return 0
    if not _has_key(work):
        wait = f"{entries_of(waiting)} {'has' if waiting == 1 else 'have'} no index yet"
        hint(f"{wait}: the running Steward gives it, or this with its signing key.")
        return waiting
    integrator = _integrator(work, configuration, ledger_keys(work.environment, configuration, work.database))
    integrator.refresh()
    for _ in range(TRIES):
        integrated = integrator.step() if not integrator.standing.open else 0
        waiting = _waiting(work) - len(integrator.standing.set_aside)
        if integrator.standing.open or waiting <= 0:
            break
        if not integrated:
            time.sleep(PAUSE_S)  # another integrator has them
    return _waiting(work)


def fail_where_faults_are_open(work: Work) -> None:
    """Say what in the ledger was found changed, and end with 1: nothing new is signed while it is open."""
    with work.database.reading() as connection:
        found = open_faults(connection)
    for one in found:
        warn(f"{one.name} is open, so nothing new is signed: {one.mismatch.what}", f"Reference {one.reference}.")
    if found:
        raise typer.Exit(FAILED)


def _integrator(work: Work, configuration: Configuration, keys: Keys) -> Integrator:
    standing = LedgerStanding(stops=configuration.ledger.stops)
    tell = AuditChannel(QueuedEffects(Outbox(work.clock)), "audit" in configuration.channels)
    refuse = Refuse(work.database, work.clock, standing, tell, secrets.token_bytes)
    return Integrator(work.database, work.clock, keys, standing, refuse)


def own_keys(work: Work, configuration: Configuration, *, for_older: bool = False) -> tuple[VerifierKey, ...]:
    """The keys to verify with, where none were given; none are needed before anything was signed.

    `for_older`: there is a checkpoint from elsewhere, which has to be read. Raises CannotStart rather than make a key
    for a ledger that was signed with another.
    """
    if not (for_older or _is_signed(work)):
        return ()
    if not has_key(work.environment, work.database.url):
        what = "There is no signing key here, so it is not known whose checkpoints to trust."
        raise CannotStart(what, "Give the ledger's public key: --key, as “steward audit key” prints it.")
    return ledger_keys(work.environment, configuration, work.database).all


def _has_key(work: Work) -> bool:
    """Whether a key is configured or kept, or may be made because nothing was signed yet."""
    if has_key(work.environment, work.database.url):
        return True
    return work.database.is_sqlite and not _is_signed(work)


def _is_signed(work: Work) -> bool:
    with work.database.reading() as connection:
        return latest_checkpoint(connection) is not None


def _waiting(work: Work) -> int:
    with work.database.reading() as connection:
        return pending_count(connection)
