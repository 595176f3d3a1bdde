"""Asking for access: the form, its errors, the commands, and what is not asked for."""

import pytest

from tests.scenarios.access.asking import ANSWERS, approvals, ask
from tests.scenarios.harness import Steward


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
