"""Who reads what of a customer's request, what is assembled for the customer, and what erasing leaves."""

from functools import partial

import orjson
import pytest
from sqlalchemy import text

from bot.access.people import Conversation
from bot.access.reasons import Reason
from bot.privacy.customer_requests.decide import Why
from bot.privacy.customer_requests.requests import TaskStatus
from bot.privacy.customer_requests.work import NotChanged
from tests.promises.office import by
from tests.scenarios.customer_requests.registering import (
    WROTE,
    erase_texts,
    last,
    newest,
    opened,
    register,
    settle_all,
)
from tests.scenarios.harness import Steward, files_of, person_of


def test_rights(erasure: Steward) -> None:
    nils = erasure.person("nils")
    erasure.person("kaspars").type("/privacy C-1", channel="general")
    assert "Only privacy officers read this" in newest(erasure, "kaspars").text
    assert last(erasure)[:3] == ("privacy.request", "refused", "not_concerned")
    nils.type("/privacy requests", channel="general")
    assert "No customer's request waits for you" in newest(erasure, "nils").text
    person, work = person_of(erasure, "inese"), erasure.services.customer_requests.work
    for act in (work.take, work.close, erasure.services.customer_requests.mistakes.reopen):
        refused = act(by(person), person, 1)
        assert isinstance(refused, NotChanged)
        assert refused.reason is Reason.NOT_A_PRIVACY_OFFICER
        assert refused.request is None
    for settle in (partial(work.settle, status=TaskStatus.DONE), work.undo):
        refused = settle(by(person), person, 1, 1)
        assert isinstance(refused, NotChanged)
        assert refused.reason is Why.NOT_YOUR_TASK
    nils.type("/privacy C-99", channel="general")
    assert "There is no such request" in newest(erasure, "nils").text


@pytest.mark.parametrize(
    "typed", ["c 1", "c1", "C–1", "c-1.", "request 1", "requests 1", "request C-1", "customer's request no. 1"]
)
def test_its_number_is_understood_as_people_type_it(erasure: Steward, typed: str) -> None:
    erasure.person("inese").type(f"/privacy {typed}", channel="general")
    assert "Due on 2 April 2026 (31 days left)" in newest(erasure, "inese").text
    erasure.person("inese").type(f"/privacy {typed}?", channel="general")
    assert erasure.last()["action"] == "privacy.ask"


def test_whoever_registered_it_can_tell_the_customer_how_it_stands(erasure: Steward) -> None:
    """Inese, whom the customer asks, reads when it is due and who has it: not what was written, and no task."""
    inese = erasure.person("inese")
    inese.type("/privacy C-1", channel="general")
    said = newest(erasure, "inese").text
    assert "Due on 2 April 2026 (31 days left) · @Laila Eglīte has it" in said
    assert "You registered it, and hear when it is closed." in said
    assert "delete" not in said
    assert "customer database" not in said
    assert last(erasure)[:3] == ("privacy.request", "disclosed", "followed")
    settle_all(erasure)
    erasure.person("laila").press("Close the request")
    inese.type("/privacy C-1", channel="general")
    assert "Closed by @Laila" in newest(erasure, "inese").text
    person = person_of(erasure, "inese")
    refused = erasure.services.customer_requests.assemble(by(person), person, Conversation.INTERNAL, 1)
    assert isinstance(refused, NotChanged)
    assert refused.reason is Why.NOT_CONCERNED


def test_an_officer_without_a_purpose_assembles_the_report_and_no_data(steward: Steward) -> None:
    assert register(steward, answers={"What does the customer ask for?": "Access"}) == {}
    laila = steward.person("laila")
    opened(steward, "laila")
    laila.press("Assemble")
    assert "You may see nothing of this account yourself, so there is no file of data." in laila.modal().text
    assert "The report of who looked is in your direct message" in laila.modal().text
    assert sorted(files_of(laila)) == ["C-1-report.html", "C-1-report.pdf"]
    laila.press("Back to C-1")
    assert laila.modal().title == "C-1"
    assert len(laila.modals()) == 1


def test_assembling_takes_what_the_person_may_see_and_no_more(steward: Steward) -> None:
    """Inese has a grant for contact details and recipient lists, and is given the task by Laila."""
    assert register(steward, answers={"What does the customer ask for?": "Access"}) == {}
    laila, inese = steward.person("laila"), steward.person("inese")
    inese.type("/access pw-00412 for technical support 2h", channel="general")
    inese.fill({"What do you need to see?": ["Contact details", "Recipient lists"], "Why?": "A customer asks for it"})
    assert inese.submit() == {}
    inese.close(everything=True)
    steward.deliver()
    steward.person("janis").press("Approve", in_="access-approvals")
    steward.deliver()
    opened(steward, "laila")
    laila.press("Give to somebody")
    laila.fill({"Who does it?": "inese"})
    assert laila.submit() == {}
    laila.close(everything=True)
    steward.deliver()
    inese.press("Open", in_="dm")
    before = len(steward.audit())
    inese.press("Assemble")
    assert "The data is in your direct message with me" in inese.modal().text
    made = files_of(inese)
    assert sorted(made) == ["C-1-data.html", "C-1.json"]
    held = orjson.loads(made["C-1.json"])
    assert held["data"]["Contact details"]["email"] == "mara@balticbeans.example"
    assert "Recipient lists" not in held["data"]  # they are the customer's own, and in no file (M3)
    assert (held["complete"], held["not_included"]) == (False, ["Payment details"])  # of none of her purposes
    assert held["held_for_you"] == ["Recipient lists"]
    page = made["C-1-data.html"].decode()
    assert "<td>3 May 2024</td>" in page
    assert "2024-05-03" not in page, "dates as people write them"
    assert '<th scope="row">Contact name</th><td>Māra Kalniņa</td>' in page
    assert "Not in this file, or only in part: Payment details. Please ask us about it." in page
    assert "Recipient lists: what you entrusted to us is your own" in page
    actions = [one["action"] for one in steward.audit()[before:]]
    assert actions.count("account.reveal") == 1
    assert actions.count("account.lookup") == 2
    assert steward.last()["action"] == "privacy.report"


def test_what_the_customer_wrote_can_be_erased(erasure: Steward) -> None:
    """Nothing else keeps the words."""
    erase_texts(erasure)
    assert "closing" not in opened(erasure, "laila")
    assert WROTE not in opened(erasure, "laila")
    with erasure.database.reading() as connection:
        for table in ("customer_requests", "customer_request_tasks", "deliveries", "due_work", "audit_open"):
            assert "delete all you have" not in repr(connection.execute(text(f"SELECT * FROM {table}")).all()), table
