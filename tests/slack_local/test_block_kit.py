"""Every limit of Block Kit: what is at the limit is fine, what is one past it is named with path and code."""

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slack_local import validate_surface
from slack_local.block_kit import inputs

Json = dict[str, Any]


def plain(text: str = "x") -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str = "x") -> Json:
    return {"type": "mrkdwn", "text": text}


def option(value: str = "v", text: str = "t") -> Json:
    return {"text": plain(text), "value": value}


def options(count: int) -> list[Json]:
    return [option(str(number)) for number in range(count)]


def button(**more: Any) -> Json:
    return {"type": "button", "text": plain(), **more}


def section(**more: Any) -> Json:
    return {"type": "section", "text": mrkdwn(), **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def entry(element: Json, **more: Any) -> Json:
    return {"type": "input", "label": plain(), "element": element, **more}


def typed(**more: Any) -> Json:
    return {"type": "plain_text_input", "action_id": "a", **more}


def select(**more: Any) -> Json:
    return {"type": "static_select", "options": options(2), **more}


def modal(*blocks: Json, **more: Any) -> Json:
    return {"type": "modal", "title": plain("t"), "submit": plain("s"), "blocks": list(blocks), **more}


def confirm(**more: Any) -> Json:
    return {"title": plain(), "text": mrkdwn(), "confirm": plain(), "deny": plain(), **more}


def in_message(block: Json) -> list[str]:
    return [str(problem) for problem in validate_surface({"text": "t", "blocks": [block]}, "message")]


def in_modal(block: Json) -> list[str]:
    return [str(problem) for problem in validate_surface(modal(block), "modal")]


LIMITS: list[tuple[Json, Json, str]] = [
    (section(text=mrkdwn("x" * 3000)), section(text=mrkdwn("x" * 3001)), "/text/text"),
    (section(), section(text=mrkdwn("")), "/text/text"),
    (section(fields=[mrkdwn("x" * 2000)] * 5), section(fields=[mrkdwn("x" * 2001)]), "/fields/0/text"),
    (section(fields=[mrkdwn()] * 10), section(fields=[mrkdwn()] * 11), "/fields"),
    (section(block_id="x" * 255), section(block_id="x" * 256), "/block_id"),
    ({"type": "header", "text": plain("x" * 150)}, {"type": "header", "text": plain("x" * 151)}, "/text/text"),
    ({"type": "header", "text": plain()}, {"type": "header", "text": mrkdwn()}, "/text/type"),
    ({"type": "context", "elements": [mrkdwn()] * 10}, {"type": "context", "elements": [mrkdwn()] * 11}, "/elements"),
    ({"type": "context", "elements": [mrkdwn()]}, {"type": "context", "elements": []}, "/elements"),
    (actions(*[button()] * 25), actions(*[button()] * 26), "/elements"),
    (actions(button()), actions(), "/elements"),
    (actions(button(text=plain("x" * 75))), actions(button(text=plain("x" * 76))), "/elements/0/text/text"),
    (actions(button()), actions(button(text=mrkdwn())), "/elements/0/text/type"),
    (actions(button(value="x" * 2000)), actions(button(value="x" * 2001)), "/elements/0/value"),
    (actions(button(action_id="x" * 255)), actions(button(action_id="x" * 256)), "/elements/0/action_id"),
    (actions(button(url="x" * 3000)), actions(button(url="x" * 3001)), "/elements/0/url"),
    (actions(button(style="danger")), actions(button(style="green")), "/elements/0/style"),
    (actions(button(accessibility_label="x" * 75)), actions(button(accessibility_label="x" * 76)), "/elements/0/acc"),
    (actions(button(confirm=confirm())), actions(button(confirm=confirm(title=plain("x" * 101)))), "/confirm/title"),
    (
        actions(button(confirm=confirm(text=mrkdwn("x" * 300)))),
        actions(button(confirm=confirm(text=mrkdwn("x" * 301)))),
        "/confirm/text",
    ),
    (actions(button(confirm=confirm())), actions(button(confirm=confirm(deny=plain("x" * 31)))), "/confirm/deny"),
    (actions(button(confirm=confirm())), actions(button(confirm={"title": plain()})), "/elements/0/confirm"),
    (actions(select()), actions(typed()), "/elements/0/type"),
    (actions(select(options=options(100))), actions(select(options=options(101))), "/elements/0/options"),
    (actions(select()), actions(select(options=[])), "/elements/0/options"),
    (
        actions(select(options=[option("x" * 150, "x" * 75)])),
        actions(select(options=[option("x" * 151)])),
        "/options/0/value",
    ),
    (actions(select()), actions(select(options=[option(text="x" * 76)])), "/options/0/text"),
    (actions(select()), actions(select(options=[option("same"), option("same")])), "/elements/0/options"),
    (actions(select(placeholder=plain("x" * 150))), actions(select(placeholder=plain("x" * 151))), "/placeholder"),
    (actions(select(initial_option=options(1)[0])), actions(select(initial_option=option("z"))), "/initial_option"),
    (
        actions({"type": "static_select", "option_groups": [{"label": plain("x" * 75), "options": options(1)}]}),
        actions({"type": "static_select", "option_groups": [{"label": plain("x" * 76), "options": options(1)}]}),
        "/option_groups/0/label",
    ),
    (actions(select()), actions({"type": "static_select"}), "/elements/0"),
    (
        actions({"type": "overflow", "options": options(5)}),
        actions({"type": "overflow", "options": options(6)}),
        "/options",
    ),
    (
        actions({"type": "checkboxes", "options": options(10)}),
        actions({"type": "checkboxes", "options": options(11)}),
        "/options",
    ),
    (
        actions({"type": "radio_buttons", "options": options(10)}),
        actions({"type": "radio_buttons", "options": options(11)}),
        "/options",
    ),
    (
        actions({"type": "datepicker", "initial_date": "2026-02-28"}),
        actions({"type": "datepicker", "initial_date": "28.2.2026"}),
        "/initial_date",
    ),
    (section(accessory=button()), section(accessory={"type": "datetimepicker"}), "/accessory/type"),
    (
        {"type": "image", "image_url": "https://x", "alt_text": "x" * 2000},
        {"type": "image", "image_url": "https://x", "alt_text": "x" * 2001},
        "/alt_text",
    ),
    (
        {"type": "image", "image_url": "https://x", "alt_text": "x", "title": plain("x" * 2000)},
        {"type": "image", "alt_text": "x"},
        "",
    ),
    ({"type": "divider"}, {"type": "divider", "color": "red"}, ""),
    ({"type": "markdown", "text": "x" * 12000}, {"type": "markdown", "text": "x" * 12001}, "/text"),
    (
        {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "x"}]}]},
        {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "txt": "x"}]}]},
        "/elements/0/elements/0",
    ),
    (section(text=plain()), section(text={**plain(), "verbatim": True}), "/text"),
    (section(text={**mrkdwn(), "verbatim": True}), section(text={**mrkdwn(), "emoji": True}), "/text"),
    (section(), {"type": "section"}, ""),
    (section(), {"type": "video"}, "/type"),
    (section(), {"text": mrkdwn()}, ""),
    (section(), {"type": "input", "label": plain(), "element": typed()}, "/type"),
]


@pytest.mark.parametrize(("good", "bad", "path"), LIMITS)
def test_a_block_of_a_message(good: Json, bad: Json, path: str) -> None:
    assert in_message(good) == []
    problems = validate_surface({"text": "t", "blocks": [bad]}, "message")
    assert any(problem.path.startswith("/blocks/0") and path in problem.path for problem in problems), problems
    assert {problem.code for problem in problems} == {"invalid_blocks"}


MODAL_LIMITS: list[tuple[Json, Json]] = [
    (entry(typed(), label=plain("x" * 2000)), entry(typed(), label=plain("x" * 2001))),
    (entry(typed(), hint=plain("x" * 2000)), entry(typed(), hint=plain("x" * 2001))),
    (entry(typed()), entry(typed(), label=mrkdwn())),
    (entry(typed()), entry(button())),
    (entry(typed(max_length=3000)), entry(typed(max_length=3001))),
    (entry(typed(min_length=0)), entry(typed(min_length=-1))),
    (entry(typed(min_length=3, max_length=3)), entry(typed(min_length=4, max_length=3))),
    (entry(typed(placeholder=plain("x" * 150))), entry(typed(placeholder=plain("x" * 151)))),
    (entry(typed(initial_value="x" * 3000)), entry(typed(initial_value="x" * 3001))),
    (
        entry({"type": "number_input", "is_decimal_allowed": False, "initial_value": "3"}),
        entry({"type": "number_input"}),
    ),
    (entry({"type": "users_select"}), entry({"type": "user_select"})),
    (
        entry({"type": "multi_static_select", "options": options(100), "max_selected_items": 1}),
        entry({"type": "multi_static_select", "options": options(1), "max_selected_items": 0}),
    ),
    (section(), {"type": "markdown", "text": "x"}),
]


@pytest.mark.parametrize(("good", "bad"), MODAL_LIMITS)
def test_a_block_of_a_modal(good: Json, bad: Json) -> None:
    assert in_modal(good) == []
    problems = validate_surface(modal(bad), "modal")
    assert problems
    assert all(p.path.startswith("/view/blocks/0") and p.code == "invalid_arguments" for p in problems)


WHOLE_MODALS: list[tuple[Json, Json]] = [
    (modal(title=plain("x" * 24)), modal(title=plain("x" * 25))),
    (modal(submit=plain("x" * 24)), modal(submit=plain("x" * 25))),
    (modal(close=plain("x" * 24)), modal(close=plain("x" * 25))),
    (modal(private_metadata="x" * 3000), modal(private_metadata="x" * 3001)),
    (modal(callback_id="x" * 255), modal(callback_id="x" * 256)),
    (modal(external_id="x" * 255), modal(external_id="x" * 256)),
    (modal(*[section()] * 100), modal(*[section()] * 101)),
    (modal(), {**modal(), "colour": "red"}),
    (modal(), {key: value for key, value in modal().items() if key != "title"}),
    (modal(), {key: value for key, value in modal().items() if key != "blocks"}),
    (modal(), {**modal(), "type": "home"}),
    (modal(entry(typed())), {key: value for key, value in modal(entry(typed())).items() if key != "submit"}),
    (modal(section(block_id="a"), section(block_id="b")), modal(section(block_id="a"), section(block_id="a"))),
    (
        modal(actions(button(action_id="a"), button(action_id="b"))),
        modal(actions(button(action_id="a"), button(action_id="a"))),
    ),
    (
        modal(entry(typed(focus_on_load=True)), entry(typed())),
        modal(entry(typed(focus_on_load=True)), entry(typed(focus_on_load=True))),
    ),
]


@pytest.mark.parametrize(("good", "bad"), WHOLE_MODALS)
def test_a_modal(good: Json, bad: Json) -> None:
    assert validate_surface(good, "modal") == []
    assert {problem.code for problem in validate_surface(bad, "modal")} == {"invalid_arguments"}


def test_a_home() -> None:
    home = {"type": "home", "blocks": [section()] * 100}
    assert validate_surface(home, "home") == []
    assert validate_surface({**home, "blocks": [section()] * 101}, "home")
    assert validate_surface({**home, "title": plain()}, "home")
    assert validate_surface({**home, "blocks": [entry(typed())]}, "home")


def codes(surface: Json) -> list[str]:
    return [problem.code for problem in validate_surface(surface, "message")]


def test_a_message_as_a_whole() -> None:
    assert codes({"text": "x" * 40_000, "blocks": [section()] * 50}) == []
    assert codes({"blocks": [section()] * 51}) == ["invalid_blocks"]
    assert codes({"text": "x" * 40_001}) == ["msg_too_long"]
    assert codes({"text": ""}) == ["no_text"]
    assert codes({"blocks": []}) == ["no_text"]
    assert codes({"text": "t", "blocks": {"type": "section"}}) == ["invalid_blocks_format"]
    assert codes({"text": 3}) == ["invalid_arguments"]
    assert codes({"text": "t", "blocks": ["divider"]}) == ["invalid_blocks"]
    assert codes({"text": "t", "blocks": [section(text=mrkdwn("x" * 2900))] * 5}) == ["msg_blocks_too_long"]
    assert codes({"text": "t", "response_type": "ephemeral", "replace_original": True}) == []


def test_a_view_that_is_too_large() -> None:
    large = modal(*[section(text=mrkdwn("š" * 3000)) for _ in range(50)])
    assert [problem.code for problem in validate_surface(large, "modal")] == ["view_too_large"]


KEYS = ["type", "text", "elements", "element", "accessory", "blocks", "block_id", "action_id", "title", "options"]
TYPES = st.sampled_from(["section", "modal", "actions", "button", "plain_text"])
LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
ANYTHING = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(KEYS), inner | TYPES))


@given(ANYTHING)
@settings(max_examples=200, deadline=None)
def test_whatever_comes_it_answers_with_problems_and_never_fails(value: Any) -> None:
    surface = value if isinstance(value, dict) else {"blocks": value}
    before = copy.deepcopy(surface)
    for kind in ("message", "modal", "home"):
        validate_surface(surface, kind)
    assert surface == before


def test_what_slack_fills_in() -> None:
    ids = iter(["one", "two", "three"])
    settled = inputs.settled([section(), actions(button())], lambda: next(ids))
    assert settled[0]["block_id"] == "one"
    assert settled[1] == {**actions({**button(), "text": {**plain(), "emoji": True}}), **settled[1]}
    assert {settled[1]["block_id"], settled[1]["elements"][0]["action_id"]} == {"two", "three"}


def test_the_state_of_inputs() -> None:
    blocks = [
        entry(typed(initial_value="a"), block_id="one"),
        entry({"type": "checkboxes", "action_id": "c", "options": options(2)}, block_id="two"),
        entry({"type": "datepicker", "action_id": "d"}, block_id="three"),
    ]
    assert inputs.state(blocks, {}) == {
        "one": {"a": {"type": "plain_text_input", "value": "a"}},
        "two": {"c": {"type": "checkboxes", "selected_options": []}},
        "three": {"d": {"type": "datepicker", "selected_date": None}},
    }
    stale = {"one": {"a": {"type": "datepicker", "selected_date": "2026-01-01"}}}
    assert inputs.state(blocks, stale)["one"]["a"]["value"] == "a"


@pytest.mark.parametrize(
    ("element", "value", "words"),
    [
        (typed(), None, "Please complete this required field."),
        (typed(), "", "Please complete this required field."),
        (typed(min_length=3), "ab", "Please enter at least 3 characters."),
        (typed(max_length=3), "abcd", "Please enter at most 3 characters."),
        ({"type": "number_input", "action_id": "a"}, "1.5", "Please enter a valid number."),
        (
            {"type": "number_input", "action_id": "a", "min_value": "2"},
            "1",
            "Please enter a number that is at least 2.",
        ),
        ({"type": "email_text_input", "action_id": "a"}, "ann", "Please enter a valid email address."),
        ({"type": "url_text_input", "action_id": "a"}, "ann", "Please enter a valid URL."),
    ],
)
def test_what_slacks_own_client_refuses(element: Json, value: str | None, words: str) -> None:
    blocks = [entry(element, block_id="b")]
    assert inputs.faults(blocks, {"b": {"a": {"type": element["type"], "value": value}}}) == {"b": words}


def test_an_optional_input_may_stay_empty() -> None:
    blocks = [entry(typed(), block_id="b", optional=True)]
    assert inputs.faults(blocks, inputs.state(blocks, {})) == {}
