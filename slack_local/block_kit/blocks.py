"""Blocks. Source: https://docs.slack.dev/reference/block-kit/blocks"""

from collections.abc import Iterator, Mapping
from typing import Any

from slack_local.block_kit.checks import Check, Fault, anything, by_type, flag, items, shape, string
from slack_local.block_kit.composition import any_text, block_id, plain_text
from slack_local.block_kit.elements import ACTIONS, CONTEXT, INPUTS, SECTION_ACCESSORIES
from slack_local.block_kit.rich_text import rich_text

MARKDOWN_LIMIT = 12_000

_asked: Mapping[str, Check] = {"type": anything}
_own: Mapping[str, Check] = {"block_id": block_id}


def _says_something(block: Any, path: str) -> Iterator[Fault]:
    if "text" not in block and "fields" not in block:
        yield path, "must define either `text` or `fields`"


def _has_a_picture(block: Any, path: str) -> Iterator[Fault]:
    if ("image_url" in block) == ("slack_file" in block):
        yield path, "must define either `slack_file` or `image_url`"


_section = shape(
    _asked,
    {
        **_own,
        "text": any_text(3000),
        "fields": items(any_text(2000), 1, 10),
        "accessory": by_type(SECTION_ACCESSORIES),
        "expand": flag,
    },
    _says_something,
)
_input = shape(
    {**_asked, "label": plain_text(2000), "element": by_type(INPUTS)},
    {**_own, "hint": plain_text(2000), "optional": flag, "dispatch_action": flag},
)
_image = shape(
    {**_asked, "alt_text": string(2000)},
    {**_own, "title": plain_text(2000), "image_url": string(3000), "slack_file": anything},
    _has_a_picture,
)

EVERYWHERE: Mapping[str, Check] = {
    "section": _section,
    "header": shape({**_asked, "text": plain_text(150)}, _own),
    "divider": shape(_asked, _own),
    "context": shape({**_asked, "elements": items(by_type(CONTEXT), 1, 10)}, _own),
    "actions": shape({**_asked, "elements": items(by_type(ACTIONS), 1, 25)}, _own),
    "image": _image,
    "rich_text": rich_text,
}
MESSAGE_BLOCKS: Mapping[str, Check] = {
    **EVERYWHERE,
    "markdown": shape({**_asked, "text": string(MARKDOWN_LIMIT)}, _own),
}
MODAL_BLOCKS: Mapping[str, Check] = {**EVERYWHERE, "input": _input}
HOME_BLOCKS: Mapping[str, Check] = EVERYWHERE
