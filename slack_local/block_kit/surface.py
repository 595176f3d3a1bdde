"""A whole surface against Slack's rules.

Stricter than Slack in one place on purpose: input blocks are accepted in modals only.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any, Literal

from slack_local.block_kit.blocks import HOME_BLOCKS, MARKDOWN_LIMIT, MESSAGE_BLOCKS, MODAL_BLOCKS
from slack_local.block_kit.checks import Check, Fault, anything, by_type, flag, items, shape, string
from slack_local.block_kit.composition import plain_text
from slack_local.json_types import Json

Kind = Literal["message", "modal", "home"]

MESSAGE_TEXT_LIMIT = 40_000
_BLOCKS_WEIGHT = 13_200
"""Source: https://github.com/slackapi/bolt-js/issues/2509 (not documented)."""
_VIEW_WEIGHT = 250_000


@dataclass(frozen=True, slots=True)
class Problem:
    """`path` is a JSON pointer into the surface, `code` the error that Slack's Web API answers."""

    path: str
    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.message} [json-pointer:{self.path}]"


def validate_surface(surface: Mapping[str, Any], kind: Kind) -> list[Problem]:
    """All that Slack would refuse in a message (`text`, `blocks`, …), a modal or a Home; an empty list if nothing.

    The keys of a message beside `text` and `blocks` (response_type, channel, …) are not looked at.
    """
    if kind == "message":
        return list(_message_problems(surface))
    faults = chain(_VIEW_CHECKS[kind](dict(surface), "/view"), _view_faults(surface))
    problems = [Problem(path, "invalid_arguments", words) for path, words in faults]
    if _weight(dict(surface)) > _VIEW_WEIGHT:
        problems.append(Problem("/view", "view_too_large", f"must be less than {_VIEW_WEIGHT + 1} bytes"))
    return problems


def _message_problems(surface: Mapping[str, Any]) -> Iterator[Problem]:
    text, blocks = surface.get("text"), surface.get("blocks")
    if text is not None and not isinstance(text, str):
        yield Problem("/text", "invalid_arguments", "must provide a string")
    elif len(text or "") > MESSAGE_TEXT_LIMIT:
        yield Problem("/text", "msg_too_long", f"must be less than {MESSAGE_TEXT_LIMIT + 1} characters")
    if not text and not blocks and not surface.get("attachments"):
        yield Problem("/text", "no_text", "a message has text, blocks or attachments")
    if blocks is None:
        return
    if not isinstance(blocks, list):
        yield Problem("/blocks", "invalid_blocks_format", "must provide an array")
        return
    yield from (Problem(path, "invalid_blocks", words) for path, words in _block_faults(blocks))
    if _weight(blocks) > _BLOCKS_WEIGHT and len(_said(blocks)) > MARKDOWN_LIMIT:
        yield Problem("/blocks", "msg_blocks_too_long", f"must be less than {MARKDOWN_LIMIT + 1} characters in all")


def _block_faults(blocks: list[Any]) -> Iterator[Fault]:
    yield from items(by_type(MESSAGE_BLOCKS), 0, 50)(blocks, "/blocks")
    yield from _repeated_ids(blocks, "/blocks")


_SHARED: Mapping[str, Check] = {
    "private_metadata": string(3000, minimum=0),
    "callback_id": string(255, minimum=0),
    "external_id": string(255, minimum=0),
}
_VIEW_CHECKS: Mapping[str, Check] = {
    "modal": by_type(
        {
            "modal": shape(
                {"type": anything, "title": plain_text(24), "blocks": items(by_type(MODAL_BLOCKS), 0, 100)},
                {
                    **_SHARED,
                    "submit": plain_text(24),
                    "close": plain_text(24),
                    "clear_on_close": flag,
                    "notify_on_close": flag,
                    "submit_disabled": flag,
                },
            )
        }
    ),
    "home": by_type(
        {"home": shape({"type": anything, "blocks": items(by_type(HOME_BLOCKS), 0, 100)}, _SHARED)},
    ),
}


def _view_faults(view: Mapping[str, Any]) -> Iterator[Fault]:
    blocks = view.get("blocks")
    if not isinstance(blocks, list):
        return
    yield from _repeated_ids(blocks, "/view/blocks")
    if _has_input(blocks) and view.get("type") == "modal" and "submit" not in view:
        yield "/view", "missing required field: submit (a modal with inputs needs it)"
    if sum(1 for element in _elements(blocks) if element.get("focus_on_load")) > 1:
        yield "/view/blocks", "only one element can have focus_on_load"


def _repeated_ids(blocks: list[Any], path: str) -> Iterator[Fault]:
    """block_id is unique in a surface, action_id in a block."""
    whole = [block for block in blocks if isinstance(block, dict)]
    for block_id, count in Counter(_hashable(block.get("block_id")) for block in whole).items():
        if block_id is not None and count > 1:
            yield path, f"`block_id` `{block_id}` is not unique"
    for index, block in enumerate(blocks):
        ids = Counter(_hashable(element.get("action_id")) for element in _elements([block]))
        for action_id, count in ids.items():
            if action_id is not None and count > 1:
                yield f"{path}/{index}", f"`action_id` `{action_id}` is not unique"


def _elements(blocks: list[Any]) -> Iterator[Json]:
    for block in blocks:
        if not isinstance(block, dict):
            continue
        listed = block.get("elements")
        inside = [*(listed if isinstance(listed, list) else ()), block.get("accessory"), block.get("element")]
        yield from (element for element in inside if isinstance(element, dict))


def _has_input(blocks: list[Any]) -> bool:
    return any(isinstance(block, dict) and block.get("type") == "input" for block in blocks)


def _hashable(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _weight(value: Any) -> int:
    return len(json.dumps(value, ensure_ascii=False).encode())


def _said(value: Any) -> str:
    """Every `text` in it, one after the other."""
    if isinstance(value, dict):
        return "".join(v if k == "text" and isinstance(v, str) else _said(v) for k, v in value.items())
    return "".join(map(_said, value)) if isinstance(value, list) else ""
