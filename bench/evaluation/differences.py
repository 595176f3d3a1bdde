"""How differences of real versions of policies are told: alarms, what is found, sections, and time.

The yardstick is independent of what it measures: each version's sentences without links, case, punctuation and white
space, as a set; what is in one set and not in the other was removed, reworded or added.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bench.evaluation import outside
from bench.evaluation.outside import Found
from bench.evaluation.rows import Figure
from bench.evaluation.scoring import words
from bench.evaluation.sets import pairs
from bench.rows import Aim
from bot.notices.comparing.difference import Change, Difference, DifferenceKind, Quote, compare
from bot.notices.rendering import rows
from bot.notices.summary import summary
from bot.privacy.text import PolicyText, read_policy

ALL = Aim(1, at_most=False)

_LINK = re.compile(r"\bhttps?://\S+|\bwww\.\S+|\]\([^)]*\)")

Comparing = Callable[[PolicyText, PolicyText], Difference]


@dataclass(frozen=True)
class Pair:
    """Two consecutive versions; `technical` where people found nothing changed but how the page was fetched or read."""

    service: str
    date: str
    technical: bool
    before: PolicyText
    after: PolicyText
    markdown: tuple[str, str] = ("", "")


def load(limit: int = 0) -> list[Pair]:
    """All pairs (0), or so many spread over them. Raises SetAbsent."""
    every = pairs()
    chosen = every[:: max(1, len(every) // limit)] if limit else every
    return [_pair(row) for row in chosen]


def _pair(row: Mapping[str, str]) -> Pair:
    before, after = row["before"], row["after"]
    technical = row["kind"] == "technical"
    return Pair(row["service"], row["date"], technical, _read(before), _read(after), (before, after))


def from_outside(pair: Pair) -> Mapping[str, Found]:
    """What each outside measurer finds of a pair in what `steward policy diff --format json` prints."""
    told = rows(compare(pair.before, pair.after))
    return {one.name: outside.measured(one, *pair.markdown, told) for one in outside.MEASURERS}


def _read(markdown: str) -> PolicyText:
    return read_policy(markdown.encode(), "policy.md")


def normal(text: str) -> str:
    """A sentence by its words alone, without links."""
    return " ".join(words(_LINK.sub(" ", text)))


def sentences(policy: PolicyText) -> frozenset[str]:
    """A version's sentences, normalised."""
    return frozenset(filter(None, (normal(policy.quote(sentence)) for sentence in policy.sentences)))


def everything(policy: PolicyText) -> Counter[str]:
    """A version's sentences and headings, normalised, each as often as it stands there."""
    texts = [*map(policy.quote, policy.sentences), *(heading.text for heading in policy.headings)]
    return Counter(filter(None, map(normal, texts)))


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is to be said of one pair. Counts are of sentences."""

    service: str
    date: str
    technical: bool
    kind: DifferenceKind
    noise_only: bool  # by the yardstick: the same sentences and headings, in whatever order
    gone: int  # by the yardstick
    gone_told: int
    gone_listed: int  # as noise only
    come: int
    come_told: int
    come_listed: int
    changes: int
    attributed: int
    noise: Mapping[str, int]
    lines: Sequence[str] = ()  # what is told, in three lines

    @property
    def alarm(self) -> bool:
        """Whether it would be announced."""
        return self.kind is DifferenceKind.TEXT

    @property
    def missed(self) -> bool:
        """Whether sentences are other ones, and nothing is told."""
        return (self.gone + self.come > self.gone_listed + self.come_listed) and self.kind in (
            DifferenceKind.SAME,
            DifferenceKind.NOISE,
        )

    def line(self) -> dict[str, Any]:
        """For the list of what raised an alarm or differed in more than noise."""
        return {
            "service": self.service,
            "date": self.date,
            "class": str(self.kind),
            "sentences gone": self.gone,
            "sentences come": self.come,
            "noise listed": dict(self.noise),
            "told": list(self.lines),
        }


def compared(pair: Pair, comparing: Comparing = compare) -> Comparison:
    """Hold a difference against the yardstick."""
    difference = comparing(pair.before, pair.after)
    told = (*difference.changes, *difference.headings)
    old, new = sentences(pair.before), sentences(pair.after)
    gone, come = old - new, new - old
    before_told, before_listed = _said(told, "before"), _said(difference.noise, "before")
    after_told, after_listed = _said(told, "after"), _said(difference.noise, "after")
    return Comparison(
        pair.service,
        pair.date,
        pair.technical,
        difference.kind,
        noise_only=everything(pair.before).keys() == everything(pair.after).keys(),
        gone=len(gone),
        gone_told=len(gone & before_told),
        gone_listed=len((gone & before_listed) - before_told),
        come=len(come),
        come_told=len(come & after_told),
        come_listed=len((come & after_listed) - after_told),
        changes=len(difference.changes),
        attributed=sum(attributed(change, pair) for change in difference.changes),
        noise=Counter(str(change.noise) for change in difference.noise),
        lines=summary(difference),
    )


def _said(changes: Iterable[Change], side: str) -> frozenset[str]:
    quotes: list[Quote | None] = [getattr(change, side) for change in changes]
    return frozenset(normal(sentence) for quote in quotes if quote for sentence in (*quote.sentences, quote.text))


def attributed(change: Change, pair: Pair) -> bool:
    """Whether each quotation of a change names the heading that stands above it in its version."""
    sides = ((change.before, pair.before), (change.after, pair.after))
    return all(quote.section == heading_above(policy, quote.start) for quote, policy in sides if quote)


def heading_above(policy: PolicyText, offset: int) -> str:
    """The last heading before an offset into the text, "" for none."""
    above = bisect_right([heading.start for heading in policy.headings], offset)
    return policy.headings[above - 1].text if above else ""


def figures(found: Sequence[Comparison]) -> list[Figure]:
    """The rows about what is told."""
    technical = [each for each in found if each.technical]
    changed = [each for each in found if not each.technical]
    quiet = [each for each in technical if each.noise_only]
    return [
        _alarms("technical pairs that differ only in noise", quiet, Aim(0)),
        _alarms("all technical pairs", technical),
        _alarms("change pairs", changed),
        _count("changes not told", sum(each.missed for each in found), found, Aim(0)),
        *_recall("removed or reworded", *(_sum(found, field) for field in ("gone", "gone_told", "gone_listed"))),
        *_recall("added or reworded", *(_sum(found, field) for field in ("come", "come_told", "come_listed"))),
        _share("changes under their section", _sum(found, "attributed"), _sum(found, "changes"), ALL),
    ]


def _alarms(which: str, found: Sequence[Comparison], aim: Aim | None = None) -> Figure:
    return _count(f"alarms, {which}", sum(each.alarm for each in found), found, aim)


def _count(name: str, pairs: int, found: Sequence[Comparison], aim: Aim | None) -> Figure:
    return Figure(f"differences, {name}", pairs, "pairs", aim=aim, cases=len(found))


def _recall(name: str, every: int, told: int, listed: int) -> list[Figure]:
    return [
        _share(f"{name} sentences found", told + listed, every, ALL),
        _share(f"{name} sentences told, not listed as noise", told, every, None),
    ]


def _share(name: str, hit: int, every: int, aim: Aim | None) -> Figure:
    return Figure(f"differences, {name}", hit / every if every else 1.0, "share", aim=aim, cases=every)


def _sum(found: Iterable[Comparison], field: str) -> int:
    return sum(getattr(each, field) for each in found)
