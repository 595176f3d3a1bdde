"""When an answer is right, when it is wrong, and what share of them is.

**An answer to a question that the policy answers** is right when it is quoted and its first quote says one of the
labelled snippets. A quote says a snippet when, with case, punctuation, typography and white space left aside, the
snippet's words stand in it in one run; or when a run of at least five words, and of two thirds of the snippet, does (a
label may reach over the end of a sentence). Where a snippet stands in several places of the policy and its label names
a heading, the quote must stand under that heading.

**An answer to a question that the policy does not answer** is right when it is silent. Being unsure, which hands the
question to a person, is neither right nor wrong. Of what asks nothing that a policy could answer (abuse, instructions,
other matters), silent and unsure are both right.

**Wrong is posted** when there is a quote where the policy does not answer, or when the first quote does not say what
was asked for. Silence about what the policy does answer is not right, and nothing wrong was posted.
"""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from fractions import Fraction
from functools import lru_cache

from bench.evaluation.questions import NOT_ASKED, Question, Snippet
from bot.privacy.answer import Answer, Kind
from bot.privacy.text import Clause, PolicyText

SHORTEST_RUN = 5
"""Words: what a quote must share with a snippet that it does not contain."""
LARGEST_LACK = Fraction(1, 3)
"""Of a snippet: what a quote may leave out."""

_WORD = re.compile(r"[^\W_]+")
_APOSTROPHES = str.maketrans("", "", "'’‘`´")


@lru_cache(maxsize=4_096)
def words(text: str) -> tuple[str, ...]:
    """The words of a text as they are compared: lower case, letters and digits only."""
    return tuple(_WORD.findall(text.casefold().translate(_APOSTROPHES)))


def says(quote: str, snippet: str) -> bool:
    """Whether a quote contains a snippet, or one run of most of its words."""
    has, wanted = words(quote), words(snippet)
    if not wanted:
        return False
    known, least = set(has), min(len(wanted), max(SHORTEST_RUN, math.ceil((1 - LARGEST_LACK) * len(wanted))))
    if sum(word in known for word in wanted) < least:  # most pairs, and quickly told
        return False
    run = SequenceMatcher(None, has, wanted, autojunk=False).find_longest_match().size
    return run == len(wanted) or (run >= SHORTEST_RUN and run >= (1 - LARGEST_LACK) * len(wanted))


def answers(clause: Clause, snippet: Snippet, policy: PolicyText) -> bool:
    """Whether a clause of the policy is what the label means."""
    if not says(clause.quote, snippet.words):
        return False
    ambiguous = snippet.heading is not None and _places(snippet.words, policy) > 1
    return not ambiguous or words(clause.heading) == words(snippet.heading or "")


def _places(snippet: str, policy: PolicyText) -> int:
    return f" {' '.join(words(policy.text))} ".count(f" {' '.join(words(snippet))} ")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to be said about one answer. `policy` is the name of the text, for intervals."""

    question: Question
    policy: str
    kind: Kind
    first: bool  # the passage ranked first says it; quotes are ranked before candidates
    among_three: bool
    first_quote: bool  # the first quote says it
    any_quote: bool

    @property
    def quoted(self) -> bool:
        """Whether something was posted."""
        return self.kind is Kind.QUOTED

    @property
    def right(self) -> bool:
        """Right end to end."""
        if self.question.answerable:
            return self.first_quote
        return self.kind is Kind.SILENT or (self.question.kind in NOT_ASKED and not self.quoted)

    @property
    def wrong_posted(self) -> bool:
        """Something was posted, and its first quote does not answer."""
        return self.quoted and not self.first_quote


def ranking(answer: Answer) -> tuple[Clause, ...]:
    """The quotes and then the candidates, each passage once."""
    return tuple({(clause.start, clause.end): clause for clause in (*answer.quotes, *answer.candidates)}.values())


def judge(question: Question, answer: Answer, policy: PolicyText, policy_name: str) -> Verdict:
    """The verdict on an answer."""

    def right(clause: Clause) -> bool:
        return any(answers(clause, snippet, policy) for snippet in question.snippets)

    ranked = [right(clause) for clause in ranking(answer)[:3]]
    quoted = answer.kind is Kind.QUOTED
    return Verdict(
        question=question,
        policy=policy_name,
        kind=answer.kind,
        first=any(ranked[:1]),
        among_three=any(ranked),
        first_quote=quoted and any(map(right, answer.quotes[:1])),
        any_quote=quoted and any(map(right, answer.quotes)),
    )


@dataclass(frozen=True, slots=True)
class Measure:
    """A share: of the verdicts that `counts`, how many are `hit`. `means` is its definition, in a line."""

    name: str
    means: str
    counts: Callable[[Verdict], bool]
    hit: Callable[[Verdict], bool]

    def cases(self, verdicts: Sequence[Verdict]) -> list[Verdict]:
        """The verdicts that it is a share of."""
        return [verdict for verdict in verdicts if self.counts(verdict)]

    def share(self, verdicts: Sequence[Verdict]) -> float | None:
        """0 to 1; None where nothing counts."""
        cases = self.cases(verdicts)
        return sum(map(self.hit, cases)) / len(cases) if cases else None


def _every(_: Verdict) -> bool:
    return True


def _answerable(verdict: Verdict) -> bool:
    return verdict.question.answerable


def _unanswerable(verdict: Verdict) -> bool:
    return not verdict.question.answerable


MEASURES = (
    Measure(
        "quote@1",
        "answerable questions whose right passage is ranked first, whether or not it was posted",
        _answerable,
        lambda verdict: verdict.first,
    ),
    Measure(
        "quote@3",
        "answerable questions whose right passage is among the first three",
        _answerable,
        lambda verdict: verdict.among_three,
    ),
    Measure(
        "silent found",
        "questions the policy does not answer that were answered with silence",
        _unanswerable,
        lambda verdict: verdict.right,
    ),
    Measure(
        "answerable kept",
        "answerable questions that were answered with a quote, right or wrong",
        _answerable,
        lambda verdict: verdict.quoted,
    ),
    Measure(
        "right end to end", "questions answered rightly: see the rule above", _every, lambda verdict: verdict.right
    ),
    Measure(
        "wrong answers posted",
        "questions to which a quote was posted whose first sentence does not answer",
        _every,
        lambda verdict: verdict.wrong_posted,
    ),
    Measure(
        "wrong posted, no quote right",
        "questions to which quotes were posted of which none answers",
        _every,
        lambda verdict: verdict.quoted and not verdict.any_quote,
    ),
    Measure("unsure", "questions handed to a person", _every, lambda verdict: verdict.kind is Kind.UNSURE),
)
