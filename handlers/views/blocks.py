"""Block Kit's pieces as plain values, cut to Slack's limits. https://docs.slack.dev/reference/block-kit

The whole surface is checked against every limit in the tests; here only text that people typed is cut, so that no
message is refused for a name that is too long.
"""

import re
from collections.abc import Sequence
from typing import Any
from unicodedata import bidirectional

Block = dict[str, Any]
Element = dict[str, Any]

SECTION_TEXT = 3000
PLAIN_BUTTON = 75
OPTION_TEXT = 75
OPTIONS = 100
TITLE = 24
MESSAGE_TEXT = 12_000
"""Characters of all texts in a message's blocks. Source: https://github.com/slackapi/bolt-js/issues/2509."""


TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Unicode's marks that turn the writing round, also of what follows: https://unicode.org/reports/tr9/#Explicit_Levels.
Hebrew and Arabic are written from right to left without them."""


def escape(text: str) -> str:
    """Text as data in mrkdwn: no mention, link or entity comes of it, and what follows is read as it was written.

    Slack: "Escaping text".
    """
    turned = text if text.isascii() else TURNING.sub("", text)  # they are beyond ASCII
    return turned.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


MARKS = re.compile(r"[*~`]|(?<![^\W_])_|_(?![^\W_])|:(?=[a-z0-9_+'-]+:)", re.IGNORECASE)
"""What Slack draws as mark-up: stars, waves, backticks, lines under a word's edge, and the colon of an emoji's name."""
MARK = re.compile(r"[*~`_:]")
"""Without one of these there is no mark-up, which is found out in a sixth of the time."""
ALIKE = {"*": "∗", "~": "∼", "`": "ˋ", "_": "ˍ", ":": "∶"}


def literal(text: str) -> str:
    """Text that somebody typed, within mrkdwn, drawn as it was typed: its marks are replaced by others that look alike.

    A paragraph of its own is better as `verbatim`, which keeps the very characters.
    """
    drawn = MARKS.sub(lambda mark: ALIKE[mark[0]], text) if MARK.search(text) else text
    return apart(escape(drawn))


FROM_THE_RIGHT = re.compile("[\u0590-\u08ff\u200f\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]")
"""The blocks that Unicode keeps for writing from right to left, and its mark of that direction; all else is from left
to right: https://www.unicode.org/Public/UCD/latest/ucd/extracted/DerivedBidiClass.txt."""


def apart(text: str) -> str:
    """Escaped text within a line of ours, which it does not turn round where it is written from right to left.

    The mark before it keeps the line's own direction where the text comes first in it, the isolate the order of what
    stands beside it: https://unicode.org/reports/tr9/#Markup_And_Formatting.
    """
    turns = not text.isascii() and any(bidirectional(one) in ("R", "AL") for one in FROM_THE_RIGHT.findall(text))
    return f"\u200e\u2068{text}\u2069" if turns else text


def strong(text: str) -> str:
    """Bold mrkdwn of text that somebody typed, on one line: its end would end the bold."""
    return f"*{literal(' '.join(text.split()))}*"


def code(text: str) -> str:
    """Code mrkdwn of text that somebody typed."""
    return f"`{escape(text.replace('`', 'ˋ'))}`"


def cut(text: str, most: int) -> str:
    """At most `most` characters, ending in an ellipsis where something was left out."""
    return text if len(text) <= most else text[: most - 1] + "…"


HALF = re.compile(r"(?:<[^<>]*|&[a-z]{0,3})$")


def cut_marked(text: str, most: int) -> str:
    """mrkdwn of at most `most` characters: no mention, date or entity is cut in its middle, and code and bold end."""
    if len(text) <= most:
        return text
    kept = HALF.sub("", text[: most - 3])
    last_line = kept.rpartition("\n")[2]
    return kept + "…" + "".join(mark for mark in "`*" if last_line.count(mark) % 2)


def plain(text: str, most: int = SECTION_TEXT) -> Element:
    """A plain_text object: nothing in it is ever read as mark-up."""
    return {"type": "plain_text", "text": cut(text, most) or " ", "emoji": False}


def mrkdwn(text: str, most: int = SECTION_TEXT) -> Element:
    """A mrkdwn object in which Slack makes no links of its own."""
    return {"type": "mrkdwn", "text": cut_marked(text, most), "verbatim": True}


def section(text: str, accessory: Element | None = None) -> Block:
    """A paragraph of mrkdwn, with at most one element beside it."""
    block: Block = {"type": "section", "text": mrkdwn(text)}
    if accessory:
        block["accessory"] = accessory
    return block


def verbatim(text: str) -> Block:
    """A paragraph of text exactly as somebody typed it."""
    return {"type": "section", "text": plain(text)}


def context(text: str) -> Block:
    """A line of small print."""
    return {"type": "context", "elements": [mrkdwn(text, 2000)]}


def header(text: str) -> Block:
    """A heading."""
    return {"type": "header", "text": plain(text, 150)}


def divider() -> Block:
    """A line across."""
    return {"type": "divider"}


def actions(*elements: Element) -> Block:
    """A row of buttons."""
    return {"type": "actions", "elements": list(elements)}


def button(
    text: str, action: str, value: str = "", *, style: str | None = None, sure: Element | None = None
) -> Element:
    """A button; `style` is primary or danger, `sure` a confirmation."""
    element: Element = {"type": "button", "action_id": action, "text": plain(text, PLAIN_BUTTON)}
    if value:
        element["value"] = value
    if style:
        element["style"] = style
    if sure:
        element["confirm"] = sure
    return element


def confirmation(title: str, text: str, yes: str, no: str) -> Element:
    """Asks once more before a button does what it says."""
    return {
        "title": plain(title, 100),
        "text": plain(text, 300),
        "confirm": plain(yes, 30),
        "deny": plain(no, 30),
        "style": "danger",
    }


def option(text: str, value: str) -> Element:
    """One choice of a menu."""
    return {"text": plain(text, OPTION_TEXT), "value": value}


def field(label: str, block_id: str, element: Element, *, optional: bool = False, hint: str = "") -> Block:
    """An input with its label."""
    block: Block = {
        "type": "input",
        "block_id": block_id,
        "label": plain(label, 2000),
        "element": element,
        "optional": optional,
    }
    if hint:
        block["hint"] = plain(hint, 2000)
    return block


def text_input(
    action: str, *, initial: str = "", multiline: bool = False, most: int = 3000, example: str = ""
) -> Element:
    """A text field."""
    element: Element = {"type": "plain_text_input", "action_id": action, "multiline": multiline, "max_length": most}
    if initial:
        element["initial_value"] = cut(initial, most)
    if example:
        element["placeholder"] = plain(example, 150)
    return element


def select(action: str, options: Sequence[Element], initial: str | None = None, *, example: str = "Choose") -> Element:
    """A menu for one choice; `initial` is the value of the option that is chosen already."""
    chosen = [one for one in options if one["value"] == initial]
    element: Element = {
        "type": "static_select",
        "action_id": action,
        "options": list(options)[:OPTIONS],
        "placeholder": plain(example, 150),
    }
    if chosen:
        element["initial_option"] = chosen[0]
    return element


def checkboxes(action: str, options: Sequence[Element], initial: Sequence[str] = ()) -> Element:
    """Choices of which several can be ticked."""
    element: Element = {"type": "checkboxes", "action_id": action, "options": list(options)[:10]}
    chosen = [one for one in element["options"] if one["value"] in initial]
    if chosen:
        element["initial_options"] = chosen
    return element


def modal(
    title: str,
    blocks: Sequence[Block],
    *,
    callback: str,
    submit: str | None = None,
    close: str = "Close",
    memo: str = "",
) -> Block:
    """A modal view; `memo` is its private_metadata and holds ids only."""
    view: Block = {
        "type": "modal",
        "callback_id": callback,
        "title": plain(title, TITLE),
        "close": plain(close, TITLE),
        "blocks": list(blocks)[:100],
    }
    if submit:
        view["submit"] = plain(submit, TITLE)
    if memo:
        view["private_metadata"] = memo
    return view


def fitting(parts: Sequence[Sequence[Block]], room: int) -> list[Sequence[Block]]:
    """As many of the parts, from the first one on, as have at most `room` characters of text together."""
    shown = []
    for part in parts:
        room -= letters(part)
        if room < 0:
            break
        shown.append(part)
    return shown


def letters(part: Any) -> int:
    """Characters of every text in blocks, as Slack counts them for a message."""
    if isinstance(part, dict):
        return sum(len(v) if k == "text" and isinstance(v, str) else letters(v) for k, v in part.items())
    return sum(map(letters, part)) if isinstance(part, list) else 0


def message(text: str, blocks: Sequence[Block]) -> Block:
    """A message; `text` is what a notification says and is never empty."""
    return {"text": cut(text, SECTION_TEXT), "blocks": list(blocks)}


def ephemeral(text: str, blocks: Sequence[Block] | None = None) -> Block:
    """A reply that only the person who asked can see."""
    return {"response_type": "ephemeral", **message(text, blocks or [section(text)])}
