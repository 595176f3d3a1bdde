"""The passages of a policy that are ranked: its sentences, each with what stands above it and what it speaks of.

A heading that runs into its paragraph ("How long. We keep …") is one passage with the sentence after it.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypedDict

from bot.privacy.answering.facts import Fact, given, introduces, invites
from bot.privacy.answering.names import names
from bot.privacy.answering.statements import (
    is_bare,
    is_header,
    leads_in,
    points_elsewhere,
    runs_in,
)
from bot.privacy.answering.topics import Topics
from bot.privacy.answering.words import Words, word_set, words
from bot.privacy.formats.blocks import CELL, marker_kind
from bot.privacy.imprint import is_imprint
from bot.privacy.text import Passage, PolicyText

_MARKER = re.compile(r"(?:^|\n)(?:[-*•–]|\(?[0-9a-zA-Z.]{1,6}[.)])\s+\Z")
_FROM_STEM, _FROM_HEADING, _FROM_HINT = 0.7, 0.35, 0.15
_STRONG = 1.5
"""The strength of phrases that counts as full evidence."""
_COMPANY, _PERSON = (
    word_set("we our us ours"),
    word_set("you your user users customer customers subscriber subscribers"),
)
_DENIALS = word_set("not no never none neither nor without nobody nothing")


@dataclass(frozen=True, slots=True)
class Unit:
    """One sentence, with what it says something on.

    `stem` is the number of the sentence that begins the list it is an item of, or of the row that names its table's
    columns. `evidence` is how surely the sentence says something on a topic, 0 to 1, with what its heading and its stem
    add; `direct` are the topics that its own words or its stem's name. `opens`: it begins a list. `bare`: it asserts
    nothing by itself, being a heading in all but mark-up, a question, the names of a table's columns, words without a
    verb, a list's beginning that no list follows, or a pointer to another place. `imprint`: it tells the text's date or
    version. `has` are its stems, `around` those with its heading's and its list's beginning's. `facts` are the kinds of
    fact that it holds. `actor` is 1 where the company acts, -1 where the person does, 0 where that is not told.
    `denies`: it says "not" in some form. `invites`: it invites people to ask. `introduces`: it says what the policy is
    for. `names`: words in it that stand as names.
    """

    passage: Passage
    words: Words
    stem: int | None
    paragraph: int
    opens: bool
    bare: bool
    imprint: bool
    evidence: Mapping[str, float]
    direct: frozenset[str]
    has: frozenset[str]
    around: frozenset[str]
    facts: frozenset[Fact]
    actor: int
    denies: bool
    invites: bool
    introduces: bool
    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Piece:
    """A sentence, or two of which the first is a heading to the other; `label` are the words of that heading.

    `opening`, `last`: it is the first (the last) of its paragraph.
    """

    passage: Passage
    paragraph: int
    quote: str
    words: Words
    label: Words | None
    opening: bool
    last: bool


def units(policy: PolicyText, topics: Topics) -> tuple[Unit, ...]:
    """The passages in order. Some 0.2 ms a sentence."""
    pieces = tuple(_pieces(policy))
    return tuple(_Reading(policy, topics, pieces).units())


def _pieces(policy: PolicyText) -> Iterator[_Piece]:
    starts = [paragraph.start for paragraph in policy.paragraphs]
    places = [bisect_right(starts, passage.start) - 1 for passage in policy.sentences]
    opening, label = True, None
    for number, (passage, place) in enumerate(zip(policy.sentences, places, strict=True)):
        opening = opening if label else number == 0 or places[number - 1] != place
        last = number + 1 == len(places) or places[number + 1] != place
        quote = policy.quote(passage)
        own = words(quote)
        if opening and not last and label is None and runs_in(quote, own, policy.quote(policy.sentences[number + 1])):
            label = (passage, own)
            continue
        whole = replace(passage, start=label[0].start) if label else passage
        yield _Piece(
            whole,
            place,
            policy.quote(whole),
            label[1] + own if label else own,
            label[1] if label else None,
            opening,
            last,
        )
        opening, label = False, None


class _Reading:
    """Goes through the pieces of a policy with what holds for those that come next: headings and a list's beginning."""

    def __init__(self, policy: PolicyText, topics: Topics, pieces: Sequence[_Piece]) -> None:
        self._policy = policy
        self._topics = topics
        self._pieces = pieces
        self._headings: dict[str, frozenset[str]] = {}
        self._above: frozenset[str] = frozenset()
        self._beside: frozenset[str] = frozenset()
        self._stem: tuple[int, Words] | None = None
        self._items: tuple[str, int] | None = None

    def units(self) -> Iterator[Unit]:
        for number, piece in enumerate(self._pieces):
            before = self._pieces[number - 1] if number else None
            if piece.opening:
                self._beside = self._named(piece.label)
                lone = before is not None and before.opening and before.passage.heading == piece.passage.heading
                self._above = self._above if lone else frozenset()
            yield self._unit(number, piece)

    def _unit(self, number: int, piece: _Piece) -> Unit:
        header = self._is_header(number)
        item = _is_item(self._policy, piece)
        if item and not self._goes_on(piece):
            self._stem = None
        leading = piece.last and leads_in(piece.quote)
        opens = leading and self._is_followed(number)
        imprint = piece.opening and piece.last and is_imprint(piece.quote)
        bare = header or (leading and not opens) or (not imprint and self._is_bare(piece, item=item))
        of = self._named_above(piece, item=item) or (self._stem if item and not opens and not header else None)
        its_words, whole = piece.words, of[1] + piece.words if of else piece.words
        said, together = self._topics.said(its_words), self._topics.said(whole) if of else {}
        heading = self._heading(piece.passage.heading) | self._above | self._beside
        evidence = _evidence(said, together, heading, self._topics.hinted(its_words))
        direct = frozenset() if bare else frozenset(said) | frozenset(together)
        self._above |= self._named(its_words if bare and not header else None)
        if opens or header:
            self._stem, self._items = (number, its_words), None
        elif not item:
            self._stem = None
        return Unit(
            piece.passage, its_words, of[0] if of else None, piece.paragraph, opens, bare,
            imprint, evidence, direct,
            **_seen(piece.quote, piece.passage.heading, its_words, whole),
        )  # fmt: skip

    def _named_above(self, piece: _Piece, *, item: bool) -> tuple[int, Words] | None:
        """What names what a further paragraph of an item or a definition is on: the item, the term. Of an item the
        beginning of its list, where the file says how lists stand within one another.
        """
        above = self._policy.stem(piece.passage)
        if above is None or (leads_in(self._policy.quote(above)) and not (item and piece.passage.depth)):
            return None
        number = bisect_right(self._pieces, above.start, key=lambda one: one.passage.start) - 1
        return number, self._pieces[number].words

    def _goes_on(self, piece: _Piece) -> bool:
        """Whether an item is of the list or the table that was begun: in its section, a row behind rows, its marker
        of the kind of the first one's and no further out, or deeper.
        """
        begun = self._pieces[self._stem[0]] if self._stem else None
        if begun and (begun.passage.section != piece.passage.section or (CELL in begun.quote) > (CELL in piece.quote)):
            return False
        own = marker_kind(piece.passage.marker), piece.passage.depth
        self._items = self._items or own
        return own[1] > self._items[1] or own == self._items

    def _is_bare(self, piece: _Piece, *, item: bool) -> bool:
        if piece.label is not None or (item and CELL not in piece.quote):
            return False
        if item:
            return points_elsewhere(piece.quote)
        if self._replies(piece):
            return piece.quote.endswith("?") or points_elsewhere(piece.quote)
        ends_line = self._policy.text[piece.passage.end : piece.passage.end + 1] in {"\n", ""}
        return is_bare(piece.quote, piece.words, ends_line=ends_line, alone=piece.opening and piece.last)

    def _replies(self, piece: _Piece) -> bool:
        """Whether a piece stands first under a heading that asks: "In Ireland." replies to it, and is no label."""
        passage = piece.passage
        asks = passage.heading.endswith("?")
        return asks and self._policy.headings[passage.section].end + 2 >= self._policy.paragraphs[piece.paragraph].start

    def _is_followed(self, number: int) -> bool:
        """Whether anything stands behind a piece under the same heading."""
        following = self._pieces[number + 1] if number + 1 < len(self._pieces) else None
        return following is not None and following.passage.section == self._pieces[number].passage.section

    def _is_header(self, number: int) -> bool:
        """Whether a piece is the first row of a table, and only names its columns."""
        row, before = self._pieces[number], self._pieces[number - 1] if number else None
        inside = before is not None and CELL in before.quote and before.passage.section == row.passage.section
        if CELL not in row.quote or inside:
            return False
        under = self._pieces[number + 1].quote if number + 1 < len(self._pieces) else ""
        return is_header(row.quote, under)

    def _heading(self, heading: str) -> frozenset[str]:
        if heading not in self._headings:
            self._headings[heading] = self._named(words(heading))
        return self._headings[heading]

    def _named(self, its_words: Words | None) -> frozenset[str]:
        """Headings name topics in the words of policies, and as often in those of the people who ask."""
        if its_words is None:
            return frozenset()
        return frozenset(self._topics.said(its_words)) | frozenset(self._topics.asked(its_words))


def _is_item(policy: PolicyText, piece: _Piece) -> bool:
    """Whether a piece stands in an item of a list or in a row of a table."""
    start = policy.paragraphs[piece.paragraph].start
    return CELL in piece.quote or _MARKER.search(policy.text[max(0, start - 10) : start]) is not None


class _Seen(TypedDict):
    has: frozenset[str]
    around: frozenset[str]
    facts: frozenset[Fact]
    actor: int
    denies: bool
    invites: bool
    introduces: bool
    names: frozenset[str]


def _seen(quote: str, heading: str, its_words: Words, whole: Words) -> _Seen:
    """What a sentence holds without regard to topics; `whole` are its words after those of its list's beginning."""
    return _Seen(
        has=frozenset(its_words.stems),
        around=frozenset((*whole.stems, *words(heading).stems)),
        facts=given(quote),
        actor=_actor(whole),
        denies=not _DENIALS.isdisjoint(its_words.plain),
        invites=invites(quote),
        introduces=introduces(quote),
        names=names(quote),
    )


def _actor(its_words: Words) -> int:
    """Who the first pronoun or noun for a person says acts."""
    for word in its_words.plain:
        if word in _COMPANY:
            return 1
        if word in _PERSON:
            return -1
    return 0


def _evidence(
    said: Mapping[str, float], whole: Mapping[str, float], heading: frozenset[str], hinted: frozenset[str]
) -> Mapping[str, float]:
    keys = {*said, *whole, *heading, *hinted}
    return {
        key: min(
            1.0,
            max(min(1.0, said.get(key, 0.0) / _STRONG), _FROM_STEM * min(1.0, whole.get(key, 0.0) / _STRONG))
            + (_FROM_HEADING if key in heading else 0.0)
            + (_FROM_HINT if key in hinted else 0.0),
        )
        for key in keys
    }
