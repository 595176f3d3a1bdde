"""Who is asking: a person of Slack with the roles that Slack's groups give them at this moment."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol


class Standing(StrEnum):
    """What kind of user of Slack this is."""

    MEMBER = "member"
    GUEST = "guest"
    BOT = "bot"
    DEACTIVATED = "deactivated"
    STRANGER = "stranger"  # of another company, in a shared channel


@dataclass(frozen=True, slots=True)
class Person:
    """Identity is team id and user id; an e-mail address can change. `roles` are keys of steward.toml's [groups]."""

    id: str
    team: str
    name: str
    email: str | None
    standing: Standing
    roles: frozenset[str] = field(default_factory=frozenset)
    timezone: str = "UTC"
    removed: frozenset[str] = frozenset()  # roles that Slack gives them, and a recertification took away
    others: frozenset[str] = frozenset()  # ids of their other accounts, and their names on the command line

    @property
    def ids(self) -> frozenset[str]:
        """All that this human being acts by: whoever has two accounts is not two people."""
        return self.others | {self.id}


class Conversation(StrEnum):
    """Where a person typed, as far as it matters to who could read along."""

    INTERNAL = "internal"
    SHARED = "shared"  # with another company
    UNKNOWN = "unknown"  # the app cannot see it


class Directory(Protocol):
    """Slack's people, groups and channels. Raises DirectoryUnavailable when Slack does not answer."""

    def person(self, team: str, user: str, *, fresh: bool = False) -> Person:
        """The person with their roles; `fresh` reads Slack again (at a decision), else a short cache may answer."""

    def members(self, role: str, *, fresh: bool = False) -> Sequence[str]:
        """User ids of the role's group."""

    def others(self, user: str) -> frozenset[str]:
        """The other accounts of whoever's account this is, as far as they were seen. Does not ask Slack."""

    def conversation(self, channel: str) -> Conversation:
        """Whether this channel is shared with another company."""


class WholeDirectory(Directory, Protocol):
    """A directory that can also name everybody who is in it."""

    def people(self) -> Sequence[Person]:
        """Everyone of the workspace, deactivated ones and apps too; from a short cache."""

    def find(self, user: str) -> Person | None:
        """The one of them with this id."""


class DirectoryUnavailable(Exception):
    """Slack did not say who this is; nothing may be shown or decided."""


class StillReading(DirectoryUnavailable):
    """There are more people in the workspace than Slack tells of at once, and not all of them were read yet."""

    def __init__(self, so_far: int) -> None:
        super().__init__()
        self.so_far = so_far


def members_of(directory: Directory, role: str, *, fresh: bool = False) -> Sequence[str] | None:
    """User ids of the role's group; None where the configuration has no such role any more, though a request names it.

    Raises DirectoryUnavailable.
    """
    try:
        return directory.members(role, fresh=fresh)
    except KeyError:
        return None


def each_once(directory: Directory, accounts: Iterable[str]) -> tuple[str, ...]:
    """One account for each human being among these: always the same one."""
    return tuple(sorted({min(directory.others(one) | {one}) for one in accounts}))
