"""The rows about answers: each set asked with the model, without it, and of the floor."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from bench.evaluation import policy_qa
from bench.evaluation.intervals import Case, interval
from bench.evaluation.questions import LANGUAGES, Answering, QuestionSet
from bench.evaluation.rows import Figure
from bench.evaluation.scoring import MEASURES, Measure, Verdict, judge
from bench.rows import Aim

Step = Callable[[], None]

SEED = 2026
AIMS: Mapping[tuple[str, str, str], Aim] = {
    ("mailigen", "right end to end", "with model"): Aim(0.95, at_most=False),
    ("mailigen", "wrong answers posted", "with model"): Aim(0.02),
    ("mailigen", "right end to end", "without model"): Aim(0.85, at_most=False),
    ("mailigen", "wrong answers posted", "without model"): Aim(0.05),
    ("policyqa", "segment@3", "with model"): Aim(0.80, at_most=False),
}


def verdicts(questions: QuestionSet, answering: Answering, step: Step) -> list[Verdict]:
    """Ask every question, and judge each answer."""
    judged = []
    for asked in questions.asked:
        answer = answering(asked.question.text, asked.policy)
        judged.append(judge(asked.question, answer, asked.policy, asked.policy_name))
        step()
    return judged


def figures(
    name: str, mode: str, judged: Sequence[Verdict], floor: Sequence[Verdict], measures: Sequence[Measure] = MEASURES
) -> list[Figure]:
    """A row for each measure that anything counts for, with its interval, beside the floor on the same questions."""
    random = Random(SEED)  # noqa: S311  the intervals are to be the same again
    rows = []
    for measure in measures:
        cases = measure.cases(judged)
        value = measure.share(judged)
        if value is None:
            continue
        drawn = [Case(float(measure.hit(verdict)), verdict.policy) for verdict in cases]
        rows.append(
            Figure(
                f"{name}, {measure.name}, {mode}",
                value,
                "share",
                measure.share(floor),
                AIMS.get((name, measure.name, mode)),
                interval=interval(drawn, random),
                cases=len(cases),
            )
        )
    return rows


def foreign_figures(name: str, mode: str, judged: Sequence[Verdict], floor: Sequence[Verdict]) -> list[Figure]:
    """What was posted wrongly to questions in other languages than English."""
    posted = [measure for measure in MEASURES if measure.name == "wrong answers posted"]
    return figures(f"{name}, other languages", mode, _foreign(judged), _foreign(floor), posted)


def _foreign(judged: Sequence[Verdict]) -> list[Verdict]:
    return [verdict for verdict in judged if verdict.question.kind in LANGUAGES]


@dataclass(frozen=True, slots=True)
class Share:
    """Of one kind or topic of questions: how many, and what share of them each measure finds."""

    cases: int
    shares: Mapping[str, float]


def broken_down(judged: Sequence[Verdict]) -> dict[str, dict[str, Share]]:
    """The measures by kind of question and by topic, answerable ones apart from others. No question is named."""
    parts: dict[str, dict[str, list[Verdict]]] = {"kind": {}, "topic": {}, "language": {}}
    for verdict in judged:
        side = "answerable" if verdict.question.answerable else "not answered"
        foreign = "another" if verdict.question.kind in LANGUAGES else "English"
        keys = {"kind": verdict.question.kind, "topic": verdict.question.topic, "language": foreign}
        for part, value in keys.items():
            parts[part].setdefault(f"{value}, {side}", []).append(verdict)
    return {part: {key: _shares(found) for key, found in sorted(groups.items())} for part, groups in parts.items()}


def _shares(judged: Sequence[Verdict]) -> Share:
    found = {measure.name: measure.share(judged) for measure in MEASURES}
    return Share(len(judged), {name: share for name, share in found.items() if share is not None})


@dataclass(frozen=True, slots=True)
class PolicyQaMeasure:
    """A mean over PolicyQA's questions. `means` is its definition, in a line."""

    name: str
    means: str
    unit: str
    value: Callable[[policy_qa.Found], float]


POLICY_QA_MEASURES = (
    PolicyQaMeasure(
        "segment@1",
        "questions whose first passage (quotes, then candidates) stands in a segment that answers it",
        "share",
        lambda found: found.first,
    ),
    PolicyQaMeasure(
        "segment@3",
        "questions of which one of the first three segments (by quotes, then candidates) answers it",
        "share",
        lambda found: found.among_three,
    ),
    PolicyQaMeasure(
        "practice@3",
        "questions of which one of the first three segments tells the practice that the question was written about",
        "share",
        lambda found: found.practice,
    ),
    PolicyQaMeasure(
        "answerable kept",
        "questions answered with a quote; all of them are answerable",
        "share",
        lambda found: found.quoted,
    ),
    PolicyQaMeasure(
        "right end to end",
        "questions answered with a quote whose first stands in a segment that answers it",
        "share",
        lambda found: found.right_quoted,
    ),
    PolicyQaMeasure(
        "wrong answers posted",
        "questions answered with a quote whose first stands in another segment",
        "share",
        lambda found: found.quoted and not found.right_quoted,
    ),
    PolicyQaMeasure(
        "span overlap",
        "mean token F1 of the first passage with the best of the spans that answer",
        "F1",
        lambda found: found.overlap,
    ),
)


def policy_qa_figures(
    mode: str, found: Sequence[policy_qa.Found], floor: Sequence[policy_qa.Found], name: str = "policyqa"
) -> list[Figure]:
    """PolicyQA's rows."""
    random = Random(SEED)  # noqa: S311  as above
    return [
        Figure(
            f"{name}, {measure.name}, {mode}",
            _mean([measure.value(each) for each in found]),
            measure.unit,
            _mean([measure.value(each) for each in floor]),
            AIMS.get((name, measure.name, mode)),
            interval=interval([Case(float(measure.value(each)), each.website) for each in found], random),
            cases=len(found),
        )
        for measure in POLICY_QA_MEASURES
    ]


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
