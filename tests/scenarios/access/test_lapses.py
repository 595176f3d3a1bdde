"""Of two who must agree, the first can't any more when the second does: that yes counts no more, and entries say so."""

from collections.abc import Callable

import pytest

from bot.access.people import Conversation
from bot.audit.faults import Code
from tests.conftest import SettableClock
from tests.promises.office import by
from tests.scenarios.access.absences import away
from tests.scenarios.access.asking import approvals, ask
from tests.scenarios.access.extending import extend
from tests.scenarios.access.suspending import changed, desk, looked, point, publish
from tests.scenarios.audit.erasing import Erase, erase, message, press
from tests.scenarios.disclosures.giving import ask as ask_to_disclose
from tests.scenarios.disclosures.giving import in_both
from tests.scenarios.harness import Steward, person_of
from tests.scenarios.on_record.written import found, reveals, write

__all__ = ["erase"]

INDIVIDUAL = "pw-00500"
GONE: list[tuple[Callable[[Steward], object], str]] = [
    (lambda steward: steward.slack.groups["access-approvers"].remove("janis"), "not_an_approver"),
    (lambda steward: steward.slack.people["janis"].deactivate(), "person_left"),
]


def approve(steward: Steward, who: str, in_: str = "access-approvals") -> str:
    """What the person is told, and the channel."""
    steward.person(who).press("Approve", in_=in_)
    told = steward.person(who).read(in_)[-1].text
    steward.deliver()
    return told


def third(steward: Steward) -> None:
    steward.slack.groups["access-approvers"].add("nils")
    steward.slack.channels["access-approvals"].invite(steward.slack.people["nils"].id)


def decisions(steward: Steward, name: str) -> list[tuple[str, str, str]]:
    acts = [one for one in steward.audit(grant=name) if one["action"] in ("access.approve", "access.lapse")]
    return sorted((one["action"], one["outcome"], str(one["reason"])) for one in acts)


@pytest.mark.parametrize(("goes", "why"), GONE)
def test_the_first_of_two_is_gone_when_the_second_agrees(
    steward: Steward, clock: SettableClock, goes: Callable[[Steward], object], why: str
) -> None:
    third(steward)
    name, janis = ask(steward, account=INDIVIDUAL), steward.slack.people["janis"].id
    approve(steward, "janis")
    goes(steward)
    clock.advance(minutes=1)
    told = approve(steward, "martins")
    assert f"@Jānis Bērziņš agreed to {name} before and could not do so now" in told
    assert "Still needed: 1 more of @access-approvers" in told
    assert "Jānis" not in steward.person("martins").read("access-approvals")[-1].text.partition("Agreed by")[2]
    assert steward.count("access_grants") == 0
    lapse = ("access.lapse", "ended", f"{why}:{janis}")
    agreed = ("access.approve", "done", "more_approvers")
    assert decisions(steward, name) == [agreed, agreed, lapse]
    assert next(one for one in steward.audit() if one["action"] == "access.lapse")["account"] == INDIVIDUAL
    clock.advance(minutes=1)
    approve(steward, "nils")
    assert steward.count("access_grants") == 1
    assert reveals(steward, INDIVIDUAL) == "granted"
    assert found(steward) is None


def test_whoever_is_back_counts_and_agrees_anew_where_it_had_lapsed(steward: Steward, clock: SettableClock) -> None:
    group = steward.slack.groups["access-approvers"]
    ask(steward, account=INDIVIDUAL)
    approve(steward, "janis")
    group.remove("janis")
    clock.advance(minutes=1)
    approve(steward, "martins")
    assert steward.count("access_grants") == 0
    group.add("janis")
    clock.advance(minutes=1)
    approve(steward, "janis")
    assert (steward.count("access_grants"), steward.count("access_approvals")) == (1, 2)
    assert (reveals(steward, INDIVIDUAL), found(steward)) == ("granted", None)


def test_a_yes_that_was_taken_off_is_not_put_back_in_the_table(steward: Steward, clock: SettableClock) -> None:
    third(steward)
    ask(steward, account=INDIVIDUAL)
    approve(steward, "janis")
    write(steward, "CREATE TABLE copied AS SELECT * FROM access_approvals")
    steward.slack.groups["access-approvers"].remove("janis")
    clock.advance(minutes=1)
    approve(steward, "martins")
    clock.advance(minutes=1)
    approve(steward, "nils")
    assert found(steward) is None
    write(steward, "INSERT INTO access_approvals SELECT * FROM copied")
    code, said = found(steward) or (None, "")
    assert (code, "of whom no entry says it" in said) == (Code.OTHER_GRANT, True)


def test_less_that_the_second_read_of_is_not_more_because_the_first_is_gone(
    steward: Steward, clock: SettableClock
) -> None:
    third(steward)
    ask(steward, account=INDIVIDUAL, classes=("Contact details", "Recipient lists"))
    janis = steward.person("janis")
    janis.press("Approve less", in_="access-approvals")
    janis.fill({"What do they get?": ["Contact details"], "Why?": "Contact details are enough"})
    assert janis.submit() == {}
    janis.close(everything=True)
    steward.deliver()
    steward.slack.groups["access-approvers"].remove("janis")
    for who in ("martins", "nils"):
        clock.advance(minutes=1)
        approve(steward, who)
    with steward.database.reading() as connection:
        classes = connection.exec_driver_sql("SELECT data_classes FROM access_grants").scalar_one()
    assert "contact" in str(classes)
    assert "recipients" not in str(classes)


def test_a_yes_to_more_time_that_lapsed_takes_nothing_from_the_grant(steward: Steward, clock: SettableClock) -> None:
    third(steward)
    name = ask(steward, account=INDIVIDUAL)
    approve(steward, "janis")
    approve(steward, "martins")
    assert reveals(steward, INDIVIDUAL) == "granted"
    extend(steward, name)
    clock.advance(minutes=1)
    approve(steward, "janis")
    steward.slack.groups["access-approvers"].remove("janis")
    clock.advance(minutes=1)
    approve(steward, "martins")
    lapses = [one for one in steward.audit(grant=name) if one["action"] == "access.lapse"]
    assert [one["query"] for one in lapses] == ["R-1002"]
    assert (reveals(steward, INDIVIDUAL), found(steward)) == ("granted", None)
    clock.advance(minutes=1)
    approve(steward, "nils")
    assert (reveals(steward, INDIVIDUAL), found(steward)) == ("granted", None)


def test_a_deputys_yes_goes_with_the_roles_that_it_was_given_with(steward: Steward, clock: SettableClock) -> None:
    away(steward, "janis", "friday @nils")
    steward.slack.channels["access-approvals"].invite(steward.slack.people["nils"].id)
    name = ask(steward, account=INDIVIDUAL)
    approve(steward, "nils")
    steward.slack.groups["access-approvers"].remove("janis")
    clock.advance(minutes=1)
    approve(steward, "martins")
    assert steward.count("access_grants") == 0
    assert decisions(steward, name)[-1][2] == f"not_an_approver:{steward.slack.people['nils'].id}"
    assert "Nils" not in approvals(steward).partition("Agreed by")[2]


def test_to_an_outsider_nothing_goes_on_the_word_of_one_who_left(steward: Steward, clock: SettableClock) -> None:
    assert ask_to_disclose(steward) == {}
    approve(steward, "laila", "privacy-desk")
    steward.slack.groups["privacy-office"].remove("laila")
    clock.advance(minutes=1)
    approve(steward, "janis")
    assert steward.count("disclosure_register") == 0
    lapse = next(one for one in steward.audit() if one["action"] == "access.lapse")
    laila = steward.slack.people["laila"].id
    assert (lapse["grant"], lapse["reason"], lapse["account"]) == ("D-1", f"not_an_approver:{laila}", "pw-00412")
    assert all("waiting for someone of @privacy-office" in text for text in in_both(steward))
    clock.advance(minutes=1)
    approve(steward, "ieva", "privacy-desk")
    assert steward.count("disclosure_register") == 1


def test_a_yes_to_an_outsiders_data_that_was_taken_off_is_not_put_back(steward: Steward, clock: SettableClock) -> None:
    assert ask_to_disclose(steward) == {}
    approve(steward, "laila", "privacy-desk")
    write(steward, "CREATE TABLE copied AS SELECT * FROM disclosure_approvals")
    steward.slack.groups["privacy-office"].remove("laila")
    for who, where in (("janis", "access-approvals"), ("ieva", "privacy-desk")):
        clock.advance(minutes=1)
        approve(steward, who, where)
    assert steward.count("disclosure_register") == 1
    assert found(steward) is None
    write(steward, "INSERT INTO disclosure_approvals SELECT * FROM copied")
    assert "of whom no entry says it" in (found(steward) or ("", ""))[1]
    edgars = person_of(steward, "edgars")
    steward.services.special_cases.disclosures.show(by(edgars), edgars, Conversation.INTERNAL, 1)
    assert (steward.last()["outcome"], steward.last()["reason"]) == ("refused", "not_on_record")


def test_roles_that_are_left_are_those_that_count(steward: Steward, clock: SettableClock) -> None:
    """Laila could fill either place; once she is no officer any more, an officer is still needed."""
    steward.slack.groups["access-approvers"].add("laila")
    assert ask_to_disclose(steward) == {}
    approve(steward, "laila", "privacy-desk")
    steward.slack.groups["privacy-office"].remove("laila")
    clock.advance(minutes=1)
    approve(steward, "janis")
    assert steward.count("disclosure_register") == 0
    assert not [one for one in steward.audit() if one["action"] == "access.lapse"]
    clock.advance(minutes=1)
    approve(steward, "ieva", "privacy-desk")
    assert steward.count("disclosure_register") == 1


def test_nobody_stands_in_at_a_disclosure_because_a_table_says_so(steward: Steward) -> None:
    people = steward.slack.people
    write(
        steward,
        "INSERT INTO access_absences (team, person, deputy, since, until) VALUES "
        f"('{steward.slack.team_id}', '{people['janis'].id}', '{people['nils'].id}', "
        "'2026-03-02 08:00:00.000000', '2026-03-06 08:00:00.000000')",
    )
    steward.slack.channels["access-approvals"].invite(people["nils"].id)
    assert ask_to_disclose(steward) == {}
    approve(steward, "nils")
    assert (steward.last()["outcome"], steward.last()["reason"]) == ("refused", "not_an_approver")
    assert steward.count("disclosure_approvals") == 0


def test_nothing_is_erased_on_the_word_of_one_who_left(steward: Steward, erase: Erase, clock: SettableClock) -> None:
    erase("pw-00412")
    press(steward, "laila", "Confirm erasure")
    steward.slack.groups["privacy-office"].remove("laila")
    clock.advance(minutes=1)
    press(steward, "ieva", "Confirm erasure")
    assert steward.count("audit_erased") == 0
    assert "Confirmed by @Ieva Strautiņa · one more is needed" in message(steward)
    erasing = [(one["outcome"], one["reason"]) for one in steward.audit() if one["action"] == "audit.erase"]
    assert ("ended", f"not_a_privacy_officer:{steward.slack.people['laila'].id}") in erasing
    clock.advance(minutes=1)
    press(steward, "agnese", "Confirm erasure")
    assert steward.count("audit_erased") > 0
    assert found(steward) is None


def test_no_purpose_is_restored_on_the_word_of_one_who_left(steward: Steward, clock: SettableClock) -> None:
    publish(steward, clock, changed())
    steward.deliver()
    assert point(steward, "laila", "in order to help customers who write to us with a fault") == {}
    steward.slack.groups["privacy-office"].set("ieva", "agnese")
    ieva = steward.person("ieva")
    ieva.press("Confirm", in_="privacy-desk")
    assert "is no privacy officer any more" in ieva.read("privacy-desk")[-1].text
    assert (steward.last()["outcome"], steward.last()["reason"]) == ("refused", "proposer_left")
    assert looked(steward) is False
    assert not any("Restored" in text for text in desk(steward))


def test_whoever_may_not_point_to_a_clause_is_recorded(steward: Steward, clock: SettableClock) -> None:
    publish(steward, clock, changed())
    steward.deliver()
    steward.slack.groups["privacy-office"].remove("laila")
    laila = steward.person("laila")
    laila.press("Point to the new clause", in_="privacy-desk")
    assert "That you pressed is recorded" in laila.read("privacy-desk")[-1].text
    assert steward.last()["actor"] == steward.slack.people["laila"].id
    assert (steward.last()["outcome"], steward.last()["reason"]) == ("refused", "not_a_privacy_officer")
