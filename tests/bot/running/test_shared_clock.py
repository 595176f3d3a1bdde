"""Replicas whose machines' clocks are minutes apart: what one took is taken, and nothing is sent twice."""

from datetime import timedelta
from itertools import count

import pytest

from bot.clock import Clock, system_clock
from bot.database import Database
from bot.delivery.claims import Claims
from bot.delivery.outbox import Outbox
from bot.delivery.pauses import Paused
from bot.effects import Message
from bot.queued import QueuedEffects
from bot.running.assembly import TEMPO
from bot.running.shared_clock import SharedClock, shared
from bot.schedule.claims import Claims as DueClaims
from bot.schedule.clockwork import LEASE

APART = timedelta(minutes=3)


@pytest.mark.postgres
def test_what_one_replica_took_no_other_takes(postgresql_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    database = Database(postgresql_url)

    def replica(apart: timedelta) -> Clock:
        clock: Clock = lambda: system_clock() + apart  # noqa: E731 - a clock is a function
        monkeypatch.setattr("bot.running.shared_clock.system_clock", clock)
        return shared(database, clock)

    behind, ahead = replica(-APART), replica(APART)
    effects = QueuedEffects(Outbox(behind))
    with database.transaction() as connection:
        effects.send(connection, Message("request.opened", "R-1001", "channel:approvals"))
        effects.due(connection, "request.timeout", "R-1001", behind())
    sending, sent_twice = (Claims(database, clock, TEMPO.lease) for clock in (behind, ahead))
    (claim,) = sending.claim(10, Paused())
    assert sending.begin(claim) is not None
    assert sent_twice.claim(10, Paused()) == []
    working, worked_twice = (DueClaims(database, clock, LEASE) for clock in (behind, ahead))
    assert len(working.take(["request.timeout"], 10)) == 1
    assert worked_twice.take(["request.timeout"], 10) == []
    database.close()


@pytest.mark.postgres
def test_a_clock_that_is_set_back_changes_nothing(postgresql_url: str) -> None:
    database = Database(postgresql_url)
    seconds = count()
    clock = SharedClock(database, lambda: next(seconds))
    first = clock()
    assert first < clock() < clock()
    clock.again()
    assert abs(clock() - first) < timedelta(hours=1)
    assert clock().tzinfo is not None
    database.close()


def test_one_machine_has_its_own_clock(sqlite_url: str) -> None:
    assert shared(Database(sqlite_url), system_clock) is system_clock
