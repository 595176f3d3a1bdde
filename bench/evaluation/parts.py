"""The parts of `make eval`, each from its data to its rows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from bench.evaluation import answers, costs, difference_times, differences, outside, policy_qa, sets
from bench.evaluation.engine import MODES, engine, floor
from bench.evaluation.questions import Answering, QuestionSet
from bench.evaluation.rows import Figure
from bench.evaluation.scoring import Verdict

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
    """The questions that whoever writes the answers has not read: on made-up policies, on real ones, and together."""
    made_up, real, absent = sets.held_out()
    random = Random(answers.SEED)  # noqa: S311  the sample is to be the same again
    wanted = [one.sample(extent.held_out, random) if extent.held_out else one for one in (made_up, real) if one]
    done = _measured(wanted, begin, together="held out" if len(wanted) > 1 else None)
    skipped = f"Of the held-out questions those are skipped whose text is absent: {'; '.join(absent)}."
    return Measured(done.rows, [skipped] if absent else [], done.details)


def customers(begin: Begin, _: Extent) -> Measured:
    """What customers of five made-up companies ask, in the ways in which they put it."""
    return _measured([sets.customers()], begin)


def support(begin: Begin, _: Extent) -> Measured:
    """What is typed to the support of five other made-up companies."""
    return _measured([sets.support()], begin)


def strangers(begin: Begin, _: Extent) -> Measured:
    """What people ask who know none of the policy's words, of thirteen more made-up companies."""
    return _measured([sets.strangers()], begin)


def newcomers(begin: Begin, _: Extent) -> Measured:
    """What three others ask, plainly and not, of fifteen more made-up companies."""
    return _measured([sets.newcomers()], begin)


def _measured(wanted: Sequence[QuestionSet], begin: Begin, together: str | None = None) -> Measured:
    """The rows of some sets, and of all their questions `together` under a name."""
    step = begin(wanted[0].name, sum(len(one.asked) for one in wanted) * (len(MODES) + 1))
    beneath = _judged(wanted, floor(), step, together)
    rows: list[Figure] = []
    details: dict[str, Any] = {}
    for mode in MODES:
        for name, judged in _judged(wanted, engine(mode), step, together).items():
            rows += answers.figures(name, mode, judged, beneath[name])
            rows += answers.foreign_figures(name, mode, judged, beneath[name])
            details[f"{name}, {mode}"] = answers.broken_down(judged)
    return Measured(rows, details=details)


def _judged(
    wanted: Sequence[QuestionSet], answering: Answering, step: Step, together: str | None
) -> Mapping[str, Sequence[Verdict]]:
    found = {one.name: answers.verdicts(one, answering, step) for one in wanted}
    return {**found, together: [verdict for each in found.values() for verdict in each]} if together else found


def policyqa(begin: Begin, extent: Extent) -> Measured:
    """PolicyQA's development set."""
    questions = policy_qa.load()
    if extent.policy_qa:
        questions = tuple(Random(answers.SEED).sample(questions, extent.policy_qa))  # noqa: S311  as above
    step = begin("policyqa", len(questions) * (len(MODES) + 1))

    def asked(answering: Answering) -> list[policy_qa.Found]:
        found = []
        for question in questions:
            found.append(policy_qa.ask(question, answering))
            step()
        return found

    beneath = asked(floor())
    rows = []
    for mode in MODES:
        found = asked(engine(mode))
        rows += answers.policy_qa_figures(mode, found, beneath)
        if unseen := _never_fitted_on(found):
            rows += answers.policy_qa_figures(mode, unseen, _never_fitted_on(beneath), "policyqa, never fitted on")
    return Measured(rows)


def _never_fitted_on(found: Sequence[policy_qa.Found]) -> list[policy_qa.Found]:
    return [each for each in found if not policy_qa.is_fitted_on(each.website)]


def cost(begin: Begin, extent: Extent) -> Measured:
    """Time, start-up and memory."""
    return Measured(costs.measure(extent.timed, begin("costs", costs.STEPS)))


def policy_changes(begin: Begin, extent: Extent) -> Measured:
    """Differences of real versions."""
    pairs = differences.load(extent.pairs)
    step = begin("differences", len(pairs) + difference_times.long_pairs(pairs))
    found, seen = [], []
    for pair in pairs:
        found.append(differences.compared(pair))
        seen += [] if pair.technical else [differences.from_outside(pair)]
        step()
    rows = [
        *differences.figures(found),
        *outside.figures(seen),
        *difference_times.times(pairs, difference_times.ROUNDS, step),
    ]
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
    "customers": customers,
    "support": support,
    "strangers": strangers,
    "newcomers": newcomers,
    "policyqa": policyqa,
    "costs": cost,
    "differences": policy_changes,
}
"""All that is measured, by name, in the order of the table."""
