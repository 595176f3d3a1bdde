"""Composition objects. Source: https://docs.slack.dev/reference/block-kit/composition-objects"""

from collections.abc import Iterator
from typing import Any

from slack_local.block_kit.checks import Check, Fault, anything, by_type, flag, items, one_of, shape, string

TEXT_LIMIT = 3000

action_id = string(255)
block_id = string(255)


def plain_text(maximum: int = TEXT_LIMIT) -> Check:
    """A plain_text object."""
    return by_type({"plain_text": _text(maximum, "emoji")})


def any_text(maximum: int = TEXT_LIMIT) -> Check:
    """A plain_text or a mrkdwn object."""
    return by_type({"plain_text": _text(maximum, "emoji"), "mrkdwn": _text(maximum, "verbatim")})


def _text(maximum: int, switch: str) -> Check:
    return shape({"type": anything, "text": string(maximum)}, {switch: flag})


confirm = shape(
    {"title": plain_text(100), "text": any_text(300), "confirm": plain_text(30), "deny": plain_text(30)},
    {"style": one_of("primary", "danger")},
)

_VALUE = string(150)

menu_option = shape({"text": plain_text(75), "value": _VALUE}, {"description": plain_text(75)})
overflow_option = shape({"text": plain_text(75), "value": _VALUE}, {"description": plain_text(75), "url": string(3000)})
choice_option = shape({"text": any_text(75), "value": _VALUE}, {"description": any_text(75)})
option_group = shape({"label": plain_text(75), "options": items(menu_option, 1, 100)}, {})

conversation_filter = shape(
    {},
    {
        "include": items(one_of("im", "mpim", "private", "public"), 1, 4),
        "exclude_external_shared_channels": flag,
        "exclude_bot_users": flag,
    },
)


def options_of(element: Any) -> list[Any]:
    """All options of an element, those of its groups too."""
    grouped = [option for group in element.get("option_groups", ()) for option in group["options"]]
    return [*element.get("options", ()), *grouped]


def initial_among_options(element: Any, path: str) -> Iterator[Fault]:
    """What is chosen at first is one of the options, exactly as it stands there."""
    options = options_of(element)
    if "initial_option" in element and element["initial_option"] not in options:
        yield f"{path}/initial_option", "the initial option is not one of the options"
    for index, chosen in enumerate(element.get("initial_options", ())):
        if chosen not in options:
            yield f"{path}/initial_options/{index}", "the initial option is not one of the options"


def values_differ(element: Any, path: str) -> Iterator[Fault]:
    values = [option["value"] for option in options_of(element)]
    if len(values) != len(set(values)):
        yield f"{path}/options", "option values must be unique"


def options_or_groups(element: Any, path: str) -> Iterator[Fault]:
    if ("options" in element) == ("option_groups" in element):
        yield path, "must define exactly one of `options` and `option_groups`"
