"""Fit the weights of the answers, say how good they are with each policy left out, and write them into the package."""

import sys
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from rich.console import Console
from rich.progress import Progress

from bench.evaluation import ROOT
from bench.fitting.examples import Example, Numbers, development, labelled, policy_qa_examples
from bench.fitting.regression import logistic, ranking
from bot.privacy.answering import load
from bot.privacy.answering.topics import Topics

OUTPUT = ROOT / "bot" / "privacy" / "answering" / "weights.py"
EVERY, WEIGHT = 3, 0.01
"""Of PolicyQA every third question on the websites that are fitted on, each counting 0.01 of a development question:
its labels are segments that a crowd saw one at a time, and many questions fit half of a policy."""
REMOVED = 0.5
"""What a question counts whose right sentences were taken away: it has no answer then, or nearly."""
PENALTY = 3.0
FOLDS = 10
LIMITS = (0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7)
_HEAD = '''"""The weights of the ranking and of the probability: fitted by `python -m bench.fitting`, not by hand.

In the order of features.NAMES and of confidence.SIGNS. docs/answers.md says what they were fitted on, and how well.
"""

'''


class Fitted(NamedTuple):
    """Weights for one way to run."""

    rank: Numbers
    chance: Numbers
    bias: float


def fit_rank(examples: Sequence[Example], others: Sequence[Example]) -> Numbers:
    """The ranking's weights."""
    answerable = [each for each in examples if each.answerable]
    return ranking([*answerable, *others], [1.0] * len(answerable) + [WEIGHT] * len(others))


def fit_chance(rows: Sequence[tuple[Numbers, float]], weights: Sequence[float]) -> tuple[Numbers, float]:
    """The probability's weights and bias."""
    return logistic(
        np.array([row for row, _ in rows]), np.array([right for _, right in rows]), np.array(weights), PENALTY
    )


def fold_of(policies: Sequence[str]) -> Mapping[str, int]:
    """Which part of the policies each is left out with."""
    order = np.random.default_rng(0).permutation(len(policies))
    return {policy: int(place) % FOLDS for policy, place in zip(sorted(policies), order, strict=True)}


def fit(examples: Sequence[Example], others: Sequence[Example], topics: Topics) -> tuple[Fitted, Numbers, Numbers]:
    """Weights from all; and the chance and the truth of each first sentence by weights that never saw its policy."""
    fold = fold_of([*{each.policy for each in examples}])
    ranks = [fit_rank([each for each in examples if fold[each.policy] != left], others) for left in range(FOLDS)]
    whole = [(each, each.signs(ranks[fold[each.policy]], topics), 1.0) for each in examples]
    less = [
        (each, each.signs(ranks[fold[each.policy]], topics, removed=True), REMOVED)
        for each in examples
        if each.answerable and each.right.any() and not each.right.all()
    ]
    cases = whole + less
    chances = np.zeros(len(whole))
    for left in range(FOLDS):
        kept = [case for case in cases if fold[case[0].policy] != left]
        weights, bias = fit_chance([case[1] for case in kept], [case[2] for case in kept])
        for place, (each, (row, _), _) in enumerate(whole):
            if fold[each.policy] == left:
                chances[place] = 1 / (1 + np.exp(-(row @ weights + bias)))
    weights, bias = fit_chance([case[1] for case in cases], [case[2] for case in cases])
    truth = np.array([right for _, (_, right), _ in whole])
    return Fitted(fit_rank(examples, others), weights, bias), chances, truth


def told(mode: str, examples: Sequence[Example], chances: Numbers, truth: Numbers) -> str:
    """The figures with each policy left out."""
    answerable = np.array([each.answerable for each in examples])
    pairs = chances[truth == 1][:, None] - chances[truth == 0][None, :]
    area = ((pairs > 0) + 0.5 * (pairs == 0)).mean()
    first = truth[answerable].mean()
    lines = [
        f"{mode}: {len(examples)} questions, {answerable.sum()} answerable, first right {first:.3f}, area {area:.3f}"
    ]
    for limit in LIMITS:
        quoted = chances >= limit
        right, wrong = (quoted & (truth == 1)).mean(), (quoted & (truth == 0)).mean()
        kept, held = quoted[answerable].mean(), (~quoted & ~answerable).mean()
        lines.append(f"  from {limit}: kept {kept:.3f}, right {right:.3f}, wrong {wrong:.3f}, rightly not {held:.3f}")
    return "\n".join(lines)


def written(name: str, fitted: Fitted) -> str:
    """The weights as source text."""

    def row(values: Numbers) -> str:
        return "(\n" + "".join(f"    {value:.3f},\n" for value in values) + ")"

    return f"RANK_{name} = {row(fitted.rank)}\nCHANCE_{name} = {row(fitted.chance)}\nBIAS_{name} = {fitted.bias:.3f}\n"


def main() -> None:
    """Fit for both ways to run, print the figures, write the weights. Some minutes. Raises SetAbsent, NoModel."""
    text = _HEAD
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("Fitting", total=4)
        for mode, name in (("with model", "WITH_MODEL"), ("without model", "WITHOUT_MODEL")):
            answers = load(embed=name == "WITH_MODEL")
            examples = [*development(answers), *labelled(answers)]
            others = list(policy_qa_examples(answers, EVERY))
            progress.advance(task)
            fitted, chances, truth = fit(examples, others, answers.topics)
            sys.stdout.write(told(mode, examples, chances, truth) + "\n")
            text += written(name, fitted)
            progress.advance(task)
    OUTPUT.write_text(text)


if __name__ == "__main__":
    main()
