"""One measurement in a process of its own: `python -m bench.evaluation.child WHAT`, which prints JSON.

`time without model|with model` asks each question once of a policy that was asked before, by turns with the bare models
and with bare runs of Steward's own sessions, each on the question and on the sentences that are read together with it;
`memory without model|with model|bare model` asks about one policy and says how much memory it took at most; `start` the
same three, from loading to the first answer.
"""

import resource
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, get_args

import orjson

from bench.evaluation.bare_model import BareEncoder, BareModel
from bench.evaluation.clocks import milliseconds
from bench.evaluation.engine import Mode, engine
from bench.evaluation.questions import Answering, Asked
from bench.evaluation.sets import SetAbsent, held_out, made_up, mailigen
from bot.privacy.answering import Answers, CrossEncoder, SentenceModel
from bot.privacy.answering.engine import read_for
from bot.privacy.answering.ranking import rank
from bot.privacy.text import PolicyText

WARMING = "What is this policy about?"
BARE = "bare model"


def asked(limit: int) -> Sequence[Asked]:
    """The questions whose answers are timed, spread over the sets."""
    ours, real, _ = held_out()
    every = [*ours.asked, *(real.asked if real else ())]
    with suppress(SetAbsent):
        every += mailigen().asked
    distinct = list({each.question.text: each for each in every}.values())
    return distinct[:: max(1, len(distinct) // limit)] if limit else distinct


def timed(mode: Mode, limit: int) -> dict[str, Any]:
    """Milliseconds: of each answer, of each bare call, and of the first answer on each policy with its words."""
    models = (SentenceModel(), CrossEncoder()) if mode == "with model" else None
    answering = Answers(None, *models) if models else Answers()
    beneath = _floors(*models) if models else {}
    for call in beneath.values():
        call(WARMING, [WARMING])
    by_policy: dict[str, list[Asked]] = {}
    for each in asked(limit):
        by_policy.setdefault(each.policy.hash, []).append(each)
    first: list[tuple[int, float]] = []
    taken: dict[str, list[float]] = {"answers": [], "bare": [], "own": []}
    for questions in by_policy.values():  # one policy after the other: a company has one in force
        first.append(_first(answering, questions[0].policy))
        for place, each in enumerate(questions):
            ways = [("answers", partial(answering, each.question.text, each.policy))]
            read = _read_with(answering, each) if beneath else ()
            ways += [(name, partial(call, each.question.text, read)) for name, call in beneath.items()]
            turn = place % len(ways)
            for name, way in (*ways[turn:], *ways[:turn]):
                taken[name].append(milliseconds(way))
    return {**taken, "first": first}


def _floors(model: SentenceModel, encoder: CrossEncoder) -> Mapping[str, Callable[[str, Sequence[str]], Any]]:
    """What stands beneath an answer: bare runs on a question and on the sentences that are read together with it."""
    bare, bare_encoder = BareModel(), BareEncoder()
    return {
        "bare": lambda text, sentences: (bare(text), bare_encoder(text, sentences)),
        "own": lambda text, sentences: (model.run(text), encoder.read(text, sentences)),
    }


def _read_with(answering: Answers, asked: Asked) -> Sequence[str]:
    """The sentences that are read together with a question for its answer."""
    index = answering.index(asked.policy)
    question, foreign = read_for(asked.question.text, index)
    scored = rank(question, index, index.topics, foreign=foreign).scored
    return [index.read_after_heading(each.number) for each in scored if each.read]


def _first(answering: Answering, policy: PolicyText) -> tuple[int, float]:
    """A policy's words, and the milliseconds of the first answer about it."""
    return len(policy.text.split()), milliseconds(lambda: answering(WARMING, policy))


def memory(what: str) -> dict[str, Any]:
    """MiB at most, once the questions on the longest of the made-up policies were asked."""
    every = made_up().asked
    longest = max((each.policy for each in every), key=lambda policy: len(policy.text))
    questions = [each for each in every if each.policy is longest]
    if what == BARE:
        model, encoder = BareModel(), BareEncoder()
        for each in questions:
            model(each.question.text)
            encoder(each.question.text, [WARMING])
    else:
        answering = engine(_mode(what))
        for each in questions:
            answering(each.question.text, each.policy)
    return {"peak_mib": _peak_mib()}


def started(what: str) -> dict[str, Any]:
    """Milliseconds from loading to the first answer (on a policy already read), or the bare model's first output."""
    policy = made_up().asked[0].policy
    begun = time.perf_counter()
    if what == BARE:
        BareModel()(WARMING)
        BareEncoder()(WARMING, [WARMING])
    else:
        engine(_mode(what))(WARMING, policy)
    return {"ms": (time.perf_counter() - begun) * 1000}


def _mode(what: str) -> Mode:
    return next(mode for mode in get_args(Mode) if mode == what)


def _peak_mib() -> float:
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (2**20 if sys.platform == "darwin" else 2**10)


def main(arguments: Sequence[str]) -> int:
    """WHAT, WHICH and the number of questions (0: all)."""
    what, which, limit = arguments[0], arguments[1], int(arguments[2])
    measuring: dict[str, Callable[[], dict[str, Any]]] = {
        "time": lambda: timed(_mode(which), limit),
        "memory": lambda: memory(which),
        "start": lambda: started(which),
    }
    sys.stdout.buffer.write(orjson.dumps(measuring[what]()))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
