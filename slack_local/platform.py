"""One workspace with one app in it: everything that the addresses of the server work on."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from slack_local.app_installation import AppInstallation
from slack_local.block_kit import Kind, inputs, validate_surface
from slack_local.changes import Change, Changes
from slack_local.clock import Clock, Ids, Stamps
from slack_local.credentials import Credentials
from slack_local.delivery.answer import DEADLINE
from slack_local.delivery.deliver import RETRY_DELAYS, Delivery
from slack_local.delivery.response_urls import ResponseUrls
from slack_local.delivery.signed_http import SignedHttp
from slack_local.delivery.sockets import Sockets
from slack_local.errors import SlackError, refused
from slack_local.files import FileBook
from slack_local.json_types import Json
from slack_local.manifest import Manifest
from slack_local.messages import MessageBook
from slack_local.saved import Saved
from slack_local.surfaces import View, ViewBook
from slack_local.triggers import Triggers
from slack_local.trouble import Trouble
from slack_local.workspace import Workspace
from slack_local.world import World


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds that an app has to acknowledge, and the seconds before each repetition of an event."""

    deadline: float = DEADLINE
    retry_delays: Sequence[float] = RETRY_DELAYS


@dataclass(frozen=True, slots=True)
class Foundation:
    """What everything stands on: time, randomness, and the server's own address."""

    clock: Clock
    ids: Ids
    url: str
    app_id: str = ""
    """Where one app is in several workspaces; else it follows from the names."""


@dataclass(frozen=True, slots=True)
class Platform:
    manifest: Manifest
    world: World
    messages: MessageBook
    views: ViewBook
    files: FileBook
    credentials: Credentials
    triggers: Triggers
    response_urls: ResponseUrls
    sockets: Sockets
    delivery: Delivery
    trouble: Trouble
    changes: Changes
    base: Foundation
    start_as: str
    installation: AppInstallation

    @classmethod
    def of(cls, app: Manifest, seeds: Workspace, saved: Saved, base: Foundation, timing: Timing) -> "Platform":
        """The app in the workspace, with what was saved of an earlier life."""
        clock, ids, url = base.clock, base.ids, base.url
        changes, trouble = Changes(), Trouble()
        world = World.of(seeds, app, saved, changes, int(clock()), base.app_id)
        sockets = Sockets(ids, world.app.id, lambda: changes.publish(Change("app", connected=sockets.connected)))
        delivery = Delivery(sockets, trouble, timing.deadline, timing.retry_delays)
        credentials = Credentials.of(saved, ids, world.app.id)
        platform = cls(
            manifest=app,
            world=world,
            messages=MessageBook(Stamps(clock), changes, saved),
            views=ViewBook(clock, ids, changes, saved),
            files=FileBook(clock, ids, saved, url),
            credentials=credentials,
            triggers=Triggers(clock, ids),
            response_urls=ResponseUrls(clock, ids, url, world.team.id),
            sockets=sockets,
            delivery=delivery,
            trouble=trouble,
            changes=changes,
            base=base,
            start_as=seeds.start_as,
            installation=AppInstallation(clock, {credentials.bot_token: math.inf}),
        )
        platform.restore()
        return platform

    @property
    def clock(self) -> Clock:
        return self.base.clock

    @property
    def ids(self) -> Ids:
        return self.base.ids

    @property
    def base_url(self) -> str:
        """Without a slash at the end."""
        return self.base.url

    def restore(self) -> None:
        self.messages.restore()
        self.views.restore()
        self.files.restore()

    def deliver_to(self, url: str) -> None:
        """From now on payloads go to this address, signed."""
        if self.delivery.http is not None:
            self.delivery.http.close()
        self.delivery.http = SignedHttp(url, self.credentials.signing_secret, self.clock, self.delivery.deadline)
        self.changes.publish(Change("app", connected=True))

    def checked_view(self, given: Json, kind: Kind, known: View | None = None) -> Json:
        """The view as Slack keeps it. Raises SlackError when it breaks a rule; `known` is the one it replaces."""
        if problems := validate_surface(given, kind):
            raise refused(problems)
        other = self.views.with_external_id(given.get("external_id", ""))
        if other is not None and (known is None or other.id != known.id):
            raise SlackError("duplicate_external_id")
        return {**given, "blocks": inputs.settled(given["blocks"], lambda: self.ids.letters(5))}
