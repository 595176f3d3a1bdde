"""The words of messages about the ledger to the audit channel, made when they are sent."""

from collections.abc import Mapping
from functools import partial

from bot.audit.integration.integrated import checkpoint_of, note_of, oldest_pending, pending_count
from bot.audit.tamper import fault_named, open_faults
from bot.effects import Message
from bot.services import Services
from handlers.deliveries.words import Words
from handlers.views.audit import ledger as views
from handlers.views.blocks import Block


def words(services: Services) -> Mapping[str, Words]:
    """By the message's kind; None when what it speaks of is not there any more."""
    return {
        "ledger.checkpoint": partial(_checkpoint, services),
        "ledger.fault": partial(_fault, services),
        "ledger.pending": partial(_pending, services),
        "ledger.policy": partial(_policy, services),
        "ledger.witness": partial(_witness, services),
    }


def _checkpoint(services: Services, message: Message) -> Block | None:
    """About "SIZE/…": what follows tells one day's posting from another's."""
    size = message.about.partition("/")[0]
    with services.database.reading() as connection:
        stored, note = checkpoint_of(connection, int(size)), note_of(connection, int(size))
    return views.checkpoint(stored, note, services.clock()) if stored and note else None


def _fault(services: Services, message: Message) -> Block | None:
    with services.database.reading() as connection:
        found = fault_named(connection, message.about)
        is_open = found is not None and found.id in {one.id for one in open_faults(connection)}
    return views.fault(found, services.clock(), is_open=is_open, stops=services.proof.standing.stops) if found else None


def _pending(services: Services, message: Message) -> Block | None:
    """None when it has its index by now, or another waits longer, which has a message of its own."""
    set_aside = services.proof.standing.set_aside
    with services.database.reading() as connection:
        oldest, count = oldest_pending(connection, set_aside), pending_count(connection) - len(set_aside)
    return views.overdue(oldest[1], count, services.clock()) if oldest and oldest[0] == message.about else None


def _policy(services: Services, message: Message) -> Block | None:
    """None when it is in force by now, or another is."""
    found = services.proof.policy.found()
    return views.other_policy(found) if found and found.version == message.about else None


def _witness(_: Services, message: Message) -> Block | None:
    size, _slash, name = message.about.partition("/")
    return views.witness(name, int(size))
