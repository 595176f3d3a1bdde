"""What a difference consists of: frozen values, with the words as they stand in the two texts."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum


class DifferenceKind(StrEnum):
    """What a difference of two versions amounts to. Only `text` is announced; `date` is shown apart."""

    SAME = "same"
    NOISE = "noise"
    DATE = "date"
    MOVED = "moved"
    TEXT = "text"


class ChangeKind(StrEnum):
    """What became of a sentence or a heading."""

    ADDED = "added"
    REMOVED = "removed"
    REWORDED = "reworded"
    MOVED = "moved"


class Noise(StrEnum):
    """Why a change says nothing new."""

    TYPOGRAPHY = "typography"  # case, punctuation, white space, quotes
    SPACING = "spacing"  # the same letters, divided into words otherwise: e-mail and email
    LINK = "link"  # an address of a page
    NUMBERING = "numbering"  # what a list item or a heading is counted by
    MARKUP = "markup"  # a heading that became a sentence, or the other way round
    DIVIDED = "divided"  # the same words, divided into sentences otherwise
    REPEATED = "repeated"  # stands once more or once less in the text
    BOILERPLATE = "boilerplate"  # navigation, buttons, cookie banners around the policy


class Urgency(StrEnum):
    """Why a change stands where it stands in the order: the first is what readers must know first."""

    PROMISE_REMOVED = "promise_removed"
    PROMISE_WEAKENED = "promise_weakened"
    ADDED = "added"
    REWORDED = "reworded"
    REMOVED = "removed"
    DATE = "date"
    MOVED = "moved"
    NOISE = "noise"


URGENCIES = tuple(Urgency)
"""In the order in which changes are shown."""

_FACTS: Mapping[Urgency, Urgency] = {
    Urgency.PROMISE_REMOVED: Urgency.REMOVED,
    Urgency.PROMISE_WEAKENED: Urgency.REWORDED,
}


@dataclass(frozen=True, slots=True)
class Quote:
    """Whole sentences, or a heading, as they stand: `text` is the version's `text[start:end]`.

    `sentences` are the single ones in it, more than one where a sentence was divided or several were joined. `section`
    is the heading above them ("" where there is none), a heading's own words for a heading.
    """

    text: str
    start: int
    end: int
    section: str
    sentences: tuple[str, ...]
    heading: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """One sentence (or heading) that was added, removed, reworded or moved.

    `before` is None for what was added, `after` for what was removed. `noise` says why it is listed only; `date` that
    nothing but a date of the policy itself changed.
    """

    kind: ChangeKind
    before: Quote | None
    after: Quote | None
    urgency: Urgency
    noise: Noise | None = None
    date: bool = False

    @property
    def section(self) -> str:
        """The heading that it stands under now, or stood under."""
        quote = self.after or self.before
        return quote.section if quote else ""

    @property
    def heading(self) -> bool:
        """Whether it is about a heading and no sentence."""
        quote = self.after or self.before
        return quote is not None and quote.heading


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed from the version `before` to the version `after` (hashes), most urgent first.

    `changes` are sentences with other words, another date or another place; `headings` the same for headings; `noise`
    is kept and listed, and nobody is told of it. `texts` are the two whole texts.
    """

    before: str
    after: str
    kind: DifferenceKind
    changes: tuple[Change, ...] = ()
    headings: tuple[Change, ...] = ()
    noise: tuple[Change, ...] = ()
    texts: tuple[str, str] = field(default=("", ""), repr=False, compare=False)

    def of(self, kind: ChangeKind) -> tuple[Change, ...]:
        """The sentences of one kind that changed in more than a date."""
        return tuple(change for change in self.changes if change.kind is kind and not change.date)

    @property
    def dates(self) -> tuple[Change, ...]:
        """What says when the policy was changed or takes effect, where that changed."""
        return tuple(change for change in self.changes if change.date)

    def facts_only(self) -> "Difference":
        """The same without what is a judgement by words (a promise, perhaps weaker), for what the company publishes."""
        return replace(self, changes=tuple(map(_as_fact, self.changes)))


def _as_fact(change: Change) -> Change:
    return replace(change, urgency=_FACTS.get(change.urgency, change.urgency))
