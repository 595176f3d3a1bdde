"""The words of messages about changes of the policy and its sources, made when they are sent, as things then stand."""

from collections.abc import Mapping
from functools import partial

from sqlalchemy import Connection

from bot.effects import Message
from bot.notices.announcing import Change, Status, change_number, read_change
from bot.notices.changing import later_change, pending_versions, returns_to, texts_of
from bot.notices.classing import lost_headings
from bot.notices.keeping import FOUND, UNANNOUNCED
from bot.notices.watch_state import read_state
from bot.notices.watching import FAULTY, WELL
from bot.services import Services
from handlers.deliveries.words import Words
from handlers.views.blocks import Block
from handlers.views.policy import changes as views
from handlers.views.policy import source_faults


def words(services: Services) -> Mapping[str, Words]:
    """By the message's kind; None when what it speaks of is not there."""
    return {
        FOUND: partial(_found, services),
        UNANNOUNCED: partial(_unannounced, services),
        FAULTY: partial(_faulty, services),
        WELL: lambda _: source_faults.well(),
    }


def _found(services: Services, message: Message) -> Block | None:
    with services.database.reading() as connection:
        change = _change(connection, message)
        if change is None:
            return None
        shown = _shown(services, connection, change)
    return views.found(shown, services.company, services.changes.zone)


def _shown(services: Services, connection: Connection, change: Change) -> views.Shown:
    texts = texts_of(connection, change)
    return views.Shown(
        change=change,
        reach=services.changes.reach(connection, texts) if texts else None,
        returned=returns_to(connection, change),
        headings_lost=lost_headings(texts.before, texts.after) if texts else False,
        in_force=change.after not in pending_versions(connection, services.clock()),
        later=later_change(connection, change),
    )


def _unannounced(services: Services, message: Message) -> Block | None:
    with services.database.reading() as connection:
        change = _change(connection, message)
    if change is None or change.status is not Status.FOUND:
        return None
    return views.unannounced(change, services.changes.zone)


def _faulty(services: Services, message: Message) -> Block | None:
    with services.database.reading() as connection:
        state = read_state(connection)
    return source_faults.faulty(state) if state.about == message.about and state.faults else source_faults.ended()


def _change(connection: Connection, message: Message) -> Change | None:
    number = change_number(message.about)
    return read_change(connection, number) if number is not None else None
