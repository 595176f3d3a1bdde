"""Fit the weights of the answers, say how good they are with each policy left out, and write them into the package."""

import sys
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from rich.console import Console
from rich.progress import Progress

from bench.evaluation import ROOT
from bench.fitting.cases import Cases, answering, cases, silence
from bench.fitting.examples import Example, Numbers, Sources, policy_qa_examples, sources
from bench.fitting.leaving_out import FOLDS, fold_of
from bench.fitting.reading import encoders, read
from bench.fitting.regression import ranking
from bot.privacy.answering import Answers, CrossEncoder, SentenceModel
from bot.privacy.answering.topics import Topics

OUTPUT = ROOT / "bot" / "privacy" / "answering" / "weights.py"
EVERY, WEIGHT = 3, 0.01
"""Of PolicyQA every third question on the websites that are fitted on, each counting 0.01 of a development question:
its labels are segments that a crowd saw one at a time, and many questions fit half of a policy."""
WIDTH = 10
"""Weights on a line."""
LIMITS = (0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7)
SILENT = (0.4, 0.45, 0.5, 0.6)
_HEAD = '''"""The weights of the ranking and of the probability: fitted by `python -m bench.fitting`, not by hand.

In the order of features.NAMES and of confidence.SIGNS. docs/answers.md says what they were fitted on, and how well.
"""

'''


class Fitted(NamedTuple):
    """Weights of the probabilities for one way to answer."""

    chance: Numbers
    bias: float
    unsaid: Numbers
    unsaid_bias: float


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


def ranks_of(examples: Sequence[Example], others: Sequence[Example]) -> Ranks:
    """The ranking's weights, with each part of the policies left out too."""
    fold = fold_of([*{each.policy for each in examples}])
    whole = fit_rank(examples, others)
    parts = [fit_rank([each for each in examples if fold[each.policy] != left], others, whole) for left in range(FOLDS)]
    return Ranks(whole, parts, fold)


def fit(examples: Sequence[Example], ranks: Ranks, topics: Topics) -> tuple[Fitted, LeftOut]:
    """Weights from all; and what weights come to that never saw a question's policy."""
    asked = cases(examples, ranks.parts, ranks.fold, topics)
    whole, silent = asked.first(len(examples)), silent_of(asked, examples)
    left = LeftOut(asked.left_out(answering)[: len(examples)], whole.truth, silent.left_out(silence))
    return Fitted(*answering(asked), *silence(silent)), left


def silent_of(known: Cases, examples: Sequence[Example]) -> Cases:
    """The cases of the examples, of each of which it is asked whether the policy is silent."""
    return known.first(len(examples), np.array([float(not each.answerable) for each in examples]))


def of_others(fitted: Fitted, written: Ranks, asked: Sequence[Example], topics: Topics) -> LeftOut:
    """What weights from the questions of one source come to on those of another, put by other people.

    How a question is put differs with who puts it, so that leaving policies out overstates what is learned: what
    gained 2.5 points that way gained nothing that could be told on questions by others (docs/answers.md).
    """
    only = dict.fromkeys((each.policy for each in asked), 0)
    there = cases(asked, [written.whole], only, topics).first(len(asked))
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
    return (
        f"CHANCE_{name} = {row(fitted.chance)}\nBIAS_{name} = {fitted.bias:.3f}\n"
        f"UNSAID_{name} = {row(fitted.unsaid)}\nUNSAID_BIAS_{name} = {fitted.unsaid_bias:.3f}\n"
    )


def fitted_on(there: Sources, others: Sequence[Example], topics: Topics, by_half: Sequence[CrossEncoder]) -> str:
    """The weights with the sentence model or without, and with what is read too if there are models for that, as source
    text; the figures are printed.
    """
    every = [each for source in there.values() for each in source]
    ranks = ranks_of(every, others)
    name = "WITH_MODEL" if by_half else "WITHOUT_MODEL"
    fitted, left = fit(every, ranks, topics)
    sys.stdout.write(told(name.lower().replace("_", " "), every, left) + "\n")
    asked_of_others(name, there, ranks_of(there["labelled"], others), topics)
    text = f"RANK_{name} = {row(ranks.whole)}\n" + written(name, fitted)
    if by_half:
        every = read(every, ranks.whole, by_half, ranks.fold)
        fitted, left = fit(every, ranks, topics)
        sys.stdout.write(told("with reading", every, left) + "\n")
        text += written("WITH_READING", fitted)
    return text


def asked_of_others(name: str, there: Sources, ranks: Ranks, topics: Topics) -> None:
    """Print the figures of weights from the questions of one source, asked those of the others."""
    by_written, _ = fit(there["labelled"], ranks, topics)
    for source, asked in there.items():
        if source != "labelled":
            by_others = of_others(by_written, ranks, asked, topics)
            mode = f"{name.lower().replace('_', ' ')}, fitted on labelled, asked {source}"
            sys.stdout.write(told(mode, asked, by_others) + "\n")


def main() -> None:
    """Fit for all ways to answer, print the figures, write the weights. Some minutes.

    Raises SetAbsent, NoModel, FileNotFoundError where `python -m bench.fitting.adapting` left no adapters.
    """
    text = _HEAD
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("Fitting", total=4)
        for model, by_half in ((SentenceModel(), encoders()), (None, ())):
            answers = Answers(model=model)
            there, others = sources(answers), list(policy_qa_examples(answers, EVERY))
            progress.advance(task)
            text += fitted_on(there, others, answers.topics, by_half)
            progress.advance(task)
    OUTPUT.write_text(text)


if __name__ == "__main__":
    main()
