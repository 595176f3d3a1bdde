"""A surface as a person reads it: mentions as names, dates in the reader's zone, no marks. Pure.

Source of the marks: https://docs.slack.dev/messaging/formatting-message-text
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from slack_local.json_types import Json
from slack_local.world import World

_REFERENCE = re.compile(r"<([^<>]+)>")
_MARKS = tuple(
    re.compile(rf"(?<![\w{m}]){m}(?![\s{m}])([^\n]*?[^\s{m}]){m}(?![\w{m}])") for m in (r"\*", "_", "~", "`")
)
_QUOTE = re.compile(r"^&gt; ?", re.MULTILINE)
_DATE_FORMATS = {
    "date_num": "%Y-%m-%d",
    "date": "%B {day}, %Y",
    "date_short": "%b {day}, %Y",
    "date_long": "%A, %B {day}, %Y",
    "date_pretty": "%B {day}, %Y",
    "date_short_pretty": "%b {day}, %Y",
    "date_long_pretty": "%A, %B {day}, %Y",
    "time": "%H:%M",
    "time_secs": "%H:%M:%S",
    "day_divider_pretty": "%A, %B {day}",
}


@dataclass(frozen=True, slots=True)
class Reader:
    world: World = field(repr=False)
    tz: str

    def read(self, mrkdwn: str) -> str:
        """mrkdwn as it stands on the screen."""
        plain = _QUOTE.sub("", mrkdwn)
        for mark in _MARKS:
            plain = mark.sub(r"\1", plain)
        shown = _REFERENCE.sub(lambda match: self._reference(match.group(1)), plain)
        return shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")

    def _reference(self, inside: str) -> str:
        target, _, label = inside.partition("|")
        if target.startswith("!date^"):
            return self._date(target, label)
        if target.startswith("!subteam^"):
            group = self.world.groups.get(target.removeprefix("!subteam^"))
            return f"@{group.handle}" if group else label
        if target.startswith("@"):
            person = self.world.people.get(target[1:])
            return f"@{person.real_name}" if person else label or target
        if target.startswith("#"):
            channel = self.world.channels.get(target[1:])
            return f"#{channel.name}" if channel else label or target
        return label or target.replace("!", "@", 1).removeprefix("mailto:")

    def _date(self, token: str, fallback: str) -> str:
        _, seconds, pattern, *_ = [*token.split("^"), ""]
        if not seconds.isdigit():
            return fallback
        at = datetime.fromtimestamp(int(seconds), UTC).astimezone(ZoneInfo(self.tz))
        return re.sub(r"\{(\w+)\}", lambda match: _part(at, match.group(1)) or fallback, pattern)

    def message(self, message: Json) -> str:
        """All words of a message; its `text` only where no blocks are shown."""
        blocks = message.get("blocks")
        lines = self.blocks(blocks) if blocks else [self.read(message.get("text") or "")]
        return "\n".join([*lines, *(file["title"] for file in message.get("files", ()))])

    def view(self, view: Json) -> str:
        """All words of a modal or a Home."""
        words = [view[key]["text"] for key in ("title", "submit", "close") if view.get(key) and view["type"] == "modal"]
        return "\n".join([*words[:1], *self.blocks(view["blocks"]), *words[1:]])

    def blocks(self, blocks: Sequence[Json]) -> list[str]:
        return [line for block in blocks if (line := " ".join(self._texts(block)))]

    def _texts(self, value: Any) -> Iterator[str]:
        """Depth first, so in reading order; what a block holds beside its words is left out."""
        if isinstance(value, list):
            for one in value:
                yield from self._texts(one)
        elif isinstance(value, dict):
            yield from self._of_object(value)

    def _of_object(self, value: Json) -> Iterator[str]:
        kind, text = value.get("type"), value.get("text")
        if isinstance(text, str):
            yield self.read(text) if kind in ("mrkdwn", "markdown") else text
        if kind in ("user", "usergroup", "channel", "link") and not isinstance(text, str):
            yield self._reference(_rich_reference(value))
        if kind == "image":
            yield str(value.get("alt_text", ""))
        if "initial_value" in value:
            yield str(value["initial_value"])
        for key in ("title", "text", "label", "hint", "placeholder", "fields", "elements", "element", "accessory"):
            if isinstance(value.get(key), dict | list):
                yield from self._texts(value[key])
        for key in ("option_groups", "options", "initial_option", "description"):
            if isinstance(value.get(key), dict | list):
                yield from self._texts(value[key])


def _rich_reference(value: Json) -> str:
    if value["type"] == "user":
        return f"@{value['user_id']}"
    if value["type"] == "usergroup":
        return f"!subteam^{value['usergroup_id']}"
    return f"#{value['channel_id']}" if value["type"] == "channel" else str(value["url"])


def _part(at: datetime, name: str) -> str:
    pattern = _DATE_FORMATS.get(name)
    return at.strftime(pattern).replace("{day}", str(at.day)) if pattern else ""
