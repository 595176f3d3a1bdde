"""The workspace as it is now: people, groups and channels, which change while it runs."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from slack_local.changes import Change, Changes
from slack_local.clock import stable_id
from slack_local.json_types import Json
from slack_local.manifest import Manifest
from slack_local.saved import Saved
from slack_local.workspace import Channel, Group, Person, Team, Workspace

SLACKBOT = "USLACKBOT"


@dataclass(frozen=True, slots=True)
class AppIdentity:
    """The app in this workspace."""

    id: str
    bot_id: str
    bot_user: str
    name: str
    bot_name: str


@dataclass(slots=True)
class World:
    """Everything is looked up by id; the changing methods save and tell."""

    team: Team
    app: AppIdentity
    changes: Changes
    saved: Saved
    created: int
    people: dict[str, Person] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)

    @classmethod
    def of(
        cls, workspace: Workspace, manifest: Manifest, saved: Saved, changes: Changes, created: int, app_id: str = ""
    ) -> "World":
        """The workspace of the file with what was saved of its changes laid over it."""
        team = workspace.team
        app = AppIdentity(
            app_id or stable_id("A", team.domain, manifest.name),
            stable_id("B", team.domain, manifest.name),
            stable_id("U", team.domain, manifest.name, "bot"),
            manifest.name,
            manifest.bot_name,
        )
        world = cls(team, app, changes, saved, created)
        world.people = {person.id: person for person in (*workspace.people, *_bots(team, app, manifest))}
        world.groups = {group.id: group for group in workspace.groups}
        for channel in workspace.channels:
            bot = (app.bot_user,) if channel.id in workspace.app_channels else ()
            world.channels[channel.id] = replace(channel, members=channel.members + bot)
        world._restore()
        for person in workspace.people:
            world.direct_message(person.id)
        return world

    def _restore(self) -> None:
        for key, document in self.saved.all("person"):
            self.people[key] = Person(**document)
        for key, document in self.saved.all("group"):
            self.groups[key] = Group(**_tuples(document))
        for key, document in self.saved.all("channel"):
            self.channels[key] = Channel(**_tuples(document))

    def person_named(self, name: str) -> Person | None:
        return next((person for person in self.people.values() if person.name == name), None)

    def channel_named(self, name: str) -> Channel | None:
        return next((c for c in self.channels.values() if c.name == name and c.kind != "im"), None)

    def group_named(self, handle: str) -> Group | None:
        return next((group for group in self.groups.values() if group.handle == handle), None)

    def groups_of(self, user: str) -> list[str]:
        """Handles of the groups that this person is in."""
        return [group.handle for group in self.groups.values() if user in self.active(group)]

    def active(self, group: Group) -> list[str]:
        """The group's members; Slack takes people out when they are deactivated."""
        return [user for user in group.members if user in self.people and not self.people[user].deleted]

    def channels_of(self, user: str) -> list[Channel]:
        return [channel for channel in self.channels.values() if user in channel.members]

    def app_is_in(self, channel: Channel) -> bool:
        return self.app.bot_user in channel.members

    def direct_message(self, user: str) -> Channel:
        """The app's direct message with this person; opened if it never was."""
        key = stable_id("D", self.team.domain, user, self.app.bot_user)
        if key not in self.channels:
            members = (user, self.app.bot_user)
            self.channels[key] = Channel(key, "directmessage", "im", members, creator=self.app.bot_user, user=user)
        return self.channels[key]

    def put_person(self, person: Person) -> None:
        self.people[person.id] = person
        self.saved.put("person", person.id, asdict(person))
        self.changes.publish(Change("conversations"))

    def put_group(self, group: Group) -> None:
        self.groups[group.id] = group
        self.saved.put("group", group.id, asdict(group))
        self.changes.publish(Change("conversations"))

    def put_channel(self, channel: Channel) -> None:
        self.channels[channel.id] = channel
        self.saved.put("channel", channel.id, asdict(channel))
        self.changes.publish(Change("conversations"))

    def set_members(self, group: Group, members: Iterable[str]) -> None:
        self.put_group(replace(group, members=tuple(dict.fromkeys(members))))


def _bots(team: Team, app: AppIdentity, manifest: Manifest) -> tuple[Person, Person]:
    color = manifest.color.lstrip("#") or "4a154b"
    bot = Person(app.bot_user, app.name.lower(), app.bot_name, team.id, color=color, is_bot=True, bot_id=app.bot_id)
    return bot, Person(SLACKBOT, "slackbot", "Slackbot", team.id, color="757575", bot_id="B01")


def _tuples(document: Json) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in document.items()}
