"""People, groups and channels as tests hold them: what they are now, and ways to change them while it runs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

from slack_local.server import Background
from slack_local.workspace import Channel, Group, Person

H = TypeVar("H")


@dataclass(frozen=True, slots=True)
class Named(Generic[H]):
    """Handles by name, looked up anew each time."""

    handles: Mapping[str, H]

    def __getitem__(self, name: str) -> H:
        if name not in self.handles:
            raise KeyError(f"{name}; there are {', '.join(sorted(self.handles))}")
        return self.handles[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.handles)

    def __len__(self) -> int:
        return len(self.handles)

    def values(self) -> list[H]:
        return list(self.handles.values())


@dataclass(frozen=True, slots=True)
class PersonHandle:
    background: Background = field(repr=False)
    id: str

    @property
    def now(self) -> Person:
        return self.background.call(lambda: self.background.platform.world.people[self.id])

    @property
    def name(self) -> str:
        return self.now.name

    @property
    def real_name(self) -> str:
        return self.now.real_name

    @property
    def email(self) -> str:
        return self.now.email

    @property
    def dm(self) -> str:
        """Id of the app's direct message with this person."""
        return self.background.call(lambda: self.background.platform.world.direct_message(self.id).id)

    def change(self, **changes: Any) -> None:
        """New values for fields of `Person`."""
        world = self.background.platform.world
        self.background.call(lambda: world.put_person(replace(world.people[self.id], **changes)))

    def deactivate(self) -> None:
        self.change(deleted=True)


@dataclass(frozen=True, slots=True)
class GroupHandle:
    background: Background = field(repr=False)
    id: str

    @property
    def now(self) -> Group:
        return self.background.call(lambda: self.background.platform.world.groups[self.id])

    @property
    def members(self) -> tuple[str, ...]:
        """Ids, in the order of joining."""
        return self.now.members

    def add(self, *names: str) -> None:
        self.set(*self._names(), *names)

    def remove(self, *names: str) -> None:
        self.set(*(name for name in self._names() if name not in names))

    def set(self, *names: str) -> None:
        """Exactly these people, by user name."""
        world = self.background.platform.world
        members = [person.id for name in names if (person := world.person_named(name)) is not None]
        if len(members) != len(names):
            raise KeyError(f"not everyone of {', '.join(names)} is in the workspace")
        self.background.call(lambda: world.set_members(world.groups[self.id], members))

    def _names(self) -> list[str]:
        people = self.background.platform.world.people
        return [people[user].name for user in self.members]


@dataclass(frozen=True, slots=True)
class ChannelHandle:
    background: Background = field(repr=False)
    id: str

    @property
    def now(self) -> Channel:
        return self.background.call(lambda: self.background.platform.world.channels[self.id])

    @property
    def members(self) -> tuple[str, ...]:
        return self.now.members

    def share(self) -> None:
        """Another company joins: the channel is a Slack Connect channel from now on."""
        self.change(is_ext_shared=True)

    def archive(self) -> None:
        self.change(is_archived=True)

    def invite(self, user: str) -> None:
        """By user id; the app's own user is `slack.bot_user`."""
        self.change(members=tuple(dict.fromkeys((*self.members, user))))

    def remove(self, user: str) -> None:
        self.change(members=tuple(member for member in self.members if member != user))

    def change(self, **changes: Any) -> None:
        """New values for fields of `Channel`."""
        world = self.background.platform.world
        self.background.call(lambda: world.put_channel(replace(world.channels[self.id], **changes)))
