"""How long a difference of long versions takes, beside what difflib alone would do with the same sentences."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from bench.evaluation.clocks import milliseconds, percentile
from bench.evaluation.differences import Pair
from bench.evaluation.rows import Figure
from bench.rows import Aim
from bench.samples import by_turns
from bot.notices.comparing.difference import compare, compare_outlines
from bot.notices.comparing.units import Outline, outline_of
from bot.privacy.text import PolicyText, read_policy

LONG = 9_500
"""Words: versions at least this long are timed."""
AT_MOST_MS, BESIDE_DIFFLIB = Aim(200), Aim(2)
ROUNDS = 5
_ALIKE = 0.5

_FLOORS = ("by_word", "by_sentence")

Operation = tuple[str, int, int, int, int]


@dataclass(frozen=True, slots=True)
class Taken:
    """Median milliseconds of the same pair, by turns.

    `ours` compares versions whose sentences and words have been read, as the floors are given the sentences; `anew`
    reads the words of both too, `with_reading` the two files.
    """

    ours: float
    anew: float
    with_reading: float
    by_word: float
    by_sentence: float


def times(found: Sequence[Pair], rounds: int, step: Callable[[], None]) -> list[Figure]:
    """The rows about time, over the pairs with a long version."""
    taken: list[Taken] = []
    for pair in filter(_long, found):
        taken.append(_by_turns(pair, rounds))
        step()
    return _figures(taken) if taken else []


def _figures(taken: Sequence[Taken]) -> list[Figure]:
    p50, cases = percentile([each.ours for each in taken], 50), len(taken)
    anew = percentile([each.anew for each in taken], 50)
    by_words, by_sentences = (percentile([getattr(each, way) for each in taken], 50) for way in _FLOORS)
    slowest, whole = max(each.ours for each in taken), max(each.with_reading for each in taken)
    beside = "differences, time beside difflib"
    return [
        Figure("differences, time, slowest long pair", slowest, "ms", aim=AT_MOST_MS, cases=cases),
        Figure("differences, time with reading both, slowest long pair", whole, "ms", aim=AT_MOST_MS, cases=cases),
        Figure(
            f"{beside} by sentence and word, median pair", p50, "ms", by_words, BESIDE_DIFFLIB, "ratio", None, cases
        ),
        Figure(
            f"{beside} by sentence alone, median pair", p50, "ms", by_sentences, BESIDE_DIFFLIB, "ratio", None, cases
        ),
        Figure(f"{beside} by sentence and word, words read anew, median pair", anew, "ms", by_words, cases=cases),
    ]


def _by_turns(pair: Pair, rounds: int) -> Taken:
    old, new = ([policy.quote(each) for each in policy.sentences] for policy in (pair.before, pair.after))
    outline_of(pair.before), outline_of(pair.after)
    ways = (
        lambda: [milliseconds(lambda: compare(pair.before, pair.after))],
        lambda: [milliseconds(lambda: compare_outlines(*map(Outline.read, (pair.before, pair.after))))],
        lambda: [milliseconds(lambda: compare(*map(_read, pair.markdown)))],
        lambda: [milliseconds(lambda: by_word(old, new))],
        lambda: [milliseconds(lambda: by_sentence(old, new))],
    )
    return Taken(*(each.p50 for each in by_turns(ways, rounds, lambda: None)))


def _read(markdown: str) -> PolicyText:
    return read_policy(markdown.encode(), "policy.md")


def by_sentence(old: Sequence[str], new: Sequence[str]) -> Sequence[Operation]:
    """Which sentences are equal. Of the others it is not known which became which."""
    return SequenceMatcher(None, old, new, autojunk=False).get_opcodes()


def by_word(old: Sequence[str], new: Sequence[str]) -> list[Sequence[Operation]]:
    """The same, and in each replaced block the words of each new sentence beside the old one most like it."""
    found: list[Sequence[Operation]] = []
    for kind, first, last, start, end in by_sentence(old, new):
        if kind == "replace":
            found += [_nearest(old[first:last], sentence.split()) for sentence in new[start:end]]
    return found


def _nearest(old: Sequence[str], words: Sequence[str]) -> Sequence[Operation]:
    """The operations from the most like sentence, found as difflib.ndiff finds lines; none where none is like it."""
    matcher: SequenceMatcher[str] = SequenceMatcher(autojunk=False)
    matcher.set_seq2(words)
    best, nearest = _ALIKE, None
    for sentence in old:
        matcher.set_seq1(sentence.split())
        if matcher.real_quick_ratio() > best and matcher.quick_ratio() > best and matcher.ratio() > best:
            best, nearest = matcher.ratio(), sentence
    if nearest is None:
        return []
    matcher.set_seq1(nearest.split())
    return matcher.get_opcodes()


def long_pairs(found: Sequence[Pair]) -> int:
    """How many pairs are timed."""
    return sum(map(_long, found))


def _long(pair: Pair) -> bool:
    return max(len(policy.text.split()) for policy in (pair.before, pair.after)) >= LONG
