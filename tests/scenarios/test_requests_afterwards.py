"""What officers give a customer's request afterwards: its first term again."""

from datetime import UTC, date, datetime

from bot.privacy.customer_requests.decide import Why
from bot.privacy.customer_requests.work import Changed, NotChanged
from tests.conftest import SettableClock
from tests.promises.office import by
from tests.scenarios.harness import Steward
from tests.scenarios.test_customer_requests import desk, dm, last, opened, person_of
from tests.scenarios.test_customer_requests import erasure as erasure

WHY = "It was meant for another request."


def extended(steward: Steward) -> None:
    officer, work = person_of(steward, "laila"), steward.services.customer_requests.work
    assert isinstance(work.extend(by(officer), officer, 1, "Backups are searched by hand.", told=True), Changed)


def test_an_extension_is_undone_and_can_be_made_anew(erasure: Steward) -> None:
    extended(erasure)
    erasure.deliver()
    laila = erasure.person("laila")
    assert "Due on 2 June 2026, extended" in opened(erasure, "laila")
    assert "Extend the term" not in laila.modal().buttons
    laila.press("Undo the extension")
    assert "It is due on 2 April 2026 again." in laila.modal().text
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
