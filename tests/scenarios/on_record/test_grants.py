"""Whoever writes to the database gives nobody access: a grant opens what the ledger's entries say, and no more."""

import orjson

from bot.audit.faults import Code
from tests.conftest import SettableClock
from tests.scenarios.access.absences import away
from tests.scenarios.access.asking import ask
from tests.scenarios.access.emergencies import take
from tests.scenarios.access.extending import extend
from tests.scenarios.harness import Steward
from tests.scenarios.on_record.written import approve, found, reveals, write

LATE = "'2026-03-02 23:00:00.000000'"
GRANT, YES, ASKED = "access_grants", "access_approvals", "access_requests"
MORE = [
    (GRANT, "ends_at", LATE, "lasts longer", "not_on_record"),
    (GRANT, "starts_at", "'2026-03-01 09:00:00.000000'", "begins sooner", "not_on_record"),
    (GRANT, "data_classes", '\'["contact", "recipients"]\'', "data class that was not agreed", "not_on_record"),
    (GRANT, "accounts", '\'["pw-00412", "pw-00500"]\'', "an account that no entry", "not_on_record"),
    (GRANT, "account", "'pw-00500'", "an account that no entry", "no_grant"),
    (GRANT, "purpose", "'billing'", "another purpose", "no_grant"),
    (GRANT, "person", "'U0NOBODY'", "somebody else's", "no_grant"),
    (YES, "by", "'U0NOBODY'", "of whom no entry says it", "too_few_approved"),
    (YES, "roles", '\'["approvers", "privacy"]\'', "roles that their entry does not have", "granted"),
    (ASKED, "needs", "'{}'", "other roles are said to have been needed", "granted"),
]


def test_a_grant_that_says_more_than_its_entries_is_named_and_opens_nothing(
    steward: Steward, clock: SettableClock
) -> None:
    name = ask(steward)
    approve(steward)
    assert reveals(steward) == "granted"
    assert found(steward) is None
    write(steward, *(f"CREATE TABLE copied_{one} AS SELECT * FROM {one}" for one in (GRANT, YES, ASKED)))
    for table, column, value, words, comes_to in MORE:
        write(steward, f"UPDATE {table} SET {column} = {value}")
        assert reveals(steward) == comes_to, column
        code, said = found(steward) or (None, "")
        assert (code, words in said, "U0NOBODY" in said) == (Code.OTHER_GRANT, True, False), (column, said)
        write(steward, f"UPDATE {table} SET {column} = (SELECT {column} FROM copied_{table})")
    assert (reveals(steward), found(steward)) == ("granted", None)
    extend(steward, name)
    approve(steward)
    clock.advance(hours=2, minutes=30)
    assert (reveals(steward), found(steward)) == ("granted", None)
    write(steward, f"UPDATE {GRANT} SET ends_at = {LATE}")
    assert reveals(steward) == "not_on_record"
    write(steward, f"UPDATE {GRANT} SET ends_at = '2026-03-02 12:00:00.000000'")
    steward.person("inese").type(f"/access end {name}", channel="general")
    assert (steward.last()["outcome"], reveals(steward)) == ("ended", "no_grant")
    write(steward, f"UPDATE {GRANT} SET ended_at = NULL, ended_by = NULL")
    assert reveals(steward) == "not_on_record"
    assert (found(steward) or ("", ""))[1].startswith(f"What is kept of {name} is not")


def copied(table: str, columns: str, **other: str) -> str:
    """A statement that copies a row, with some of its columns otherwise."""
    names = columns.split()
    values = ", ".join(other.get(one, one) for one in names)
    return f"INSERT INTO {table} ({', '.join(names)}) SELECT {values} FROM {table}"


OF_REQUESTS = "number team person account purpose data_classes duration_s justification status asked_at kind expires_at"
OF_GRANTS = "number team person account purpose data_classes starts_at ends_at granted_by extensions"


def test_a_grant_that_was_made_up_opens_nothing(steward: Steward, clock: SettableClock) -> None:
    """Nor does one that was taken in an emergency open more, or longer, than the rules say."""
    take(steward)
    assert (reveals(steward), found(steward)) == ("granted", None)
    another = {"number": "99", "account": "'pw-00500'"}
    decided = f"{OF_REQUESTS} decided_at decided_by needs turn"
    write(steward, copied(ASKED, decided, **another), copied(GRANT, OF_GRANTS, **another))
    inese = steward.person("inese")
    inese.type("/account pw-00500", channel="general")
    assert "Reveal" not in inese.read("general")[-1].buttons
    assert reveals(steward, "pw-00500") == "not_on_record"
    assert (steward.last()["outcome"], steward.last()["grant"]) == ("refused", "R-99")
    code, said = found(steward) or (None, "")
    assert (code, "R-99" in said, "no entry says that it was given" in said) == (Code.OTHER_GRANT, True, True)
    write(steward, f"DELETE FROM {GRANT} WHERE number = 99", f"UPDATE {GRANT} SET ends_at = {LATE}")
    assert reveals(steward) == "granted"
    write(steward, f'UPDATE {GRANT} SET data_classes = \'["contact", "recipients"]\'')
    assert reveals(steward) == "not_on_record"
    write(steward, f"UPDATE {GRANT} SET data_classes = '[\"contact\"]'")
    clock.advance(hours=9)
    assert reveals(steward) == "not_on_record"


def test_what_a_waiting_request_needs_is_not_lowered_by_a_row(steward: Steward) -> None:
    """An individual's account needs two approvers; one of whom was made up counts for nothing."""
    ask(steward, account="pw-00500")
    for lowered in ("needs = '{}'", "kind = 'emergency'", "decided_by = 'policy'"):
        write(steward, f"UPDATE {ASKED} SET {lowered}")
    assert approve(steward) == ("done", "more_approvers")
    columns = "request by roles at data_classes duration_s"
    write(steward, copied(YES, columns, by="'U0NOBODY'"))
    assert steward.count(GRANT) == 0
    write(steward, f"DELETE FROM {YES} WHERE by = 'U0NOBODY'")
    assert approve(steward, "martins") == ("granted", "all_approvers")
    assert reveals(steward, "pw-00500") == "granted"
    write(steward, f"UPDATE {YES} SET by = 'U0NOBODY' WHERE by = '{steward.slack.people['martins'].id}'")
    assert reveals(steward, "pw-00500") == "too_few_approved"


def test_nobody_makes_themselves_a_deputy_in_the_table(steward: Steward) -> None:
    people = steward.slack.people
    steward.slack.channels["access-approvals"].invite(people["nils"].id)
    ask(steward)
    row = (steward.slack.team_id, people["janis"].id, people["nils"].id)
    when = f"'2026-03-02 08:00:00.000000', {LATE}"
    write(
        steward, f"INSERT INTO access_absences (team, person, deputy, since, until) VALUES ({str(row)[1:-1]}, {when})"
    )
    assert approve(steward, "nils") == ("refused", "not_an_approver")
    away(steward, "martins", "friday @nils")
    assert approve(steward, "nils")[0] == "granted"


def test_a_yes_says_what_it_was_to(steward: Steward) -> None:
    name = ask(steward)
    approve(steward)
    (entry,) = [one for one in steward.audit(grant=name) if one["action"] == "access.approve"]
    assert orjson.loads(entry["query"]) == {
        "accounts": ["pw-00412"],
        "classes": ["contact"],
        "for": steward.slack.people["inese"].id,
        "needs": {"approvers": 1},
        "request": name,
        "roles": ["approvers"],
        "since": "2026-03-02T09:00:00.000000Z",
        "until": "2026-03-02T11:00:00.000000Z",
    }
    agnese = steward.person("agnese")
    agnese.type(f"/audit {name}", channel="general")
    assert "agreed to: contact, until" in agnese.read("general")[-1].text
    assert "(needed: 1 of approvers)" in agnese.read("general")[-1].text
    agnese.type(f"/audit {entry['id']}", channel="general")
    assert "Agreed to: contact" in agnese.read("general")[-1].text
    assert "Typed" not in agnese.read("general")[-1].text
