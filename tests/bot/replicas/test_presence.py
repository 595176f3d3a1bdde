"""What processes say of themselves in the database: who is at work, by what, and when that is over."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry
from sqlalchemy import text

from bot.audit.tamper import LedgerStanding
from bot.configuration.reading import load_configuration
from bot.configuration.values import Configuration
from bot.database import Database
from bot.delivery.outbox import Outbox
from bot.observability.exposition import WorksBy
from bot.observability.state import StateCollector
from bot.replicas.at_work import Replica, at_work, configurations
from bot.replicas.presence import Presence
from tests.bot.captured_logs import captured_logs
from tests.bot.test_settings import WHOLE
from tests.conftest import SettableClock
from tests.promises import unwritable

Begin = Callable[..., Presence]


@pytest.fixture
def configuration(tmp_path: Path) -> Configuration:
    (tmp_path / "steward.toml").write_text(WHOLE)
    (tmp_path / "policy.md").write_text("We keep our promise.")
    return load_configuration(tmp_path / "steward.toml")


@pytest.fixture
def begin(database: Database, configuration: Configuration, clock: SettableClock) -> Begin:
    return lambda of=configuration: Presence(database, of, clock)


def _there(database: Database, clock: SettableClock) -> tuple[Replica, ...]:
    with database.reading() as connection:
        return at_work(connection, clock())


def test_a_process_is_at_work_from_its_start_to_its_end(database: Database, clock: SettableClock, begin: Begin) -> None:
    with begin().said():
        clock.advance(minutes=1)
        with begin().said():
            assert [there.since for there in _there(database, clock)] == [clock() - timedelta(minutes=1), clock()]
        assert len(_there(database, clock)) == 1
    assert _there(database, clock) == ()


def test_who_dies_is_forgotten_soon_and_for_good_later(database: Database, clock: SettableClock, begin: Begin) -> None:
    begin().again()
    clock.advance(seconds=119)
    assert len(_there(database, clock)) == 1
    clock.advance(seconds=1)
    assert _there(database, clock) == ()
    clock.advance(days=1)
    begin().again()
    with database.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM running_processes")).scalar_one() == 1


def test_one_that_was_away_for_a_day_says_it_again(database: Database, clock: SettableClock, begin: Begin) -> None:
    """A process that stood still, or whose database was put back, has lost its row and not its work."""
    one = begin()
    one.again()
    with database.transaction() as connection:
        connection.execute(text("DELETE FROM running_processes"))
    one.again()
    assert len(_there(database, clock)) == 1


def test_a_clock_a_day_ahead_keeps_nobody_at_work(database: Database, clock: SettableClock, begin: Begin) -> None:
    clock.advance(days=1)
    begin().again()
    clock.advance(days=-1)
    assert _there(database, clock) == ()


def test_another_configuration_is_told_by_both_and_once(
    database: Database, clock: SettableClock, configuration: Configuration, begin: Begin
) -> None:
    one, other = begin(), begin(replace(configuration, fingerprint="f" * 64))
    with captured_logs() as logs, one.said():
        with other.said():
            assert not one.alike()
            assert not other.alike()
            one.again()
            one.again()
            assert configurations(_there(database, clock)) == 2
        assert one.alike()
        one.again()
        assert configurations(_there(database, clock)) == 1
    told = [(line["event"], line.get("count")) for line in logs.entries()]
    assert told == [
        ("configuration.differs", 1),  # the other's, at its start
        ("configuration.differs", 1),
        ("configuration.alike", None),
    ]


def test_files_of_the_policy_are_looked_at_again_while_it_works(
    database: Database, clock: SettableClock, begin: Begin, tmp_path: Path
) -> None:
    one, other = begin(), begin()
    with one.said(), other.said():
        (tmp_path / "policy.md").write_text("We keep another promise.")
        one.again()
        assert configurations(_there(database, clock)) == 2
        assert not other.alike()
        other.again()
        assert one.alike()


def test_a_database_that_is_away_keeps_nobody_from_ending(database: Database, begin: Begin) -> None:
    with captured_logs() as logs:
        said = begin().said()
        said.__enter__()
        with unwritable.missing(database, "running_processes"):
            said.__exit__(None, None, None)
    assert [line["event"] for line in logs.entries()] == ["presence.not_taken_back"]


def test_the_numbers_say_what_it_works_by_and_how_many_differ(
    database: Database, clock: SettableClock, configuration: Configuration, begin: Begin
) -> None:
    one, other = begin(), begin(replace(configuration, fingerprint="f" * 64))
    registry = CollectorRegistry()
    registry.register(WorksBy(lambda: one.terms.configuration, lambda: one.terms.policy_files))
    registry.register(StateCollector(database, Outbox(clock), LedgerStanding(stops=True), clock))
    with one.said(), other.said():
        labels = {"configuration": one.terms.configuration[:12], "policy_files": one.terms.policy_files[:12]}
        assert registry.get_sample_value("steward_configuration_info", labels) == 1
        assert registry.get_sample_value("steward_configurations") == 2
