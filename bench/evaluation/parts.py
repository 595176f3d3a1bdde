"""The parts of `make eval`, each from its data to its rows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from bench.evaluation import answers, costs, differences, policy_qa, sets
from bench.evaluation.engine import MODES, engine, floor
from bench.evaluation.questions import LANGUAGES, Answering, QuestionSet, joined
from bench.evaluation.rows import Figure
from bench.evaluation.scoring import MEASURES

Step = Callable[[], None]
Begin = Callable[[str, int], Step]
"""A description and a number of steps to what is called after each step."""


@dataclass(frozen=True, slots=True)
class Extent:
    """How much is measured; 0 is all there is."""

    held_out: int
    policy_qa: int
    timed: int
    pairs: int


@dataclass(frozen=True, slots=True)
class Measured:
    """The rows of a part, what else is to be said at once, and details for eval-details.json."""

    rows: Sequence[Figure]
    said: Sequence[str] = ()
    details: Mapping[str, Any] = field(default_factory=dict)


WHOLE = Extent(held_out=0, policy_qa=0, timed=0, pairs=0)
QUICK = Extent(held_out=120, policy_qa=240, timed=100, pairs=40)


def mailigen(begin: Begin, _: Extent) -> Measured:
    """The 40 questions on the reference company's policy."""
    return _measured([sets.mailigen()], begin)


def held_out(begin: Begin, extent: Extent) -> Measured:
    """The questions that whoever writes the answers has not read: on real policies, on made-up ones, and together."""
    made_up, real, absent = sets.held_out()
    wanted = [made_up] if real is None else [made_up, real, joined("held out", [made_up, real])]
    random = Random(answers.SEED)  # noqa: S311  the sample is to be the same again
    wanted = [one.sample(extent.held_out, random) if extent.held_out else one for one in wanted]
    done = _measured(wanted, begin)
    skipped = f"Of the held-out questions those are skipped whose text is absent: {'; '.join(absent)}."
    return Measured(done.rows, [skipped] if absent else [], done.details)


def _measured(wanted: Sequence[QuestionSet], begin: Begin) -> Measured:
    steps = sum(len(one.asked) for one in wanted) * (len(MODES) + 1)
    step = begin(", ".join(one.name for one in wanted[:1]), steps)
    floors = {one.name: answers.verdicts(one, floor(), step) for one in wanted}
    rows: list[Figure] = []
    details: dict[str, Any] = {}
    for mode in MODES:
        answering = engine(mode)
        for one in wanted:
            judged = answers.verdicts(one, answering, step)
            rows += answers.figures(one.name, mode, judged, floors[one.name])
            details[f"{one.name}, {mode}"] = answers.broken_down(judged)
            foreign = [each for each in judged if each.question.kind in LANGUAGES]
            beneath = [each for each in floors[one.name] if each.question.kind in LANGUAGES]
            posted = [measure for measure in MEASURES if measure.name == "wrong answers posted"]
            rows += answers.figures(f"{one.name}, other languages", mode, foreign, beneath, posted)
    return Measured(rows, details=details)


def policyqa(begin: Begin, extent: Extent) -> Measured:
    """PolicyQA's development set."""
    questions = policy_qa.load()
    if extent.policy_qa:
        questions = tuple(Random(answers.SEED).sample(questions, extent.policy_qa))  # noqa: S311  as above
    step = begin("policyqa", len(questions) * (len(MODES) + 1))
    bare = floor()
    beneath = [_asked(question, bare, step) for question in questions]
    rows: list[Figure] = []
    for mode in MODES:
        answering = engine(mode)
        rows += answers.policy_qa_figures(mode, [_asked(each, answering, step) for each in questions], beneath)
    return Measured(rows)


def _asked(question: policy_qa.WebsiteQuestion, answering: Answering, step: Step) -> policy_qa.Found:
    found = policy_qa.ask(question, answering)
    step()
    return found


def cost(begin: Begin, extent: Extent) -> Measured:
    """Time, start-up and memory."""
    return Measured(costs.measure(extent.timed, begin("costs", costs.STEPS)))


def policy_changes(begin: Begin, extent: Extent) -> Measured:
    """Differences of real versions."""
    pairs = differences.load(extent.pairs)
    step = begin("differences", len(pairs) + differences.long_pairs(pairs))
    found = []
    for pair in pairs:
        found.append(differences.compared(pair))
        step()
    rows = [*differences.figures(found), *differences.times(pairs, differences.ROUNDS, step)]
    technical = [each for each in found if each.technical]
    return Measured(
        rows,
        details={
            "technical pairs by class": _counted([str(each.kind) for each in technical]),
            "change pairs by class": _counted([str(each.kind) for each in found if not each.technical]),
            "technical pairs with an alarm": [each.line() for each in technical if each.alarm],
            "changes not told": [each.line() for each in found if each.missed],
            "noise by reason": _counted([name for each in found for name, n in each.noise.items() for _ in range(n)]),
        },
    )


def _counted(names: Sequence[str]) -> dict[str, int]:
    return {name: names.count(name) for name in sorted(set(names))}


PARTS: Mapping[str, Callable[[Begin, Extent], Measured]] = {
    "mailigen": mailigen,
    "held out": held_out,
    "policyqa": policyqa,
    "costs": cost,
    "differences": policy_changes,
}
"""All that is measured, by name, in the order of the table."""
