"""The messages of all channels, ephemeral ones among them, and how far each person has read."""

from bisect import insort
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace

from slack_local.changes import Change, Changes
from slack_local.clock import Stamps
from slack_local.json_types import Blocks, Json
from slack_local.saved import Saved

_VERSIONS_KEPT = 10


@dataclass(frozen=True, slots=True)
class Message:
    """One message. `blocks` is None where only text was sent; `seen_by` names the one reader of an ephemeral one."""

    channel: str
    ts: str
    user: str
    text: str
    blocks: Blocks | None = None
    attachments: Blocks | None = None
    is_bot: bool = False
    seen_by: str = ""
    edited_ts: str = ""
    thread_ts: str = ""
    metadata: Json | None = None
    files: tuple[str, ...] = ()
    subtype: str = ""

    @property
    def ephemeral(self) -> bool:
        return bool(self.seen_by)


@dataclass(slots=True)
class MessageBook:
    stamps: Stamps
    changes: Changes
    saved: Saved
    _by_channel: dict[str, dict[str, Message]] = field(default_factory=dict)
    _order: dict[str, list[str]] = field(default_factory=dict)
    _earlier: dict[tuple[str, str], list[Message]] = field(default_factory=dict)
    _read: dict[str, dict[str, str]] = field(default_factory=dict)

    def restore(self) -> None:
        for _, document in self.saved.all("message"):
            message = Message(**{**document, "files": tuple(document["files"])})
            self._keep(message)
            self.stamps.seen(message.edited_ts or message.ts)
        for user, marks in self.saved.all("read"):
            self._read[user] = marks

    def post(self, message: Message) -> Message:
        """Adds a message; an empty `ts` gets the next timestamp."""
        posted = message if message.ts else replace(message, ts=self.stamps.next())
        self._keep(posted)
        self._save(posted)
        self._tell(posted)
        return posted

    def change(self, message: Message) -> Message:
        """Puts a new version in the place of the one with the same channel and timestamp."""
        versions = self._earlier.setdefault((message.channel, message.ts), [])
        versions.append(self._by_channel[message.channel][message.ts])
        del versions[:-_VERSIONS_KEPT]
        self._by_channel[message.channel][message.ts] = message
        self._save(message)
        self._tell(message)
        return message

    def delete(self, message: Message) -> None:
        del self._by_channel[message.channel][message.ts]
        self._order[message.channel].remove(message.ts)
        self.saved.drop("message", f"{message.channel}:{message.ts}")
        self._tell(message)

    def find(self, channel: str, ts: str) -> Message | None:
        return self._by_channel.get(channel, {}).get(ts)

    def earlier(self, channel: str, ts: str) -> list[Message]:
        """Versions that were replaced, newest first: someone may still have one on the screen."""
        return list(reversed(self._earlier.get((channel, ts), [])))

    def of(self, channel: str) -> Iterator[Message]:
        """All messages of a channel, oldest first, ephemeral ones too."""
        known = self._by_channel.get(channel, {})
        return (known[ts] for ts in tuple(self._order.get(channel, ())))

    def seen(self, channel: str, user: str) -> list[Message]:
        """What this person sees in the channel, oldest first."""
        return [message for message in self.of(channel) if message.seen_by in ("", user)]

    def latest(self, channel: str, user: str) -> str:
        return next((m.ts for m in reversed(self.seen(channel, user))), "")

    def unread(self, channel: str, user: str) -> int:
        mark = self._read.get(user, {}).get(channel, "")
        return sum(1 for m in self.seen(channel, user) if _after(m.ts, mark) and m.user != user)

    def read_mark(self, channel: str, user: str) -> str:
        return self._read.get(user, {}).get(channel, "0000000000.000000")

    def mark_read(self, channel: str, user: str) -> None:
        latest = self.latest(channel, user)
        marks = self._read.setdefault(user, {})
        if latest and marks.get(channel) != latest:
            marks[channel] = latest
            self.saved.put("read", user, dict(marks))

    def _keep(self, message: Message) -> None:
        self._by_channel.setdefault(message.channel, {})[message.ts] = message
        insort(self._order.setdefault(message.channel, []), message.ts)

    def _save(self, message: Message) -> None:
        if not message.ephemeral:
            self.saved.put("message", f"{message.channel}:{message.ts}", asdict(message))

    def _tell(self, message: Message) -> None:
        users = frozenset({message.seen_by}) if message.ephemeral else None
        self.changes.publish(Change("messages", message.channel, users))


def _after(ts: str, mark: str) -> bool:
    return not mark or tuple(map(int, ts.split("."))) > tuple(map(int, mark.split(".")))
