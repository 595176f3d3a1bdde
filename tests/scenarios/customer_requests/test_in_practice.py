"""Customers' requests as they come: a letter that was found later, a customer who is gone, nobody who has checked."""

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace

from sqlalchemy import text

from bot.public_holidays import public_holidays
from bot.running.assembly import at_intervals
from tests.conftest import SettableClock
from tests.promises.office import by
from tests.scenarios.customer_requests.registering import desk, dm, opened, register
from tests.scenarios.harness import Steward, person_of

ACCESS = {"What does the customer ask for?": "Access"}
SAME = {"Which is it?": "It is C-1: add what was written"}


def added(steward: Steward, received: date) -> None:
    """Somebody registers the same once more, and says that it is C-1."""
    inese = steward.person("inese")
    inese.type("/privacy new", channel="general")
    inese.fill({"What does the customer ask for?": "Erasure", "Account": "pw-00412", "When was it received?": received})
    assert inese.submit() == {}
    inese.fill(SAME)
    assert inese.submit() == {}
    inese.close(everything=True)
    steward.deliver()


def test_the_term_counts_from_what_came_first(steward: Steward, clock: SettableClock) -> None:
    """An e-mail is registered; then the letter of two weeks before is found in the post room."""
    assert register(steward) == {}
    steward.person("laila").press("Take it", in_="privacy-desk")
    added(steward, date(2026, 2, 16))
    shown = opened(steward, "laila")
    assert "Due on 16 March 2026" in shown
    assert "on 16 February 2026 · registered by @Inese Ozola" in shown
    assert "Due on 16 March 2026" in steward.person("laila").read("privacy-desk")[0].text
    assert "The customer wrote again: Erasure · pw-00412 · C-1" in dm(steward, "laila").text
    steward.person("laila").close(everything=True)
    clock.advance(days=8)
    steward.tick()
    assert "A request comes due: Erasure · pw-00412 · C-1" in dm(steward, "laila").text


def test_what_came_later_leaves_the_term_as_it_is(steward: Steward) -> None:
    assert register(steward, answers={"When was it received?": date(2026, 2, 16)}) == {}
    added(steward, date(2026, 2, 20))
    assert "Due on 16 March 2026" in opened(steward, "laila")


def test_who_was_a_customer_once_has_rights_too(steward: Steward) -> None:
    inese, nils = steward.person("inese"), steward.person("nils")
    inese.type("/account pw-00412", channel="general")
    with steward.database.transaction() as connection:
        connection.execute(text("DELETE FROM accounts WHERE id = 'pw-00412'"))
    assert register(steward) == {}
    assert "Erasure · pw-00412 · C-1" in desk(steward).text
    assert register(steward, "nils", ACCESS) == {}
    assert "Access · pw-00412 · C-2" in desk(steward).text
    assert "of an account that is gone, the one it had" in register(steward, answers={"Account": "pw-77777"})["Account"]
    inese.close(everything=True)
    assert "Account" in register(steward, "nils", {"Account": "Baltic Beans SIA"})
    nils.close(everything=True)


def test_what_is_assembled_is_not_to_be_sent_to_anybody_who_says_so(steward: Steward) -> None:
    assert register(steward, answers=ACCESS) == {}
    laila, officer = steward.person("laila"), person_of(steward, "laila")
    steward.services.customer_requests.work.assign(by(officer), officer, 1, 1, person_of(steward, "inese"))
    for unchecked in (True, False):
        steward.deliver()
        steward.person("inese").press("Open", in_="dm")
        steward.person("inese").press("Assemble")
        for said in (steward.person("inese").modal().text, steward.person("inese").dm()[-1].text):
            assert ("Nobody has checked yet that it is the customer who asks. Send nothing" in said) is unchecked
        steward.person("inese").close(everything=True)
        opened(steward, "laila")
        laila.press("Identity checked" if unchecked else "Correct the identity")
        laila.fill({"How was the customer's identity checked?": ["Signed in to the account"]})
        assert laila.submit() == {}
        laila.close(everything=True)


def test_messages_that_stay_count_no_days(steward: Steward) -> None:
    assert register(steward) == {}
    laila, inese = (person_of(steward, one) for one in ("laila", "inese"))
    work = steward.services.customer_requests.work
    work.hand_over(by(laila), laila, 1, laila)
    work.assign(by(laila), laila, 1, 1, inese)
    added(steward, date(2026, 3, 2))
    task = next(one.text for one in reversed(steward.person("inese").dm()) if "Your task" in one.text)
    assert "Erasure · pw-00412\n" in task
    read = [one.text for one in steward.person("laila").dm()]
    told = [next(one for one in read if words in one) for words in ("is yours now", "wrote again")]
    assert not [one for one in (task, *told) if "left)" in one]


class _Clockwork:
    """Notes what is done every few seconds."""

    def __init__(self) -> None:
        self.jobs: dict[str, Callable[[], object]] = {}

    def every(self, _: float, name: str, job: Callable[[], object]) -> None:
        self.jobs[name] = job


def test_nobody_waits_for_the_holidays_to_be_read(steward: Steward) -> None:
    """To load what knows them takes half a second, in the transaction that registers a request, while Slack waits."""
    clockwork = _Clockwork()
    directory = SimpleNamespace(warm=lambda: None)
    at_intervals(clockwork, steward.services, directory)  # type: ignore[arg-type]  # nothing of theirs is done
    public_holidays.cache_clear()
    clockwork.jobs["holidays"]()
    read = public_holidays.cache_info().misses
    assert read
    assert register(steward) == {}
    assert public_holidays.cache_info().misses == read
