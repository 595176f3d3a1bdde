"""Whoever writes to the database shows nobody a disclosure, and changes no verdict unseen."""

import pytest

from bot.access.people import Conversation
from bot.accounts.disclosures.on_record import AGREED, words_of_yes
from bot.accounts.disclosures.show import Shown
from bot.audit.faults import Code
from tests.bot.audit.integration.integrating import tamper
from tests.conftest import SettableClock
from tests.scenarios.audit.reviewing import judge, reveal
from tests.scenarios.disclosures.giving import approved, ask
from tests.scenarios.harness import CLI, Steward, person_of
from tests.scenarios.on_record.written import found

LATE = "'2026-03-09 08:59:00.000000'"
DISCLOSURE, YES, REGISTER = "disclosures", "disclosure_approvals", "disclosure_register"
MORE = [
    (DISCLOSURE, "fields", '\'["email", "phone", "iban"]\'', "a field that was not asked for"),
    (DISCLOSURE, "account", "'pw-00500'", "another account"),
    (DISCLOSURE, "basis", "'consent'", "another basis"),
    (DISCLOSURE, "decided_at", "'2026-03-01 09:00:00.000000'", "agreed to at another time"),
    (YES, "by", "by || 'X'", "of whom no entry says it"),
    (YES, "roles", '\'["approvers", "privacy", "support"]\'', "roles that their entry does not have"),
]
OF_REGISTER = [
    (REGISTER, "account", "'pw-00500'", "the register has it otherwise"),
    (REGISTER, "fields", "'[\"email\"]'", "the register has it otherwise"),
    (REGISTER, "approved_by", "'[]'", "the register has it otherwise"),
]


def shows(steward: Steward, number: int = 1) -> str:
    """What a press of Edgars's on Show the data comes to."""
    edgars = person_of(steward, "edgars")
    show = steward.services.special_cases.disclosures.show
    shown = show(CLI, edgars, Conversation.INTERNAL, number)
    return "shown" if isinstance(shown, Shown) else str(shown.reason)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_disclosure_is_shown_as_its_entries_have_it(steward: Steward, clock: SettableClock) -> None:
    approved(steward)
    assert found(steward) is None
    tables = (DISCLOSURE, YES, REGISTER)
    tamper(steward.database, *(f"CREATE TABLE copied_{one} AS SELECT * FROM {one}" for one in tables))
    for table, column, value, words in MORE + OF_REGISTER:
        tamper(steward.database, f"UPDATE {table} SET {column} = {value}")
        if table != REGISTER:
            assert shows(steward) == "not_on_record", column
        code, said = found(steward) or (None, "")
        assert (code, words in said) == (Code.OTHER_DISCLOSURE, True), (column, said)
        same = f"(SELECT c.{column} FROM copied_{table} c WHERE c.rowid = {table}.rowid)"
        tamper(steward.database, f"UPDATE {table} SET {column} = {same}")
    assert found(steward) is None
    clock.advance(hours=1)
    assert shows(steward) == "shown"
    tamper(steward.database, f"UPDATE {DISCLOSURE} SET shown_at = NULL")
    assert shows(steward) == "shown_already"
    assert "an entry says that it was shown" in (found(steward) or ("", ""))[1]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_it_is_open_no_longer_than_was_agreed_to(steward: Steward, clock: SettableClock) -> None:
    approved(steward)
    tamper(steward.database, f"UPDATE {DISCLOSURE} SET shown_until = '2027-03-02 09:00:00.000000'")
    clock.advance(days=30)
    assert shows(steward) == "timed_out"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_nobody_agreed_to_is_not_shown(steward: Steward) -> None:
    assert ask(steward) == {}
    steward.person("edgars").close(everything=True)
    steward.person("janis").press("Approve", in_="access-approvals")
    steward.deliver()
    now = "'2026-03-02 09:00:00.000000'"
    laila = steward.slack.people["laila"].id
    tamper(
        steward.database,
        f"INSERT INTO {YES} (disclosure, by, roles, at) VALUES (1, '{laila}', '[\"privacy\"]', {now})",
        f"UPDATE {DISCLOSURE} SET status = 'approved', decided_at = {now}, decided_by = '{laila}', "
        f"shown_until = '2026-03-09 09:00:00.000000'",
        f"INSERT INTO {REGISTER} SELECT number, {now}, team, asked_by, account, fields, recipient, organisation, "
        f"basis, reference, dated, given_by, why, '[]', policy_version, 'e' FROM {DISCLOSURE}",
    )
    assert shows(steward) == "not_on_record"
    assert (found(steward) or ("",))[0] is Code.OTHER_DISCLOSURE
    tamper(steward.database, f"DELETE FROM {REGISTER}", f"DELETE FROM {YES}", f"DELETE FROM {DISCLOSURE}")
    code, said = found(steward) or (None, "")
    assert (code, "D-1" in said, "it is gone" in said) == (Code.OTHER_DISCLOSURE, True, True)


def test_a_yes_says_its_roles() -> None:
    assert words_of_yes("D-12", frozenset({"privacy", "approvers"})) == "D-12 as approvers, privacy"
    assert AGREED.fullmatch("D-12 as approvers, privacy")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_verdict_is_what_its_entry_says(steward: Steward, clock: SettableClock) -> None:
    reveal(steward, clock)
    steward.person("agnese").type("/audit review", channel="general")
    judge(steward, "agnese", "Violation", "Not for this ticket")
    assert found(steward) is None
    for changed in ("verdict = 'in_order'", "by = 'U0NOBODY'"):
        tamper(
            steward.database, "CREATE TABLE copied AS SELECT * FROM review_steps", f"UPDATE review_steps SET {changed}"
        )
        code, said = found(steward) or (None, "")
        assert (code, "U0NOBODY" in said) == (Code.OTHER_VERDICT, False)
        tamper(
            steward.database,
            "UPDATE review_steps SET verdict = (SELECT verdict FROM copied), by = (SELECT by FROM copied)",
            "DROP TABLE copied",
        )
    assert found(steward) is None
