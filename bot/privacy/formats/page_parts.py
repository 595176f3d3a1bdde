"""Which parts of a page are around the policy and which are the policy."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.privacy.formats.blocks import Block
from bot.privacy.formats.page_blocks import Written
from bot.privacy.formats.unseen import Unseen
from bot.privacy.typography import words

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_NEVER_READ = words(
    "script style noscript template svg math iframe object embed canvas audio video select option "
    "textarea input datalist progress meter map head nav search -comment"
)
_AROUND_ROLES = frozenset(
    {"navigation", "banner", "contentinfo", "search", "dialog", "alertdialog", "menu", "menubar", "tablist", "toolbar"}
)
_AROUND_NAMES = re.compile(
    r"(?:^|[\s_-])(?:onetrust-(?:banner|consent|pc)|cookie[s]?[_-]?(?:banner|consent|bar|notice|popup|modal|message|law|"
    r"overlay|dialog|wall|alert|warning|prompt|hinweis|meldung|leiste|bandeau|aviso)|cybotcookiebot\w*|cc-(?:window|banner)|gdpr[_-]?(?:banner|consent|popup)|"
    r"consent[_-]?(?:banner|modal|manager|popup)|didomi\w*|usercentrics\w*|qc-cmp\w*|osano-cm|cky-(?:consent|modal)\w*|"
    r"iubenda-cs\w*|cmplz\w*|breadcrumbs?|skip[_-]?(?:link|to[_-]content|nav)|site[_-]?(?:footer|nav|navigation)|"
    r"page[_-]?footer|footer|nav|navbar|navigation|main[_-]?(?:nav|menu)|mega[_-]?menu|sidebar|share[_-]?(?:bar|buttons|"
    r"links)|social[_-]?(?:links|icons|share)|(?:newsletter|mailing[_-]?list)[_-]?(?:sign[_-]?up|form|"
    r"box|subscribe|subscription|banner)|(?:announcement|promo(?:tion)?)[_-]?(?:bar|banner|strip)|related[_-]?posts|language[_-]?(?:switcher|selector)|screen-reader-text)"
    r"(?:$|[\s_-])",
    re.IGNORECASE,
)
_HEADING_PARTS = words("h1 h2 h3 h4 h5 h6 dt")
_MAIN = "main, article, [role=main]"
_MOST = 0.3
_PROSE_WORDS = 6
_SENTENCE_END = (".", "!", "?", ":", ";", ".”", '."', ".)")
_FEW_LINKS = 3


class Surroundings:
    """What stands around the policy on one page."""

    def __init__(self, root: "LexborNode", *, part: bool = False) -> None:
        """`part`: it is no whole page."""
        self._part = part
        self._length = max(1, len(root.text(deep=True)))
        self._main = {node.mem_id for node in root.css(_MAIN)}
        self._unseen = Unseen(root)

    def unseen(self, node: "LexborNode") -> bool:
        """Whether a part is hidden for good."""
        return self._unseen.holds(node)

    def left_out(self, node: "LexborNode") -> bool:
        """Whether a part of the page is no part of the policy.

        What is named like a banner or a footer but holds most of the page's words is kept: names are only names. So is
        what is hidden and is most of the page: some pages are, until their scripts run.
        """
        tag = node.tag or ""
        if tag in _NEVER_READ:
            return self._is_small(node) if tag == "nav" else True
        if self._unseen.holds(node):
            return self._part or len(node.text(deep=True)) < _MOST * self._length
        if tag == "button":
            return "aria-expanded" not in node.attributes and not _within(node, _HEADING_PARTS)
        if _is_link_list(node) and not self._in_main(node) and not _is_introduced(node):
            return True
        return self._is_around(node) and self._is_small(node)

    def _is_around(self, node: "LexborNode") -> bool:
        attributes = node.attributes
        tag = node.tag
        if attributes.get("role") in _AROUND_ROLES or ("hidden" in attributes and tag == "dialog"):
            return node.css_first("h1") is None
        named = f"{attributes.get('id') or ''} {attributes.get('class') or ''}"
        around = tag == "footer" or (tag not in {"body", "span", "a"} and _AROUND_NAMES.search(named) is not None)
        return around and not self._in_main(node) and node.css_first(_MAIN) is None

    def _is_small(self, node: "LexborNode") -> bool:
        return len(node.text(deep=True)) < _MOST * self._length or node.css_first("p") is None

    def _in_main(self, node: "LexborNode") -> bool:
        above = node.parent
        while self._main and above is not None:
            if above.mem_id in self._main:
                return True
            above = above.parent
        return False

    def chosen(self, written: Sequence[Written]) -> tuple[Block, ...]:
        """All blocks; where the page marks its content, of the blocks outside of it only those that say something."""
        inside = sum(len(one.block.text) for one in written if one.main)
        if inside < 0.5 * sum(len(one.block.text) for one in written):
            return tuple(one.block for one in written)
        return tuple(one.block for one in written if one.main or _is_prose(one.block) or one.block.level == 1)


def _is_prose(block: Block) -> bool:
    return not block.level and len(block.text.split()) >= _PROSE_WORDS and block.text.endswith(_SENTENCE_END)


def _is_link_list(node: "LexborNode") -> bool:
    """A list of links to other pages and of nothing else: navigation, wherever it stands."""
    if node.tag not in {"ul", "ol"}:
        return False
    links = node.css("a")
    if len(links) < _FEW_LINKS or any((link.attributes.get("href") or "#").startswith("#") for link in links):
        return False
    if any("@" in (link.attributes.get("href") or "") for link in links):
        return False
    text = _letters(node.text(deep=True))
    return text == _letters("".join(link.text(deep=True) for link in links)) and len(text) < 40 * len(links)


def _is_introduced(node: "LexborNode") -> bool:
    """Whether a paragraph stands before it: then the list belongs to what is said there."""
    before = node.prev
    while before is not None and before.tag in {"-text", "-comment"} and not (before.text_content or "").strip():
        before = before.prev
    return before is not None and before.tag in {"p", "-text"}


def _letters(text: str) -> str:
    return "".join(text.split())


def _within(node: "LexborNode", tags: frozenset[str]) -> bool:
    above = node.parent
    while above is not None:
        if above.tag in tags:
            return True
        above = above.parent
    return False
