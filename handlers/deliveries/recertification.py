"""The words of what Steward says about lists of who may look up, and about roles that were taken."""

from collections.abc import Mapping
from functools import partial

from sqlmodel import col

from bot.access.recertification.certifying import named_number, read_listing, read_removals
from bot.access.recertification.recertify import OPENED, OVERDUE, OWN_LINE, REMOVED, TAKEN
from bot.effects import Message
from bot.services import Services
from handlers.deliveries.words import Words
from handlers.views.access import recertification as views
from handlers.views.blocks import Block
from models.recertification import RoleRemoval


def words(services: Services) -> Mapping[str, Words]:
    """By the messages' kinds. None when what a message speaks of is not there."""
    return dict.fromkeys((OPENED, OWN_LINE, OVERDUE, REMOVED, TAKEN), partial(_words, services))


def _words(services: Services, message: Message) -> Block | None:
    number, now = named_number(message.about), services.clock()
    with services.database.reading() as connection:
        if message.kind in (REMOVED, TAKEN):
            found = read_removals(connection, col(RoleRemoval.number) == number)
            said = views.removal if message.kind == REMOVED else views.taken
            return said(found[0], services.company, now) if found else None
        listing = read_listing(connection, number)
    shown = {OPENED: views.due, OWN_LINE: views.office, OVERDUE: views.overdue}[message.kind]
    return shown(listing, services.company, now) if listing else None
