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
from bench.fitting.regression import ranking
from bot.privacy.answering import load
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
    """Weights for one way to run."""

    rank: Numbers
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


def fit_rank(examples: Sequence[Example], others: Sequence[Example], start: Numbers | None = None) -> Numbers:
    """The ranking's weights; from those of a fit on nearly the same, if any."""
    answerable = [each for each in examples if each.answerable]
    return ranking([*answerable, *others], [1.0] * len(answerable) + [WEIGHT] * len(others), start)


def fold_of(policies: Sequence[str]) -> Mapping[str, int]:
    """Which part of the policies each is left out with."""
    order = np.random.default_rng(0).permutation(len(policies))
    return {policy: int(place) % FOLDS for policy, place in zip(sorted(policies), order, strict=True)}


def fit(examples: Sequence[Example], others: Sequence[Example], topics: Topics) -> tuple[Fitted, LeftOut]:
    """Weights from all; and what weights come to that never saw a question's policy."""
    asked = known_of(examples, others, topics)
    whole, silent = asked.first(len(examples)), silent_of(asked, examples)
    fitted = Fitted(fit_rank(examples, others), *answering(asked), *silence(silent))
    return fitted, LeftOut(asked.left_out(answering)[: len(examples)], whole.truth, silent.left_out(silence))


def known_of(examples: Sequence[Example], others: Sequence[Example], topics: Topics) -> Cases:
    """What the probabilities are fitted on, each first sentence by a ranking that never saw its policy."""
    fold = fold_of([*{each.policy for each in examples}])
    whole = fit_rank(examples, others)
    ranks = [fit_rank([each for each in examples if fold[each.policy] != left], others, whole) for left in range(FOLDS)]
    return cases(examples, ranks, fold, topics)


def silent_of(known: Cases, examples: Sequence[Example]) -> Cases:
    """The cases of the examples, of each of which it is asked whether the policy is silent."""
    return known.first(len(examples), np.array([float(not each.answerable) for each in examples]))


def of_others(
    written: Sequence[Example], asked: Sequence[Example], others: Sequence[Example], topics: Topics
) -> LeftOut:
    """What weights from the questions of one source come to on those of another, put by other people.

    How a question is put differs with who puts it, so that leaving policies out overstates what is learned: what
    gained 2.5 points that way gained nothing that could be told on questions by others (docs/answers.md).
    """
    known = known_of(written, others, topics)
    ranking_of_all = fit_rank(written, others)
    there = cases(asked, [ranking_of_all], dict.fromkeys((each.policy for each in asked), 0), topics).first(len(asked))
    chances, unsaid = (there.by(*fitted) for fitted in (answering(known), silence(silent_of(known, written))))
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


def written(name: str, fitted: Fitted) -> str:
    """The weights as source text."""

    def row(values: Numbers) -> str:
        there = [f"{value:.3f}" for value in values]
        lines = (", ".join(there[start : start + WIDTH]) for start in range(0, len(there), WIDTH))
        return "(\n" + "".join(f"    {line},\n" for line in lines) + ")  # fmt: skip"

    return (
        f"RANK_{name} = {row(fitted.rank)}\nCHANCE_{name} = {row(fitted.chance)}\nBIAS_{name} = {fitted.bias:.3f}\n"
        f"UNSAID_{name} = {row(fitted.unsaid)}\nUNSAID_BIAS_{name} = {fitted.unsaid_bias:.3f}\n"
    )


def main() -> None:
    """Fit for both ways to run, print the figures, write the weights. Some minutes. Raises SetAbsent, NoModel."""
    text = _HEAD
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("Fitting", total=4)
        for mode, name in (("with model", "WITH_MODEL"), ("without model", "WITHOUT_MODEL")):
            answers = load(embed=name == "WITH_MODEL")
            sources = {
                "development": [*development(answers)],
                "opened": [*labelled(answers, OPENED)],
                "labelled": [*labelled(answers, LABELLED)],
            }
            examples = [each for source in sources.values() for each in source]
            others = list(policy_qa_examples(answers, EVERY))
            progress.advance(task)
            fitted, left = fit(examples, others, answers.topics)
            sys.stdout.write(told(mode, examples, left) + "\n")
            for name_of, asked in sources.items():
                if name_of != "labelled":
                    by_others = of_others(sources["labelled"], asked, others, answers.topics)
                    sys.stdout.write(told(f"{mode}, fitted on labelled, asked {name_of}", asked, by_others) + "\n")
            text += written(name, fitted)
            progress.advance(task)
    OUTPUT.write_text(text)


if __name__ == "__main__":
    main()
