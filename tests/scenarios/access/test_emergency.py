"""Emergency access: from the command to the review, and what bars the next one."""

from datetime import timedelta

import pytest

from bot.audit.reports.customer import CustomerReport
from tests.conftest import SettableClock
from tests.scenarios.access.emergencies import ANSWERS, WHY, take
from tests.scenarios.audit.reviewing import judge, watch
from tests.scenarios.harness import CLI, Steward, person_of


def test_at_once_told_to_everybody_and_reviewed(steward: Steward, clock: SettableClock) -> None:
    inese, janis, martins, agnese = (steward.person(one) for one in ("inese", "janis", "martins", "agnese"))
    inese.type("/access emergency pw-00412 for technical support", channel="general")
    assert "at once, for 1 h" in inese.modal().text
    assert "All of @access-approvers and the audit channel are told" in inese.modal().text
    inese.close()
    name = take(steward)
    told = (janis.dm()[-1], martins.dm()[-1], agnese.read("audit-log")[-1])
    for message in told:
        assert (
            f"@Inese Ozola took emergency access to Contact details of pw-00412 (Baltic Beans SIA) · {name}"
            in message.text
        )
        assert "They have it until 12:00 (in 1 h)" in message.text
        assert WHY in message.text
        assert "mara@" not in message.source
    assert [list(one.buttons) for one in told] == [["End it now"], ["End it now"], []]
    assert "emergency access, reviewed afterwards" in inese.dm()[-1].text
    inese.type("/account pw-00412", channel="general")
    inese.press("Reveal", in_="general")
    assert "mara@balticbeans.example" in inese.modal().text
    (entry,) = [one for one in steward.audit(grant=name) if one["action"] == "access.emergency"]
    assert (entry["outcome"], entry["reason"], entry["justification"]) == ("granted", "emergency", WHY)
    assert "email" in entry["fields"]
    report = steward.services.report.by_operator(CLI, "pw-00412")
    assert isinstance(report, CustomerReport)
    assert report.looks[0].approval == f"Emergency, reviewed afterwards ({name})"
    watch(steward, clock)
    assert steward.count("review_items WHERE kind = 'emergency'") == 1
    agnese.type("/audit review", channel="general")
    assert "emergency access" in agnese.read("general")[-1].text
    clock.advance(hours=1)
    steward.tick()
    assert f"{name} ended at 12:00" in inese.dm()[-1].text
    assert "ended at 12:00" in janis.dm()[-1].text
    assert list(janis.dm()[-1].buttons) == []


@pytest.mark.parametrize(("verdict", "found"), [("In order", "in order"), ("Violation", "violation")])
def test_once_it_is_reviewed_nobody_is_told_that_it_will_be(
    steward: Steward, clock: SettableClock, verdict: str, found: str
) -> None:
    take(steward)
    watch(steward, clock)
    janis, agnese = steward.person("janis"), steward.person("agnese")
    assert "@auditors review it. Ending it asks" in janis.dm()[-1].text
    agnese.type("/audit review", channel="general")
    judge(steward, "agnese", verdict, "Nobody of them had called.")
    shown = (agnese.read("audit-log")[-1].text, janis.dm()[-1].text, steward.person("inese").read(None)[0].text)
    assert not any("review it" in one for one in shown)
    assert "Reviewed by Agnese, " in shown[0]
    assert f"V-1 · :{'white_check_mark' if verdict == 'In order' else 'no_entry_sign'}: {found}" in shown[0]
    assert "Reviewed by Agnese, " in shown[1]
    assert found not in shown[1], "what was found is the auditors' to know"
    assert not any("Nobody of them" in one for one in shown)


def test_an_approver_ends_it_with_a_reason(steward: Steward) -> None:
    name = take(steward)
    janis, inese = steward.person("janis"), steward.person("inese")
    janis.press("End it now", in_="dm")
    janis.fill({"Why?": "The list was stopped already"})
    assert janis.submit() == {}
    steward.deliver()
    assert "by @Jānis Bērziņš: “The list was stopped already”" in inese.dm()[-1].text
    assert steward.audit(grant=name)[-1]["reason"] == "revoked"


def test_an_overdue_review_bars_the_next_one(steward: Steward, clock: SettableClock) -> None:
    inese = steward.person("inese")
    name = take(steward)
    watch(steward, clock)
    take(steward, "pw-00413")
    watch(steward, clock)
    clock.advance(days=3)
    steward.tick()
    inese.type("/access emergency pw-00414 for technical support", channel="general")
    said = inese.read("general")[-1].text
    assert f"Your emergency access {name}" in said
    assert "@auditors can review it (V-1 in /audit review)" in said
    assert (steward.last()["action"], steward.last()["reason"]) == ("access.emergency", "review_overdue")
    for _ in range(2):
        steward.person("agnese").type("/audit review", channel="general")
        judge(steward, "agnese", "In order", None)
        steward.person("agnese").close(everything=True)
    assert take(steward, "pw-00414") == "R-1003"


def test_one_that_never_came_into_the_queue_bars_too(steward: Steward, clock: SettableClock) -> None:
    name = take(steward)
    clock.advance(days=3, seconds=1)
    inese = steward.person("inese")
    inese.type("/access emergency pw-00413", channel="general")
    assert f"Your emergency access {name}" in inese.read("general")[-1].text
    kaspars = steward.person("kaspars")
    kaspars.type("/access emergency pw-00413 for nonsense", channel="general")
    assert "at once, for 1 h" in kaspars.modal().text
    assert "nonsense is none of our purposes" in kaspars.modal().text


@pytest.mark.parametrize(
    ("who", "text", "reason", "words"),
    [
        ("inese", "pw-00412 for customer service", "no_emergency", "allows no emergency access"),
        ("inese", "pw-00412 for billing", "not_your_purpose", "not one of your group's"),
        ("edgars", "pw-00412", "no_emergency", "allows no emergency access"),
        ("nils", "pw-00412", "no_purpose", "in no group that may look customers up"),
    ],
)
def test_whoever_may_not_is_told_why(steward: Steward, who: str, text: str, reason: str, words: str) -> None:
    person = steward.person(who)
    person.type(f"/access emergency {text}", channel="general")
    assert words in person.read("general")[-1].text
    assert (steward.last()["action"], steward.last()["outcome"], steward.last()["reason"]) == (
        "access.emergency",
        "refused",
        reason,
    )


def test_what_is_missing_is_said_and_is_no_review(steward: Steward, clock: SettableClock) -> None:
    inese = steward.person("inese")
    inese.type("/access emergency bean for technical support", channel="general")
    inese.fill(ANSWERS | {"Why?": "now"})
    errors = inese.submit()
    assert "at least 15 characters" in errors["Why?"]
    assert "Which one?" in errors["Account"]
    assert steward.last()["outcome"] == "suggested"
    watch(steward, clock)
    assert steward.count("review_items") == steward.count("access_grants") == 0


def test_more_time_needs_a_decision(steward: Steward, clock: SettableClock) -> None:
    """Even from whom nobody had to agree with: an emergency goes on only if somebody says so."""
    name = take(steward)
    inese = steward.person("inese")
    clock.advance(minutes=30)
    inese.type(f"/access extend {name} 1h", channel="general")
    inese.fill({"Why?": "The customer is still testing it"})
    assert inese.submit() == {}
    steward.deliver()
    assert "Approve" in steward.person("janis").read("access-approvals")[-1].buttons
    assert steward.services.look(person_of(steward, "inese")).grants[0].ends_at == clock() + timedelta(minutes=30)
