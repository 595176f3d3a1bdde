"""Moving a live grant's end, in the transaction of whoever decides."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, update
from sqlmodel import col

from bot.access.grants import Grant, Request, Status, later_name
from bot.access.requests.give import ENDING_SOON, settle
from bot.access.rules.purposes import Purpose
from bot.effects import Effects, Message
from models.access import AccessGrant


def longest_extension(grant: Grant, purpose: Purpose) -> timedelta:
    """What the purpose's cap leaves: the cap counts from the grant's beginning, extensions included."""
    return max(grant.starts_at + purpose.max_duration - grant.ends_at, timedelta(0))


def prolong(connection: Connection, extension: Request, extra: timedelta, *, now: datetime, effects: Effects) -> bool:
    """Move the end of the grant that `extension` is about by `extra`. False when it is not live any more.

    Nobody is cut off in between, and no other grant is touched.
    """
    grant = extension.grant
    if grant is None or not grant.is_live(now):
        return False
    ends_at, extensions = grant.ends_at + extra, grant.extensions + 1
    moved = connection.execute(
        update(AccessGrant)
        .where(
            col(AccessGrant.number) == grant.number,
            col(AccessGrant.ended_at).is_(None),
            col(AccessGrant.ends_at) == grant.ends_at,
            col(AccessGrant.extensions) == grant.extensions,
        )
        .values(ends_at=ends_at, extensions=extensions)
    )
    if moved.rowcount != 1:
        return False
    name = later_name(grant.number, extensions)
    if ends_at - now > 2 * ENDING_SOON:
        effects.due(connection, "grant.ending", name, ends_at - ENDING_SOON)
    effects.due(connection, "grant.over", name, ends_at)
    refresh_grant(connection, grant.number, extensions, effects)
    return True


def settled(
    connection: Connection, extension: Request, by: str, now: datetime, note: str | None, effects: Effects
) -> bool:
    """The extension was given: its request is decided and whoever asked is told. False when it was not pending."""
    if not settle(connection, extension.number, Status.GRANTED, by, now, note):
        return False
    effects.send(connection, Message("request.decided", extension.name, f"person:{extension.person}"))
    effects.refresh(connection, extension.name)
    return True


def refresh_grant(connection: Connection, number: int, extensions: int, effects: Effects) -> None:
    """Make every message about a grant show how it stands, those about its extended end too."""
    for count in range(extensions + 1):
        effects.refresh(connection, later_name(number, count))
