"""An outbox, couriers and a local Slack put together, with words that a test can change."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from slack_sdk import WebClient
from sqlalchemy import text

from bot.clock import system_clock
from bot.database import Database
from bot.delivery.addresses import Addresses
from bot.delivery.courier import Courier, Tempo
from bot.delivery.directory import SlackDirectory
from bot.delivery.messages import Composed
from bot.delivery.outbox import Health, Outbox
from bot.delivery.slack_client import slack_client
from bot.effects import Message
from bot.schedule.backoff import Backoff
from slack_local.local_slack import LocalSlack
from tests.conftest import SettableClock

CHANNELS = {"approvals": "access-approvals", "audit": "audit-log", "general": "#general"}
TEMPO = Tempo(lease=timedelta(seconds=60), lanes=1, backoff=Backoff(timedelta(seconds=2)))
SECRET = "maija@balticbeans.example"


class Recording(WebClient):
    """Slack's client that remembers which methods were called."""

    called: list[str]

    def api_call(self, api_method: str, **arguments: Any) -> Any:
        self.called.append(api_method)
        return super().api_call(api_method, **arguments)


def recording_client(slack: LocalSlack, timeout: int = 30) -> Recording:
    """With the project's own retries."""
    real = slack_client(slack.bot_token, slack.api_url, timeout)
    client = Recording(
        slack.bot_token,
        base_url=slack.api_url,
        timeout=timeout,
        retry_handlers=real.retry_handlers,
        logger=real.logger,
    )
    client.called = []
    return client


@dataclass
class Office:
    """What a test holds. `words` gives the text for what a message is about; None: there is nothing to say.

    `composing` is what the last message was about that was put into words.
    """

    database: Database
    slack: LocalSlack
    clock: SettableClock
    client: Recording
    words: dict[str, str | None] = field(default_factory=dict)
    while_composing: Callable[[], None] = lambda: None
    composing: str = ""

    def __post_init__(self) -> None:
        directory = SlackDirectory(self.client, {}, CHANNELS, system_clock)
        self.addresses = Addresses(self.client, directory.channel_id)
        self.outbox = Outbox(self.clock)
        self.courier = self.new_courier()

    def new_courier(self, tempo: Tempo = TEMPO, client: WebClient | None = None) -> Courier:
        return Courier(
            self.database,
            client or self.client,
            self.compose,
            self.addresses,
            self.clock,
            tempo=tempo,
            chance=lambda: 0.99,
        )

    def compose(self, message: Message) -> Composed | None:
        self.composing = message.about
        words = self.words.get(message.about, f"{message.kind} {message.about}")
        self.while_composing()
        return None if words is None else Composed(words, [])

    def send(self, about: str, to: str = "channel:approvals", kind: str = "request.opened") -> Message:
        message = Message(kind, about, to)
        with self.database.transaction() as connection:
            self.outbox.send(connection, message)
        return message

    def refresh(self, about: str, words: str | None = None) -> None:
        if words is not None:
            self.words[about] = words
        with self.database.transaction() as connection:
            self.outbox.refresh(connection, about)

    def work(self, **after: float) -> int:
        """Let the courier work, after moving the clock."""
        self.clock.advance(**after)
        return self.courier.work_once()

    def health(self) -> Health:
        with self.database.reading() as connection:
            return self.outbox.health(connection)

    def calls(self, method: str) -> int:
        return self.client.called.count(method)

    def texts(self, channel: str = "access-approvals") -> list[str]:
        """What stands in a channel (or, by user name, in that person's direct message)."""
        return [message["text"] for message in self.slack.messages(channel)]

    def row(self, about: str) -> Any:
        with self.database.reading() as connection:
            found = connection.execute(text("SELECT * FROM deliveries WHERE about = :about"), {"about": about})
            return found.one()


def person(slack: LocalSlack, name: str) -> str:
    """A recipient by user name."""
    return f"person:{slack.people[name].id}"


def repeated(texts: Sequence[str]) -> set[str]:
    """Those that stand there more than once."""
    return {one for one in texts if texts.count(one) > 1}
