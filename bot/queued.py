"""The ports through which use cases tell others what is to be done, on the outbox and the schedule of one database."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.delivery.outbox import Outbox
from bot.effects import AUDIT_LOG, Effects, Message
from bot.schedule import due


@dataclass(frozen=True, slots=True)
class AuditChannel:
    """Messages to the audit channel; none where no such channel is configured."""

    effects: Effects
    there: bool

    def __call__(self, connection: Connection, kind: str, about: str) -> None:
        """See Tell."""
        if self.there:
            self.effects.send(connection, Message(kind, about, AUDIT_LOG))


@dataclass(frozen=True, slots=True)
class QueuedEffects:
    """The port of the use cases, on the outbox and the schedule of the same database."""

    outbox: Outbox

    def send(self, connection: Connection, *messages: Message) -> None:
        """See Effects."""
        self.outbox.send(connection, *messages)
        connection.info["effects"] = True

    def refresh(self, connection: Connection, *abouts: str) -> None:
        """See Effects."""
        self.outbox.refresh(connection, *abouts)
        connection.info["effects"] = True

    def due(self, connection: Connection, kind: str, about: str, at: datetime) -> None:
        """See Effects."""
        due.enqueue(connection, kind, about, at)
