"""What a sentence of a policy is: a statement, or what only stands around statements and answers nothing by itself."""

import re

from bot.privacy.answering.words import Words, word_set
from bot.privacy.formats.blocks import CELL, HEADING_LENGTH
from bot.privacy.sentences import breaks_off

_LONGEST_BARE = 14
_LONGEST_LABEL, _LONGEST_TITLE, _LONGEST_CELL = 8, 6, 6
"""Words of a heading that runs into its paragraph, of one that ends with a full stop and stands alone, and of a cell
that only names something."""
_LONGEST_ASKED, _LONGEST_REPLY = 14, 3
"""Words of a question that runs into its paragraph, and of a reply that is not understood without it."""
_HEADING_OPENERS = word_set("how what why who whom where when which")
_VERBS = word_set(
    "is are was were be been being has have had do does did may might can could will would shall should must use uses "
    "used collect collects store stores keep keeps share shares sell sells rent protect contact ask need provide "
    "provides retain delete process processes receive send read please visit click include includes apply applies "
    "not cannot agree consent email call write tell let updated effective"
)
"""Words without which a short run of words is rather a label than a sentence."""
_OF_SENTENCES = word_set(
    "i we us they them it he she you our your their its his her the a an this that these those some most many no "
    "nobody none every each all any if to when while once because"
)
"""Words that stand in sentences with any verb, and seldom in labels that end with a full stop."""
_SUBJECTS = word_set("i we you he she it they nobody everybody anyone everyone nothing")
"""Words with which sentences open, and labels do not."""
_HOLDS = re.compile(r"\d|@|\bwww\.")
_APPOSED = re.compile(r"[\w-]+, (?:the|our|an?)(?: [\w-]+){1,4}\.")
_SHORT_WORD = 3
"""Letters of a word that stands without a capital in a title."""
_FEWEST = 4
"""Words of a sentence that is told by those; one fewer where it opens with a subject."""
_LEADS_IN = re.compile(
    r"(?:[:：]|\b(?:as follows|the following|(?:listed|set out|described|shown|given) (?:below|here)|"
    r"in the (?:table|list) below)\W?)\Z",
    re.IGNORECASE,
)
_PLACE = (
    r"(?:(?:section|chapter|part|paragraph|article|clause|annex)s? [\d.()ivx]+"
    r"(?:(?:,| and| to| ?[–-]) ?[\d.()ivx]+)*|§.{1,20})"
)
_POINTER = re.compile(
    rf"\W*(?:(?:please )?(?:see|refer to|read|go to|turn to|consult)\b.{{0,40}}(?:{_PLACE}|\b(?:below|above)\b)"
    rf".{{0,20}}|(?:(?:under|in) )?(?:the )?{_PLACE}(?: (?:below|above))?|\d+(?:\.\d+)+\.?|"
    rf"(?:more|details|further (?:information|details))\b.{{0,30}}(?:{_PLACE}|\b(?:below|above)\b).{{0,20}})\Z",
    re.IGNORECASE,
)
_OF_ACTS = word_set("we us our they not no never nobody none until after within for")


def is_bare(quote: str, its_words: Words, *, ends_line: bool, alone: bool) -> bool:
    """Whether a sentence asserts nothing by itself: a question, a heading in all but mark-up, a few words without a
    verb, or what points elsewhere. `ends_line`: a line ends behind it; `alone`: it is its whole paragraph.

    A line with a number or an address is no heading.
    """
    if quote.endswith("?") or points_elsewhere(quote):
        return True
    if len(its_words) > _LONGEST_BARE or quote.endswith((":", ";")):
        return False
    unfinished = ends_line and not quote.endswith((".", "!", ",")) and len(quote) <= HEADING_LENGTH
    titled = alone and quote.endswith(".") and len(its_words) <= _LONGEST_TITLE and "," not in quote
    if (unfinished or titled) and its_words.plain[:1] and its_words.plain[0] in _HEADING_OPENERS:
        return True
    named = unfinished or (quote.endswith(".") and len(its_words) < _FEWEST)
    return named and _names(quote, its_words) and not _HOLDS.search(quote)


def _names(quote: str, its_words: Words) -> bool:
    """Whether words are a label rather than a sentence."""
    if quote.endswith(".") and _is_title(quote, its_words):
        return True
    told = quote.endswith(".") and not _APPOSED.fullmatch(quote) and _tells(its_words)
    return not _VERBS.intersection(its_words.plain) and not told


def _is_title(quote: str, its_words: Words) -> bool:
    """Whether all longer words of a short line have capitals, as titles are written ("Tracking Our Emails."), and it is
    no address or list of names.
    """
    if "," in quote or _HOLDS.search(quote) or its_words.plain[0] in _SUBJECTS:
        return False
    spelt = quote.rstrip(".").split()
    longer = [word for word in spelt if len(word) > _SHORT_WORD]
    return _FEWEST - 1 <= len(spelt) <= _LONGEST_LABEL and len(longer) >= 2 and all(word.istitle() for word in longer)


def _tells(its_words: Words) -> bool:
    """Whether words that end with a full stop are a sentence by their small words ("Boards lie in the bin …")."""
    if len(its_words) == _FEWEST - 1:
        return its_words.plain[0] in _SUBJECTS
    return len(its_words) >= _FEWEST and not _OF_SENTENCES.isdisjoint(its_words.plain)


def runs_in(quote: str, its_words: Words, following: str) -> bool:
    """Whether what opens a paragraph is a heading to what follows there, and the two are one passage: a label ("How
    long."), or a question that what follows is not understood without ("Do you sell it?" "No.").
    """
    if quote.endswith("?"):
        return len(its_words) <= _LONGEST_ASKED and len(following.split()) <= _LONGEST_REPLY
    if len(its_words) > _LONGEST_LABEL or CELL in quote:
        return False
    opener = bool(its_words.plain) and its_words.plain[0] in _HEADING_OPENERS
    return opener or (quote.endswith(".") and _names(quote, its_words))


def is_header(row: str, following: str) -> bool:
    """Whether the first row of a table only names its columns: cells of a few words each, fewer than in what follows,
    without a number.
    """
    cells = [cell.strip() for cell in row.split(CELL)]
    under = following.split(CELL)
    if len(cells) < 2 or len(under) != len(cells):
        return False
    short = all(len(cell.split()) <= _LONGEST_CELL and not cell.endswith((".", "!")) for cell in cells)
    return short and not any(map(str.isdigit, row)) and len(row) < len(following)


def points_elsewhere(quote: str) -> bool:
    """Whether a row or a sentence only says where to read more."""
    cells = [cell.strip() for cell in quote.split(CELL)]
    pointing = [cell for cell in cells if _POINTER.fullmatch(cell.rstrip("."))]
    others = [cell.lower().split() for cell in cells if cell not in pointing]
    return bool(pointing) and all(len(each) <= _LONGEST_CELL and _OF_ACTS.isdisjoint(each) for each in others)


def leads_in(quote: str) -> bool:
    """Whether a sentence begins a list or a table that stands behind it."""
    return _LEADS_IN.search(quote) is not None or breaks_off(quote)
