"""One measurement in a process of its own: `python -m bench.evaluation.child WHAT`, which prints JSON.

`time without model|with model` asks each question once of a policy that was asked before, with the bare model by turns;
`memory without model|with model|bare model` asks the same and says how much memory it took at most; `start` the same
three, from loading to the first answer.
"""

import resource
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, get_args

import orjson

from bench.evaluation.bare_model import BareModel
from bench.evaluation.clocks import milliseconds
from bench.evaluation.engine import Mode, engine
from bench.evaluation.questions import Answering, Asked
from bench.evaluation.sets import SetAbsent, held_out, mailigen
from bot.privacy.text import PolicyText

WARMING = "What is this policy about?"
BARE = "bare model"


def asked(limit: int) -> Sequence[Asked]:
    """The questions whose answers are timed, spread over the sets."""
    made_up, real, _ = held_out()
    every = [*made_up.asked, *(real.asked if real else ())]
    with suppress(SetAbsent):
        every += mailigen().asked
    distinct = list({each.question.text: each for each in every}.values())
    return distinct[:: max(1, len(distinct) // limit)] if limit else distinct


def timed(mode: Mode, limit: int) -> dict[str, Any]:
    """Milliseconds: of each answer, of each bare call, and of the first answer on each policy with its words."""
    answering = engine(mode)
    bare: Callable[[str], Any] = BareModel() if mode == "with model" else _nothing
    bare(WARMING)
    questions = asked(limit)
    policies = {each.policy.hash: each.policy for each in questions}
    first = [_first(answering, policy) for policy in policies.values()]
    answers: list[float] = []
    calls: list[float] = []
    for place, each in enumerate(questions):
        ways = [
            (answers, lambda each=each: answering(each.question.text, each.policy)),
            (calls, lambda each=each: bare(each.question.text)),
        ]
        for taken, call in ways if place % 2 else reversed(ways):
            taken.append(milliseconds(call))
    return {"answers": answers, "bare": calls if mode == "with model" else [], "first": first}


def _first(answering: Answering, policy: PolicyText) -> tuple[int, float]:
    """A policy's words, and the milliseconds of the first answer about it."""
    return len(policy.text.split()), milliseconds(lambda: answering(WARMING, policy))


def memory(what: str, limit: int) -> dict[str, Any]:
    """MiB at most, once the policies are read and once every question was asked."""
    questions = asked(limit)
    read = _peak_mib()
    if what == BARE:
        model = BareModel()
        for each in questions:
            model(each.question.text)
    else:
        answering = engine(_mode(what))
        for each in questions:
            answering(each.question.text, each.policy)
    return {"peak_mib": _peak_mib(), "read_mib": read}


def started(what: str) -> dict[str, Any]:
    """Milliseconds from loading to the first answer (on a policy already read), or the bare model's first output."""
    policy = held_out()[0].asked[0].policy
    begun = time.perf_counter()
    if what == BARE:
        BareModel()(WARMING)
    else:
        engine(_mode(what))(WARMING, policy)
    return {"ms": (time.perf_counter() - begun) * 1000}


def _mode(what: str) -> Mode:
    return next(mode for mode in get_args(Mode) if mode == what)


def _nothing(_: str) -> None:
    return None


def _peak_mib() -> float:
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (2**20 if sys.platform == "darwin" else 2**10)


def main(arguments: Sequence[str]) -> int:
    """WHAT, WHICH and the number of questions (0: all)."""
    what, which, limit = arguments[0], arguments[1], int(arguments[2])
    if what == "time":
        said = timed(_mode(which), limit)
    else:
        said = memory(which, limit) if what == "memory" else started(which)
    sys.stdout.buffer.write(orjson.dumps(said))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
