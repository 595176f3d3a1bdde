"""The lease on the integrator's turn, where clocks are not what they should be."""

from datetime import timedelta

from bot.audit.integration.lease import KEPT_EVERY, LENGTH, Lease
from bot.database import Database
from tests.conftest import SettableClock


def test_whoever_s_clock_was_put_back_asks_all_the_same(database: Database, clock: SettableClock) -> None:
    """It would else go on without asking until its clock is where it was, while another has the turn."""
    behind = SettableClock(clock())
    one, other = Lease(database, behind), Lease(database, clock)
    assert one.take()
    behind.advance(hours=-1)
    clock.advance(seconds=LENGTH.total_seconds() + 1)
    assert other.take()
    assert not one.take()


def test_who_lost_it_gives_back_nobody_else_s(database: Database, clock: SettableClock) -> None:
    one, other, third = (Lease(database, clock) for _ in range(3))
    assert one.take()
    clock.advance(seconds=LENGTH.total_seconds() + 1)
    assert other.take()
    one.give_back()
    assert not third.take()
    assert other.ask()


def test_who_could_not_renew_it_does_not_hold_it_by_what_it_had(database: Database, clock: SettableClock) -> None:
    """Another's clock may be ahead: then it is taken while one's own still says that it lasts."""
    ahead = SettableClock(clock() + LENGTH)
    one, other = Lease(database, clock), Lease(database, ahead)
    assert one.take()
    assert other.take()
    clock.advance(seconds=KEPT_EVERY.total_seconds())
    assert not one.take()
    assert not one.mine


def test_it_lasts_as_long_as_it_was_taken_for(database: Database, clock: SettableClock) -> None:
    one = Lease(database, clock, length=timedelta(seconds=10))
    assert one.take()
    clock.advance(seconds=9.9)
    assert one.mine
    clock.advance(seconds=0.1)
    assert not one.mine


def test_what_was_taken_by_a_clock_that_was_a_day_ahead_is_free_once_it_is_right(
    database: Database, clock: SettableClock
) -> None:
    """Its process died meanwhile: without this no entry would get its place until tomorrow."""
    assert Lease(database, SettableClock(clock() + timedelta(days=1))).take()
    assert Lease(database, clock).take()
