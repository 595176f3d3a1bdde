"""The floor: bare BM25 over stemmed sentences, which always quotes what it ranks first."""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import snowballstemmer

from bot.privacy.answer import Answer, Confidence, Kind, Why
from bot.privacy.text import Clause, Passage, PolicyText

K1, B = 1.2, 0.75
"""The usual settings. Source: Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond (2009)."""
QUOTES, CANDIDATES = 3, 5

_WORD = re.compile(r"[^\W_]+")
_STEMMER = "english"


@lru_cache(maxsize=65_536)
def _stem(word: str) -> str:
    return str(snowballstemmer.stemmer(_STEMMER).stemWord(word))


def stems(text: str) -> list[str]:
    """The stemmed words of a text."""
    return [_stem(word) for word in _WORD.findall(text.casefold())]


@dataclass(frozen=True)
class Index:
    """Texts to be ranked by BM25."""

    counts: Sequence[Counter[str]]
    lengths: Sequence[int]
    documents: Counter[str]

    @classmethod
    def of(cls, texts: Sequence[str]) -> "Index":
        """Index some texts."""
        counts = [Counter(stems(text)) for text in texts]
        return cls(counts, [count.total() for count in counts], Counter(stem for count in counts for stem in count))

    def ranked(self, query: str) -> list[int]:
        """The places of the texts that share a word with a query, best first; of equals the first first."""
        mean = sum(self.lengths) / len(self.lengths) if self.lengths else 1.0
        weights = {stem: self._weight(stem) for stem in set(stems(query)) if stem in self.documents}
        scores = [
            sum(weight * self._frequency(place, stem, mean) for stem, weight in weights.items())
            for place in range(len(self.counts))
        ]
        return sorted((place for place, score in enumerate(scores) if score > 0), key=lambda place: -scores[place])

    def _weight(self, stem: str) -> float:
        found = self.documents[stem]
        return math.log(1 + (len(self.counts) - found + 0.5) / (found + 0.5))

    def _frequency(self, place: int, stem: str, mean: float) -> float:
        count = self.counts[place][stem]
        return count * (K1 + 1) / (count + K1 * (1 - B + B * self.lengths[place] / mean))


class BareBM25:
    """Sentences of a policy ranked by BM25, the first three quoted; silent where no word is shared."""

    def __init__(self) -> None:
        self._indexes: dict[str, Index] = {}

    def __call__(self, question: str, policy: PolicyText) -> Answer:
        """The answer, with up to three quotes and five candidates."""
        index = self._indexes.get(policy.hash)
        if index is None:
            index = self._indexes[policy.hash] = Index.of([policy.quote(sentence) for sentence in policy.sentences])
        best = [_clause(policy, policy.sentences[place]) for place in index.ranked(question)[:CANDIDATES]]
        if not best:
            return Answer(Kind.SILENT, Why.NOTHING_LIKE_IT, Confidence.LOW, policy.hash)
        return Answer(
            Kind.QUOTED, Why.SAID, Confidence.LOW, policy.hash, quotes=tuple(best[:QUOTES]), candidates=tuple(best)
        )


def _clause(policy: PolicyText, passage: Passage) -> Clause:
    return Clause(policy.quote(passage), passage.heading, passage.start, passage.end, policy.hash)
