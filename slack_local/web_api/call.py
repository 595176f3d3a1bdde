"""One call of the Web API on its way to a method."""

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from slack_local.errors import SlackError
from slack_local.json_types import Json
from slack_local.platform import Platform
from slack_local.web_api.arguments import Arguments
from slack_local.workspace import Channel

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Call:
    platform: Platform
    arguments: Arguments
    bearer: str = field(default="", repr=False)

    def need(self, scope: str) -> None:
        """Raises SlackError("missing_scope") unless the manifest has the scope."""
        provided = self.platform.manifest.scopes
        if scope not in provided:
            raise SlackError("missing_scope", {"needed": scope, "provided": ",".join(sorted(provided))})

    def channel(self, name: str = "channel") -> Channel:
        """The conversation whose id is in this argument, as far as the app may know that it is there."""
        world = self.platform.world
        found = world.channels.get(self.arguments.required(name))
        if found is None or (found.kind != "public" and not world.app_is_in(found)):
            raise SlackError("channel_not_found")
        return found

    def own_channel(self, name: str = "channel") -> Channel:
        """The same, and the app is a member."""
        found = self.channel(name)
        if not self.platform.world.app_is_in(found):
            raise SlackError("not_in_channel")
        return found

    def page(self, rows: Sequence[T], key: Callable[[T], str], default: int, maximum: int) -> tuple[list[T], Json]:
        """The rows of the page that `cursor` and `limit` ask for, and the metadata with the next cursor."""
        limit = self.arguments.number("limit", default) or default
        if not 1 <= limit <= maximum:
            raise SlackError("invalid_limit")
        start = self._start(rows, key)
        rest = rows[start + limit :]
        cursor = b64encode(f"next:{key(rest[0])}".encode()).decode() if rest else ""
        return list(rows[start : start + limit]), {"response_metadata": {"next_cursor": cursor}}

    def _start(self, rows: Sequence[T], key: Callable[[T], str]) -> int:
        cursor = self.arguments.text("cursor")
        if not cursor:
            return 0
        try:
            wanted = b64decode(cursor, validate=True).decode().removeprefix("next:")
        except (NotBase64, UnicodeDecodeError) as error:
            raise SlackError("invalid_cursor") from error
        index = next((i for i, row in enumerate(rows) if key(row) == wanted), None)
        if index is None:
            raise SlackError("invalid_cursor")
        return index


@dataclass(frozen=True, slots=True)
class Method:
    """`scope` is what the whole method needs; methods whose need depends on arguments ask for it themselves."""

    run: Callable[[Call], Json]
    scope: str = ""
    token: Literal["bot", "app"] = "bot"  # noqa: S105 - which of the two
