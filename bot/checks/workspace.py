"""Whether the groups, people and channels that steward.toml names are in the workspace."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, TypeVar

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from bot.access.roles import PRIVACY
from bot.access.rules.purposes import Purpose
from bot.audit.erasures.records import NEEDED
from bot.checks.findings import Finding, Level, Subject, fault, ok, warning
from bot.checks.slack import UNREACHABLE, refusal
from bot.configuration.faults import suggestion
from bot.configuration.values import Configuration
from bot.delivery.faults import NOT_LET_IN

_LARGE_PAGE, _PAGE = 1000, 200
"""The most people that Slack gives at once, and what it recommends: it says how many questions a minute it takes."""
_REFUSED = NOT_LET_IN | {"missing_scope"}
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel that the app can see. `shared`: with another company, or about to be."""

    name: str
    joined: bool
    shared: bool


@dataclass(frozen=True, slots=True)
class Workspace:
    """Slack as it is now. `active` and `emails`: ids of people, no bots, whose accounts work; None: not known."""

    groups: Mapping[str, frozenset[str]] | None
    active: frozenset[str] | None
    emails: Mapping[str, str] | None
    channels: Mapping[str, Channel] | None

    def members(self, configured: str | Sequence[str]) -> frozenset[str] | None:
        """The active people of a role; None when Slack did not say."""
        if self.groups is None or self.active is None or self.emails is None:
            return None
        if isinstance(configured, str):
            return self.groups.get(configured, frozenset()) & self.active
        return frozenset(self.emails[one.casefold()] for one in configured if one.casefold() in self.emails)


def read_workspace(client: WebClient) -> tuple[Workspace, tuple[Finding, ...]]:
    """Groups, people and channels, and a finding for each of these that Slack refuses to tell."""
    refused: list[Finding] = []
    groups = _asked(lambda: _groups(client), "usergroups.list", refused)
    people = _asked(lambda: _people_of(client), "users.list", refused)
    channels = _asked(lambda: _channels(client), "conversations.list", refused)
    working = None if people is None else [one for one in people if not one.get("deleted") and not one.get("is_bot")]
    workspace = Workspace(
        groups=groups,
        active=None if working is None else frozenset(str(one["id"]) for one in working),
        emails=None if working is None else _emails(working),
        channels=channels,
    )
    return workspace, tuple(refused)


def _asked(question: Callable[[], _T], method: str, refused: list[Finding]) -> _T | None:
    try:
        return question()
    except (*UNREACHABLE, SlackApiError) as error:
        refused.append(refusal(error, method))
        return None


def _groups(client: WebClient) -> dict[str, frozenset[str]]:
    groups: list[dict[str, Any]] = client.usergroups_list(include_users=True).get("usergroups", [])
    return {str(one["handle"]): frozenset(one.get("users") or ()) for one in groups}


def _people_of(client: WebClient) -> list[dict[str, Any]]:
    """In few questions: those of a large workspace would take the ones that running processes read everybody with."""
    try:
        return list(_pages(client.users_list, "members", _LARGE_PAGE))
    except (*UNREACHABLE, SlackApiError) as error:
        if isinstance(error, SlackApiError) and error.response.get("error") in _REFUSED:
            raise
        return list(_pages(client.users_list, "members"))


def _channels(client: WebClient) -> dict[str, Channel]:
    found = _pages(client.conversations_list, "channels", types="public_channel,private_channel", exclude_archived=True)
    channels = {str(one["id"]): _channel(one) for one in found}
    return channels | {one.name: one for one in channels.values()}


def _channel(one: Mapping[str, Any]) -> Channel:
    shared = bool(one.get("is_ext_shared") or one.get("is_pending_ext_shared"))
    return Channel(str(one["name"]), bool(one.get("is_member")), shared)


def _emails(people: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    with_email = ((one.get("profile", {}).get("email"), one["id"]) for one in people)
    return {str(email).casefold(): str(person) for email, person in with_email if email}


def _pages(
    method: Callable[..., SlackResponse], key: str, size: int = _PAGE, **arguments: Any
) -> Iterator[dict[str, Any]]:
    return chain.from_iterable(page.get(key, []) for page in method(limit=size, **arguments))


def group_findings(configuration: Configuration, workspace: Workspace) -> Iterator[Finding]:
    """Each role: its group is there and someone active is in it; its addresses belong to someone."""
    for role, configured in configuration.groups.items():
        where = f"groups.{role}"
        members = workspace.members(configured)
        if members is None or workspace.groups is None:
            continue
        if isinstance(configured, str) and configured not in workspace.groups:
            what = f"There is no user group @{configured} in Slack."
            yield fault(Subject.SLACK, what, suggestion(configured, workspace.groups), where, configuration.line(where))
        elif not members:
            mend = (
                "Add people to it in Slack." if isinstance(configured, str) else "Write the addresses of people here."
            )
            what = f"Nobody active is in “{role}”."
            yield fault(Subject.SLACK, what, mend, where, configuration.line(where))
        else:
            yield ok(Subject.SLACK, f"{_people(len(members))} in “{role}”.", where)
        yield from _unknown_addresses(configuration, role, configured, workspace.emails or {})


def _people(count: int) -> str:
    return "1 person" if count == 1 else f"{count} people"


def _unknown_addresses(
    configuration: Configuration, role: str, configured: str | Sequence[str], emails: Mapping[str, str]
) -> Iterator[Finding]:
    """Told by their place in the list, since a report may be kept where addresses should not be."""
    if isinstance(configured, str):
        return
    unknown = [str(place) for place, one in enumerate(configured, start=1) if one.casefold() not in emails]
    if unknown:
        where = f"groups.{role}"
        which = "Address" if len(unknown) == 1 else "Addresses"
        what = f"{which} {', '.join(unknown)} of “{role}” belong to nobody active in Slack."
        yield fault(Subject.SLACK, what, "Write them as Slack has them.", where, configuration.line(where))


def channel_findings(configuration: Configuration, workspace: Workspace) -> Iterator[Finding]:
    """Each channel: it is there, the app is in it, and no other company is."""
    if workspace.channels is None:
        return
    for role, name in configuration.channels.items():
        yield _channel_finding(configuration, workspace.channels, name, f"channels.{role}", Level.FAULT)
    for name in configuration.policy.notice.channels:
        yield _channel_finding(configuration, workspace.channels, name, "policy.notice.channels", Level.WARNING)


def _channel_finding(
    configuration: Configuration, channels: Mapping[str, Channel], name: str, where: str, level: Level
) -> Finding:
    channel = channels.get(name)
    line = configuration.line(where)
    if channel is None:
        what = f"There is no #{name}, or it is private and the app is not in it."
        return Finding(
            level,
            Subject.SLACK,
            what,
            f"Make it and type `/invite @Steward` there; {_near(name, channels)}",
            where,
            line,
        )
    if channel.shared:
        what = f"#{channel.name} is shared with another company."
        return Finding(level, Subject.SLACK, what, "Use a channel that is your company's alone.", where, line)
    if not channel.joined:
        what = f"The app is not in #{channel.name}."
        return Finding(level, Subject.SLACK, what, f"Type `/invite @Steward` in #{channel.name}.", where, line)
    return ok(Subject.SLACK, f"#{channel.name} is there and the app is in it.", where)


def _near(name: str, channels: Mapping[str, Channel]) -> str:
    words = suggestion(name, [one.name for one in channels.values()])
    return words[0].lower() + words[1:]


def approver_findings(configuration: Configuration, workspace: Workspace) -> Iterator[Finding]:
    """No one approves their own, so a group of one leaves a request without anyone to decide on it."""
    for purpose in configuration.rules.purposes.values():
        approvers = workspace.members(configuration.groups[purpose.approvers]) if purpose.approvals else None
        if approvers is not None and len(approvers) == 1:
            yield _lonely(configuration, purpose, approvers <= _asking(configuration, workspace, purpose))


def erasure_findings(configuration: Configuration, workspace: Workspace) -> Iterator[Finding]:
    """Erasing a person's text takes two different officers; without a privacy role nobody can be asked at all."""
    configured = configuration.groups.get(PRIVACY)
    officers = None if configured is None else workspace.members(configured)
    if officers is None or not 0 < len(officers) < NEEDED:  # that nobody is in a role is told for every role
        return
    where = f"groups.{PRIVACY}"
    what = f"One person alone is in “{PRIVACY}”: nothing can be erased from the audit table, which takes two."
    mend = f"Add a second person to “{PRIVACY}”, so that a person's text can be erased in time."
    yield warning(Subject.SLACK, what, mend, where, configuration.line(where))


def _asking(configuration: Configuration, workspace: Workspace, purpose: Purpose) -> frozenset[str]:
    groups = (workspace.members(configuration.groups[role]) or frozenset() for role in purpose.groups)
    return frozenset(chain.from_iterable(groups))


def _lonely(configuration: Configuration, purpose: Purpose, asks_too: bool) -> Finding:  # noqa: FBT001  a fact, not a mode
    where = f"purposes.{purpose.key}.approvers"
    line = configuration.line(where)
    mend = f"Add a second person to “{purpose.approvers}”, so that they decide for one another."
    if asks_too:
        what = f"{purpose.label}: the one approver may ask as well, and nobody can decide on their requests."
        return fault(Subject.SLACK, what, mend, where, line)
    what = f"{purpose.label}: one person alone decides; while they are away nobody does."
    return warning(Subject.SLACK, what, mend, where, line)
