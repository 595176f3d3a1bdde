"""Whoever writes to the database lets nobody look up who has not read what was announced, and hides no announcement."""

from datetime import timedelta

import pytest

from bot.audit.faults import Code
from bot.notices.announcing import Change
from tests.bot.audit.integration.integrating import tamper
from tests.conftest import SettableClock
from tests.scenarios.harness import Steward
from tests.scenarios.on_record.written import found as fault_of
from tests.scenarios.policy.announcing import announced, found, withdrawn
from tests.scenarios.policy.telling import AHEAD, DAY, NEW, go_on

GONE = (
    "DELETE FROM policy_notices",
    "DELETE FROM policy_stages",
    "DELETE FROM policy_plans",
    "DELETE FROM policy_changes WHERE number = 2",
)
TO_READ = "Which change of the policy is to be read before a look-up is not what the last entry about it says."
OF_CHANGE = "What is kept of N-2, a change of the policy, is not what the entries of the ledger say: "
WHO = "Who was told of N-2, a change of the policy, is not what an entry of the ledger says."


@pytest.fixture
def change(steward: Steward, clock: SettableClock) -> Change:
    """A first one that was taken back, and a second that is announced and told; people have to read it by now."""
    first = found(steward.database, steward.services.ledger, NEW.replace("fraud", "spam"), clock())
    first = announced(steward.database, steward.services.telling.announcer, first, DAY, clock())
    withdrawn(steward.database, steward.services.telling.announcer, first, clock())
    made = found(steward.database, steward.services.ledger, NEW, clock())
    made = announced(steward.database, steward.services.telling.announcer, made, DAY, clock())
    assert made.number == 2
    go_on(steward, clock, AHEAD)
    clock.now = AHEAD + timedelta(days=14, hours=1)
    return made


def looked_up(steward: Steward, who: str = "kaspars") -> str:
    steward.person(who).type("/account pw-00412")
    return str(steward.last()["reason"])


def test_people_are_told_with_an_entry(steward: Steward, change: Change) -> None:
    told = [one for one in steward.audit() if one["reason"] == "told"]
    people = steward.count("policy_notices WHERE change = 2")
    assert [(one["action"], one["outcome"], one["actor"], one["query"]) for one in told][-1] == (
        "policy.announce",
        "done",
        "system",
        "N-2",
    )
    said = next(one for one in told[-1]["fields"] if one.startswith("N-2 told "))
    assert said.split(" ")[3] == str(people)
    assert f"to be read N-2 as {change.after}" in " ".join(told[-1]["fields"])
    assert (looked_up(steward), fault_of(steward)) == ("policy_unread", None)


@pytest.mark.parametrize(
    ("statements", "words"),
    [
        (("UPDATE policy_changes SET status = 'dismissed' WHERE number = 2",), TO_READ),
        (("UPDATE policy_changes SET material = false WHERE number = 2",), TO_READ),
        (("UPDATE policy_changes SET decided_at = '2026-04-01 07:00:00.000000' WHERE number = 2",), TO_READ),
        (
            ("UPDATE policy_changes SET status = 'announced', decided_at = '2026-03-31 07:00:00' WHERE number = 1",),
            TO_READ,
        ),
        (("UPDATE policy_changes SET audience = '[\"billing\"]' WHERE number = 2",), TO_READ),
        (GONE, TO_READ),
        (("UPDATE policy_changes SET effective_at = '2027-04-01 07:00:00.000000' WHERE number = 2",), OF_CHANGE),
        (("DELETE FROM policy_notices",), WHO),
        (("UPDATE policy_notices SET \"to\" = 'person:U0NOBODY' WHERE \"to\" = '{kaspars}'",), WHO),
        (("UPDATE policy_notices SET told_at = '2026-04-01 07:30:00.000000'",), WHO),
    ],
)
def test_no_announcement_is_taken_away(
    steward: Steward, clock: SettableClock, change: Change, statements: tuple[str, ...], words: str
) -> None:
    kaspars = f"person:{steward.slack.people['kaspars'].id}"
    tamper(steward.database, *(one.replace("{kaspars}", kaspars) for one in statements))
    assert looked_up(steward) == "policy_unread"
    code, said = fault_of(steward) or (None, "")
    assert (code, said.startswith(words)) == (Code.OTHER_ANNOUNCEMENT, True), said


def test_a_change_that_nobody_found_is_told_of(steward: Steward, clock: SettableClock, change: Change) -> None:
    tamper(
        steward.database,
        "INSERT INTO policy_changes (number, after, kind, found_how, found_at, found_by, status, incident, revision)"
        " SELECT 9, after, kind, found_how, found_at, found_by, 'found', incident, 0 FROM policy_changes"
        " WHERE number = 2",
    )
    assert (fault_of(steward) or ("", ""))[1].startswith(OF_CHANGE.replace("N-2", "N-9"))
    tamper(steward.database, "DELETE FROM policy_changes WHERE number = 9")
    assert fault_of(steward) is None


def test_whoever_was_not_told_yet_goes_on(steward: Steward, clock: SettableClock, change: Change) -> None:
    """What is kept is what the entries say, so nobody has to read what they have not heard of."""
    go_on(steward, clock, clock())
    laila = steward.person("laila")
    laila.type("/account pw-00412 for support")
    withdrawn(steward.database, steward.services.telling.announcer, change, clock())
    clock.advance(minutes=1)
    assert looked_up(steward) != "policy_unread"
    go_on(steward, clock, clock())
    assert fault_of(steward) is None
