"""Block elements. Source: https://docs.slack.dev/reference/block-kit/block-elements"""

from collections.abc import Iterator, Mapping
from typing import Any

from slack_local.block_kit.checks import Check, Fault, anything, flag, integer, items, one_of, shape, string
from slack_local.block_kit.composition import (
    action_id,
    any_text,
    choice_option,
    confirm,
    conversation_filter,
    initial_among_options,
    menu_option,
    option_group,
    options_or_groups,
    overflow_option,
    plain_text,
    values_differ,
)

_DATE = r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
_TIME = r"([01]\d|2[0-3]):[0-5]\d"
_MAX_TEXT = 3000
_ID = string(255)

_focus: Mapping[str, Check] = {"focus_on_load": flag}
_asked: Mapping[str, Check] = {"type": anything}
_common: Mapping[str, Check] = {"action_id": action_id, "confirm": confirm, **_focus}
_menu: Mapping[str, Check] = {**_common, "placeholder": plain_text(150)}
_multi: Mapping[str, Check] = {**_menu, "max_selected_items": integer(1, 100)}
_typed: Mapping[str, Check] = {
    "action_id": action_id,
    "placeholder": plain_text(150),
    "dispatch_action_config": shape(
        {}, {"trigger_actions_on": items(one_of("on_enter_pressed", "on_character_entered"), 1, 2)}
    ),
    **_focus,
}


def _lengths_in_order(element: Any, path: str) -> Iterator[Fault]:
    low, high = element.get("min_length", 0), element.get("max_length", _MAX_TEXT)
    if low > high:
        yield path, "min_length must not be more than max_length"
    if "initial_value" in element and not low <= len(element["initial_value"]) <= high:
        yield f"{path}/initial_value", "initial_value does not fit min_length and max_length"


def _number(value: Any, path: str) -> Iterator[Fault]:
    yield from string(100, pattern=r"-?\d+(\.\d+)?")(value, path)


def _select(**own: Check) -> Check:
    return shape(_asked, {**_menu, **own})


def _multi_select(**own: Check) -> Check:
    return shape(_asked, {**_multi, **own})


_static = {"options": items(menu_option, 1, 100), "option_groups": items(option_group, 1, 100)}
_rules = (options_or_groups, values_differ, initial_among_options)
_external = {"min_query_length": integer(0, 1000)}

button = shape(
    {**_asked, "text": plain_text(75)},
    {
        "action_id": action_id,
        "url": string(3000),
        "value": string(2000, minimum=0),
        "style": one_of("primary", "danger"),
        "confirm": confirm,
        "accessibility_label": string(75),
    },
)
image = shape({**_asked, "alt_text": string(2000)}, {"image_url": string(3000), "slack_file": anything})
overflow = shape({**_asked, "options": items(overflow_option, 1, 5)}, {"action_id": action_id, "confirm": confirm})
plain_text_input = shape(
    _asked,
    {
        **_typed,
        "initial_value": string(_MAX_TEXT, minimum=0),
        "multiline": flag,
        "min_length": integer(0, _MAX_TEXT),
        "max_length": integer(1, _MAX_TEXT),
    },
    _lengths_in_order,
)

_choices = items(choice_option, 1, 10)

MENUS: Mapping[str, Check] = {
    "static_select": shape(_asked, {**_menu, **_static, "initial_option": anything}, *_rules),
    "external_select": _select(**_external, initial_option=menu_option),
    "users_select": _select(initial_user=_ID),
    "conversations_select": _select(
        initial_conversation=_ID,
        default_to_current_conversation=flag,
        response_url_enabled=flag,
        filter=conversation_filter,
    ),
    "channels_select": _select(initial_channel=_ID, response_url_enabled=flag),
    "multi_static_select": shape(_asked, {**_multi, **_static, "initial_options": items(anything, 1, 100)}, *_rules),
    "multi_external_select": _multi_select(**_external, initial_options=items(menu_option, 1, 100)),
    "multi_users_select": _multi_select(initial_users=items(_ID, 1, 100)),
    "multi_conversations_select": _multi_select(
        initial_conversations=items(_ID, 1, 100), default_to_current_conversation=flag, filter=conversation_filter
    ),
    "multi_channels_select": _multi_select(initial_channels=items(_ID, 1, 100)),
}
CHOICES: Mapping[str, Check] = {
    "checkboxes": shape(
        {**_asked, "options": _choices},
        {**_common, "initial_options": items(anything, 1, 10)},
        values_differ,
        initial_among_options,
    ),
    "radio_buttons": shape(
        {**_asked, "options": _choices}, {**_common, "initial_option": anything}, values_differ, initial_among_options
    ),
    "datepicker": _select(initial_date=string(10, pattern=_DATE)),
    "timepicker": _select(initial_time=string(5, pattern=_TIME), timezone=string(100)),
}
DATETIME: Mapping[str, Check] = {
    "datetimepicker": shape(_asked, {**_common, "initial_date_time": integer(1_000_000_000, 9_999_999_999)})
}
TYPED: Mapping[str, Check] = {
    "plain_text_input": plain_text_input,
    "email_text_input": shape(_asked, {**_typed, "initial_value": string(_MAX_TEXT)}),
    "url_text_input": shape(_asked, {**_typed, "initial_value": string(_MAX_TEXT)}),
    "number_input": shape(
        {**_asked, "is_decimal_allowed": flag},
        {**_typed, "initial_value": _number, "min_value": _number, "max_value": _number},
    ),
}

SECTION_ACCESSORIES: Mapping[str, Check] = {"button": button, "image": image, "overflow": overflow, **MENUS, **CHOICES}
ACTIONS: Mapping[str, Check] = {"button": button, "overflow": overflow, **MENUS, **CHOICES, **DATETIME}
INPUTS: Mapping[str, Check] = {**TYPED, **MENUS, **CHOICES, **DATETIME}
CONTEXT: Mapping[str, Check] = {"image": image, "plain_text": any_text(), "mrkdwn": any_text()}
