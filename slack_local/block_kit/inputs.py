"""The elements of a surface and what has been entered into them. Pure.

Source: https://docs.slack.dev/reference/views/ (the `state` object)
"""

import copy
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from slack_local.json_types import Blocks, Json, Values

_VALUE_KEYS: Mapping[str, str] = {
    "plain_text_input": "value",
    "email_text_input": "value",
    "url_text_input": "value",
    "number_input": "value",
    "static_select": "selected_option",
    "external_select": "selected_option",
    "radio_buttons": "selected_option",
    "multi_static_select": "selected_options",
    "multi_external_select": "selected_options",
    "checkboxes": "selected_options",
    "users_select": "selected_user",
    "multi_users_select": "selected_users",
    "conversations_select": "selected_conversation",
    "multi_conversations_select": "selected_conversations",
    "channels_select": "selected_channel",
    "multi_channels_select": "selected_channels",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
}
"""Element type to the key under which its value stands in state and in block actions."""


@dataclass(frozen=True, slots=True)
class Placed:
    """An interactive element and the block that it stands in."""

    block: Json
    element: Json

    @property
    def block_id(self) -> str:
        return str(self.block["block_id"])

    @property
    def action_id(self) -> str:
        return str(self.element["action_id"])


def placed(blocks: Sequence[Json]) -> Iterator[Placed]:
    """All interactive elements, in reading order."""
    for block in blocks:
        for element in (*_listed(block), block.get("accessory"), block.get("element")):
            if isinstance(element, dict) and "action_id" in element:
                yield Placed(block, element)


def find(blocks: Sequence[Json], block_id: str, action_id: str) -> Placed | None:
    return next((p for p in placed(blocks) if (p.block_id, p.action_id) == (block_id, action_id)), None)


def _listed(block: Json) -> list[Any]:
    return block["elements"] if block.get("type") in ("actions", "context") else []


def value_key(element: Json) -> str | None:
    """Where the element's value stands; None for one that keeps none (a button, an overflow menu)."""
    return _VALUE_KEYS.get(str(element["type"]))


def initial(element: Json) -> Json:
    """The element's value before anyone touched it, as state holds it."""
    key = _VALUE_KEYS[element["type"]]
    given = element.get(f"initial_{key.removeprefix('selected_')}")
    return {"type": element["type"], key: [] if given is None and key.endswith("s") else given}


def state(blocks: Sequence[Json], entered: Values) -> Values:
    """What every input holds: what was entered where that still fits the element, else its initial value."""
    values: Values = {}
    for one in placed(blocks):
        if value_key(one.element) is None:
            continue
        known = entered.get(one.block_id, {}).get(one.action_id)
        fits = known is not None and known.get("type") == one.element["type"]
        values.setdefault(one.block_id, {})[one.action_id] = known if fits and known else initial(one.element)
    return values


_REQUIRED = "Please complete this required field."


def faults(blocks: Sequence[Json], values: Values) -> dict[str, str]:
    """What Slack's own client refuses before it sends a submission: block_id to words."""
    found: dict[str, str] = {}
    for one in placed(blocks):
        if one.block["type"] != "input":
            continue
        value = values[one.block_id][one.action_id][_VALUE_KEYS[one.element["type"]]]
        if value in (None, "", []):
            if not one.block.get("optional"):
                found[one.block_id] = _REQUIRED
        elif fault := _fault(one.element, value):
            found[one.block_id] = fault
    return found


def _fault(element: Json, value: Any) -> str | None:
    check = _CLIENT_CHECKS.get(element["type"])
    return check(element, value) if check else None


def _length(element: Json, value: str) -> str | None:
    low, high = element.get("min_length", 0), element.get("max_length", 3000)
    if len(value) < low:
        return f"Please enter at least {low} characters."
    return f"Please enter at most {high} characters." if len(value) > high else None


def _number(element: Json, value: str) -> str | None:
    pattern = r"-?\d+(\.\d+)?" if element.get("is_decimal_allowed") else r"-?\d+"
    if not re.fullmatch(pattern, value):
        return "Please enter a valid number."
    if "min_value" in element and float(value) < float(element["min_value"]):
        return f"Please enter a number that is at least {element['min_value']}."
    if "max_value" in element and float(value) > float(element["max_value"]):
        return f"Please enter a number that is at most {element['max_value']}."
    return None


def _address(element: Json, value: str) -> str | None:
    del element
    return None if re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", value) else "Please enter a valid email address."


def _url(element: Json, value: str) -> str | None:
    del element
    return None if re.fullmatch(r"https?://\S+", value) else "Please enter a valid URL."


_CLIENT_CHECKS: Mapping[str, Callable[[Json, str], str | None]] = {
    "plain_text_input": _length,
    "number_input": _number,
    "email_text_input": _address,
    "url_text_input": _url,
}


def settled(blocks: Sequence[Json], new_id: Callable[[], str]) -> Blocks:
    """The blocks as Slack keeps them: a block_id and an action_id everywhere, text objects with all their keys."""
    kept = copy.deepcopy(list(blocks))
    for block in kept:
        block.setdefault("block_id", new_id())
        _complete(block)
        for element in (*_listed(block), block.get("accessory"), block.get("element")):
            if isinstance(element, dict) and element["type"] not in ("image", "plain_text", "mrkdwn"):
                element.setdefault("action_id", new_id())
    return kept


def completed(text: Json) -> Json:
    """A text object with all its keys."""
    full = dict(text)
    _complete(full)
    return full


def _complete(value: Any) -> None:
    if isinstance(value, list):
        for one in value:
            _complete(one)
    elif isinstance(value, dict):
        if value.get("type") == "plain_text" and "text" in value:
            value.setdefault("emoji", True)
        if value.get("type") == "mrkdwn":
            value.setdefault("verbatim", False)
        for one in value.values():
            _complete(one)
