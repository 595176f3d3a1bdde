"""Pressing a button or choosing from a menu, in a message or in a view."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from slack_local import shapes
from slack_local.block_kit import inputs
from slack_local.block_kit.inputs import Placed
from slack_local.delivery import payloads
from slack_local.errors import CannotDo
from slack_local.json_types import Json, Values
from slack_local.messages import Message
from slack_local.people.acts import envelope, heard, place
from slack_local.platform import Platform
from slack_local.surfaces import View

_GONE = "This is no longer there."


@dataclass(frozen=True, slots=True)
class Press:
    """One press as the screen reports it. `chosen` holds `option`, `options` or `value`; a button has none."""

    user: str
    block_id: str
    action_id: str
    view_id: str = ""
    channel: str = ""
    ts: str = ""
    chosen: Mapping[str, Any] = field(default_factory=dict)
    values: Values = field(default_factory=dict)


async def press(platform: Platform, one: Press) -> None:
    """Returns when the app has acknowledged. Raises CannotDo."""
    if one.view_id:
        await _in_view(platform, one)
    else:
        await _in_message(platform, one)


async def _in_view(platform: Platform, one: Press) -> None:
    view = open_view(platform, one.user, one.view_id)
    found = inputs.find(view.body["blocks"], one.block_id, one.action_id)
    if found is None:
        raise CannotDo(_GONE)
    values = _with(found, one.chosen, {**view.values, **one.values})
    view = platform.views.enter(view, inputs.state(view.body["blocks"], values))
    payload = payloads.pressed_in_view(envelope(platform, one.user), view, _action(platform, found, one.chosen))
    heard(await platform.delivery.interact("interactive", payload))


async def _in_message(platform: Platform, one: Press) -> None:
    channel = place(platform, one.user, one.channel)
    message = platform.messages.find(channel.id, one.ts)
    if message is None or message.seen_by not in ("", one.user):
        raise CannotDo("This message is no longer there.")
    version, found = _version(platform, message, one)
    values = inputs.state(version.blocks or [], _with(found, one.chosen, one.values))
    shown = None
    if not message.ephemeral:
        shown = shapes.message(platform.world, message, platform.base_url, platform.files.shown(message.files))
    address = platform.response_urls.issue(one.user, channel.id, message.ts)
    where = payloads.MessagePlace(channel, message.ts, shown, address, values)
    action = _action(platform, found, one.chosen)
    payload = payloads.pressed_in_message(envelope(platform, one.user), where, action)
    heard(await platform.delivery.interact("interactive", payload))


def _version(platform: Platform, message: Message, one: Press) -> tuple[Message, Placed]:
    """The element pressed: in the message as it is, or in an earlier version that is still on someone's screen."""
    for version in (message, *platform.messages.earlier(message.channel, message.ts)):
        found = inputs.find(version.blocks or [], one.block_id, one.action_id)
        if found is not None:
            return version, found
    raise CannotDo(_GONE)


def open_view(platform: Platform, user: str, view_id: str) -> View:
    """A modal that this person has open, or their Home."""
    view = platform.views.find(view_id)
    if view is None or view.user != user:
        raise CannotDo("This window is no longer open.")
    return view


def _with(found: Placed, chosen: Mapping[str, Any], values: Values) -> Values:
    """The values with what was chosen in the pressed element among them."""
    key = inputs.value_key(found.element)
    if key is None or not chosen:
        return values
    of_block = {**values.get(found.block_id, {}), found.action_id: _entered(found.element, key, chosen)}
    return {**values, found.block_id: of_block}


def _entered(element: Json, key: str, chosen: Mapping[str, Any]) -> Json:
    return {"type": element["type"], key: _pick(chosen, key)}


_SINGLE: Sequence[str] = ("option", "value", "date", "time", "date_time", "user", "conversation", "channel")


def _pick(chosen: Mapping[str, Any], key: str) -> Any:
    """What the screen sent, under its own name or under the general one."""
    own = key.removeprefix("selected_")
    if own in chosen:
        return chosen[own]
    if own.endswith("s"):
        return chosen.get("options", [])
    return next((chosen[name] for name in _SINGLE if name in chosen), None)


_REPEATED = ("text", "value", "style", "url", "placeholder", "confirm", "initial_option")


def _action(platform: Platform, found: Placed, chosen: Mapping[str, Any]) -> Json:
    """The entry in `actions`."""
    element = found.element
    action: Json = {"type": element["type"], "action_id": found.action_id, "block_id": found.block_id}
    action |= {key: element[key] for key in _REPEATED if key in element}
    if element["type"] == "overflow":
        action["selected_option"] = chosen.get("option")
    elif key := inputs.value_key(element):
        action[key] = _pick(chosen, key)
    return {**action, "action_ts": platform.messages.stamps.next()}
