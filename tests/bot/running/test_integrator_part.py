"""The integrator's own process: it integrates, is begun again when killed, tells what it finds, and never stays."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # it brings no types
import pytest

from bot.audit.integration.growth import Keys
from bot.audit.integration.integrated import pending_count
from bot.audit.merkle.notes import Signer
from bot.audit.tamper import LedgerStanding
from bot.clock import system_clock
from bot.database import Database
from bot.running.integrating import GIVES_WAY, Charge
from bot.running.integrator_part import IntegratorPart
from tests.bot.audit.integration.integrating import SIGNER, assert_sound, record, tamper
from tests.bot.running import integrating_steward
from tests.bot.running.conftest import ROOT
from tests.forked import Beginning, Forked
from tests.waiting import until

KEYS = Keys(SIGNER, (Signer("postwing.example/audit", bytes(32)).key,))


@pytest.fixture
def part(database: Database) -> Iterator[IntegratorPart]:
    begun = IntegratorPart(database, Charge.of(database, KEYS, tells=True), LedgerStanding(stops=True))
    begun.start()
    yield begun
    begun.stop()


def integrated(database: Database) -> bool:
    with database.reading() as connection:
        return pending_count(connection) == 0


def test_killed_it_is_begun_again_and_integrates_what_came_meanwhile(database: Database, part: IntegratorPart) -> None:
    ids = record(database, system_clock, 3)
    until(lambda: integrated(database) and part.mine)
    first = part.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    ids += record(database, system_clock, 2)
    until(lambda: integrated(database) and part.mine)
    assert part.pid not in (None, first)
    assert part.alive
    assert_sound(database, ids)


def test_what_came_in_last_is_integrated_and_no_process_stays(database: Database, part: IntegratorPart) -> None:
    until(lambda: part.mine)
    process = psutil.Process(part.pid)
    ids = record(database, system_clock, 3)
    part.stop()
    assert not process.is_running()
    assert part.pid is None
    assert_sound(database, ids)
    with database.reading() as connection:
        assert connection.exec_driver_sql("SELECT holder FROM ledger_lease").scalar() is None


def test_look_ups_have_the_processor_first_where_they_wait_for_no_lock_of_its(
    database: Database, part: IntegratorPart
) -> None:
    until(lambda: part.mine)
    beside = psutil.Process().nice()
    assert psutil.Process(part.pid).nice() == (beside if database.is_sqlite else min(beside + GIVES_WAY, 19))


def test_what_it_finds_reaches_the_look_ups(database: Database, part: IntegratorPart) -> None:
    until(lambda: part.mine)
    os.kill(part.pid or 0, signal.SIGSTOP)
    (entry_id,) = record(database, system_clock, 1)
    tamper(database, f"UPDATE audit_entries SET outcome = 'refused' WHERE id = '{entry_id}'")
    os.kill(part.pid or 0, signal.SIGCONT)
    until(part.standing.refusal)
    assert [one.mismatch.about for one in part.standing.open] == [entry_id]
    with database.reading() as connection:
        queued = connection.exec_driver_sql("SELECT kind FROM deliveries").scalars().all()
    assert queued == ["ledger.fault"]


def test_it_ends_with_the_steward_that_began_it(database: Database, database_url: str, tmp_path: Path) -> None:
    said, log = tmp_path / "said.txt", tmp_path / "log.txt"
    steward = Forked(integrating_steward.main, Beginning((database_url,), os.environ, ROOT, said, log))
    try:
        until(lambda: said.read_text().endswith("\n"))
        integrator = psutil.Process(int(said.read_text()))
    finally:
        steward.kill()
        steward.wait()
    integrator.wait(60)


def test_a_charge_shows_no_secret(database: Database) -> None:
    charge = Charge.of(database, KEYS, tells=False)
    assert Charge.read(charge.written()) == charge
    assert charge.seed not in repr(charge)
    assert charge.url not in repr(charge)
