"""Due work is done when it is due, once it succeeds, by whichever process comes first."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from bot.database import Database
from bot.schedule.backoff import Backoff
from bot.schedule.claims import Claims
from bot.schedule.clockwork import LEASE, Clockwork
from bot.schedule.due import enqueue
from tests.conftest import SettableClock

PERSONAL = "maija@balticbeans.example"


class Done:
    """Remembers what it was called with; may be told to fail."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.before: Callable[[str], None] = lambda _: None

    def __call__(self, about: str) -> None:
        self.before(about)
        self.calls.append(about)


@pytest.fixture
def done() -> Done:
    return Done()


@pytest.fixture
def clockwork(database: Database, clock: SettableClock, done: Done) -> Clockwork:
    backoff = Backoff(timedelta(seconds=2), timedelta(minutes=5))
    return Clockwork(database, {"request.expire": done}, clock, backoff=backoff, chance=lambda: 0.99)


def queue(database: Database, about: str, at: datetime, kind: str = "request.expire") -> None:
    with database.transaction() as connection:
        enqueue(connection, kind, about, at)


def row(database: Database, about: str) -> Any:
    with database.reading() as connection:
        return connection.execute(text("SELECT * FROM due_work WHERE about = :about"), {"about": about}).one()


def test_work_is_done_at_its_time_and_once(
    database: Database, clock: SettableClock, done: Done, clockwork: Clockwork
) -> None:
    at = clock() + timedelta(minutes=10)
    queue(database, "R-1001", at)
    queue(database, "R-1001", at)
    clock.advance(minutes=9, seconds=59)
    assert clockwork.tick() == 0
    clock.advance(seconds=1)
    assert clockwork.tick() == 1
    queue(database, "R-1001", at)
    clock.advance(days=1)
    assert clockwork.tick() == 0
    assert done.calls == ["R-1001"]


def test_the_same_at_another_time_is_other_work(
    database: Database, clock: SettableClock, done: Done, clockwork: Clockwork
) -> None:
    for minutes in (0, 1):
        queue(database, "R-1001", clock() + timedelta(minutes=minutes))
    clock.advance(hours=1)
    clockwork.tick()
    assert done.calls == ["R-1001", "R-1001"]


def test_what_was_missed_is_done_in_order(
    database: Database, clock: SettableClock, done: Done, clockwork: Clockwork
) -> None:
    for number in range(50):
        queue(database, f"R-{number}", clock() + timedelta(minutes=50 - number))
    clock.advance(days=3)
    assert clockwork.tick() == 50
    assert done.calls == [f"R-{number}" for number in reversed(range(50))]


def test_work_that_fails_is_tried_again_and_holds_up_nothing(
    database: Database, clock: SettableClock, done: Done, clockwork: Clockwork
) -> None:
    def fail(about: str) -> None:
        if about == "R-1001" and clock.now < failing_until:
            raise ValueError(PERSONAL)

    failing_until = clock() + timedelta(seconds=5)
    done.before = fail
    queue(database, "R-1001", clock())
    queue(database, "R-1002", clock())
    with capture_logs() as logs:
        clockwork.tick()
    assert [(log["event"], log["about"]) for log in logs] == [("schedule.put_off", "R-1001")]
    assert (row(database, "R-1001").fault, row(database, "R-1001").attempts) == ("ValueError", 1)
    clock.advance(seconds=1)
    assert clockwork.tick() == 0
    for seconds in (1, 4):
        clock.advance(seconds=seconds)
        assert clockwork.tick() == 1
    assert done.calls == ["R-1002", "R-1001"]
    assert row(database, "R-1001").fault is None


def test_work_of_an_unknown_kind_is_left_and_named_once(
    database: Database, clock: SettableClock, done: Done, clockwork: Clockwork
) -> None:
    queue(database, "N-1", clock(), "notice.remind")
    queue(database, "N-2", clock(), "notice.remind")
    queue(database, "R-1001", clock())
    with capture_logs() as logs:
        assert [clockwork.tick(), clockwork.tick()] == [1, 0]
    assert [(log["event"], log["kind"]) for log in logs] == [("schedule.unknown_kind", "notice.remind")]
    later = Clockwork(database, {"notice.remind": done}, clock)
    assert later.tick() == 2


def test_a_killed_processs_work_is_taken_over_after_its_lease(
    database: Database, clock: SettableClock, done: Done, clockwork: Clockwork
) -> None:
    queue(database, "R-1001", clock())
    killed = Claims(database, clock, LEASE)
    (claim,) = killed.take(["request.expire"], 10)
    assert killed.renew(claim)
    clock.advance(seconds=LEASE.total_seconds() - 1)
    assert clockwork.tick() == 0
    clock.advance(seconds=1)
    assert clockwork.tick() == 1
    assert done.calls == ["R-1001"]
    assert not killed.done(claim)


def test_what_a_clock_a_day_ahead_had_taken_is_done_once_it_is_right(
    database: Database, clock: SettableClock, done: Done, clockwork: Clockwork
) -> None:
    queue(database, "R-1001", clock())
    killed = Claims(database, SettableClock(clock() + timedelta(days=1)), LEASE)
    (claim,) = killed.take(["request.expire"], 10)
    assert clockwork.tick() == 1
    assert done.calls == ["R-1001"]
    assert not killed.renew(claim)


def test_a_process_that_lost_its_lease_does_not_begin(
    database: Database, clock: SettableClock, clockwork: Clockwork
) -> None:
    queue(database, "R-1001", clock())
    slow = Claims(database, clock, LEASE)
    (claim,) = slow.take(["request.expire"], 10)
    clock.advance(hours=1)
    clockwork.tick()
    assert not slow.renew(claim)


@pytest.mark.postgres
def test_several_processes_share_the_work(postgresql_url: str, clock: SettableClock) -> None:
    databases, done = [Database(postgresql_url) for _ in range(3)], Done()
    for number in range(200):
        queue(databases[0], f"R-{number}", clock())
    together = threading.Barrier(3)

    def tick(database: Database) -> None:
        together.wait(30)
        Clockwork(database, {"request.expire": done}, clock).tick()

    threads = [threading.Thread(target=tick, args=(database,)) for database in databases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert Counter(done.calls) == Counter(f"R-{number}" for number in range(200))
    for database in databases:
        database.close()


@pytest.fixture
def ticking(database: Database, clock: SettableClock, done: Done) -> Iterator[Clockwork]:
    made = Clockwork(database, {"request.expire": done}, clock, seconds=0.02)
    yield made
    made.stop()


def test_it_ticks_in_the_background_until_it_is_stopped(
    database: Database, clock: SettableClock, done: Done, ticking: Clockwork
) -> None:
    came = threading.Event()
    done.before = lambda _: came.set()
    before = set(threading.enumerate())
    ticking.start()
    queue(database, "R-1001", clock())
    assert came.wait(30)
    ticking.stop()
    assert done.calls == ["R-1001"]
    assert set(threading.enumerate()) <= before
    queue(database, "R-1002", clock())
    assert done.calls == ["R-1001"]


def test_stopping_gives_back_what_was_not_begun(database: Database, clock: SettableClock, done: Done) -> None:
    stopped = Clockwork(database, {"request.expire": done}, clock)
    done.before = lambda _: stopped.stop()
    for number in range(3):
        queue(database, f"R-{number}", clock())
    assert stopped.tick() == 1
    assert Clockwork(database, {"request.expire": done}, clock).tick() == 2
    assert done.calls == ["R-0", "R-1", "R-2"]


def test_a_function_at_intervals_is_called_again_after_it_failed(ticking: Clockwork) -> None:
    calls: list[int] = []
    twice = threading.Event()

    def fail() -> None:
        calls.append(1)
        if len(calls) == 2:
            twice.set()
        raise ValueError(PERSONAL)

    with capture_logs() as logs:
        ticking.every(0.02, "directory.warm", fail)
        ticking.start()
        assert twice.wait(30)
        ticking.stop()
    assert logs[0]["event"] == "schedule.failed"
    assert logs[0]["job"] == "directory.warm"


def test_a_database_that_is_away_does_not_end_the_ticking(
    database: Database, clock: SettableClock, done: Done, ticking: Clockwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    away, came = threading.Event(), threading.Event()

    def fail(*_: object) -> None:
        away.set()
        raise ConnectionError

    done.before = lambda _: came.set()
    queue(database, "R-1001", clock())
    monkeypatch.setattr(database, "reading", fail)
    ticking.start()
    assert away.wait(30)
    monkeypatch.undo()
    assert came.wait(30)
