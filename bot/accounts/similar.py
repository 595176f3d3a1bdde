"""Typing errors: which names to compare at all, and how alike two names are. Pure."""

from collections.abc import Iterable, Mapping
from functools import cache
from itertools import combinations
from types import ModuleType

from bot.accounts.folding import squash, trigrams

Group = tuple[str, ...]

RAREST = 5
MOST_CANDIDATES = 3000
MOST_COMPARED = 200
LONGEST = 100
SHORT = 7  # characters: one error in a word this short can leave no trigram whole

# A word of four letters may have one error, of eight two.
LEAST_ALIKE = 0.72
LEAST_ALIKE_WORD = 0.6
LEAST_PARTIAL = 50.0
FAR_BEHIND = 0.12  # behind the best by more than this is no suggestion
UNFINISHED = 0.97  # what a match with the beginning of a word counts


def wanted_trigrams(folded: str) -> tuple[str, ...]:
    """The trigrams whose frequency decides which names are compared."""
    return tuple(dict.fromkeys((*trigrams(f" {folded}"), *(one for near in _neighbours(folded) for one in near))))


def groups(folded: str, counts: Mapping[str, int]) -> tuple[Group, ...]:
    """Sets of trigrams of which a similar name has at least one whole; empty if no name can be similar.

    Pairs of the rarest trigrams that occur at all; single ones if there are fewer than three; and for short words
    all of the trigrams after two letters changed places or one is left out. A trigram over the end of one word and the
    beginning of the next comes last: it says little, and PostgreSQL's index has only the beginning ("s g" is "  g").
    """
    known = [one for one in trigrams(f" {folded}") if counts.get(one, 0) > 0]
    rarest = sorted(known, key=lambda one: (one[1] == " ", counts[one], one))[:RAREST]
    pairs: list[Group] = list(combinations(rarest, 2)) if len(rarest) > 2 else [(one,) for one in rarest]
    near = [one for one in _neighbours(folded) if all(counts.get(part, 0) > 0 for part in one)]
    return tuple(dict.fromkeys((*pairs, *near)))


def best(folded: str, candidates: Mapping[int, str]) -> list[int]:
    """The candidates (number to search text) that are alike enough, best first, ties by name and number."""
    from rapidfuzz import fuzz, process  # loaded for whoever mistyped

    near = process.extract(
        folded, candidates, scorer=fuzz.partial_ratio, processor=None, limit=MOST_COMPARED, score_cutoff=LEAST_PARTIAL
    )
    scored = [(alikeness(folded, text), text, number) for text, _, number in near]
    kept = [one for one in scored if one[0] >= LEAST_ALIKE]
    if not kept:
        return []
    top = max(score for score, _, _ in kept)
    ranked = sorted(kept, key=lambda one: (-one[0], one[1], one[2]))
    return [number for score, _, number in ranked if score >= top - FAR_BEHIND]


def alikeness(folded: str, search: str) -> float:
    """From 0 to 1: how well the words of a query are found again in any line of a search text."""
    return max((_line_alikeness(folded, line.strip()) for line in search.split("\n")), default=0.0)


def _line_alikeness(folded: str, line: str) -> float:
    whole, query = squash(line), squash(folded)
    together = max(_ratio(query, whole), UNFINISHED * _ratio(query, whole[: len(query)]))
    return max(together, _words_alikeness(folded.split(), line.split()))


def _words_alikeness(asked: list[str], there: list[str]) -> float:
    """Each asked word's best ratio, weighted by length; 0 if one of them is nowhere near."""
    total = 0.0
    for word in asked:
        ratio = max(_word_ratios(word, there), default=0.0)
        if ratio < LEAST_ALIKE_WORD:
            return 0.0
        total += ratio * len(word)
    return total / max(sum(map(len, asked)), 1)


def _word_ratios(word: str, there: list[str]) -> Iterable[float]:
    for other in there:
        yield _ratio(word, other)
        if len(other) > len(word):
            yield UNFINISHED * _ratio(word, other[: len(word)])


def _ratio(one: str, other: str) -> float:
    ratio: float = _transpositions().normalized_similarity(one, other)
    return ratio


@cache
def _transpositions() -> ModuleType:
    from rapidfuzz.distance import OSA

    return OSA


def _neighbours(folded: str) -> list[Group]:
    """Short text with two adjacent letters exchanged or one left out, as trigrams."""
    if len(folded) > SHORT:
        return []
    places = range(len(folded) - 1)
    exchanged = (folded[:n] + folded[n + 1] + folded[n] + folded[n + 2 :] for n in places)
    left_out = (folded[:n] + folded[n + 1 :] for n in range(len(folded)))
    near = dict.fromkeys(text for text in (*exchanged, *left_out) if text != folded and len(text) > 2)
    return [trigrams(text) for text in near if not text.startswith(" ")]
