"""What waits for people's answer until its time: of several who answer at once one settles it."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import Connection, Table, update

PENDING: Final = "pending"
EXPIRED: Final = "expired"


def settle_pending(
    connection: Connection, table: Table, number: int, status: StrEnum, now: datetime, values: Mapping[str, object]
) -> bool:
    """Move a row from pending to `status`, with what is then known of it. False when somebody else was first, or its
    time is up.

    Only a time-out may settle a row after its time, and only then. Raises SQLAlchemyError.
    """
    in_time = table.c.expires_at > now
    changed = connection.execute(
        update(table)
        .where(table.c.number == number, table.c.status == PENDING, ~in_time if status == EXPIRED else in_time)
        .values(status=status.value, **values)
    )
    return changed.rowcount == 1
