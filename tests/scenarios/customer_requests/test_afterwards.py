"""What officers give a customer's request afterwards: a task more, and its first term again."""

from datetime import UTC, date, datetime

from bot.privacy.customer_requests.decide import MOST_TASKS, Why
from bot.privacy.customer_requests.requests import TaskStatus
from bot.privacy.customer_requests.work import Changed, NotChanged
from tests.conftest import SettableClock
from tests.promises.office import by
from tests.scenarios.customer_requests.registering import desk, dm, erase_texts, last, opened
from tests.scenarios.harness import Steward, person_of

ASK = "Ask the hosting company for what Māra wrote in its logs"
WHY = "It was meant for another request."


def extended(steward: Steward) -> None:
    officer, work = person_of(steward, "laila"), steward.services.customer_requests.work
    assert isinstance(work.extend(by(officer), officer, 1, "Backups are searched by hand.", told=True), Changed)


def test_a_task_is_added_and_given_to_somebody(erasure: Steward) -> None:
    laila = erasure.person("laila")
    opened(erasure, "laila")
    laila.press("Add a task")
    laila.fill({"What is to be done?": "?"})
    assert "A few words" in laila.submit()["What is to be done?"]
    laila.fill({"What is to be done?": ASK, "Who does it?": "edgars"})
    assert laila.submit() == {}
    assert laila.modal().title == "C-1"
    assert ASK in laila.modal().text
    assert "with @Edgars" in laila.modal().text
    erasure.deliver()
    assert last(erasure) == ("privacy.request", "done", "task_added", "C-1", "pw-00412")
    assert "0 of 5 tasks settled" in desk(erasure).text
    given = dm(erasure, "edgars")
    assert given.text.startswith(f"Your task for C-1: {ASK}")
    erasure.person("edgars").press("Done")
    erasure.deliver()
    assert "1 of 5 tasks settled" in desk(erasure).text
    laila.close(everything=True)
    assert ASK in opened(erasure, "laila")


def test_what_is_typed_of_an_added_task_is_erased_with_the_rest(erasure: Steward) -> None:
    officer = person_of(erasure, "laila")
    afterwards = erasure.services.customer_requests.afterwards
    assert isinstance(afterwards.add_task(by(officer), officer, 1, ASK), Changed)
    assert ASK in opened(erasure, "laila")
    with erasure.database.reading() as connection:
        stored = "\n".join(connection.exec_driver_sql("SELECT title FROM customer_request_tasks").scalars())
    assert "Māra" not in stored
    erasure.person("laila").close(everything=True)
    erase_texts(erasure)
    shown = opened(erasure, "laila")
    assert "Māra" not in shown
    assert "(erased)" in shown


def test_a_task_that_was_added_stands_in_the_way_of_closing(erasure: Steward) -> None:
    officer, requests = person_of(erasure, "laila"), erasure.services.customer_requests
    requests.work.check_identity(by(officer), officer, 1, ("Signed in to the account",))
    for position in range(1, 5):
        requests.work.settle(by(officer), officer, 1, position, TaskStatus.DONE)
    assert isinstance(requests.afterwards.add_task(by(officer), officer, 1, ASK), Changed)
    assert isinstance(requests.work.close(by(officer), officer, 1), NotChanged)
    requests.work.settle(by(officer), officer, 1, 5, TaskStatus.DONE)
    assert isinstance(requests.work.close(by(officer), officer, 1), Changed)
    late = requests.afterwards.add_task(by(officer), officer, 1, ASK)
    assert isinstance(late, NotChanged)
    assert late.reason is Why.CLOSED_ALREADY


def test_only_officers_add_tasks_and_no_more_than_fit(erasure: Steward) -> None:
    inese, officer = person_of(erasure, "inese"), person_of(erasure, "laila")
    add = erasure.services.customer_requests.afterwards.add_task
    barred = add(by(inese), inese, 1, ASK)
    assert isinstance(barred, NotChanged)
    assert barred.reason == "not_a_privacy_officer"
    guest = add(by(officer), officer, 1, ASK, person_of(erasure, "paula"))
    assert isinstance(guest, NotChanged)
    assert guest.reason is Why.NOBODY_TO_ASSIGN
    for _ in range(MOST_TASKS - 4):
        assert isinstance(add(by(officer), officer, 1, ASK), Changed)
    full = add(by(officer), officer, 1, ASK)
    assert isinstance(full, NotChanged)
    assert full.reason is Why.TOO_MANY_TASKS
    opened(erasure, "laila")
    assert "Add a task" not in erasure.person("laila").modal().buttons


def test_an_extension_is_undone_and_can_be_made_anew(erasure: Steward) -> None:
    extended(erasure)
    erasure.deliver()
    laila = erasure.person("laila")
    assert "Due on 2 June 2026, extended" in opened(erasure, "laila")
    assert "Extend the term" not in laila.modal().buttons
    laila.press("Undo the extension")
    assert "Then it is due on 2 April 2026 again." in laila.modal().text
    laila.fill({"Why?": "no"})
    assert "few words" in laila.submit()["Why?"]
    laila.fill({"Why?": WHY})
    assert laila.submit() == {}
    assert "Due on 2 April 2026 (" in laila.modal().text
    assert "extended" not in laila.modal().text
    assert last(erasure) == ("privacy.request", "done", "extension_undone", "C-1", "pw-00412")
    assert erasure.last()["justification"] == WHY
    erasure.deliver()
    assert "Due on 2 April 2026" in desk(erasure).text
    laila.close(everything=True)
    extended(erasure)
    assert "Due on 2 June 2026, extended" in opened(erasure, "laila")


def test_the_first_term_s_reminders_come_again(erasure: Steward, clock: SettableClock) -> None:
    extended(erasure)
    officer, afterwards = person_of(erasure, "laila"), erasure.services.customer_requests.afterwards
    clock.now = datetime(2026, 3, 20, 9, 0, tzinfo=UTC)
    assert isinstance(afterwards.undo_extension(by(officer), officer, 1, WHY), Changed)
    again = afterwards.undo_extension(by(officer), officer, 1, WHY)
    assert isinstance(again, NotChanged)
    assert again.reason is Why.NOT_EXTENDED
    clock.now = datetime(2026, 3, 27, 9, 0, tzinfo=UTC)
    erasure.tick()
    assert dm(erasure, "laila").text.startswith("A request comes due: Erasure · pw-00412 · C-1\n")
    assert afterwards.first_day(officer, 1) is None


def test_only_officers_undo_an_extension(erasure: Steward) -> None:
    extended(erasure)
    inese, afterwards = person_of(erasure, "inese"), erasure.services.customer_requests.afterwards
    barred = afterwards.undo_extension(by(inese), inese, 1, WHY)
    assert isinstance(barred, NotChanged)
    assert barred.reason == "not_a_privacy_officer"
    assert afterwards.first_day(inese, 1) is None
    assert afterwards.first_day(person_of(erasure, "laila"), 1) == date(2026, 4, 2)
