"""What nobody sees who opens a page: parts that are hidden, and that nothing on the page opens.

Sections that open when they are pressed are hidden too until then, and are the policy's own; so a hidden part is left
out only where nothing speaks for its being opened. A page's style sheets and scripts are not run.
"""

import re
from typing import TYPE_CHECKING, Final

from bot.privacy.typography import words

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_UNSEEN: Final = re.compile(
    r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|(?:font-size|opacity)\s*:\s*0(?:\.0*)?"
    r"(?:px|pt|em|rem|%)?|(?:left|right|top|bottom|text-indent)\s*:\s*-\d{4,}(?:\.\d+)?(?:px|pt|em|rem|%|vw))"
    r"\s*(?:!important\s*)?(?:;|$)",
    re.IGNORECASE,
)
_OPENERS: Final = words("h1 h2 h3 h4 h5 h6 button summary dt label")
_OPENING_ROLES: Final = frozenset({"button", "tab", "heading"})
_OPENED_ROLES: Final = frozenset({"tabpanel", "region"})
_OPENED_NAMES: Final = re.compile(
    r"accordion|collaps|expand|toggle|panel|(?:^|[\s_-])tabs?(?:$|[\s_-])|faq|read-?more|show-?more", re.IGNORECASE
)
_REFERRING: Final = ("aria-controls", "data-target", "data-bs-target", "data-toggle", "href", "for")
_REFER: Final = "[aria-controls], [data-target], [data-bs-target], [data-toggle], [href^='#'], [for]"


class Unseen:
    """What of one page is hidden for good."""

    def __init__(self, root: "LexborNode") -> None:
        self._opened = frozenset(
            name.removeprefix("#")
            for node in root.css(_REFER)
            for attribute in _REFERRING
            for name in (node.attributes.get(attribute) or "").split()
        )

    def holds(self, node: "LexborNode") -> bool:
        """Whether a part is hidden, and nothing opens it."""
        return _is_hidden(node) and not self._is_opened(node)

    def _is_opened(self, node: "LexborNode") -> bool:
        attributes = node.attributes
        if attributes.get("id") in self._opened or attributes.get("role") in _OPENED_ROLES:
            return True
        named = f"{attributes.get('id') or ''} {attributes.get('class') or ''}"
        return _OPENED_NAMES.search(named) is not None or _follows_an_opener(node)


def _is_hidden(node: "LexborNode") -> bool:
    attributes = node.attributes
    if "hidden" in attributes and attributes["hidden"] != "until-found":
        return True
    if node.tag == "dialog" and "open" not in attributes:
        return True
    return _UNSEEN.search(attributes.get("style") or "") is not None


def _follows_an_opener(node: "LexborNode") -> bool:
    """Whether a heading or a button stands before it, which may open it."""
    before = node.prev
    while before is not None and before.tag in {"-text", "-comment"} and not (before.text_content or "").strip():
        before = before.prev
    if before is None:
        return False
    attributes = before.attributes
    return before.tag in _OPENERS or "aria-expanded" in attributes or attributes.get("role") in _OPENING_ROLES
