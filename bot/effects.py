"""What a use case asks for beyond its own tables, in its own transaction: messages to Slack and work for later."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from sqlalchemy import Connection

APPROVALS: Final = "channel:approvals"
AUDIT_LOG: Final = "channel:audit"
PRIVACY_DESK: Final = "channel:privacy"


@dataclass(frozen=True, slots=True)
class Message:
    """A Slack message that must arrive. Its words are made when it is sent, from the state as it then is.

    `kind` says which words ("request.opened"), `about` what it speaks of ("R-1042"), `to` whom it is for:
    "channel:ROLE" (a role of steward.toml's [channels]) or "person:U…".
    """

    kind: str
    about: str
    to: str


class Effects(Protocol):
    """The port through which use cases reach the outbox and the schedule, without knowing either."""

    def send(self, connection: Connection, *messages: Message) -> None:
        """Queue messages in this transaction. The same message (all three parts) is sent once, ever."""

    def refresh(self, connection: Connection, *abouts: str) -> None:
        """Queue that every copy sent about these is made to show the present state."""

    def due(self, connection: Connection, kind: str, about: str, at: datetime) -> None:
        """Queue work for later. The same kind, about and time is done once."""
