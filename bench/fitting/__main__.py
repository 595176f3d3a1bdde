"""Fit the weights of the answers, say how good they are with each policy left out, and write them into the package."""

import sys
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from rich.console import Console
from rich.progress import Progress

from bench.evaluation import ROOT
from bench.fitting.cases import Cases, answering, cases, silence
from bench.fitting.examples import (
    LABELLED,
    OPENED,
    Example,
    Numbers,
    development,
    labelled,
    policy_qa_examples,
)
from bench.fitting.heads import Heads, fit_heads, read
from bench.fitting.regression import ranking
from bot.privacy.answering import Answers, CrossEncoder, SentenceModel
from bot.privacy.answering.topics import Topics

OUTPUT = ROOT / "bot" / "privacy" / "answering" / "weights.py"
EVERY, WEIGHT = 3, 0.01
"""Of PolicyQA every third question on the websites that are fitted on, each counting 0.01 of a development question:
its labels are segments that a crowd saw one at a time, and many questions fit half of a policy."""
FOLDS = 10
WIDTH = 10
"""Weights on a line."""
LIMITS = (0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7)
SILENT = (0.4, 0.45, 0.5, 0.6)
_HEAD = '''"""The weights of the ranking and of the probability: fitted by `python -m bench.fitting`, not by hand.

In the order of features.NAMES and of confidence.SIGNS. docs/answers.md says what they were fitted on, and how well.
"""

'''


class Fitted(NamedTuple):
    """Weights of the probabilities for one way to answer, and the heads where sentences are read."""

    chance: Numbers
    bias: float
    unsaid: Numbers
    unsaid_bias: float
    heads: Heads | None


class LeftOut(NamedTuple):
    """Of each question, by weights that never saw its policy: how likely its first sentence answers, whether it does,
    and how likely the policy does not answer.
    """

    chances: Numbers
    truth: Numbers
    unsaid: Numbers


class Ranks(NamedTuple):
    """The ranking's weights from all questions and from those outside each part of the policies; each one's part."""

    whole: Numbers
    parts: Sequence[Numbers]
    fold: Mapping[str, int]

    def of(self, example: Example) -> Numbers:
        """The weights that never saw an example's policy."""
        return self.parts[self.fold[example.policy]]


def fit_rank(examples: Sequence[Example], others: Sequence[Example], start: Numbers | None = None) -> Numbers:
    """The ranking's weights; from those of a fit on nearly the same, if any."""
    answerable = [each for each in examples if each.answerable]
    return ranking([*answerable, *others], [1.0] * len(answerable) + [WEIGHT] * len(others), start)


def fold_of(policies: Sequence[str]) -> Mapping[str, int]:
    """Which part of the policies each is left out with."""
    order = np.random.default_rng(0).permutation(len(policies))
    return {policy: int(place) % FOLDS for policy, place in zip(sorted(policies), order, strict=True)}


def ranks_of(examples: Sequence[Example], others: Sequence[Example]) -> Ranks:
    """The ranking's weights, with each part of the policies left out too."""
    fold = fold_of([*{each.policy for each in examples}])
    whole = fit_rank(examples, others)
    parts = [fit_rank([each for each in examples if fold[each.policy] != left], others, whole) for left in range(FOLDS)]
    return Ranks(whole, parts, fold)


def fit(examples: Sequence[Example], ranks: Ranks, topics: Topics, *, reading: bool) -> tuple[Fitted, LeftOut]:
    """Weights from all; and what weights come to that never saw a question's policy."""
    asked = known_of(examples, ranks, topics, reading=reading)
    whole, silent = asked.first(len(examples)), silent_of(asked, examples)
    fitted = Fitted(*answering(asked), *silence(silent), fit_heads(examples, ranks.of) if reading else None)
    return fitted, LeftOut(asked.left_out(answering)[: len(examples)], whole.truth, silent.left_out(silence))


def known_of(examples: Sequence[Example], ranks: Ranks, topics: Topics, *, reading: bool) -> Cases:
    """What the probabilities are fitted on, each first sentence by a ranking and by heads that never saw its policy."""
    outside = ([each for each in examples if ranks.fold[each.policy] != left] for left in range(FOLDS))
    heads = [fit_heads(some, ranks.of) if reading else None for some in outside]
    return cases(examples, ranks.parts, heads, ranks.fold, topics)


def silent_of(known: Cases, examples: Sequence[Example]) -> Cases:
    """The cases of the examples, of each of which it is asked whether the policy is silent."""
    return known.first(len(examples), np.array([float(not each.answerable) for each in examples]))


def of_others(fitted: Fitted, written: Ranks, asked: Sequence[Example], topics: Topics) -> LeftOut:
    """What weights from the questions of one source come to on those of another, put by other people.

    How a question is put differs with who puts it, so that leaving policies out overstates what is learned: what
    gained 2.5 points that way gained nothing that could be told on questions by others (docs/answers.md).
    """
    only = dict.fromkeys((each.policy for each in asked), 0)
    there = cases(asked, [written.whole], [fitted.heads], only, topics).first(len(asked))
    chances, unsaid = there.by(fitted.chance, fitted.bias), there.by(fitted.unsaid, fitted.unsaid_bias)
    return LeftOut(chances, there.truth, unsaid)


def area(chances: Numbers, truth: Numbers) -> float:
    """The area under the curve: how often what is so has a higher chance than what is not."""
    pairs = chances[truth == 1][:, None] - chances[truth == 0][None, :]
    return float(((pairs > 0) + 0.5 * (pairs == 0)).mean())


def told(mode: str, examples: Sequence[Example], left: LeftOut) -> str:
    """The figures with each policy left out."""
    answerable = np.array([each.answerable for each in examples])
    first = left.truth[answerable].mean()
    areas = area(left.chances, left.truth), area(left.unsaid, 1.0 - answerable)
    said = f"{mode}: {len(examples)} questions, {answerable.sum()} answerable, first right {first:.3f}"
    lines = [f"{said}, area {areas[0]:.3f}, of the policy's silence {areas[1]:.3f}"]
    for limit in LIMITS:
        quoted = left.chances >= limit
        right, wrong = (quoted & (left.truth == 1)).mean(), (quoted & (left.truth == 0)).mean()
        silent = [
            f"{of}: {(found & ~answerable).mean():.3f}/{(found & answerable).mean():.3f}"
            for of in SILENT
            for found in [~quoted & (left.unsaid >= of)]
        ]
        kept = quoted[answerable].mean()
        lines.append(
            f"  from {limit}: kept {kept:.3f}, right {right:.3f}, wrong {wrong:.3f}, silent rightly/wrongly from "
            + ", ".join(silent)
        )
    return "\n".join(lines)


def row(values: Numbers, places: int = 3) -> str:
    """Numbers as source text."""
    there = [f"{value:.{places}f}" for value in values]
    lines = (", ".join(there[start : start + WIDTH]) for start in range(0, len(there), WIDTH))
    return "(\n" + "".join(f"    {line},\n" for line in lines) + ")  # fmt: skip"


def written(name: str, fitted: Fitted) -> str:
    """The weights as source text."""
    text = (
        f"CHANCE_{name} = {row(fitted.chance)}\nBIAS_{name} = {fitted.bias:.3f}\n"
        f"UNSAID_{name} = {row(fitted.unsaid)}\nUNSAID_BIAS_{name} = {fitted.unsaid_bias:.3f}\n"
    )
    if heads := fitted.heads:
        text += (
            f"RIGHT = {row(heads.right, 4)}\nRIGHT_BIAS = {heads.right_bias:.4f}\n"
            f"ANSWERED = {row(heads.answered, 4)}\nANSWERED_BIAS = {heads.answered_bias:.4f}\n"
        )
    return text


Sources = Mapping[str, Sequence[Example]]


def sources(answers: Answers) -> Sources:
    """The questions by who put them."""
    return {
        "development": [*development(answers)],
        "opened": [*labelled(answers, OPENED)],
        "labelled": [*labelled(answers, LABELLED)],
    }


def fitted_on(there: Sources, others: Sequence[Example], topics: Topics, encoder: CrossEncoder | None) -> str:
    """The weights with the sentence model or without, and with what is read too if there is a model for that, as source
    text; the figures are printed.
    """
    every = [each for source in there.values() for each in source]
    ranks, of_written = ranks_of(every, others), ranks_of(there["labelled"], others)
    name = "WITH_MODEL" if encoder else "WITHOUT_MODEL"
    text = f"RANK_{name} = {row(ranks.whole)}\n" + _fitted(name, there, (ranks, of_written), topics)
    if encoder:
        there = {source: read(asked, ranks.whole, encoder) for source, asked in there.items()}
        text += _fitted("WITH_READING", there, (ranks, of_written), topics)
    return text


def _fitted(name: str, there: Sources, ranks: tuple[Ranks, Ranks], topics: Topics) -> str:
    every, reading = [each for source in there.values() for each in source], name == "WITH_READING"
    mode = name.lower().replace("_", " ")
    fitted, left = fit(every, ranks[0], topics, reading=reading)
    sys.stdout.write(told(mode, every, left) + "\n")
    by_written, _ = fit(there["labelled"], ranks[1], topics, reading=reading)
    for source, asked in there.items():
        if source != "labelled":
            by_others = of_others(by_written, ranks[1], asked, topics)
            sys.stdout.write(told(f"{mode}, fitted on labelled, asked {source}", asked, by_others) + "\n")
    return written(name, fitted)


def main() -> None:
    """Fit for all ways to answer, print the figures, write the weights. Some minutes. Raises SetAbsent, NoModel."""
    text = _HEAD
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("Fitting", total=4)
        for model, encoder in ((SentenceModel(), CrossEncoder()), (None, None)):
            answers = Answers(model=model)
            there, others = sources(answers), list(policy_qa_examples(answers, EVERY))
            progress.advance(task)
            text += fitted_on(there, others, answers.topics, encoder)
            progress.advance(task)
    OUTPUT.write_text(text)


if __name__ == "__main__":
    main()
