"""A customer's request from receipt to close: its tasks, its term, its owner, and the mornings between."""

from datetime import UTC, datetime

from bot.privacy.customer_requests.decide import Why
from bot.privacy.customer_requests.work import NotChanged
from tests.conftest import SettableClock
from tests.promises.office import by
from tests.scenarios.customer_requests.registering import (
    desk,
    dm,
    last,
    newest,
    opened,
    register,
    settle_all,
)
from tests.scenarios.harness import Steward, person_of


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
    opened(erasure, "laila")
    clock.now = datetime(2026, 4, 3, 6, 0, tzinfo=UTC)
    laila.press("Extend the term")
    told = {"Before that": ["The customer was told, with this reason"]}
    laila.fill({"Why does it take longer?": "Backups are searched by hand.", **told})
    laila.submit()
    assert "Its term is over" in laila.modal().text
    laila.close(everything=True)
    assert "Overdue" in opened(erasure, "laila")
    assert "Extend the term" not in laila.modal().buttons, "what can't be is not offered"


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
    assert "Erasure · pw-00412 · C-1 · was due 2 April 2026 (1 day ago) · @Laila Eglīte" in told.text
    assert "privacy@postwing.example" not in told.text, "that is who reads it"
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


def test_what_was_typed_of_a_task_is_shown_as_it_was_typed(erasure: Steward) -> None:
    """Stars, lines and backticks of a reason or a task's title draw nothing."""
    laila = erasure.person("laila")
    opened(erasure, "laila")
    laila.press("Refuse")
    laila.fill({"Why?": "Kept *by law* for `five` years"})
    assert laila.submit() == {}
    shown = str(laila.modal().body)
    assert "“Kept ∗by law∗ for ˋfiveˋ years”" in shown
    assert "*by law*" not in shown
