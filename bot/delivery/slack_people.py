"""What Slack's answers say about people, groups and channels. Pure."""

from collections.abc import Mapping, Sequence
from sys import intern
from typing import Any

from bot.access.people import Conversation, Person, Standing

Roles = Mapping[str, str | Sequence[str]]
"""Role → a Slack user group's handle, or a list of e-mail addresses: steward.toml's [groups]."""

Groups = Mapping[str, frozenset[str]]
"""Handle → user ids."""

WITHOUT_ROLES = frozenset({Standing.STRANGER, Standing.DEACTIVATED, Standing.BOT})


_KEPT = (
    *("id", "deleted", "is_stranger", "is_bot", "is_workflow_bot", "is_connector_bot"),
    *("is_restricted", "is_ultra_restricted"),
)
_OF_MANY = ("team_id", "tz")  # each is one text for all who have it


def kept_of(user: Mapping[str, Any]) -> Mapping[str, Any]:
    """What is needed of a user to tell who it is, and no more: there may be a hundred thousand of them."""
    kept = {key: user[key] for key in _KEPT if user.get(key)}
    kept |= {key: intern(str(user[key])) for key in _OF_MANY if user.get(key)}
    if user.get("is_email_confirmed") is False:
        kept["is_email_confirmed"] = False
    if of_organisation := (user.get("enterprise_user") or {}).get("id"):
        kept["enterprise_user"] = {"id": of_organisation}
    email = (user.get("profile") or {}).get("email")
    return {**kept, "profile": {"display_name": name_of(user), **({"email": email} if email else {})}}


def name_of(user: Mapping[str, Any]) -> str:
    """What Slack calls a user in its own messages."""
    profile = user.get("profile") or {}
    return str(profile.get("display_name") or profile.get("real_name") or user.get("real_name") or user.get("name"))


def person_of(user: Mapping[str, Any], groups: Groups, roles: Roles, ours: str, team: str) -> Person:
    """A person from users.info's `user`. `ours` is the app's team; `team` the one that the payload named."""
    profile = user.get("profile") or {}
    standing = Standing.STRANGER if team != ours else standing_of(user, ours)
    return Person(
        id=str(user["id"]),
        team=str(user.get("team_id") or team),
        name=name_of(user),
        email=profile.get("email") or None,
        standing=standing,
        roles=frozenset() if standing in WITHOUT_ROLES else roles_of(user, groups, roles),
        timezone=str(user.get("tz") or "UTC"),
    )


def standing_of(user: Mapping[str, Any], ours: str) -> Standing:
    """What kind of user this is; of several that apply, the one that may least.

    Source: https://docs.slack.dev/reference/objects/user-object
    """
    if user.get("is_stranger") or user.get("team_id") != ours:
        return Standing.STRANGER
    if user.get("deleted"):
        return Standing.DEACTIVATED
    if user.get("is_bot") or user.get("is_workflow_bot") or user.get("is_connector_bot"):
        return Standing.BOT
    if user.get("is_restricted") or user.get("is_ultra_restricted"):
        return Standing.GUEST
    return Standing.MEMBER


def roles_of(user: Mapping[str, Any], groups: Groups, roles: Roles) -> frozenset[str]:
    """The roles whose group this user is in, or whose list has their e-mail address (if Slack has confirmed it)."""
    email = (user.get("profile") or {}).get("email")
    address = str(email).casefold() if email and user.get("is_email_confirmed") is not False else None
    held = set()
    for role, source in roles.items():
        if isinstance(source, str):
            holds = user["id"] in groups.get(handle_of(source), frozenset())
        else:
            holds = address is not None and address in {listed.casefold() for listed in source}
        if holds:
            held.add(role)
    return frozenset(held)


def handle_of(written: str) -> str:
    """A user group's handle as Slack has it, without the @ that people write."""
    return written.removeprefix("@")


def conversation_of(channel: Mapping[str, Any]) -> Conversation:
    """Whether another company reads along, or is invited to.

    Source: https://docs.slack.dev/apis/slack-connect
    """
    flags = ("is_ext_shared", "is_pending_ext_shared", "pending_shared", "pending_connected_team_ids")
    return Conversation.SHARED if any(channel.get(flag) for flag in flags) else Conversation.INTERNAL
