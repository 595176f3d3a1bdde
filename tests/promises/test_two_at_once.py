"""Promise 4 and 6: of two who press at the same moment exactly one does it, and the other is told who did.

On PostgreSQL, where two can truly be at it at once.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.access.deciding.judge import Decided, NotDecided
from bot.access.ending.finish import Finished, NotFinished
from bot.access.grants import Status, request_name
from bot.access.people import Conversation, Person
from bot.access.reasons import Reason
from bot.access.requests.filing import Asked
from bot.accounts.importing import import_accounts
from bot.app import work_of
from bot.audit.ledger import Ledger
from bot.building.account_sources import account_layout
from bot.clock import Clock
from bot.database import Database
from bot.privacy.versions import import_policy
from bot.schedule.clockwork import Clockwork
from bot.services import Services
from bot.settings import load_configuration
from handlers.views.access.requests import not_decided
from tests.conftest import SettableClock
from tests.promises.customers import Customer, write
from tests.promises.office import APPROVERS, ASKER, Office, account_id, by, draft, services_of
from tests.promises.racing import at_once, patient
from tests.scenarios.harness import CLI, ROOT

pytestmark = pytest.mark.postgres

TIMES = 200
FEWER = 60
SECOND = timedelta(seconds=1)


@pytest.fixture
def office(postgresql_url: str, clock: SettableClock, tmp_path: Path) -> Iterator[Office]:
    yield from opened(postgresql_url, clock, tmp_path, "business")


@pytest.fixture
def office_of_individuals(postgresql_url: str, clock: SettableClock, tmp_path: Path) -> Iterator[Office]:
    """Their accounts need two approvers."""
    yield from opened(postgresql_url, clock, tmp_path, "individual")


def opened(postgresql_url: str, clock: SettableClock, tmp_path: Path, kind: str) -> Iterator[Office]:
    database = Database(patient(postgresql_url))
    configuration, ledger = load_configuration(ROOT / "steward.toml"), Ledger(database, clock)
    import_policy(ledger, clock, (ROOT / configuration.policy.source).read_bytes(), "postwing.md", CLI)
    accounts = write(
        tmp_path, [Customer(account_id(n), f"Zq{n}mark", f"+371 {20000000 + n}", kind) for n in range(TIMES)]
    )
    import_accounts(database, ledger, account_layout(configuration), accounts, CLI, lambda *_: None)
    yield Office(database, clock, services_of(database, clock))
    database.close()


def approving(services: Services, approver: Person, number: int) -> Callable[[], Any]:
    return lambda: services.judge.approve(by(approver), approver, number)


def one_won(results: Sequence[tuple[Any, Any]], won: type, lost: type) -> list[tuple[Any, Any]]:
    """Each pair as winner and loser; fails where both won or both lost."""
    ordered = []
    for pair in results:
        winners = [one for one in pair if isinstance(one, won)]
        losers = [one for one in pair if isinstance(one, lost)]
        assert (len(winners), len(losers)) == (1, 1), pair
        ordered.append((winners[0], losers[0]))
    return ordered


def test_of_two_approvers_one_approves_and_the_other_is_told_who(office: Office) -> None:
    numbers, judge = office.requests(TIMES), office.services
    results = at_once([(approving(judge, APPROVERS[0], n), approving(judge, APPROVERS[1], n)) for n in numbers])
    winners: Counter[str | None] = Counter()
    for (left, right), number in zip(results, numbers, strict=True):
        ((won, lost),) = one_won([(left, right)], Decided, NotDecided)
        loser = APPROVERS[1] if won is left else APPROVERS[0]
        winners[won.request.decided_by] += 1
        assert (won.request.number, lost.reason) == (number, Reason.NOT_PENDING)
        assert lost.request.decided_by == won.request.decided_by != loser.id
        told = not_decided(lost.reason, lost.request, judge.company, office.clock(), loser.id)
        assert told.startswith(f"<@{won.request.decided_by}> approved {request_name(number)}")
    assert sum(winners.values()) == TIMES
    assert office.count("access_grants") == TIMES
    assert office.by_request("access.approve") == {request_name(n): ["granted", "refused"] for n in numbers}
    assert office.count("deliveries WHERE kind = 'request.decided'") == TIMES
    assert office.count("due_work WHERE kind = 'grant.over'") == TIMES


def test_the_same_approver_twice_at_once_is_one_approval(office: Office) -> None:
    numbers, judge = office.requests(FEWER), office.services
    results = at_once([(approving(judge, APPROVERS[0], n), approving(judge, APPROVERS[0], n)) for n in numbers])
    one_won(results, Decided, NotDecided)
    assert office.by_request("access.approve") == {request_name(n): ["granted", "refused"] for n in numbers}


def test_approving_and_denying_at_once_is_one_decision(office: Office) -> None:
    numbers, services = office.requests(FEWER), office.services

    def denying(number: int) -> Callable[[], Any]:
        return lambda: services.judge.deny(by(APPROVERS[1]), APPROVERS[1], number, "Ask the customer first")

    for won, lost in one_won(
        at_once([(approving(services, APPROVERS[0], n), denying(n)) for n in numbers]), Decided, NotDecided
    ):
        assert lost.request.status is won.request.status
        assert (won.request.grant is None) == (won.request.status is Status.DENIED)
    taken = office.by_request("access.approve", "access.deny")
    assert all(outcomes in (["granted", "refused"], ["denied", "refused"]) for outcomes in taken.values())
    granted = sum(outcomes[0] == "granted" for outcomes in taken.values())
    assert office.count("access_grants") == granted
    assert office.count("deliveries WHERE kind = 'request.decided'") == FEWER


def test_approving_and_cancelling_at_once_is_one_of_them(office: Office) -> None:
    numbers, services = office.requests(FEWER), office.services

    def cancelling(number: int) -> Callable[[], Any]:
        return lambda: services.finish.cancel(by(ASKER), ASKER, number)

    won, lost = (Decided, Finished), (NotDecided, NotFinished)
    for left, right in at_once([(approving(services, APPROVERS[0], n), cancelling(n)) for n in numbers]):
        assert (isinstance(left, won), isinstance(right, won)) in ((True, False), (False, True))
        assert (isinstance(left, lost), isinstance(right, lost)) in ((True, False), (False, True))
    granted = office.count("access_requests WHERE status = 'granted'")
    assert office.count("access_grants") == granted
    assert office.count("access_requests WHERE status = 'cancelled'") == FEWER - granted
    taken = office.outcomes("access.approve", "access.cancel")
    assert taken["access.approve", "granted"] == granted == taken["access.cancel", "refused"]
    assert taken["access.cancel", "done"] == FEWER - granted == taken["access.approve", "refused"]


def test_approving_and_timing_out_at_once_is_one_of_them(office: Office) -> None:
    """The approver's process thinks that there is a second left, the other that it is over."""
    numbers = office.requests(FEWER)
    ends = office.clock() + timedelta(hours=8)
    early, late = office.with_clock(fixed(ends - SECOND)), office.with_clock(fixed(ends + SECOND))

    def timing_out(number: int) -> Callable[[], Any]:
        return lambda: late.finish.time_out(request_name(number))

    results = at_once([(approving(early, APPROVERS[0], n), timing_out(n)) for n in numbers])
    granted = sum(isinstance(left, Decided) for left, _ in results)
    assert office.count("access_grants") == granted
    assert office.count("access_requests WHERE status = 'expired'") == FEWER - granted
    taken = office.outcomes("access.approve", "access.expire")
    assert taken["access.expire", "expired"] == FEWER - granted == taken["access.approve", "refused"]
    assert taken["access.approve", "granted"] == granted
    assert office.count("deliveries WHERE kind = 'request.decided'") == FEWER


def test_ending_a_grant_and_its_time_being_up_at_once_is_one_end(office: Office) -> None:
    numbers = office.grants(FEWER)
    ends = office.clock() + timedelta(hours=1)
    early, late = office.with_clock(fixed(ends - SECOND)), office.with_clock(fixed(ends + SECOND))

    def ending(number: int) -> Callable[[], Any]:
        return lambda: early.finish.end(by(ASKER), ASKER, number)

    def over(number: int) -> Callable[[], Any]:
        return lambda: late.finish.grant_over(request_name(number))

    ended = sum(isinstance(left, Finished) for left, _ in at_once([(ending(n), over(n)) for n in numbers]))
    taken = office.outcomes("access.end", "access.expire")
    assert taken["access.end", "ended"] == ended == office.count("access_grants WHERE ended_by <> 'system'")
    assert taken["access.expire", "expired"] == FEWER - ended == taken["access.end", "refused"]
    assert office.count("deliveries WHERE kind = 'grant.over'") == FEWER - ended


def test_ending_twice_at_once_ends_once(office: Office) -> None:
    numbers, services = office.grants(FEWER), office.services

    def ending(number: int) -> Callable[[], Any]:
        return lambda: services.finish.end(by(ASKER), ASKER, number)

    for _, lost in one_won(at_once([(ending(n), ending(n)) for n in numbers]), Finished, NotFinished):
        assert lost.reason is Reason.NOT_LIVE
    assert office.by_request("access.end") == {request_name(n): ["ended", "refused"] for n in numbers}


def test_two_clockworks_do_each_piece_of_work_once(office: Office) -> None:
    office.grants(FEWER // 2)
    later = office.clock() + timedelta(hours=9)
    works = [work_of(office.with_clock(fixed(later))) for _ in range(2)]
    pending = [office.services.ask(by(ASKER), ASKER, Conversation.INTERNAL, draft(n)) for n in range(FEWER, TIMES)]
    clockworks = [Clockwork(office.database, work, fixed(later)) for work in works]
    ((left, right),) = at_once([(clockworks[0].tick, clockworks[1].tick)])
    assert all(isinstance(one, Asked) for one in pending)
    expected = FEWER // 2 * 2 + FEWER // 2 + len(pending)  # soon, over; time-outs of the granted; of the pending
    ends = "due_work WHERE done_at IS NOT NULL AND kind IN ('grant.ending', 'grant.over', 'request.timeout')"
    assert office.count(ends) == expected
    assert left + right == office.count("due_work WHERE attempts > 0 OR done_at IS NOT NULL")
    assert office.outcomes("access.expire") == {("access.expire", "expired"): FEWER // 2 + len(pending)}
    assert all(outcomes == ["expired"] for outcomes in office.by_request("access.expire").values())


def fixed(moment: datetime) -> Clock:
    return lambda: moment


def test_two_who_must_agree_and_press_at_once_grant_it_once(office_of_individuals: Office) -> None:
    office = office_of_individuals
    numbers, judge = office.requests(FEWER), office.services
    results = at_once([(approving(judge, APPROVERS[0], n), approving(judge, APPROVERS[1], n)) for n in numbers])
    for pair in results:
        assert all(isinstance(one, Decided) for one in pair)
        assert sorted(one.request.status for one in pair) == [Status.GRANTED, Status.PENDING]
    assert office.count("access_grants") == FEWER
    assert office.count("access_approvals") == 2 * FEWER
    told = office.by_request("access.approve")
    assert told == {request_name(number): ["done", "granted"] for number in numbers}


def test_one_who_presses_twice_at_once_counts_once(office_of_individuals: Office) -> None:
    office = office_of_individuals
    numbers, judge = office.requests(FEWER), office.services
    results = at_once([(approving(judge, APPROVERS[0], n), approving(judge, APPROVERS[0], n)) for n in numbers])
    for won, lost in one_won(results, Decided, NotDecided):
        assert (won.request.status, lost.reason) == (Status.PENDING, Reason.APPROVED_ALREADY)
    assert office.count("access_grants") == 0
