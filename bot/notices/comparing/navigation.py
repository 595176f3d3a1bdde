"""What stands around a policy on its page: controls, navigation, cookie banners. English."""

import re
from collections.abc import Collection, Container, Iterable, Iterator, Sequence

from bot.notices.comparing.likeness import FUNCTION_WORDS
from bot.notices.comparing.units import Unit, words_of

_BUTTON = re.compile(
    r"skip to (?:\w+ )?(?:content|navigation|search|footer|menu)|(?:back|return|go) to (?:the )?top|top|(?:main )?menu|"
    r"(?:log|sign) ?(?:in|up|out|on|off)(?: (?:or|log|sign|in|up|register))*|register|search|close|home|next|previous|"
    r"(?:print|save|share|download)(?: (?:this|the|our))?(?: (?:page|article|pdf|as pdf|(?:\w+ ){0,3}policy))?|pdf|"
    r"e ?mail this (?:page|article)|share (?:on|via|this on) \w+|follow us(?: on \w+)?|back|\d+|"
    r"(?:i )?(?:accept|reject|allow|deny|decline|agree|ok|okay|got it|dismiss)"
    r"(?: (?:all|necessary|essential|only|and close|to))*(?: cookies)?|"
    r"(?:manage|change|customi[sz]e|your|cookie|privacy|update)"
    r"(?: (?:my|your|cookie|cookies|privacy|consent))* (?:settings|preferences|choices|options)|"
    r"(?:read|learn|show|see|view|load) (?:more|less|all)|(?:expand|collapse)(?: all)?|toggle \w+(?: \w+)?|"
    r"table of contents?|contents|(?:on|in) this page|jump to(?: section)?|quick links|loading|please wait|"
    r"(?:please |you need to )?enable javascript.*|javascript is (?:disabled|required).*|"
    r"your browser (?:is|does not|doesn t).*|was this (?:page|article|content) (?:helpful|useful)(?: yes no)?|"
    r"comments(?: are)? (?:closed|off|disabled)|(?:leave|post|write) a (?:comment|reply)|"
    r"(?:select|choose|change) (?:your |a )?(?:language|country|region)|opens in (?:a )?new (?:window|tab)|"
    r"(?:logo|icon|arrow|chevron)(?: (?:up|down|left|right))?|advertisement|sponsored|breadcrumbs?|you are here|"
    r"all rights reserved|(?:\d{4} )+(?:\w+ ){0,6}all rights reserved|copyright (?:\w+ ?){1,8}",
)
_BANNER = re.compile(
    r"\b(?:this|our) (?:web ?site|site|page) uses cookies\b|\bwe(?: and our partners)? use cookies (?:to|on|and)\b"
    r"|\bby (?:clicking|continuing|browsing|using (?:this|our|the))\b.*\b(?:cookies?|accept|agree|consent)\b",
)


_PLACE = re.compile(
    r"terms(?: (?:of (?:use|service)|and conditions|conditions))?|contact us|about us|help faq|site ?map|"
    r"(?:\w+ )?(?:privacy|cookies?|legal|copyright)(?: \w+)? (?:policy|notice|statement)",
)
_PLACE_IN_A_ROW = re.compile(
    r"privacy|cookies|contact|about|help|faqs?|help cent(?:er|re)|support|blog|careers|jobs|press(?: room)?|"
    r"news(?:room|letter)?|accessibility|advertis(?:e|ing)(?: with us)?|products?|pricing|shop|store|community|"
    r"developers?|legal|imprint|impressum|mobile app|rss(?: feed)?|widgets|events|resources",
)
_LABEL_WORDS, _LABELS = 5, 3  # a label has no more words; so many in a row are navigation if one of them is a place
_SENTENCE_WORDS = 8  # from so many on it is the policy that begins or ends
_NEIGHBOURS = 3
_RESIDUE = re.compile(r"\]\([^)]*\)*;?(?:\s*\"[^\"]*\"\))?")
_NO_LABEL = re.compile(r"\d{4}|[.;:,!?@](?:\s|\Z)")
_BETWEEN = re.compile(r"[|•·»/]")
_PLACES_IN_A_TITLE = 2
_TITLES, _END_OF_SENTENCE = 3, (".", ";", ":", "!")
_OF_A_POLICY = re.compile(r"we|us|ours?|yours?|you|i|my|me|data|information|privacy")


def is_button(words: Iterable[str]) -> bool:
    """Whether these words are the label of a control or a piece of navigation, and of no sentence."""
    return _BUTTON.fullmatch(" ".join(words)) is not None


def is_banner(words: Iterable[str]) -> bool:
    """Whether these words may stand on a cookie banner; they may stand in a policy too."""
    return _BANNER.search(" ".join(words)) is not None


def is_place(words: Iterable[str]) -> bool:
    """Whether these words name another page of a site: Terms of Use, Contact us, Careers."""
    return _PLACE.fullmatch(" ".join(words)) is not None


def around(units: Sequence[Unit], unmatched: Collection[int], text: str) -> frozenset[int]:
    """The places of units that are navigation: rows of labels before the first sentence or behind the last one.

    `unmatched` are the places of units that the other version does not have; `text` is the units' own version.
    """
    lines = [unit for unit in map(units.__getitem__, sorted(unmatched)) if not unit.heading]
    labelled = [(unit, labels) for unit in lines if (labels := _labels(text[unit.start : unit.end]))]
    if not labelled:
        return frozenset()
    first = next((unit.place for unit in units if _is_sentence(unit, text)), len(units))
    last = next((unit.place for unit in reversed(units) if _is_sentence(unit, text)), len(units))
    found: set[int] = set()
    for run in _runs(pair for pair in labelled if pair[0].place < first or pair[0].place > last):
        labels = [label for _, of_unit in run for label in of_unit]
        if len(labels) >= _LABELS and any(_is_place_or_button(label) for label in labels):
            found.update(unit.place for unit, _ in run)
    return frozenset(found)


def _is_sentence(unit: Unit, text: str) -> bool:
    return len(unit.words) >= _SENTENCE_WORDS and not _labels(text[unit.start : unit.end])


def _is_place_or_button(words: Sequence[str]) -> bool:
    return is_place(words) or is_button(words) or _PLACE_IN_A_ROW.fullmatch(" ".join(words)) is not None


_Labelled = tuple[Unit, list[list[str]]]


def _runs(units: Iterable[_Labelled]) -> Iterator[list[_Labelled]]:
    """Units that stand one after the other, with gaps of up to two others between them."""
    run: list[_Labelled] = []
    for unit in units:
        if run and unit[0].place - run[-1][0].place > _NEIGHBOURS:
            yield run
            run = []
        run.append(unit)
    if run:
        yield run


def _labels(text: str) -> list[list[str]]:
    """The labels that a line consists of, each by its words; none where it has a sentence, a number or an address."""
    plain = _RESIDUE.sub(" ", text).replace("[", " ")
    if _NO_LABEL.search(plain):
        return []
    cells = [words_of(cell) for cell in _BETWEEN.split(plain)]
    if len(cells) == 1 and _is_row_of_titles(plain.split(), cells[0]):
        return [[word] for word in cells[0]]
    return [cell for cell in cells if cell] if all(len(cell) <= _LABEL_WORDS for cell in cells) else []


def _is_row_of_titles(tokens: Sequence[str], words: Sequence[str]) -> bool:
    """Whether labels stand in one line with nothing between them: capitals throughout, several places, no grammar."""
    places = sum(_PLACE_IN_A_ROW.fullmatch(word) is not None for word in words)
    names = all(token[0].isupper() and token.casefold() not in FUNCTION_WORDS for token in tokens)
    return len(words) > _LABEL_WORDS and names and places >= _PLACES_IN_A_TITLE


def related(units: Sequence[Unit], unmatched: Container[int], text: str) -> frozenset[int]:
    """The places of titles of other articles below the policy, with their heading: most are questions, none answered.

    A line that speaks of data or to the reader ends them, and so does a sentence: those may be the policy's own.
    """
    titles: list[Unit] = []
    for unit in reversed(units):
        if unit.place not in unmatched or not _may_be_title(unit, text):
            return frozenset()
        if unit.heading:
            asked = sum(text[one.start : one.end].endswith("?") for one in titles)
            enough = len(titles) >= _TITLES and 2 * asked > len(titles)
            return frozenset(one.place for one in (unit, *titles)) if enough else frozenset()
        titles.append(unit)
    return frozenset()


def _may_be_title(unit: Unit, text: str) -> bool:
    ends = text[unit.start : unit.end].endswith(_END_OF_SENTENCE)
    return not ends and not any(map(_OF_A_POLICY.fullmatch, unit.words))
