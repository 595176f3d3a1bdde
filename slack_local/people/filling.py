"""What a person types, turned into the value that Slack sends for the element. Pure."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from typing import Any

from slack_local.block_kit import inputs
from slack_local.block_kit.composition import options_of
from slack_local.json_types import Json
from slack_local.world import World


class NotThere(AssertionError):
    """A person looked for something on the screen and it was not there. The message says what was."""


def label_of(block: Json) -> str:
    return str(block["label"]["text"])


def find_input(blocks: Sequence[Json], label: str) -> inputs.Placed:
    """The input with this label. Raises NotThere."""
    found = [one for one in inputs.placed(blocks) if one.block["type"] == "input"]
    for one in found:
        if label_of(one.block) == label:
            return one
    raise NotThere(f"no input is labelled {label!r}; there are {[label_of(one.block) for one in found]}")


def value_of(world: World, element: Json, typed: Any, suggested: Sequence[Json] = ()) -> Json:
    """The element's value in state. `suggested` are the options of an external select."""
    key = inputs.value_key(element)
    if key is None:
        raise NotThere(f"a {element['type']} takes no value")
    if typed is None:
        return {"type": element["type"], key: [] if key.endswith("s") else None}
    return {"type": element["type"], key: _value(world, element, key, typed, suggested or options_of(element))}


def _value(world: World, element: Json, key: str, typed: Any, options: Sequence[Json]) -> Any:
    if key in ("selected_option", "selected_user", "selected_channel", "selected_conversation"):
        return _pick(world, key + "s", typed, options)
    if key.endswith("s"):
        return [_pick(world, key, one, options) for one in _several(typed)]
    if key == "selected_date":
        return typed.isoformat() if isinstance(typed, date) else str(typed)
    if key == "selected_time":
        return typed.strftime("%H:%M") if isinstance(typed, time) else str(typed)
    if key == "selected_date_time":
        return int(typed.timestamp()) if isinstance(typed, datetime) else int(typed)
    del element
    return str(typed)


def _several(typed: Any) -> Iterable[Any]:
    return [typed] if isinstance(typed, str) else typed


def _pick(world: World, key: str, typed: Any, options: Sequence[Json]) -> Any:
    name = str(typed)
    if key == "selected_options":
        return option_named(options, name)
    if key == "selected_users":
        person = world.people.get(name) or world.person_named(name.lstrip("@"))
        if person is None:
            raise NotThere(f"nobody is called {name!r}")
        return person.id
    channel = world.channels.get(name) or world.channel_named(name.lstrip("#"))
    if channel is None:
        raise NotThere(f"no channel is called {name!r}")
    return channel.id


def option_named(options: Sequence[Json], name: str) -> Json:
    """The option with this text, or failing that with this value. Raises NotThere."""
    for option in options:
        if option["text"]["text"] == name:
            return option
    for option in options:
        if option.get("value") == name:
            return option
    raise NotThere(f"no option is called {name!r}; there are {[option['text']['text'] for option in options]}")
