"""Nobody is taken off a list of who may still look up unseen, and nobody's words are passed off as an answer."""

import pytest

from bot.access.asked import Question, read_questions
from bot.audit.faults import Code
from tests.bot.audit.integration.integrating import tamper
from tests.conftest import SettableClock
from tests.scenarios.access.asking import ask
from tests.scenarios.access.questions import ANSWER, put, reply
from tests.scenarios.access.recertifying import due as due
from tests.scenarios.harness import Steward
from tests.scenarios.on_record.written import found

LIST = "What is kept of RC-1, a list of who may still look up, is not what the entries of the ledger say: "

OPEN_AGAIN = "UPDATE recertification_lines SET verdict = NULL, decided_by = NULL, decided_at = NULL"


def asked(steward: Steward) -> tuple[Question, ...]:
    with steward.database.reading() as connection:
        return read_questions(connection, [1001])[1001]


@pytest.fixture
def said(due: Steward) -> Steward:
    """Kaspars is removed and the others of his list are kept."""
    martins = due.person("martins")
    martins.type("/access recertify", channel="general")
    martins.fill({"Kaspars": "Remove", "The others": ["Keep everybody who is not marked"], "Note": "Moved to sales"})
    assert martins.submit() == {}
    return due


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("DELETE FROM recertification_lines WHERE of = 1 AND person = '{inese}'", "others are on it, or otherwise"),
        ("UPDATE recertification_lines SET looks = 0 WHERE of = 1", "others are on it, or otherwise"),
        ("UPDATE recertification_lists SET owner = '{kaspars}' WHERE number = 1", "others are on it, or otherwise"),
        ("UPDATE recertification_lines SET verdict = 'keep' WHERE person = '{kaspars}'", "no entry says"),
        ("UPDATE recertification_lines SET decided_by = '{laila}' WHERE person = '{inese}'", "no entry says"),
        (
            OPEN_AGAIN + " WHERE person = '{kaspars}'",
            "an entry says what was said of somebody, and it is not kept so",
        ),
    ],
)
def test_lists_are_as_their_entries_have_them(said: Steward, statement: str, why: str) -> None:
    assert found(said) is None
    ids = {one: said.slack.people[one].id for one in ("inese", "kaspars", "laila")}
    tamper(said.database, statement.format(**ids))
    code, words = found(said) or (None, "")
    assert (code, words.startswith(LIST + why)) == (Code.OTHER_CERTIFICATION, True), words


def test_a_list_that_is_gone_is_found(said: Steward) -> None:
    tamper(
        said.database,
        "DELETE FROM recertification_lines WHERE of = 2",
        "DELETE FROM recertification_lists WHERE number = 2",
    )
    assert (found(said) or ("", ""))[1].startswith(LIST.replace("RC-1", "RC-2") + "it is gone.")


def test_a_list_of_before_is_as_the_table_has_it(due: Steward) -> None:
    """It has no entry of its own."""
    tamper(
        due.database,
        "INSERT INTO recertification_lists (number, term, role, team, opened_at, due_at)"
        " SELECT 9, 'before', role, team, opened_at, due_at FROM recertification_lists WHERE number = 1",
        "INSERT INTO recertification_lines (of, person, purposes, data_classes, looks)"
        " SELECT 9, person, purposes, data_classes, looks FROM recertification_lines WHERE of = 1",
    )
    assert found(due) is None


def test_an_answer_is_its_authors(steward: Steward, clock: SettableClock) -> None:
    ask(steward)
    put(steward)
    reply(steward)
    assert found(steward) is None
    assert [one.answer for one in asked(steward)] == [ANSWER]
    for column in ("entry", "answer_entry"):
        another = "(SELECT id FROM audit_entries WHERE action = 'access.request' LIMIT 1)"
        tamper(steward.database, "CREATE TABLE copied AS SELECT * FROM access_questions")
        tamper(steward.database, f"UPDATE access_questions SET {column} = {another}")
        code, words = found(steward) or (None, "")
        assert (code, words.endswith("is not what its entry says. It was changed, or made up.")) == (
            Code.OTHER_GRANT,
            True,
        )
        shown = [one.text if column == "entry" else one.answer for one in asked(steward)]
        assert shown == [None]
        tamper(
            steward.database,
            f"UPDATE access_questions SET {column} = (SELECT {column} FROM copied)",
            "DROP TABLE copied",
        )
    assert found(steward) is None
