"""What an entry says that somebody did."""

import pytest

from bot.audit.entry import Outcome
from bot.audit.verbs import BY_OUTCOME, DANGLING, VERBS, done


@pytest.mark.parametrize(
    ("action", "outcome", "account", "said"),
    [
        ("account.reveal", "disclosed", True, "revealed"),
        ("account.reveal", "refused", True, "tried to reveal"),
        ("access.request", "refused", False, "tried to ask for access"),
        ("access.extend", "requested", True, "asked for more time of access to"),
        ("access.extend", "granted", True, "extended access to"),
        ("access.disclose", "granted", True, "agreed to pass on data of"),
        ("access.disclose", "refused", False, "tried to pass on data"),
        ("unheard.of", "done", False, "did unheard of"),
    ],
)
def test_who_asks_or_agrees_is_not_said_to_have_done_it(action: str, outcome: str, account: bool, said: str) -> None:
    assert done(action, outcome, account=account) == said


def test_only_what_was_disclosed_was_passed_on() -> None:
    said = {one for one in Outcome if done("access.disclose", one, account=True).startswith("passed on")}
    assert said & {Outcome(outcome) for action, outcome in BY_OUTCOME if action == "access.disclose"} == set()
    assert Outcome.DISCLOSED in said
    assert not {Outcome.REQUESTED, Outcome.GRANTED, Outcome.DONE, Outcome.DENIED, Outcome.REFUSED} & said


def test_no_sentence_ends_in_the_middle() -> None:
    for action in VERBS:
        for outcome in Outcome:
            assert not done(action, outcome, account=False).endswith(DANGLING)
