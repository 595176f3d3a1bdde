"""Promises 4 to 6 where the same is done twice at once, or as the clock passes an end: on PostgreSQL and in steps."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.access.deciding.judge import Decided
from bot.access.ending.extend import Extended, NotExtended
from bot.access.ending.finish import Finished, NotFinished
from bot.access.grants import request_name
from bot.access.people import Conversation
from bot.access.reasons import Reason
from bot.accounts.disclosures import judge
from bot.accounts.disclosures.ask import Asked as AskedToDisclose
from bot.accounts.disclosures.draft import Basis
from bot.accounts.disclosures.draft import Draft as Disclosing
from bot.accounts.results import Revealed
from bot.services import Services
from tests.conftest import SettableClock
from tests.promises.office import APPROVERS, ASKER, Office, account_id, by, services_of
from tests.promises.racing import at_once
from tests.promises.test_more_at_once import OFFICERS
from tests.promises.test_two_at_once import approving, office, one_won
from tests.scenarios.harness import ROOT

pytestmark = pytest.mark.postgres

__all__ = ["office"]

TIMES = 15
HERE = Conversation.INTERNAL
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
WHY = "The customer still tests it"


def extending(services: Services, number: int, extra: timedelta = HOUR) -> Callable[[], Any]:
    return lambda: services.life.extend(by(ASKER), ASKER, HERE, number, extra, WHY)


@pytest.fixture
def freely(office: Office, tmp_path: Path) -> Office:
    """Nobody has to decide on more time for technical support."""
    label, toml = 'label = "Technical support"\n', (ROOT / "steward.toml").read_text()
    (tmp_path / "steward.toml").write_text(toml.replace(label, f'{label}extend = "at_once"\n'))
    return replace(office, services=services_of(office.database, office.clock, tmp_path), folder=tmp_path)


def test_two_extensions_that_nobody_decides_do_not_go_beyond_the_cap(freely: Office) -> None:
    """Four hours are the most; there is room for two of the four that are asked for."""
    office, extra = freely, 2 * HOUR
    pairs = [(extending(office.services, one, extra),) * 2 for one in office.grants(TIMES)]
    for _, lost in one_won(at_once(pairs), Extended, NotExtended):
        assert lost.reason is Reason.BEYOND_CAP
    assert office.count("access_grants WHERE ends_at - starts_at = interval '3 hours'") == TIMES
    assert office.count("access_requests WHERE status = 'pending'") == 0
    assert office.outcomes("access.extend") == {
        ("access.extend", "granted"): TIMES,
        ("access.extend", "refused"): TIMES,
    }


def test_an_extension_that_nobody_decides_and_the_end_at_once(freely: Office) -> None:
    """Whichever is first: nothing is left that somebody would have to decide."""
    office, services, numbers = freely, freely.services, freely.grants(TIMES)
    pairs = [(extending(services, one), lambda one=one: services.finish.end(by(ASKER), ASKER, one)) for one in numbers]
    for longer, ended in at_once(pairs):
        assert isinstance(ended, Finished)
        assert isinstance(longer, Extended) or longer.reason is Reason.NOT_LIVE
    assert office.count("access_grants WHERE ended_at IS NULL") == 0
    assert office.count("access_requests WHERE status = 'pending'") == 0


def test_the_same_more_time_asked_for_twice_waits_once(office: Office) -> None:
    pairs = [(extending(office.services, one), extending(office.services, one)) for one in office.grants(TIMES)]
    for _, lost in one_won(at_once(pairs), Extended, NotExtended):
        assert lost.reason is Reason.ALREADY_ASKED
    assert office.count("access_requests WHERE kind = 'extension' AND status = 'pending'") == TIMES


def test_more_time_and_the_end_by_another_clock_are_one_of_them(office: Office, clock: SettableClock) -> None:
    """One process's clock is still before the end, the other's past it."""
    numbers, services = office.grants(TIMES), office.services
    extensions = [extending(services, one)().request.number for one in numbers]
    clock.now += HOUR - SECOND
    over = office.with_clock(SettableClock(clock() + 2 * SECOND)).finish
    pairs = [
        (approving(services, APPROVERS[0], extension), lambda one=one: over.grant_over(request_name(one)))
        for one, extension in zip(numbers, extensions, strict=True)
    ]
    longer = sum(isinstance(one, Decided) for one, _ in at_once(pairs))
    assert office.count("access_grants WHERE ended_at IS NULL AND extensions = 1") == longer
    assert office.count("access_grants WHERE ended_at IS NOT NULL AND extensions = 0") == TIMES - longer
    assert office.outcomes("access.expire").total() == TIMES - longer


def test_withdrawing_twice_withdraws_once(office: Office) -> None:
    cancel = office.services.finish.cancel
    pairs = [(lambda one=one: cancel(by(ASKER), ASKER, one),) * 2 for one in office.requests(TIMES)]
    for _, lost in one_won(at_once(pairs), Finished, NotFinished):
        assert lost.reason is Reason.NOT_PENDING
    assert office.outcomes("access.cancel") == {("access.cancel", "done"): TIMES, ("access.cancel", "refused"): TIMES}


def to_disclose(office: Office, n: int) -> int:
    """A disclosure to which one of two has agreed."""
    use, what = office.services.special_cases.disclosures, "A court's order of last week"
    wanted = Disclosing(
        account_id(n), ("email",), "A. Kalna", "Court", Basis.COURT_ORDER, "C-1", "2026-02-20", "Court", what
    )
    asked = use.ask(by(ASKER), ASKER, HERE, wanted)
    assert isinstance(asked, AskedToDisclose)
    use.judge.approve(by(APPROVERS[0]), APPROVERS[0], asked.disclosure.number)
    return asked.disclosure.number


def test_a_disclosure_is_withdrawn_or_agreed_to(office: Office) -> None:
    use, laila = office.services.special_cases.disclosures.judge, OFFICERS[0]
    numbers = [to_disclose(office, n) for n in range(TIMES)]
    pairs = [
        (lambda one=one: use.withdraw(by(ASKER), ASKER, one), lambda one=one: use.approve(by(laila), laila, one))
        for one in numbers
    ]
    one_won(at_once(pairs), judge.Decided, judge.NotDecided)
    approved = office.count("disclosures WHERE status = 'approved'")
    assert office.count("disclosure_register") == approved
    assert office.count("disclosures WHERE status = 'denied'") == TIMES - approved


class Stepping:
    """A clock that is before a moment for so many looks, and past it from then on."""

    def __init__(self, moment: datetime, looks: int) -> None:
        self.moment, self.left = moment, looks

    def __call__(self) -> datetime:
        self.left -= 1
        return self.moment - SECOND if self.left >= 0 else self.moment


@pytest.mark.parametrize("looks", range(8))
def test_the_clock_passes_the_end_in_the_middle_of_a_command(freely: Office, clock: SettableClock, looks: int) -> None:
    """Of a look, an end and more time: each is done as before the end or refused as after it, and nothing between."""
    office, ends_at = freely, clock() + HOUR
    first, second, third = office.grants(3)
    seen = office.with_clock(Stepping(ends_at, looks)).reveal(
        by(ASKER), ASKER, HERE, account_id(0), "contact", "technical_support"
    )
    outcomes = office.outcomes("account.reveal")
    assert outcomes == {("account.reveal", "disclosed" if isinstance(seen, Revealed) else "refused"): 1}
    ended = office.with_clock(Stepping(ends_at, looks)).finish.end(by(ASKER), ASKER, second)
    assert office.count(f"access_grants WHERE number = {second} AND ended_at IS NULL") == (
        0 if isinstance(ended, Finished) else 1
    )
    longer = extending(office.with_clock(Stepping(ends_at, looks)), third)()
    moved = office.count(f"access_grants WHERE number = {third} AND extensions = 1")
    assert moved == isinstance(longer, Extended)
    assert isinstance(longer, Extended) or longer.reason is Reason.NOT_LIVE
    asked = extending(services_of(office.database, clock), first)()
    given = approving(office.with_clock(Stepping(ends_at, looks)), APPROVERS[0], asked.request.number)()
    assert office.count(f"access_grants WHERE number = {first} AND extensions = 1") == isinstance(given, Decided)
    assert office.count("access_requests WHERE status = 'pending' AND kind = 'extension'") == (
        0 if isinstance(given, Decided) else 1
    )
