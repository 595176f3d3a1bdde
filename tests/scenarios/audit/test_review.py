"""Reviews, alerts and the digest, as auditors and those whom they ask live with them."""

from datetime import UTC, datetime

import pytest

from slack_local.people.shown import Shown
from tests.conftest import SettableClock
from tests.scenarios.audit.reviewing import judge, refused, reveal
from tests.scenarios.harness import Steward

PERSONAL = ("@postwing.example", "@balticbeans.example", "newsletters bounce")


def newest(steward: Steward, who: str, channel: str = "general") -> Shown:
    return steward.person(who).read(channel)[-1]


@pytest.fixture
def drawn(steward: Steward, clock: SettableClock) -> Steward:
    """One reveal of Inese's waits for a review."""
    reveal(steward, clock)
    return steward


def test_an_auditor_judges_what_waits(drawn: Steward) -> None:
    agnese = drawn.person("agnese")
    agnese.type("/audit review", channel="general")
    shown = newest(drawn, "agnese")
    assert shown.ephemeral
    assert shown.text.startswith("1 review waits for you")
    assert "V-1 · drawn at random · due" in shown.text
    assert "revealed pw-00412" in shown.text
    assert shown.buttons == ("In order", "Needs explanation", "Violation")
    said = judge(drawn, "agnese", "In order", None)
    assert "V-1 is in order." in said
    assert "Nothing else waits for you." in said
    entry = drawn.last()
    wanted = ("audit.review", "done", "in_order", None, "R-1001", "pw-00412")
    keys = ("action", "outcome", "reason", "justification", "grant", "account")
    assert tuple(entry[key] for key in keys) == wanted
    agnese.close()
    agnese.type("/audit review", channel="general")
    assert "Nothing waits for your review." in newest(drawn, "agnese").text
    agnese.type("/audit R-1001", channel="general")
    found = newest(drawn, "agnese").text
    reviewed = next(one for one in drawn.audit() if one["action"] == "account.reveal")
    assert "reviewed an entry about pw-00412" in found
    assert f"about {str(reviewed['id'])[-8:]}" in found


def test_a_review_is_opened_by_its_number(drawn: Steward, clock: SettableClock) -> None:
    agnese = drawn.person("agnese")
    agnese.type("/audit v-1", channel="general")
    shown = newest(drawn, "agnese")
    assert "V-1 · drawn at random · due" in shown.text
    assert shown.buttons == ("In order", "Needs explanation", "Violation")
    assert (drawn.last()["action"], drawn.last()["query"]) == ("audit.search", "V-1")
    assert "V-1 is in order." in judge(drawn, "agnese", "In order", None)
    agnese.close()
    for who, name, words in (
        ("agnese", "V-1", "You found it in order already: V-1"),
        ("agnese", "V-2", "There is no such review."),
        ("inese", "V-1", "Only auditors review"),
    ):
        drawn.person(who).type(f"/audit {name}", channel="general")
        assert words in newest(drawn, who).text
        assert drawn.last()["outcome"] == "refused"


def test_words_are_needed_for_all_but_in_order(drawn: Steward) -> None:
    agnese = drawn.person("agnese")
    agnese.type("/audit review", channel="general")
    agnese.press("Violation", in_="general")
    agnese.fill({"What is wrong?": "no"})
    assert "Say it in a few words" in str(agnese.submit())
    assert drawn.count("review_steps") == 0


def test_a_question_goes_out_and_its_answer_comes_back(drawn: Steward) -> None:
    agnese, inese = drawn.person("agnese"), drawn.person("inese")
    agnese.type("/audit review", channel="general")
    assert "Inese" in judge(drawn, "agnese", "Needs explanation", "Which ticket? <@U0> *bold*")
    question = inese.dm()[-1]
    assert "asks you about something in the audit table" in question.text
    assert "@Agnese Balode asks you to explain something in the audit table · V-1" in inese.home().text
    assert "Nothing waits for you" not in inese.home().text
    assert "You revealed data of pw-00412" in question.text
    assert "“Which ticket? <@U0> *bold*”" in question.text
    inese.press("Answer", in_="home")
    inese.fill({"Your answer": "HD-2211, the customer called."})
    assert inese.submit() == {}
    assert "explain something" not in inese.glance_home().text
    drawn.deliver()
    assert "Your answer to V-1 is with the auditors" in inese.modal().text
    after = inese.dm()[-1]
    assert "You answered" in after.text
    assert after.buttons == ()
    told = agnese.dm()[-1]
    assert "answered your question" in told.text
    assert "“HD-2211, the customer called.”" in told.text
    agnese.close()
    agnese.press("Review")
    assert "Answered: “HD-2211, the customer called.”" in agnese.dm()[-1].text
    judge(drawn, "agnese", "Violation", "HD-2211 is another customer's.", where=None)
    assert "@Agnese Balode found a violation, 11:00. Ask them about it." in inese.dm()[-2].text
    assert "violation: " in agnese.dm()[-2].text
    assert agnese.dm()[-2].buttons == ()
    reasons = [one["reason"] for one in drawn.audit() if one["action"] == "audit.review"]
    assert reasons == ["needs_explanation", "answered", "violation"]
    (desk,) = drawn.person("laila").read("privacy-desk")
    assert "A review came to a violation: Inese, drawn at random · V-1\nAgnese found it, " in desk.text
    assert "@auditors open it with /audit V-1." in desk.text
    assert "HD-2211" not in desk.text


def test_whoever_was_found_in_violation_is_told(drawn: Steward) -> None:
    drawn.person("agnese").type("/audit review", channel="general")
    judge(drawn, "agnese", "Violation", "There was no call of theirs.")
    told = drawn.person("inese").dm()[-1].text
    assert "A review found a violation in what you did · V-1" in told
    assert "You revealed data of pw-00412, " in told
    assert "@Agnese Balode reviewed it, 11:00" in told
    assert "@privacy-office" in told
    assert "no call" not in told, "the auditor's words stand in the audit table alone"


def test_nobody_of_whom_it_is_in_order_is_told(drawn: Steward) -> None:
    before = len(drawn.person("inese").dm())
    drawn.person("agnese").type("/audit review", channel="general")
    judge(drawn, "agnese", "In order", None)
    assert len(drawn.person("inese").dm()) == before


def test_nobody_else_judges(drawn: Steward, clock: SettableClock) -> None:
    for name, words in (("nils", "Only auditors review"), ("inese", "Only auditors review")):
        drawn.person(name).type("/audit review", channel="general")
        assert words in newest(drawn, name).text
        assert (drawn.last()["action"], drawn.last()["outcome"]) == ("audit.search", "refused")
    drawn.slack.groups["auditors"].add("janis")
    drawn.slack.groups["auditors"].add("inese")
    clock.advance(minutes=2)
    for name in ("janis", "inese"):
        drawn.person(name).type("/audit review", channel="general")
        assert "Nothing waits for your review." in newest(drawn, name).text


def test_rights_are_checked_at_the_press(drawn: Steward) -> None:
    agnese = drawn.person("agnese")
    agnese.type("/audit review", channel="general")
    drawn.slack.groups["auditors"].remove("agnese")
    agnese.press("In order", in_="general")
    assert "Only auditors review" in newest(drawn, "agnese").text
    assert (drawn.last()["action"], drawn.last()["reason"]) == ("audit.review", "not_an_auditor")


def test_the_second_reviewer_reads_who_was_first(drawn: Steward, clock: SettableClock) -> None:
    drawn.slack.groups["auditors"].add("rihards")
    agnese, rihards = drawn.person("agnese"), drawn.person("rihards")
    for person in (agnese, rihards):
        person.type("/audit review", channel="general")
        person.press("In order", in_="general")
    assert agnese.submit() == {}
    clock.advance(seconds=3)
    assert rihards.submit() == {}
    assert "found it in order 3 seconds before you" in rihards.modal().text
    assert drawn.count("review_steps") == 1


def test_one_after_the_other_in_one_modal(steward: Steward, clock: SettableClock) -> None:
    for account in ("pw-00412", "pw-00413", "pw-00414", "pw-00502"):
        reveal(steward, clock, account)
    agnese = steward.person("agnese")
    agnese.type("/audit review", channel="general")
    assert "5 reviews wait for you" in newest(steward, "agnese").text
    assert "2 more after these" in newest(steward, "agnese").text
    agnese.press("In order", in_="general")
    for left in (4, 3, 2, 1):
        assert agnese.submit() == {}
        assert f"{left} review{' waits' if left == 1 else 's wait'} for you" in agnese.modal().text
        assert len(agnese.modals()) == 1
        agnese.press("What waits next")
        agnese.press("In order")
        assert len(agnese.modals()) == 2
    assert "Revealed data of 4 accounts within 1 hour, each at most 10 minutes after" in agnese.modal().text
    assert agnese.submit() == {}
    assert "Nothing else waits" in agnese.modal().text


def test_app_home_says_how_many_wait(drawn: Steward) -> None:
    agnese = drawn.person("agnese")
    assert "1 review waits for you." in agnese.home().text
    assert not [one for one in ("V-1", "review wait", "/audit review") if one in drawn.person("laila").home().text]
    assert "Review" not in drawn.person("laila").glance_home().buttons
    agnese.press("Review")
    assert "V-1 · drawn at random" in agnese.modal().text


@pytest.mark.parametrize("verdict", ["In order", "Needs explanation", "Violation"])
def test_cancel_leads_back_to_what_was_pressed(drawn: Steward, verdict: str) -> None:
    agnese = drawn.person("agnese")
    agnese.home()
    agnese.press("Review")
    agnese.press(verdict)
    agnese.close()
    assert "V-1 · drawn at random" in agnese.modal().text
    said = judge(drawn, "agnese", "In order", None, where=None)
    assert "V-1 is in order." in said
    assert len(agnese.modals()) == 1
    assert "review waits" not in agnese.glance_home().text, "App Home behind it follows"


def test_an_alert_says_why_and_is_judged_in_the_same_queue(steward: Steward, clock: SettableClock) -> None:
    refused(steward, clock)
    (alert,) = steward.person("agnese").read("audit-log")
    assert "Unusual use: Nils" in alert.text
    assert "refused again and again · V-1" in alert.text
    assert "Was refused 5 times within 1 hour." in alert.text
    ids = [str(one["id"])[-8:] for one in steward.audit(outcome="refused")]
    assert all(one in alert.text for one in ids)
    assert not any(personal in alert.source for personal in (*PERSONAL, "pw-00412"))
    agnese = steward.person("agnese")
    agnese.type("/audit review", channel="general")
    assert "V-1 · refused again and again" in newest(steward, "agnese").text
    agnese.press("Review", in_="audit-log")
    assert "In order" in agnese.read("audit-log")[-1].buttons
    judge(steward, "agnese", "Violation", "He was told to stop.", where="audit-log")
    judged = steward.person("agnese").read("audit-log")[0]
    assert "violation: " in judged.text
    assert judged.buttons == ()
    assert "He was told to stop" not in judged.source
    alerts = [one for one in steward.audit() if one["action"] == "audit.alert"]
    (entry,) = alerts
    assert (entry["actor"], entry["reason"], entry["surface"]) == ("system", "refusals", "schedule")
    assert entry["justification"] == "Was refused 5 times within 1 hour."
    agnese.type("/audit alerts", channel="general")
    found = newest(steward, "agnese").text
    assert "noted unusual use" in found
    assert "about @Nils Zariņš, 5 entries" in found


def test_what_nobody_looks_at_is_escalated(drawn: Steward, clock: SettableClock) -> None:
    clock.advance(days=3)
    drawn.tick()
    overdue = newest(drawn, "agnese", "audit-log")
    assert "Nobody has reviewed V-1, drawn at random" in overdue.text
    assert not any(personal in overdue.source for personal in (*PERSONAL, "pw-00412"))
    before = len(drawn.person("laila").read("privacy-desk"))
    clock.advance(days=2)
    drawn.tick()
    drawn.tick()
    assert len(drawn.person("laila").read("privacy-desk")) == before + 1
    escalated = newest(drawn, "laila", "privacy-desk")
    assert "Nobody has reviewed V-1" in escalated.text
    assert "@auditors were told first. Remind one of them" in escalated.text
    assert escalated.buttons == (), "privacy officers do not review"
    agnese = drawn.person("agnese")
    agnese.type("/audit review", channel="general")
    assert "overdue since" in newest(drawn, "agnese").text
    judge(drawn, "agnese", "In order", "Late, but in order.")
    for channel in ("audit-log", "privacy-desk"):
        (message,) = [one for one in agnese.read(channel) if "V-1" in one.text]
        assert "V-1 was overdue." in message.text
        assert message.buttons == ()


def test_whoever_does_not_answer_is_named_to_the_auditors(drawn: Steward, clock: SettableClock) -> None:
    drawn.person("agnese").type("/audit review", channel="general")
    judge(drawn, "agnese", "Needs explanation", "Which ticket?")
    clock.advance(days=2)
    drawn.tick()
    assert "Inese" in newest(drawn, "agnese", "audit-log").text
    assert "has not explained V-1" in newest(drawn, "agnese", "audit-log").text
    (asked,) = [one for one in drawn.person("inese").dm() if "asks you" in one.text]
    assert "You can give it still" in asked.text
    assert asked.buttons == ("Answer",)
    agnese = drawn.person("agnese")
    agnese.close()
    agnese.type("/audit review", channel="general")
    assert "V-1 · drawn at random · not explained in time, asked for until" in newest(drawn, "agnese").text
    assert "Asked: “Which ticket?”" in newest(drawn, "agnese").text
    clock.advance(days=9)
    drawn.tick()
    inese = drawn.person("inese")
    inese.press("Answer")
    inese.fill({"Your answer": "I was away."})
    assert inese.submit() == {}
    drawn.deliver()
    late = [one for one in drawn.person("agnese").read("audit-log") if "V-1" in one.text]
    assert "V-1 was overdue." in late[-1].text


def test_an_answer_that_comes_too_late_is_not_taken(drawn: Steward, clock: SettableClock) -> None:
    agnese, inese = drawn.person("agnese"), drawn.person("inese")
    agnese.type("/audit review", channel="general")
    judge(drawn, "agnese", "Needs explanation", "Which ticket?")
    inese.press("Answer")
    inese.fill({"Your answer": "HD-2211"})
    clock.advance(days=2)
    drawn.tick()
    agnese.close()
    agnese.press("Review", in_="audit-log")
    clock.advance(minutes=1)
    judge(drawn, "agnese", "In order", "Found the ticket.", where="audit-log")
    clock.advance(minutes=1)
    assert inese.submit() == {}
    assert "found it in order" in inese.modal().text
    (question,) = [one for one in inese.dm() if "asks you" in one.text]
    assert "No answer is needed any more" in question.text
    assert question.buttons == ()


def test_the_digest_goes_out_once_on_monday(drawn: Steward, clock: SettableClock) -> None:
    drawn.services.digests.plan()
    clock.now = datetime(2026, 3, 9, 6, 29, tzinfo=UTC)
    drawn.tick()
    assert not [one for one in drawn.person("laila").read("privacy-desk") if "week of" in one.text]
    clock.advance(minutes=1)
    for _ in range(3):
        drawn.tick()
    (digest,) = [one for one in drawn.person("laila").read("privacy-desk") if "week of" in one.text]
    assert "Postwing in the week of 2 to 8 March 2026" in digest.text
    assert "2 looks at 1 account by 1 person" in digest.text
    assert "Technical support" in digest.text
    assert "Inese" in digest.text
    assert not any(personal in digest.source for personal in (*PERSONAL, "pw-", "Baltic Beans"))


def test_help_and_misspelling(steward: Steward) -> None:
    agnese = steward.person("agnese")
    agnese.type("/audit help", channel="general")
    assert "/audit review" in newest(steward, "agnese").text
    agnese.type("/audit reveiw", channel="general")
    assert "Did you mean /audit review?" in newest(steward, "agnese").text
