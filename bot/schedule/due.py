"""Putting work for later into the schedule, in the caller's transaction."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, text
from sqlmodel.sql.sqltypes import UTCDateTime

ENQUEUE = text(
    "INSERT INTO due_work (kind, about, at, next_at, attempts) VALUES (:kind, :about, :at, :at, 0)"
    " ON CONFLICT (kind, about, at) DO NOTHING"
).bindparams(bindparam("at", type_=UTCDateTime()))


def enqueue(connection: Connection, kind: str, about: str, at: datetime) -> None:
    """Queue work for later. The same kind, about and time is done once, however often it is queued."""
    connection.execute(ENQUEUE, {"kind": kind, "about": about, "at": at})
