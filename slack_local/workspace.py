"""The workspace as its file describes it: team, people, groups, channels. Pure; nothing of it changes.

The form of the file is described in README.md, "The workspace file".
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from slack_local.clock import stable_id

ChannelKind = Literal["public", "private", "im"]


class WorkspaceError(ValueError):
    """The workspace file says something that cannot be."""


@dataclass(frozen=True, slots=True)
class Team:
    id: str
    name: str
    domain: str
    email_domain: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """One member of the workspace: a person, a guest, a stranger of another company, or a bot."""

    id: str
    name: str
    real_name: str
    team_id: str
    title: str = ""
    email: str = ""
    tz: str = "Europe/Riga"
    color: str = "4a5d8f"
    deleted: bool = False
    is_guest: bool = False
    is_stranger: bool = False
    is_bot: bool = False
    is_admin: bool = False
    bot_id: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """A user group; `handle` without the @, `members` are user ids."""

    id: str
    handle: str
    name: str
    description: str = ""
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel or a direct message; `members` are user ids; `user` is the person of the app's direct message."""

    id: str
    name: str
    kind: ChannelKind
    members: tuple[str, ...] = ()
    topic: str = ""
    purpose: str = ""
    is_ext_shared: bool = False
    is_archived: bool = False
    shared_team_ids: tuple[str, ...] = ()
    creator: str = ""
    user: str = ""


@dataclass(frozen=True, slots=True)
class Workspace:
    team: Team
    people: tuple[Person, ...]
    groups: tuple[Group, ...]
    channels: tuple[Channel, ...]
    app_channels: frozenset[str]
    """Ids of the channels that the app is a member of."""
    start_as: str
    """Id of the person whom the page shows first."""

    @classmethod
    def read(cls, path: Path) -> "Workspace":
        """Reads the file. Raises WorkspaceError with the place that is wrong."""
        try:
            return cls.parse(tomllib.loads(path.read_text(encoding="utf-8")))
        except tomllib.TOMLDecodeError as error:
            raise WorkspaceError(f"{path.name}: {error}") from error

    @classmethod
    def parse(cls, data: Mapping[str, Any]) -> "Workspace":
        team = _team(_table(data, "team"))
        rows = _tables(data, "people")
        people = tuple(_person(team, row, index) for index, row in enumerate(rows))
        ids = _unique({person.name: person.id for person in people}, people)
        groups = tuple(_group(team, row, rows, ids) for row in _tables(data, "groups"))
        _check_groups(rows, {group.handle for group in groups})
        channels = tuple(_channel(team, row, people, ids) for row in _tables(data, "channels"))
        app = frozenset(c.id for c, row in zip(channels, _tables(data, "channels"), strict=True) if row.get("app"))
        start = str(data.get("start_as", people[0].name if people else ""))
        return cls(team, people, groups, channels, app, _known(start, ids, "start_as"))


def _team(row: Mapping[str, Any]) -> Team:
    name = _text(row, "name", "team")
    domain = str(row.get("domain", name.lower().replace(" ", "-")))
    return Team(_id(row, "T", domain), name, domain, str(row.get("email_domain", "")))


_COLORS = ("9f69e7", "4bbe2e", "e7392d", "3c989f", "674b1b", "e96699", "e0a729", "684b6c", "5b89d5", "2b6836", "99a949")


def _person(team: Team, row: Mapping[str, Any], index: int) -> Person:
    name = _text(row, "name", f"people[{index}]")
    company = str(row.get("company", ""))
    return Person(
        id=_id(row, "U", team.domain, name),
        name=name,
        real_name=_text(row, "real_name", f"people[{index}]"),
        team_id=stable_id("T", company) if company else team.id,
        title=str(row.get("title", "")),
        email=str(row.get("email", "")),
        tz=str(row.get("tz", "Europe/Riga")),
        color=_COLORS[index % len(_COLORS)],
        deleted=bool(row.get("deactivated", False)),
        is_guest=bool(row.get("guest", False)),
        is_stranger=bool(company),
        is_admin=bool(row.get("admin", False)),
    )


def _group(team: Team, row: Mapping[str, Any], people: Iterable[Mapping[str, Any]], ids: Mapping[str, str]) -> Group:
    handle = _text(row, "handle", "groups")
    members = tuple(ids[str(person["name"])] for person in people if handle in person.get("groups", ()))
    return Group(
        _id(row, "S", team.domain, handle),
        handle,
        str(row.get("name", handle)),
        str(row.get("description", "")),
        members,
    )


def _channel(team: Team, row: Mapping[str, Any], people: Iterable[Person], ids: Mapping[str, str]) -> Channel:
    name = _text(row, "name", "channels")
    wanted = row.get("members", "everyone")
    own = [p for p in people if not (p.is_stranger or p.is_guest or p.deleted)]
    members = tuple(p.id for p in own) if wanted == "everyone" else tuple(_known(m, ids, f"#{name}") for m in wanted)
    others = {p.team_id for p in people if p.id in members} - {team.id}
    return Channel(
        id=_id(row, "C", team.domain, name),
        name=name,
        kind="private" if row.get("private") else "public",
        members=members,
        topic=str(row.get("topic", "")),
        purpose=str(row.get("purpose", "")),
        is_ext_shared=bool(row.get("ext_shared", False)),
        shared_team_ids=(team.id, *sorted(others)),
        creator=members[0] if members else "",
    )


def _id(row: Mapping[str, Any], prefix: str, *names: str) -> str:
    """The id in the file, where there is one; else it follows from the names."""
    return str(row.get("id", "")) or stable_id(prefix, *names)


def _unique(ids: dict[str, str], people: tuple[Person, ...]) -> dict[str, str]:
    if len(ids) != len(people):
        raise WorkspaceError("two people have the same name")
    return ids


def _check_groups(rows: Iterable[Mapping[str, Any]], handles: set[str]) -> None:
    for row in rows:
        for handle in set(row.get("groups", ())) - handles:
            raise WorkspaceError(f"{row['name']} is in the group {handle}, which is not in [[groups]]")


def _known(name: str, ids: Mapping[str, str], where: str) -> str:
    if name not in ids:
        raise WorkspaceError(f"{where} names {name}, who is not in [[people]]")
    return ids[name]


def _text(row: Mapping[str, Any], key: str, where: str) -> str:
    value = row.get(key)
    if not isinstance(value, str) or not value:
        raise WorkspaceError(f"{where} has no {key}")
    return value


def _table(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = data.get(key, {})
    if not isinstance(value, Mapping):
        raise WorkspaceError(f"[{key}] is not a table")
    return value


def _tables(data: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    value = data.get(key, [])
    if not isinstance(value, list):
        raise WorkspaceError(f"[[{key}]] is not a list of tables")
    return value
