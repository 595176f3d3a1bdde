"""Lines that are about a text as a document: its date, its version."""

import re

_OPENING = re.compile(
    r"\W*(?:(?:(?:privacy )?(?:policy|notice|statement) )?(?:last |latest |date of (?:last )?)?"
    r"(?:updat\w+|revis\w+|modif\w+|amend\w+|review\w+|chang\w+|effective|valid|version|dated?|published|issued|"
    r"in force|stand|as (?:of|at))\b|\d{1,2} \w+ \d{4}\W*\Z)",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"\b(?:19|20)\d\d\b|\b\d+(?:\.\d+)*\b")
_DATED = re.compile(r"\b(?:19|20)\d\d\b|\bversion \d", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+(?:[.][^\W_]+)*")
_LONGEST = 16
"""Words."""
_ASSERTING = frozenset(
    ("we", "you", "they", "it", "are", "will", "can", "must", "shall", "if", "when", "before", "applies", "apply")
)


def is_imprint(line: str) -> bool:
    """Whether a line only says of what date or version the text is ("Effective: 14 March 2011")."""
    its_words = _WORD.findall(line.lower())
    short = len(its_words) <= _LONGEST and _ASSERTING.isdisjoint(its_words)
    return short and _OPENING.match(line) is not None and _NUMBERED.search(line) is not None


def dates_the_text(line: str) -> bool:
    """Whether it names a year or a version too: then it is no heading, however it is set ("Changes to clause 7" is)."""
    return is_imprint(line) and _DATED.search(line) is not None
