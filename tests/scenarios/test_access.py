"""Asking, deciding, using, ending: as people do it."""

from collections.abc import Sequence

import pytest

from bot.access.people import Conversation
from bot.access.requests.give import TooEarly
from bot.accounts.results import Refused
from bot.audit.entry import Actor, Surface
from bot.audit.ledger import Origin
from tests.conftest import SettableClock
from tests.scenarios.harness import Steward

WHY = 'Ticket HD-2211: newsletters "bounce" since Monday,\nneed the sender\'s address 🙂'
ANSWERS = {
    "Account": "pw-00412",
    "What do you need to see?": ["Contact details"],
    "Why?": WHY,
    "For how long?": "2 h",
    "Ticket": "HD-2211",
}


def ask(
    steward: Steward, name: str = "inese", *, account: str = "pw-00412", classes: Sequence[str] = ("Contact details",)
) -> str:
    """Fill the form in and send it; returns the request's name."""
    person = steward.person(name)
    person.type("/access", channel="general")
    person.fill(ANSWERS | {"Account": account, "What do you need to see?": list(classes)})
    assert person.submit() == {}
    number = next(word for word in person.modal().text.split() if word.startswith("R-"))
    person.close()
    steward.deliver()
    return number


def approvals(steward: Steward) -> str:
    return steward.person("janis").read("access-approvals")[-1].text


def test_ask_approve_reveal_end(steward: Steward, clock: SettableClock) -> None:
    inese, janis = steward.person("inese"), steward.person("janis")
    name = ask(steward)
    request = janis.read("access-approvals")[-1]
    assert f"asks for Contact details of pw-00412 (Baltic Beans SIA) · {name}" in request.text
    assert WHY in request.text
    assert "such as technical support" in request.text
    clock.advance(minutes=30)
    janis.press("Approve", in_="access-approvals")
    steward.deliver()
    decided = janis.read("access-approvals")[-1]
    assert "Approved by @Jānis Bērziņš" in decided.text
    assert list(decided.buttons) == []
    granted = inese.dm()[-1]
    assert "Granted until 13:30 (in 2 h)" in granted.text
    assert list(granted.buttons) == ["Open the account", "End now"]
    inese.type("/account pw-00412", channel="general")
    inese.press("Reveal", in_="general")
    assert "mara@balticbeans.example" in inese.modal().text
    assert "Māra Kalniņa" in inese.modal().text
    entry = steward.last()
    assert (entry["action"], entry["outcome"], entry["grant"]) == ("account.reveal", "disclosed", name)
    inese.close()
    inese.press("End now", in_="dm")
    steward.deliver()
    assert f"{name} is over" in inese.dm()[-1].text
    assert "ended at 11:30 by the holder" in approvals(steward)
    inese.press("Reveal", in_="general")  # on the card that was drawn before
    over = inese.read("general")[-1]
    assert "You have no live grant for that any more" in over.text
    assert (steward.last()["outcome"], steward.last()["reason"]) == ("refused", "no_grant")
    inese.press("Request access", in_="general")
    assert inese.modal().state["Account"] == "pw-00412"
    inese.close()
    inese.type("/account pw-00412", channel="general")
    assert "m•••@balticbeans.example" in inese.read("general")[-1].text
    actions = [(one["action"], one["outcome"]) for one in steward.audit(grant=name)]
    assert actions == [
        ("access.request", "requested"),
        ("access.approve", "granted"),
        ("account.reveal", "disclosed"),
        ("access.end", "ended"),
    ]


def test_it_ends_by_the_clock_and_says_so(steward: Steward, clock: SettableClock) -> None:
    inese, janis = steward.person("inese"), steward.person("janis")
    name = ask(steward)
    janis.press("Approve", in_="access-approvals")
    steward.deliver()
    inese.type("/account pw-00412", channel="general")
    card = inese.read("general")[-1]
    assert "Reveal" in card.buttons
    clock.advance(hours=1, minutes=50)
    steward.tick()
    assert f"{name} ends at 13:00" in inese.dm()[-1].text
    clock.advance(minutes=10)
    reveal = inese.find("Reveal", in_="general")
    inese.press(reveal)
    assert "no live grant" in inese.read("general")[-1].text
    assert steward.last()["reason"] == "no_grant"
    steward.tick()
    steward.tick()
    said = [message.text for message in inese.dm()]
    assert sum("You never used it." in text for text in said) == 1
    assert [one["outcome"] for one in steward.audit(grant=name)].count("expired") == 1
    assert "ended at 13:00" in approvals(steward)
    assert all("End now" not in message.buttons for message in inese.dm())


def test_a_denial_tells_why(steward: Steward) -> None:
    inese, janis = steward.person("inese"), steward.person("janis")
    name = ask(steward)
    janis.press("Deny", in_="access-approvals")
    janis.fill({"Why?": "Ask the customer: first <@U123> *now*"})
    assert janis.submit() == {}
    steward.deliver()
    told = inese.dm()[-1]
    assert "Denied by @Jānis Bērziņš" in told.text
    assert "Ask the customer: first" in told.text
    assert "Denied" in approvals(steward)
    entry = steward.last()
    assert (entry["action"], entry["outcome"], entry["grant"]) == ("access.deny", "denied", name)
    assert entry["justification"].startswith("Ask the customer: first")


def test_nobody_decides_their_own(steward: Steward) -> None:
    steward.slack.groups["support"].add("janis")
    ask(steward, "janis")
    janis = steward.person("janis")
    janis.press("Approve", in_="access-approvals")
    assert "You can't decide your own request" in janis.read("access-approvals")[-1].text
    entry = steward.last()
    assert (entry["action"], entry["outcome"], entry["reason"]) == ("access.approve", "refused", "own_request")
    assert steward.count("access_grants") == 0
    janis.press("Deny", in_="access-approvals")
    assert "You can't decide your own request" in janis.read("access-approvals")[-1].text


def test_rights_are_those_of_the_moment_of_the_press(steward: Steward) -> None:
    ask(steward)
    janis = steward.person("janis")
    janis.type("/access pending", channel="general")
    steward.slack.groups["access-approvers"].remove("janis")
    janis.press("Approve", in_="access-approvals")
    assert "Only @access-approvers can decide" in janis.read("access-approvals")[-1].text
    assert steward.last()["reason"] == "not_an_approver"
    assert steward.count("access_grants") == 0


def test_whoever_left_the_group_is_granted_nothing(steward: Steward) -> None:
    ask(steward)
    steward.slack.groups["support"].remove("inese")
    janis = steward.person("janis")
    janis.press("Approve", in_="access-approvals")
    assert "in no group with this purpose any more" in janis.read("access-approvals")[-1].text
    assert steward.count("access_grants") == 0


def test_the_second_approver_reads_who_was_first(steward: Steward, clock: SettableClock) -> None:
    ask(steward)
    janis, martins = steward.person("janis"), steward.person("martins")
    late = martins.find("Approve", in_="access-approvals")
    janis.press("Approve", in_="access-approvals")
    clock.advance(seconds=3)
    martins.press(late)
    assert "@Jānis Bērziņš approved R-1001 3 seconds before you" in martins.read("access-approvals")[-1].text
    again = steward.last()
    assert (again["outcome"], again["reason"]) == ("refused", "not_pending")
    assert steward.count("access_grants") == 1


def test_pressing_again_says_what_the_state_is(steward: Steward) -> None:
    ask(steward)
    janis = steward.person("janis")
    button = janis.find("Approve", in_="access-approvals")
    janis.press(button)
    janis.press(button)
    assert "You decided R-1001 already" in janis.read("access-approvals")[-1].text
    assert steward.count("access_grants") == 1


def test_a_request_that_nobody_answers_expires_and_says_so(steward: Steward, clock: SettableClock) -> None:
    name = ask(steward)
    janis = steward.person("janis")
    late = janis.find("Approve", in_="access-approvals")
    clock.advance(hours=8)
    janis.press(late)
    assert "can't be decided any more" in janis.read("access-approvals")[-1].text
    steward.tick()
    assert "Expired unanswered" in steward.person("inese").dm()[-1].text
    assert "Expired unanswered" in next(
        message.text for message in janis.read("access-approvals") if name in message.text
    )
    assert [(one["action"], one["actor"]) for one in steward.audit(outcome="expired")] == [("access.expire", "system")]


def test_cancel_request(steward: Steward) -> None:
    name = ask(steward)
    inese = steward.person("inese")
    inese.type(f"/access end {name}", channel="general")
    said = inese.read("general")[-1].text
    assert f"{name} is not granted yet" in said
    assert "/access mine withdraws it" in said
    inese.type(f"/access cancel {name}", channel="general")
    inese.press("Cancel request", in_="general")
    steward.deliver()
    assert f"{name} is withdrawn" in inese.read("general")[-1].text
    assert "Withdrawn by @Inese Ozola" in approvals(steward)
    assert (steward.last()["action"], steward.last()["outcome"]) == ("access.cancel", "done")


def test_errors_stand_under_their_fields_all_at_once(steward: Steward) -> None:
    inese = steward.person("inese")
    inese.type("/access", channel="general")
    inese.fill(ANSWERS | {"Account": "bean", "Why?": "aaaaaaaaaaaaaaaaaaaaaaaa"})
    errors = inese.submit()
    assert "Which one? pw-00413 (Bean There Ltd)" in errors["Account"]
    assert "one character again and again" in errors["Why?"]
    assert steward.last()["outcome"] == "suggested"
    inese.fill({"Account": "nothing like that", "Why?": "too short"})
    errors = inese.submit()
    assert "No account matches" in errors["Account"]
    assert "at least 15 characters" in errors["Why?"]
    assert steward.last()["outcome"] == "not_found"
    assert steward.count("access_requests") == 0


def test_asking_twice_for_the_same_is_one_request(steward: Steward) -> None:
    name = ask(steward)
    inese = steward.person("inese")
    inese.type("/access", channel="general")
    inese.fill(ANSWERS)
    assert f"{name} is waiting" in inese.submit()["Account"]
    assert steward.count("access_requests") == 1


def test_another_purpose_offers_its_own_classes(steward: Steward) -> None:
    inese = steward.person("inese")
    inese.type("/access pw-00412 for technical support 30m", channel="general")
    assert "Recipient lists" in inese.modal().text
    inese.fill({"Why?": "kept while the purpose changes", "Purpose": "Customer service"})
    assert "Recipient lists" not in inese.modal().text
    inese.fill({"For how long?": "1 h", "What do you need to see?": ["Contact details"]})
    assert inese.submit() == {}
    assert steward.last()["purpose"] == "customer_service"
    assert steward.last()["justification"] == "kept while the purpose changes"


def test_recipients_are_shown_by_page_and_each_page_is_recorded(steward: Steward) -> None:
    inese, janis = steward.person("inese"), steward.person("janis")
    ask(steward, classes=["Recipient lists"])
    janis.press("Approve", in_="access-approvals")
    inese.type("/account pw-00412", channel="general")
    inese.press("Reveal", in_="general")
    assert "reader0@inbox.example" in inese.modal().text
    assert "reader56@inbox.example" not in inese.modal().text
    before = len(steward.audit(outcome="disclosed"))
    inese.press("Next", in_="modal")
    assert "reader56@inbox.example" in inese.modal().text
    assert len(steward.audit(outcome="disclosed")) == before + 1


def test_a_grant_is_for_its_account_person_and_purpose_only(steward: Steward) -> None:
    ask(steward)
    steward.person("janis").press("Approve", in_="access-approvals")
    inese, kaspars = steward.person("inese"), steward.person("kaspars")
    inese.type("/account pw-00412", channel="general")
    borrowed = inese.find("Reveal", in_="general")
    for person, text in (
        (inese, "/account pw-00413"),
        (inese, "/account pw-00412 for customer service"),
        (kaspars, "/account pw-00412"),
    ):
        person.type(text, channel="general")
        assert "Reveal" not in person.read("general")[-1].buttons
    assert borrowed.label == "Reveal"


def test_individuals_are_not_named_to_the_approvers(steward: Steward) -> None:
    inese = steward.person("inese")
    inese.type("/access pw-00500", channel="general")
    why = "She wrote from zoella@obrien.example (HD-7), but her address on file is another"
    inese.fill(ANSWERS | {"Account": "pw-00500", "Why?": why})
    assert inese.submit() == {}
    steward.deliver()
    text = approvals(steward)
    assert "pw-00500" in text
    assert "Zoë" not in text
    assert "from z•••@obrien.example (HD-7), but" in text
    assert "zoella@obrien.example (HD-7)" in steward.person("janis").home().text  # alone, who decides reads all of it


def test_nobody_else_could_approve(steward: Steward) -> None:
    steward.slack.groups["access-approvers"].set("inese")
    inese = steward.person("inese")
    inese.type("/access", channel="general")
    inese.fill(ANSWERS)
    assert "Nobody but you could approve this" in inese.submit()["Purpose"]
    assert steward.count("access_requests") == 0


def test_people_without_a_purpose_get_no_form(steward: Steward) -> None:
    nils = steward.person("nils")
    nils.type("/access", channel="general")
    assert "You are in no group" in nils.read("general")[-1].text
    assert (steward.last()["action"], steward.last()["outcome"]) == ("access.request", "refused")


def test_no_purpose_takes_the_place_of_the_one_that_was_stated(steward: Steward) -> None:
    inese = steward.person("inese")
    inese.type("/access pw-00412 for billing", channel="general")
    refused = steward.last()
    assert [refused[key] for key in ("action", "outcome", "reason", "purpose")] == [
        "access.request", "refused", "not_your_purpose", "billing"
    ]  # fmt: skip
    for text, note in (
        ("pw-00412 for nonsense <!channel> 2h", "nonsense <!channel> 2h is none of our purposes"),
        ("pw-00412 for tehnical suport", "Taken as Technical support"),
        ("pw-00412 for technical support 99h", "4 days 3 h is more than Technical support allows"),
    ):
        inese.type(f"/access {text}", channel="general")
        assert note in inese.modal().text
        inese.close()
    inese.type("/access pw-00412 for technical support 2h", channel="general")
    assert "allows. Choose" not in inese.modal().text


def test_app_home_decides_and_ends(steward: Steward) -> None:
    name = ask(steward)
    janis, inese = steward.person("janis"), steward.person("inese")
    assert name in janis.home().text
    janis.press("Approve", in_="home")
    steward.deliver()
    assert "Nothing waits for you" in janis.glance_home().text
    assert name in inese.home().text
    inese.press("Open the account", in_="home")
    assert f"Contact details  granted until 13:00 (in 2 h), {name}" in inese.modal().text
    inese.close()
    inese.press("End now", in_="home")
    assert name not in inese.glance_home().text
    assert "No access beyond your purposes" in inese.glance_home().text
    for button, answers in (
        ("Deny", {"Why?": "Ask the customer first"}),
        ("Approve less", {"Why?": "A call takes less", "For how long?": "30 min"}),
    ):
        name = ask(steward)
        assert name in janis.home().text
        janis.press(button, in_="home")
        janis.fill(answers)
        assert janis.submit() == {}
        assert "Nothing waits for you" in janis.glance_home().text
        janis.close()


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("mine", "You have no access beyond your purposes"),
        ("pending", "Nothing is waiting for you to decide"),
        ("mien", "Did you mean /access mine?"),
        ("help", "Access ends by itself"),
        ("end R-9999", "That request is not there"),
        ("end all", "Which one?"),
        ("extend R-1 2h", "That request is not there"),
        ("withdraw", "You have no access beyond your purposes"),
        ("Approve r-1001", "Nothing is waiting for you to decide"),
        ("r-1001", "R-1001 is a request's number"),
        ("pw-00412 for billing 2h", "Billing is not one of your group's purposes. Yours: Technical support and Cust"),
    ],
)
def test_subcommands_answer(steward: Steward, text: str, answer: str) -> None:
    inese = steward.person("inese")
    inese.type(f"/access {text}", channel="general")
    assert answer in inese.read("general")[-1].text


def test_a_deactivated_person_is_refused(steward: Steward, clock: SettableClock) -> None:
    ask(steward)
    steward.person("janis").press("Approve", in_="access-approvals")
    inese = steward.slack.people["inese"]
    inese.deactivate()
    person = steward.services.directory.person(steward.slack.team_id, inese.id, fresh=True)
    origin = Origin(Actor(person.id, person.team, person.email), Surface.BUTTON, "a-trigger")
    looked_up = steward.services.look_up(origin, person, Conversation.INTERNAL, "pw-00412", None)
    assert isinstance(looked_up, Refused)
    again = Origin(origin.actor, Surface.BUTTON, "another-trigger")
    revealed = steward.services.reveal(again, person, Conversation.INTERNAL, "pw-00412", "contact", "technical_support")
    assert isinstance(revealed, Refused)
    assert [one["reason"] for one in steward.audit(outcome="refused")] == ["deactivated", "deactivated"]


def test_a_clock_that_was_set_back_loses_no_end(steward: Steward, clock: SettableClock) -> None:
    name = ask(steward)
    clock.advance(hours=8)
    due = clock.now
    clock.advance(hours=-1)
    with pytest.raises(TooEarly):
        steward.services.finish.time_out(name)
    clock.now = due
    steward.services.finish.time_out(name)
    steward.services.finish.time_out(name)
    assert [one["outcome"] for one in steward.audit(grant=name)] == ["requested", "expired"]


def test_whoever_decides_can_read_the_whole_reason(steward: Steward) -> None:
    """Of a long one the message has the beginning, and **Details** all of it; of another there is nothing more."""
    ask(steward)
    janis = steward.person("janis")
    assert janis.read("access-approvals")[-1].buttons == ("Approve", "Approve less", "Deny", "Ask")
    janis.press("Approve", in_="access-approvals")
    why = f"{'Newsletters bounce, and the sender has to be compared with what we have. ' * 25}This is the end of it."
    inese = steward.person("inese")
    inese.type("/access pw-00413", channel="general")
    inese.fill({"What do you need to see?": ["Contact details"], "Why?": why})
    assert inese.submit() == {}
    steward.deliver()
    told = janis.read("access-approvals")[-1]
    assert "This is the end of it" not in told.text
    assert told.buttons == ("Approve", "Approve less", "Deny", "Ask", "Details")
    janis.press("Details", in_="access-approvals")
    shown = janis.read("access-approvals")[-1]
    assert shown.ephemeral
    assert why in shown.text
    assert "Details" not in shown.buttons
    home = janis.home()
    assert "This is the end of it" not in home.text
    janis.press("Details", in_="home")
    assert "This is the end of it" in janis.modal().text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("ned R-1001", "There is no /access ned. Did you mean /access end R-1001?"),
        ("extned R-1001 2h", "There is no /access extned. Did you mean /access extend R-1001 2h?"),
        ("banana R-1001", "There is no /access banana. /access help lists what there is."),
        ("away friday @nobody", "Slack knows nobody as @nobody. Choose the person from the list"),
    ],
)
def test_a_slip_before_a_requests_number_opens_no_form(steward: Steward, typed: str, said: str) -> None:
    inese = steward.person("inese")
    inese.type(f"/access {typed}", channel="general")
    assert inese.read("general")[-1].text.startswith(said)
