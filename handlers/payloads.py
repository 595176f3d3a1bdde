"""Slack's payloads as values: who, where, what was pressed or typed. Parsed once, at the edge."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.access.people import Conversation, Person
from bot.audit.entry import Actor, Surface
from bot.audit.ledger import Origin
from bot.services import Services
from handlers.command_text import storable

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Caller:
    """The person behind a payload, as far as Slack's payload says: ids. `channel` is None in modals and App Home."""

    team: str
    user: str
    channel: str | None
    request: str | None
    surface: Surface

    @classmethod
    def of_command(cls, command: Body) -> "Caller":
        """https://docs.slack.dev/interactivity/implementing-slash-commands"""
        return cls(
            command["team_id"], command["user_id"], command["channel_id"], command["trigger_id"], Surface.COMMAND
        )

    @classmethod
    def of_press(cls, body: Body) -> "Caller":
        """A block action in a message, a modal or App Home."""
        view = body.get("view") or {}
        surface = Surface.HOME if view.get("type") == "home" else Surface.MODAL if view else Surface.BUTTON
        channel = (body.get("channel") or {}).get("id") or memo(view).get("channel")
        return cls(_team(body), body["user"]["id"], channel, body["trigger_id"], surface)

    @classmethod
    def of_shortcut(cls, body: Body) -> "Caller":
        """A shortcut on a message. What comes of it is shown in a modal, so the message's channel does not matter."""
        return cls(_team(body), body["user"]["id"], None, body["trigger_id"], Surface.SHORTCUT)

    @classmethod
    def of_submission(cls, body: Body) -> "Caller":
        """A modal that was submitted; its memo knows the channel that it was opened from."""
        view = body["view"]
        return cls(_team(body), body["user"]["id"], memo(view).get("channel"), body.get("trigger_id"), Surface.MODAL)

    def person(self, services: Services, *, fresh: bool = False) -> Person:
        """As Slack's directory knows them; `fresh` where something is decided."""
        return services.directory.person(self.team, self.user, fresh=fresh)

    def listed(self, services: Services) -> Person:
        """As Slack lists them, for a look-up, which finds out by itself which of their roles count."""
        return services.directory.listed(self.team, self.user)

    def conversation(self, services: Services) -> Conversation:
        """Whether others could be reading along. Modals and App Home are the person's alone."""
        return services.directory.conversation(self.channel) if self.channel else Conversation.INTERNAL

    def origin(self, person: Person) -> Origin:
        """For the audit entry."""
        return Origin(Actor(person.id, person.team, person.email), self.surface, self.request)


def _team(body: Body) -> str:
    """The workspace; the user's own where the payload tells it apart."""
    team = body.get("team") or {}
    return str(team.get("id") or body["user"].get("team_id"))


def memo(view: Body) -> dict[str, Any]:
    """A modal's private_metadata, in which only ids are kept."""
    text = view.get("private_metadata") or "{}"
    value: dict[str, Any] = json.loads(text)
    return value


def pressed(action: Body) -> dict[str, Any]:
    """What a button carries: ids."""
    value: dict[str, Any] = json.loads(action.get("value") or "{}")
    return value


def typed(view: Body) -> dict[str, Any]:
    """What was filled in, by block id: text, the chosen value, or the list of ticked ones."""
    values: dict[str, Any] = {}
    for block_id, elements in view["state"]["values"].items():
        for element in elements.values():
            values[block_id.split(":")[0]] = _input(element)
    return values


def _input(element: Body) -> Any:
    if "selected_options" in element:
        return [one["value"] for one in element["selected_options"] or []]
    if "selected_option" in element:
        return (element["selected_option"] or {}).get("value")
    for chosen in ("selected_date_time", "selected_date", "selected_user"):
        if chosen in element:
            return element[chosen]
    value = element.get("value")
    return storable(value) if isinstance(value, str) else value
