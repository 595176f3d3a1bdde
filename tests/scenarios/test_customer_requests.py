"""Customers' requests, from receipt to close, as the people who answer them live with them."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import partial

import orjson
import pytest
from sqlalchemy import text

from bot.access.people import Conversation, Person
from bot.access.reasons import Reason
from bot.audit.erasures.scope import Kind as SubjectKind
from bot.audit.erasures.scope import Subject, plan_of
from bot.privacy.customer_requests.decide import Why
from bot.privacy.customer_requests.requests import TaskStatus
from bot.privacy.customer_requests.work import NotChanged
from slack_local.people.shown import Shown
from tests.conftest import SettableClock
from tests.promises.office import by
from tests.scenarios.harness import CLI, Steward
from tests.scenarios.test_audit_export import files_of
from tests.scenarios.test_privacy_questions import reworded

WROTE = "Please delete all you have of me, Māra <@U0> *now*"


def newest(steward: Steward, who: str, channel: str = "general") -> Shown:
    return steward.person(who).read(channel)[-1]


def desk(steward: Steward) -> Shown:
    """The newest message that everybody at the privacy desk reads."""
    return next(one for one in reversed(steward.person("laila").read("privacy-desk")) if not one.ephemeral)


def dm(steward: Steward, who: str) -> Shown:
    """The newest message that stays in this person's direct message with the app."""
    return next(one for one in reversed(steward.person(who).dm()) if not one.ephemeral)


def form(steward: Steward, who: str = "inese", asked: str = "new") -> None:
    steward.person(who).type(f"/privacy {asked}", channel="general")


def register(steward: Steward, who: str = "inese", answers: Mapping[str, object] | None = None) -> dict[str, str]:
    """Fill the form in and send it; errors by label."""
    form(steward, who)
    filled = {
        "What does the customer ask for?": "Erasure",
        "Account": "pw-00412",
        "How did it come?": "Letter",
        "What did the customer write?": WROTE,
    }
    person = steward.person(who)
    person.fill({**filled, **(answers or {})})
    errors = person.submit()
    if not errors:
        person.close(everything=True)
    steward.deliver()
    return errors


def opened(steward: Steward, who: str, name: str = "C-1") -> str:
    person = steward.person(who)
    person.type(f"/privacy {name}", channel="general")
    return person.modal().text


def person_of(steward: Steward, name: str) -> Person:
    return steward.services.directory.person(steward.slack.team_id, steward.slack.people[name].id)


def last(steward: Steward) -> tuple[object, ...]:
    entry = steward.last()
    return tuple(entry[key] for key in ("action", "outcome", "reason", "ticket", "account"))


@pytest.fixture
def erasure(steward: Steward) -> Steward:
    """C-1 is registered by Inese and owned by Laila."""
    assert register(steward) == {}
    steward.person("laila").press("Take it", in_="privacy-desk")
    steward.deliver()
    return steward


def settle_all(steward: Steward, who: str = "laila") -> None:
    """Every task done, in the request's own modal, and the identity checked."""
    person = steward.person(who)
    opened(steward, who)
    person.press("Identity checked")
    person.fill({"How was the customer's identity checked?": ["Signed in to the account"]})
    assert person.submit() == {}
    while "Done" in person.modal().buttons:
        person.press("Done")
    steward.deliver()


def test_any_employee_registers_and_the_privacy_office_is_told(steward: Steward) -> None:
    nils = steward.person("nils")
    form(steward, "nils", "new pw-00412 erasure")
    nils.fill({"What did the customer write?": WROTE})
    assert nils.submit() == {}
    assert "C-1 is registered: erasure, pw-00412" in nils.modal().text
    assert "Due on 2 April 2026" in nils.modal().text
    steward.deliver()
    told = desk(steward)
    assert "Erasure · pw-00412 · C-1" in told.text
    assert "Due on 2 April 2026\n" in told.text, "days that are left would be wrong from tomorrow on"
    assert "Nobody has it yet · 0 of 4 tasks settled" in told.text
    assert told.buttons == ("Take it", "Open", "Registered by mistake")
    assert "delete" not in told.text
    assert last(steward) == ("privacy.request", "requested", "registered", "C-1", "pw-00412")
    assert steward.last()["justification"] == WROTE


def test_a_question_that_asks_for_a_right_becomes_a_request(steward: Steward, clock: SettableClock) -> None:
    inese = steward.person("inese")
    inese.type("/privacy do you sell my personal data?", channel="general")
    assert "Customer's request" not in newest(steward, "inese").buttons
    asked = "Please delete everything you have on me, Māra <now>. How do I do that?"
    inese.type(f"/privacy {asked}", channel="general")
    assert "If the customer asks for this, register it as a Customer's request" in newest(steward, "inese").text
    inese.press("Customer's request", in_="general")
    shown = inese.modal().state
    assert (shown["What does the customer ask for?"], shown["What did the customer write?"]) == ("Erasure", asked)
    inese.fill({"Account": "pw-00412", "How did it come?": "Telephone"})
    assert inese.submit() == {}
    assert last(steward)[:3] == ("privacy.request", "requested", "registered")
    inese.close(everything=True)
    reworded(steward, clock, "We neither sell nor rent out", "We do not sell")
    inese.press("Customer's request", in_="general")
    assert not inese.modal().state.get("What did the customer write?")  # what was asked can't be shown any more


def test_the_term_counts_from_receipt(steward: Steward) -> None:
    """31 January plus a month is 28 February, a Saturday: the next working day is Monday 2 March."""
    assert register(steward, answers={"When was it received?": date(2026, 1, 31)}) == {}
    assert "Due on 2 March 2026" in desk(steward).text
    assert register(steward, answers={"Which law?": "CCPA", "What does the customer ask for?": "Access"}) == {}
    assert "Due on 16 April 2026" in desk(steward).text


BAD_INPUT = (
    ("Account", "pw-99999", "No account matches"),
    ("Account", "bean", "Several accounts match. Type the id: pw-0041"),
    ("Account", "<!channel> =1+1", "No account matches"),
    ("When was it received?", "2026-03-03", "still to come"),
    ("When was it received?", "31.01.2026", "year-month-day"),
    ("When was it received?", "2026-02-30", "year-month-day"),
    ("What did the customer write?", "x" * 3001, "at most 3000 characters"),  # Slack's own words
)


def test_bad_input_is_told_under_its_field(steward: Steward) -> None:
    for label, typed, words in BAD_INPUT:
        assert words in register(steward, answers={label: typed})[label]
        steward.person("inese").close(everything=True)
    assert steward.count("customer_requests") == 0


def test_who_may_not_look_up_finds_nobody(steward: Steward) -> None:
    """Nils is in no group: the id is all that he can name, and of others he is told nothing."""
    for query in ("bean", "mara@balticbeans.example", "Baltic Beans SIA"):
        assert register(steward, "nils", {"Account": query})["Account"].startswith("No account matches")
        steward.person("nils").close(everything=True)
    assert register(steward, "nils") == {}


def test_guests_and_shared_channels_are_turned_away(steward: Steward) -> None:
    steward.person("inese").type("/privacy new", channel="acme-postwing")
    assert "shared with another company" in newest(steward, "inese", "acme-postwing").text
    assert last(steward)[:3] == ("privacy.request", "refused", "shared_channel")


def test_the_same_again_is_shown_and_can_be_linked(erasure: Steward) -> None:
    inese = erasure.person("inese")
    form(erasure)
    inese.fill({"What does the customer ask for?": "Erasure", "Account": "pw-00412"})
    assert inese.submit() == {}
    assert "The same is open already for pw-00412" in inese.modal().text
    assert "C-1, received 2 March 2026" in inese.modal().text
    inese.fill({"Which is it?": "It is C-1: add what was written"})
    assert inese.submit() == {}
    assert "Added to C-1" in inese.modal().text
    inese.close(everything=True)
    assert erasure.count("customer_requests") == 1
    form(erasure)
    inese.fill({"What does the customer ask for?": "Erasure", "Account": "pw-00412"})
    inese.submit()
    inese.fill({"Which is it?": "It is another one: register it"})
    assert inese.submit() == {}
    assert erasure.count("customer_requests") == 2


def test_from_receipt_to_close(erasure: Steward) -> None:
    laila, inese = erasure.person("laila"), erasure.person("inese")
    assert "@Laila" in desk(erasure).text
    shown = opened(erasure, "laila")
    assert "Please delete all you have of me" in shown
    laila.press("Give to somebody")
    laila.fill({"Who does it?": "inese"})
    assert laila.submit() == {}
    erasure.deliver()
    task = dm(erasure, "inese")
    assert "Your task for C-1: Remove the account's data from the customer database" in task.text
    assert task.buttons == ("Done", "Refuse", "Open")
    assert "1 task" in inese.home().text
    inese.press("Done", in_="dm")
    erasure.deliver()
    assert dm(erasure, "inese").buttons == ("Undo",)
    laila.close(everything=True)
    settle_all(erasure)
    laila.press("Close the request")
    assert "Closed by @Laila" in laila.modal().text
    assert laila.modal().buttons == ("Reopen",)
    erasure.deliver()
    after = desk(erasure)
    assert "Closed by" in after.text
    assert after.buttons == ()
    assert all(one.buttons == () for one in inese.dm() if "task" in one.text)
    assert last(erasure) == ("privacy.request", "ended", "closed", "C-1", "pw-00412")
    laila.press("Reopen")
    assert "Due on 2 April 2026" in laila.modal().text
    reasons = [one["reason"] for one in erasure.audit() if one["action"] == "privacy.request"]
    assert reasons[:4] == ["registered", "taken", "opened", "assigned"]
    assert reasons[-2:] == ["closed", "reopened"]


def test_closing_needs_the_identity_and_every_task(erasure: Steward) -> None:
    laila = erasure.person("laila")
    opened(erasure, "laila")
    laila.press("Close the request")
    both = laila.modal().text
    assert "Say first how the customer's identity was checked" in both
    assert "Still open: Remove the account's data from the customer database" in both
    laila.close()
    laila.press("Identity checked")
    laila.fill({"How was the customer's identity checked?": ["Signed in to the account"]})
    laila.submit()
    laila.press("Close the request")
    assert "identity" not in laila.modal().text
    assert "Still open: Remove the account's data from the customer database" in laila.modal().text
    assert last(erasure)[:3] == ("privacy.request", "refused", "task")


def test_a_task_is_refused_with_a_reason_and_undone(erasure: Steward) -> None:
    laila = erasure.person("laila")
    opened(erasure, "laila")
    laila.press("Refuse")
    laila.fill({"Why?": "  "})
    assert "Say why" in laila.submit()["Why?"]
    laila.fill({"Why?": "Bookkeeping law keeps it for five years."})
    assert laila.submit() == {}
    assert "refused by @Laila" in laila.modal().text
    assert "“Bookkeeping law keeps it for five years.”" in laila.modal().text
    laila.press("Undo")
    assert "refused by" not in laila.modal().text
    reasons = [one["reason"] for one in erasure.audit() if one["action"] == "privacy.request"]
    assert reasons[-2:] == ["task_refused", "task_undone"]


def test_extending_once_before_the_term_ends_and_only_if_the_customer_was_told(
    erasure: Steward, clock: SettableClock
) -> None:
    laila = erasure.person("laila")
    opened(erasure, "laila")
    laila.press("Extend the term")
    laila.fill({"Why does it take longer?": "Backups of three years are searched by hand."})
    assert "required" in laila.submit()["Before that"]
    work, officer = erasure.services.customer_requests.work, person_of(erasure, "laila")
    untold = work.extend(by(officer), officer, 1, "Backups are searched by hand.", told=False)
    assert isinstance(untold, NotChanged)
    assert untold.reason is Why.CUSTOMER_NOT_TOLD
    laila.fill({"Before that": ["The customer was told, with this reason"]})
    assert laila.submit() == {}
    assert "Due on 2 June 2026, extended" in laila.modal().text
    assert "Extend the term" not in laila.modal().buttons
    assert "Backups of three years" in laila.modal().text


def test_it_cannot_be_extended_when_it_is_over(erasure: Steward, clock: SettableClock) -> None:
    laila = erasure.person("laila")
    clock.now = datetime(2026, 4, 3, 6, 0, tzinfo=UTC)
    shown = opened(erasure, "laila")
    assert "Overdue" in shown
    laila.press("Extend the term")
    told = {"Before that": ["The customer was told, with this reason"]}
    laila.fill({"Why does it take longer?": "Backups are searched by hand.", **told})
    laila.submit()
    assert "Its term is over" in laila.modal().text


def test_reminders_and_the_morning(erasure: Steward, clock: SettableClock) -> None:
    erasure.services.customer_requests.reminders.plan()
    before = len(erasure.person("laila").dm())
    clock.now = datetime(2026, 3, 31, 22, 0, tzinfo=UTC)  # both reminders are due after a standstill: one is told
    erasure.tick()
    assert "Due on 2 April 2026" in dm(erasure, "laila").text
    assert len(erasure.person("laila").dm()) == before + 1
    clock.now = datetime(2026, 4, 3, 5, 44, tzinfo=UTC)
    erasure.tick()
    before = len(erasure.person("laila").read("privacy-desk"))
    clock.now = datetime(2026, 4, 3, 5, 46, tzinfo=UTC)
    erasure.tick()
    told = desk(erasure)
    assert len(erasure.person("laila").read("privacy-desk")) == before + 1
    assert "1 customer's request is overdue, 3 April 2026" in told.text
    assert "Erasure · pw-00412 · C-1 · was due 2 April 2026" in told.text
    clock.now = datetime(2026, 4, 4, 6, 0, tzinfo=UTC)
    erasure.tick()
    assert "4 April 2026" in desk(erasure).text


def test_what_people_had_who_left_is_told_at_the_desk(erasure: Steward, clock: SettableClock) -> None:
    officer, edgars = person_of(erasure, "laila"), person_of(erasure, "edgars")
    erasure.services.customer_requests.work.assign(by(officer), officer, 1, 1, edgars)
    erasure.slack.people["edgars"].deactivate()
    erasure.slack.groups["privacy-office"].remove("laila")
    clock.now = datetime(2026, 3, 27, 9, 0, tzinfo=UTC)
    erasure.tick()
    told = next(one for one in reversed(erasure.person("ieva").read("privacy-desk")) if not one.ephemeral).text
    assert told.startswith("A request comes due: Erasure · pw-00412 · C-1\n")
    assert "@Laila Eglīte has it, and is no privacy officer any more" in told
    assert "With @Edgars Vītols, who left: Remove the account's data from the customer database" in told
    assert not [one for one in erasure.person("laila").dm() if "comes due" in one.text]


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


def test_cancel_leads_back_to_the_request_and_so_does_a_form_that_was_sent(erasure: Steward) -> None:
    laila = erasure.person("laila")
    opened(erasure, "laila")
    for step in (
        "Hand over",
        "Identity checked",
        "Extend the term",
        "Give to somebody",
        "Refuse",
        "Registered by mistake",
    ):
        laila.press(step)
        assert len(laila.modals()) == 2
        laila.close()
        assert laila.modal().title == "C-1", step
    laila.press("Refuse")
    laila.fill({"Why?": "Bookkeeping law keeps it for five years."})
    assert laila.submit() == {}
    assert [one.title for one in laila.modals()] == ["C-1"]
    assert "Bookkeeping law" in laila.modal().text


def test_two_officers_take_it_and_one_has_it(steward: Steward) -> None:
    assert register(steward) == {}
    laila, ieva = steward.person("laila"), steward.person("ieva")
    button = ieva.find("Take it", in_="privacy-desk")
    laila.press("Take it", in_="privacy-desk")
    ieva.press(button)
    assert "took C-1 before you" in newest(steward, "ieva", "privacy-desk").text


def test_handing_over_goes_to_officers_only(erasure: Steward) -> None:
    laila = erasure.person("laila")
    opened(erasure, "laila")
    laila.press("Hand over")
    laila.fill({"New owner": "nils"})
    assert "Only a privacy officer" in laila.submit()["New owner"]
    laila.fill({"New owner": "ieva"})
    assert laila.submit() == {}
    erasure.deliver()
    assert "C-1 is yours now" in dm(erasure, "ieva").text


def test_assembling_takes_what_the_person_may_see_and_no_more(steward: Steward) -> None:
    """Inese has a grant for contact details; Laila, an officer without a purpose, sees nothing herself."""
    assert register(steward, answers={"What does the customer ask for?": "Access"}) == {}
    laila, inese = steward.person("laila"), steward.person("inese")
    opened(steward, "laila")
    laila.press("Assemble")
    assert "You may see nothing of this account yourself, so there is no file of data." in laila.modal().text
    assert "The report of who looked is in your direct message" in laila.modal().text
    assert sorted(files_of(laila)) == ["C-1-report.html", "C-1-report.pdf"]
    laila.press("Back to C-1")
    assert laila.modal().title == "C-1"
    assert len(laila.modals()) == 1
    laila.close(everything=True)
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


def erase_texts(erasure: Steward) -> None:
    """As `steward audit erase --subject pw-00412` does it, with two officers' yes."""
    with erasure.database.reading() as connection:
        plan = plan_of(connection, Subject(SubjectKind.ACCOUNT, "pw-00412"))
    made = erasure.services.erasures.ask(CLI, plan, None)
    for name in ("laila", "ieva"):
        officer = person_of(erasure, name)
        erasure.services.erasures.confirm(by(officer), officer, made.number)


def test_what_the_customer_wrote_can_be_erased(erasure: Steward) -> None:
    """Nothing else keeps the words."""
    erase_texts(erasure)
    assert "closing" not in opened(erasure, "laila")
    assert WROTE not in opened(erasure, "laila")
    with erasure.database.reading() as connection:
        for table in ("customer_requests", "customer_request_tasks", "deliveries", "due_work", "audit_open"):
            assert "delete all you have" not in repr(connection.execute(text(f"SELECT * FROM {table}")).all()), table
