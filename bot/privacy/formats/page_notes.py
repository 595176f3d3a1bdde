"""Marks of footnotes on a page, which stand raised behind a word and are no part of it."""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_MARK = re.compile(r"\s*(\d{1,3}|[a-z]|[ivx]{1,5})\s*")
_OF_A_WORD = re.compile(r"(?:[^\W\d_]{4,}|[.,;:!?)”\"])\s*\Z")
"""Words that have no power: "m" and "km" do."""


def note_mark(text: "LexborNode") -> str:
    """The mark of a footnote in brackets, for the text that is one; "" for all other text.

    A number that is raised is one where it leads elsewhere on the page or stands behind a whole word: "you¹" would
    read as a word of its own otherwise, and without it nobody would know that there is a note.
    """
    found = _MARK.fullmatch(text.text_content or "")
    raised = _around(text, "sup") if found else None
    if not found or raised is None or _SPACE.sub("", raised.text(deep=True)) != found[1]:
        return ""
    link = _around(text, "a") or raised.css_first("a")
    inside = link is not None and (link.attributes.get("href") or "").startswith("#")
    numbered = found[1].isdigit() and _OF_A_WORD.search(_before(raised)) is not None
    return f"[{found[1]}]" if inside or numbered else ""


_SPACE = re.compile(r"\s+")


def _around(node: "LexborNode", tag: str) -> "LexborNode | None":
    above = node.parent
    for _ in range(3):
        if above is None or above.tag == tag:
            return above
        above = above.parent
    return None


def _before(node: "LexborNode") -> str:
    before = node.prev
    return (before.text_content or before.text(deep=True) or "") if before is not None else ""
