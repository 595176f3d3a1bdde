"""What is quoted to customers as the company's word is what an officer ruled, whatever the table is made to say."""

import pytest

from bot.audit.faults import Code
from bot.privacy.rulings import read_ruling
from bot.privacy.rulings_on_record import unlike
from tests.bot.audit.integration.integrating import tamper
from tests.conftest import SettableClock
from tests.scenarios.harness import Steward
from tests.scenarios.on_record.written import found
from tests.scenarios.privacy.asking import ask
from tests.scenarios.privacy.ruling import GENERAL, RULING, hand_over, rule

OTHERS_WORDS = (
    "UPDATE rulings SET entry_id = (SELECT id FROM audit_entries WHERE action = 'privacy.ask' ORDER BY id DESC LIMIT 1)"
)
BACK = "UPDATE rulings SET status = 'in_force', step = 0, settled_at = NULL, settled_by = NULL"


@pytest.fixture
def ruled(steward: Steward, clock: SettableClock) -> None:
    hand_over(steward)
    rule(steward)
    clock.advance(days=1)
    assert RULING in ask(steward, GENERAL, "kaspars")
    assert found(steward) is None


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        (OTHERS_WORDS, "no entry says that it was made"),
        ("UPDATE rulings SET author = 'U0NOBODY'", "no entry says that it was made"),
        ("UPDATE rulings SET kind = 'not_ours'", "no entry says that it was made"),
        ("UPDATE rulings SET made_at = '2026-03-03 09:00:00.000000'", "no entry says that it was made"),
        ("UPDATE rulings SET topic = 'selling'", "its entry says something else"),
        ("UPDATE rulings SET rests_on = '[]', version = 'another'", "its entry says something else"),
        ("UPDATE rulings SET step = 1", "its entry says something else"),
    ],
)
def test_a_ruling_that_no_entry_says_answers_nothing(steward: Steward, ruled: None, statement: str, why: str) -> None:
    tamper(steward.database, statement)
    assert RULING not in ask(steward, GENERAL, "kaspars")
    assert steward.last()["reason"] != "ruled"
    code, said = found(steward) or (None, "")
    words = f"What is kept of L-1, which a privacy officer made, is not what the entries say: {why}"
    assert (code, said.startswith(words)) == (Code.OTHER_RULING, True), said


def test_a_ruling_that_was_withdrawn_stays_so(steward: Steward, clock: SettableClock, ruled: None) -> None:
    steward.person("laila").press("Withdraw the ruling", in_="privacy-desk")
    assert found(steward) is None
    for more in ("", ", made_at = '2026-03-09 09:00:00.000000'"):
        tamper(steward.database, BACK + more)
        assert RULING not in ask(steward, GENERAL, "kaspars")
        assert (found(steward) or (None, ""))[0] is Code.OTHER_RULING


def test_a_ruling_is_not_made_up_or_taken_away(steward: Steward, ruled: None) -> None:
    tamper(steward.database, "UPDATE desk_questions SET status = 'not_ours'")
    code, said = found(steward) or (None, "")
    assert (code, "What became of Q-1" in said) == (Code.OTHER_RULING, True)
    tamper(steward.database, "UPDATE desk_questions SET status = 'written'")
    assert found(steward) is None
    tamper(steward.database, "DELETE FROM rulings")
    code, said = found(steward) or (None, "")
    assert (code, said.endswith("and it is not kept. It was changed, added or removed.")) == (Code.OTHER_RULING, True)


def test_an_entry_of_before_says_who_which_and_for_what(steward: Steward, ruled: None) -> None:
    """Without a digest: what its reason, actor and version say is compared."""
    with steward.database.reading() as connection:
        ruling = read_ruling(connection, 1)
    assert ruling is not None
    told = {**next(one for one in steward.audit() if one["action"] == "privacy.rule"), "fields": []}
    assert unlike(ruling, [(ruling.made_at, told)]) is None
    assert unlike(ruling, [(ruling.made_at, {**told, "actor": "U0"})]) is not None
    withdrawn = {**told, "id": "x", "reason": "withdrawn", "query": "L-1"}
    entries = [(ruling.made_at, withdrawn), (ruling.made_at, told)]
    assert unlike(ruling, entries) == "an entry says that it was withdrawn"
