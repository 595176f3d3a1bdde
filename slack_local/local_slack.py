"""A local Slack inside a test: started, looked into, troubled and stopped from the test's own thread."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from slack_local import shapes
from slack_local.clock import Clock, Ids
from slack_local.handles import ChannelHandle, GroupHandle, Named, PersonHandle
from slack_local.json_types import Json
from slack_local.manifest import Manifest
from slack_local.people.as_user import AsUser
from slack_local.people.page_routes import page_routes
from slack_local.platform import Foundation, Platform, Timing
from slack_local.saved import Forgotten, StateFile
from slack_local.server import HOST, Background, bind
from slack_local.trouble import ANY_METHOD, CallTrouble, DeliveryTrouble
from slack_local.web import application
from slack_local.workspace import Workspace


@dataclass(frozen=True, slots=True)
class TroubleMaker:
    """Trouble on demand. `method` is a Web API method's name or "*" for any; each order holds for `times` calls."""

    background: Background = field(repr=False)

    def rate_limit(self, method: str = ANY_METHOD, *, times: int = 1, retry_after: int = 1) -> None:
        """429 with Retry-After (seconds)."""
        self._call(method, CallTrouble("rate_limit", times, retry_after=retry_after))

    def status(self, method: str = ANY_METHOD, status: int = 503, *, times: int = 1, took_effect: bool = False) -> None:
        """An HTTP status instead of an answer."""
        self._call(method, CallTrouble("status", times, status=status, took_effect=took_effect))

    def error(self, method: str, error: str, *, times: int = 1) -> None:
        """One of Slack's error codes instead of the call."""
        self._call(method, CallTrouble("error", times, error=error))

    def time_out(
        self, method: str = ANY_METHOD, *, times: int = 1, took_effect: bool = False, seconds: float = 60.0
    ) -> None:
        """No answer: the connection ends after `seconds` or when the caller hangs up."""
        self._call(method, CallTrouble("time_out", times, took_effect=took_effect, seconds=seconds))

    def duplicate(self, times: int = 1) -> None:
        """The next payloads reach the app twice."""
        self._delivery(DeliveryTrouble("duplicate", times))

    def late(self, seconds: float, times: int = 1) -> None:
        """The next payloads reach the app so many seconds late; the person is told after the deadline."""
        self._delivery(DeliveryTrouble("late", times, seconds))

    def cut(self, times: int = 1) -> None:
        """The next payloads reach the app, but the connection ends before its acknowledgement is heard."""
        self._delivery(DeliveryTrouble("cut", times))

    def drop_sockets(self) -> None:
        """Ends all sockets without a word."""
        self.background.wait(self.background.platform.sockets.drop())

    def refresh_sockets(self, reason: Literal["warning", "refresh_requested"] = "refresh_requested") -> None:
        """Sends `disconnect`; on refresh_requested the sockets are closed after it."""
        self.background.wait(self.background.platform.sockets.refresh(reason))

    def clear(self) -> None:
        self.background.call(self.background.platform.trouble.clear)

    def _call(self, method: str, trouble: CallTrouble) -> None:
        self.background.call(lambda: self.background.platform.trouble.add_call(method, trouble))

    def _delivery(self, trouble: DeliveryTrouble) -> None:
        self.background.call(lambda: self.background.platform.trouble.add_delivery(trouble))


class LocalSlack:
    """One running workspace. Everything here may be called from any thread but the server's own."""

    def __init__(self, background: Background, platform: Platform) -> None:
        self._background = background
        self.platform = platform
        self.url = platform.base_url
        self.api_url = f"{platform.base_url}/api/"
        self.bot_token = platform.credentials.bot_token
        self.app_token = platform.credentials.app_token
        self.signing_secret = platform.credentials.signing_secret
        self.team_id = platform.world.team.id
        self.app_id = platform.world.app.id
        self.bot_user = platform.world.app.bot_user
        self.trouble = TroubleMaker(background)

    @classmethod
    def start(
        cls,
        *,
        manifest: Path | Mapping[str, Any],
        workspace: Path | Workspace,
        port: int = 0,
        clock: Clock = time.time,
        state: Path | None = None,
        timing: Timing | None = None,
    ) -> "LocalSlack":
        """Runs it in a thread of its own until `stop`. `clock` is seconds since 1970; deadlines are real time."""
        parsed = Manifest.read(manifest) if isinstance(manifest, Path) else Manifest.parse(manifest)
        seeds = Workspace.read(workspace) if isinstance(workspace, Path) else workspace
        saved = StateFile(state) if state else Forgotten()
        listener = bind(port)
        url = f"http://{HOST}:{listener.getsockname()[1]}"
        platform = Platform.of(parsed, seeds, saved, Foundation(clock, Ids(), url), timing or Timing())
        background = Background(platform, application(platform, page_routes(platform)), listener)
        background.start()
        return cls(background, platform)

    def stop(self) -> None:
        """Ends the server; nothing of it stays behind."""
        self._background.stop()
        self.platform.world.saved.close()

    def __enter__(self) -> "LocalSlack":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def environment(self) -> dict[str, str]:
        """What an app needs in its environment to be the app of this workspace, in Socket Mode."""
        return {
            "SLACK_BOT_TOKEN": self.bot_token,
            "SLACK_APP_TOKEN": self.app_token,
            "SLACK_SIGNING_SECRET": self.signing_secret,
            "SLACK_API_URL": self.api_url,
        }

    @property
    def people(self) -> Named[PersonHandle]:
        world = self.platform.world
        return Named({p.name: PersonHandle(self._background, p.id) for p in tuple(world.people.values())})

    @property
    def groups(self) -> Named[GroupHandle]:
        world = self.platform.world
        return Named({g.handle: GroupHandle(self._background, g.id) for g in tuple(world.groups.values())})

    @property
    def channels(self) -> Named[ChannelHandle]:
        every = tuple(self.platform.world.channels.values())
        return Named({c.name: ChannelHandle(self._background, c.id) for c in every if c.kind != "im"})

    @property
    def connected(self) -> bool:
        """Whether the app is there."""
        return self._background.call(lambda: self.platform.delivery.transport.connected)

    def deliver_to(self, url: str) -> None:
        """Signed HTTP to this address from now on, instead of Socket Mode."""
        self._background.call(lambda: self.platform.deliver_to(url))

    def messages(self, channel: str) -> list[Json]:
        """All messages of a channel (name or id; a user name for the app's direct message), oldest first.

        As Slack's API shows them, and with `"seen_by"` (a user id) where only one person sees them.
        """
        return self._background.call(lambda: self._messages(channel))

    def as_user(self, name: str) -> AsUser:
        """What this person can do and see."""
        return AsUser(self._background, self.people[name].id)

    def _messages(self, channel: str) -> list[Json]:
        world, platform = self.platform.world, self.platform
        person, named = world.person_named(channel), world.channel_named(channel)
        key = world.direct_message(person.id).id if person else named.id if named else channel
        shown = []
        for one in platform.messages.of(key):
            document = shapes.message(world, one, platform.base_url, platform.files.shown(one.files))
            shown.append({**document, "seen_by": one.seen_by} if one.ephemeral else document)
        return shown
