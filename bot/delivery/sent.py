"""Whether and when a message reached Slack, for words that depend on it."""

from datetime import datetime

from sqlalchemy import Connection, select

from bot.delivery.outbox import DELIVERIES, ROW
from bot.effects import Message


def sent_at(connection: Connection, message: Message) -> datetime | None:
    """When this message reached Slack; None: it has not, or there is no such message."""
    same = ROW.kind == message.kind, ROW.about == message.about, ROW.to == message.to
    found: datetime | None = connection.execute(select(ROW.sent_at).select_from(DELIVERIES).where(*same)).scalar()
    return found
