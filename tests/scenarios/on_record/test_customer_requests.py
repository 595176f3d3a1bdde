"""Whoever writes to the database hides no term of a customer's request: the desk is told, and `verify` tells it."""

import pytest

from bot.audit.entry import Action, Outcome
from bot.audit.faults import Code
from tests.bot.audit.integration.integrating import tamper
from tests.conftest import SettableClock
from tests.scenarios.customer_requests.registering import desk, register, settle_all
from tests.scenarios.customer_requests.registering import erasure as erasure
from tests.scenarios.harness import CLI, Steward
from tests.scenarios.on_record.written import found

CLOSED = "status = 'closed', identity = 'x', identity_by = 'U0', closed_at = recorded_at, closed_by = recorded_by"
TASK = "settled_by = 'U0', settled_at = '2026-03-02 09:00:00.000000', entry = 'e'"
TOLD = "deliveries WHERE kind = 'customer_request.overdue'"
WORDS = "What is kept of C-1, a customer's request, is not what the entries of the ledger say: "


def morning(steward: Steward, clock: SettableClock) -> str:
    """What is new at the desk the next morning; nothing if it is silent."""
    steward.services.customer_requests.reminders.plan()
    before = steward.count(TOLD)
    clock.advance(days=1)
    steward.tick()
    return desk(steward).text if steward.count(TOLD) > before else ""


@pytest.mark.parametrize(
    "statement",
    [
        f"UPDATE customer_requests SET {CLOSED} WHERE number = 1",
        "UPDATE customer_requests SET due_at = '2027-04-02 21:00:00.000000', due_on = '2027-04-02' WHERE number = 1",
        "UPDATE customer_requests SET identity = 'Signed in to the account', identity_by = 'U0' WHERE number = 1",
        "UPDATE customer_requests SET account = 'pw-00500' WHERE number = 1",
        "UPDATE customer_requests SET owner = 'U0NOBODY' WHERE number = 1",
        f"UPDATE customer_request_tasks SET status = 'done', {TASK} WHERE position = 2",
        "UPDATE customer_request_tasks SET title = 'Nothing' WHERE position = 2",
        "DELETE FROM customer_request_tasks WHERE position = 2",
    ],
)
def test_no_request_is_closed_or_put_off_unseen(erasure: Steward, clock: SettableClock, statement: str) -> None:
    assert (found(erasure), morning(erasure, clock)) == (None, "")
    tamper(erasure.database, statement)
    code, said = found(erasure) or (None, "")
    assert (code, said.startswith(f"{WORDS}its last entry has it otherwise.")) == (Code.OTHER_REQUEST, True), said
    told = morning(erasure, clock)
    assert "1 customer's request may have been changed in the database: C-1" in told
    assert "compare it with /audit C-1" in told


def test_none_is_taken_away(erasure: Steward) -> None:
    assert register(erasure, answers={"What does the customer ask for?": "Access"}) == {}
    assert found(erasure) is None
    gone = ("DELETE FROM customer_request_tasks WHERE request = 2", "DELETE FROM customer_requests WHERE number = 2")
    tamper(erasure.database, *gone)
    assert (found(erasure) or ("", ""))[1].startswith(WORDS.replace("C-1", "C-2") + "it is gone.")


def test_a_request_that_no_entry_says_is_found(erasure: Steward) -> None:
    tamper(
        erasure.database,
        "CREATE TABLE copied AS SELECT * FROM customer_requests",
        "UPDATE copied SET number = 2, entry = 'e'",
        "INSERT INTO customer_requests SELECT * FROM copied",
    )
    said = (found(erasure) or ("", ""))[1]
    assert said.startswith(WORDS.replace("C-1", "C-2") + "no entry says that it was registered.")


def test_each_step_is_stated(erasure: Steward, clock: SettableClock) -> None:
    settle_all(erasure)
    erasure.person("laila").press("Close the request")
    erasure.deliver()
    stated = [field for one in erasure.audit() for field in one["fields"] if field.startswith("C-1 v")]
    assert stated[0].startswith("C-1 v0 open due 2026-04-02 ")
    assert " closed due 2026-04-02 " in stated[-1]
    assert (found(erasure), morning(erasure, clock)) == (None, "")


def test_a_request_of_before_is_as_the_table_has_it(erasure: Steward, clock: SettableClock) -> None:
    """An older release, beside this one for a while, takes a step whose entry says nothing of how it is kept."""
    clock.advance(minutes=1)
    with erasure.services.ledger.entry(CLI, Action.CUSTOMER_REQUEST) as entry:
        entry.account, entry.ticket = "pw-00412", "C-1"
        entry.close(Outcome.DONE, "taken")
    tamper(erasure.database, "UPDATE customer_requests SET version = version + 1, owner = 'U0' WHERE number = 1")
    assert found(erasure) is None
