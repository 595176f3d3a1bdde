"""Slack's payloads as values: who, where, what was pressed or typed. Parsed once, at the edge."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, Final, TypeVar

from bot.access.people import Conversation, Person
from bot.audit.entry import Actor, Surface
from bot.audit.ledger import Origin
from bot.services import Services
from handlers.command_text import storable

Body = Mapping[str, Any]
Choice = TypeVar("Choice", bound=StrEnum)
Value = TypeVar("Value", int, str)

NUMBERS: Final = frozenset(
    (
        *("absence", "at", "c", "choice", "customer_request", "disclosure", "ended", "erasure", "home", "item", "list"),
        *("p", "page", "q", "r", "removal", "request", "s", "suspension", "task", "v", "version"),
    )
)
"""What buttons and memos carry as a number; all else that they carry is text."""
TICKED: Final = frozenset(
    ("accounts", "audience", "data_classes", "identity", "keep_rest", "media", "rests_on", "sure", "told")
)
"""The inputs in which several may be chosen; FIELDS begins the names of more."""
FIELDS: Final = "fields_"
WHOLE: Final = 2**53  # JSON's whole numbers below it are the same everywhere
LONGEST_QUERY: Final = 4000
LONGEST_NUMBER: Final = 10  # digits of what people choose: a time in seconds, a place in a list


class NotOurs(Exception):
    """A press or a form that holds what no button or form of Steward's does: made by hand, or by an older Steward.

    Names the part, never what stands in it.
    """


class Parts(dict[str, Any]):
    """What a button or a form holds, by name. Whoever needs what is not there raises NotOurs."""

    def __missing__(self, name: str) -> Any:
        raise NotOurs(name)


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
        channel = (body.get("channel") or {}).get("id") or memo(view).get("channel")
        return cls(team_of(body), body["user"]["id"], channel, body["trigger_id"], surface_of(body))

    @classmethod
    def of_shortcut(cls, body: Body) -> "Caller":
        """A shortcut on a message. What comes of it is shown in a modal, so the message's channel does not matter."""
        return cls(team_of(body), body["user"]["id"], None, body["trigger_id"], Surface.SHORTCUT)

    @classmethod
    def of_submission(cls, body: Body) -> "Caller":
        """A modal that was submitted; its memo knows the channel that it was opened from."""
        view = body["view"]
        return cls(team_of(body), body["user"]["id"], memo(view).get("channel"), body.get("trigger_id"), Surface.MODAL)

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


def surface_of(body: Body) -> Surface:
    """Where a press or a form came from."""
    view = body.get("view") or {}
    return Surface.HOME if view.get("type") == "home" else Surface.MODAL if view else Surface.BUTTON


def account_in(body: Body) -> str | None:
    """The account that a press or a form names, of whatever make it is; None where it names none."""
    view = body.get("view") or {}
    carried = [view.get("private_metadata"), *(action.get("value") for action in body.get("actions") or ())]
    found = [*map(_carried, carried), _filled_in(view)]
    return next((storable(one)[:LONGEST_QUERY] for one in found if isinstance(one, str) and one), None)


def _carried(text: object) -> object:
    try:
        value = json.loads(str(text))
    except ValueError:
        return None
    return value.get("account") if isinstance(value, dict) else None


def _filled_in(view: Body) -> object:
    try:
        values = typed({"state": {"values": {"account": view["state"]["values"]["account"]}}})
    except (KeyError, NotOurs):
        return None
    return values.get("account")


def view_of(body: Body) -> Body:
    """The modal in which something was pressed. Raises NotOurs where it was in a message."""
    view = body.get("view")
    if not isinstance(view, dict):
        raise NotOurs("view")
    return view


def team_of(body: Body) -> str:
    """The workspace; the user's own where the payload tells it apart."""
    team = body.get("team") or {}
    return str(team.get("id") or body["user"].get("team_id"))


def memo(view: Body) -> Parts:
    """A modal's private_metadata, in which only ids are kept. Raises NotOurs."""
    return _ids(view.get("private_metadata"))


def pressed(action: Body) -> Parts:
    """What a button carries: ids. Raises NotOurs."""
    return _ids(action.get("value"))


def _ids(text: object) -> Parts:
    try:
        value = json.loads(str(text or "{}"))
    except ValueError:
        raise NotOurs("ids") from None
    if not isinstance(value, dict):
        raise NotOurs("ids")
    if not all(_is_number(value[name]) for name in NUMBERS & value.keys()):
        raise NotOurs("ids")
    return Parts({name: one for name, one in value.items() if isinstance(one, str) or _is_number(one)})


def _is_number(value: object) -> bool:
    return type(value) is int and abs(value) < WHOLE


def chosen(action: Body) -> str:
    """What was chosen in a menu that is no input. Raises NotOurs."""
    return _chosen(action.get("selected_option"))


def number(ids: Body, name: str) -> int:
    """One that other buttons carry a text under. Raises NotOurs."""
    if not _is_number(found := ids[name]):
        raise NotOurs(name)
    return int(found)


def typed(view: Body) -> Parts:
    """What was filled in, by block id: text, the chosen value, or the list of ticked ones. Raises NotOurs."""
    values = Parts()
    for block_id, elements in inputs(view).items():
        name = block_id.split(":")[0]
        for element in elements.values():
            values[name] = _input(name, element)
    return values


def inputs(view: Body) -> Mapping[str, Mapping[str, Body]]:
    """The elements of a form by block id and action id, as Slack sends them. Raises NotOurs."""
    found = view["state"]["values"]
    for elements in found.values():
        if not isinstance(elements, dict) or not all(isinstance(one, dict) for one in elements.values()):
            raise NotOurs("input")
    whole: Mapping[str, Mapping[str, Body]] = found
    return whole


def _input(name: str, element: Body) -> Any:
    several = name in TICKED or name.startswith(FIELDS)
    if several != ("selected_options" in element):
        raise NotOurs("input")
    if several:
        return [_chosen(one) for one in element["selected_options"] or []]
    if "selected_option" in element:
        return _chosen(element["selected_option"]) if element["selected_option"] else None
    if "selected_date_time" in element:
        return _of(int, element["selected_date_time"])
    for chosen in ("selected_date", "selected_time", "selected_user"):
        if chosen in element:
            return _of(str, element[chosen])
    text = _of(str, element.get("value"))
    return None if text is None else storable(text)


def _chosen(option: object) -> str:
    value = option.get("value") if isinstance(option, dict) else None
    if not isinstance(value, str):
        raise NotOurs("input")
    return value


def _of(kind: type[Value], value: object) -> Value | None:
    if value is None:
        return None
    if type(value) is not kind:
        raise NotOurs("input")
    return kind(value)


def seconds(values: Body, name: str) -> timedelta | None:
    """A chosen duration; None where none is. Raises NotOurs."""
    return timedelta(seconds=_place(name, values[name])) if values.get(name) else None


def places(values: Body, name: str) -> tuple[int, ...]:
    """Places in a list that were ticked. Raises NotOurs."""
    return tuple(_place(name, one) for one in values.get(name) or ())


def _place(name: str, text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER):
        raise NotOurs(name)
    return int(text)


def instant(values: Body, name: str) -> datetime | None:
    """A chosen day and time; None where none is. Raises NotOurs."""
    chosen = values.get(name)
    if chosen is not None and not 0 <= chosen < 10**LONGEST_NUMBER:
        raise NotOurs(name)
    return datetime.fromtimestamp(chosen, UTC) if chosen else None


def day(values: Body, name: str) -> date:
    """A chosen day. Raises NotOurs."""
    try:
        return date.fromisoformat(values[name])
    except (TypeError, ValueError):
        raise NotOurs(name) from None


def clock_time(values: Body, name: str) -> time:
    """A chosen time of day. Raises NotOurs."""
    try:
        return time.fromisoformat(values[name])
    except (TypeError, ValueError):
        raise NotOurs(name) from None


def one_of(kind: type[Choice], name: str, text: object) -> Choice:
    """One of the choices that a form offers. Raises NotOurs."""
    if text not in set(kind):
        raise NotOurs(name)
    return kind(str(text))
