"""What is counted, what is added up over several processes, and what waits in the database."""

import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from prometheus_client import CollectorRegistry
from sqlalchemy import text

from bot.audit.entry import Action, Actor, Outcome, Surface
from bot.audit.ledger import Ledger, NotRecorded, Origin, Written
from bot.audit.tamper import LedgerStanding
from bot.database import Database
from bot.delivery.outbox import Outbox
from bot.effects import Message
from bot.observability.exposition import FOLDER, forget
from bot.observability.metrics import Metrics, bounded
from bot.observability.state import StateCollector
from bot.queued import QueuedEffects
from bot.running.measuring import COMMANDS
from tests.conftest import SettableClock
from tests.promises import unwritable

ROOT = Path(__file__).parents[3]
BY = Origin(Actor("U1", "T1"), Surface.COMMAND)


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


@pytest.fixture
def metrics(registry: CollectorRegistry) -> Metrics:
    return Metrics({"billing"}, {"/account"}, {"crm"}, registry)


def test_the_commands_are_the_manifests() -> None:
    manifest = yaml.safe_load((ROOT / "manifest.yml").read_text())
    assert {one["command"] for one in manifest["features"]["slash_commands"]} == COMMANDS


def test_what_is_on_no_list_is_not_told_apart(metrics: Metrics, registry: CollectorRegistry) -> None:
    metrics.answered("/jane.doe@acme.example", 200, 0.1)
    metrics.written(Written(Action.LOOK_UP, Outcome.REFUSED, "marketing to jane"))
    metrics.written(Written(Action.LOOK_UP, Outcome.REFUSED))
    assert registry.get_sample_value("steward_request_seconds_count", {"kind": "other", "status": "2xx"}) == 1
    refused = {"action": "account.lookup", "outcome": "refused"}
    assert registry.get_sample_value("steward_lookups_total", refused | {"purpose": "other"}) == 1
    assert registry.get_sample_value("steward_lookups_total", refused | {"purpose": "none"}) == 1
    assert bounded("billing", {"billing"}) == "billing"
    metrics.asked("crm", 0.2, answered=False)
    metrics.asked("crm of jane", 0.2, answered=True)
    assert registry.get_sample_value("steward_company_source_seconds_count", {"source": "crm", "result": "failed"}) == 1
    assert registry.get_sample_value("steward_company_source_seconds_count", {"source": "other", "result": "ok"}) == 1


def test_entries_are_counted_once_they_are_committed(
    database: Database, clock: SettableClock, metrics: Metrics, registry: CollectorRegistry
) -> None:
    ledger = Ledger(database, clock, observer=metrics)
    with ledger.entry(BY, Action.APPROVE) as entry:
        entry.purpose, entry.waited = "billing", timedelta(minutes=7)
        entry.close(Outcome.GRANTED)
        assert _count(registry, "steward_audit_entries_total", action="access.approve", outcome="granted") == 0
    assert _count(registry, "steward_audit_entries_total", action="access.approve", outcome="granted") == 1
    granted = {"decision": "approve", "outcome": "granted", "purpose": "billing"}
    assert _count(registry, "steward_decisions_total", **granted) == 1
    assert registry.get_sample_value("steward_decision_seconds_sum", {"outcome": "granted"}) == 420
    with pytest.raises(ZeroDivisionError), ledger.entry(BY, Action.APPROVE) as entry:
        entry.close(Outcome.GRANTED)
        raise ZeroDivisionError
    with unwritable.renamed(database), pytest.raises(NotRecorded), ledger.entry(BY, Action.APPROVE) as entry:
        entry.close(Outcome.GRANTED)
    assert _count(registry, "steward_audit_entries_total", action="access.approve", outcome="granted") == 1
    assert registry.get_sample_value("steward_audit_failures_total") == 1


def _count(registry: CollectorRegistry, name: str, **labels: str) -> float:
    return registry.get_sample_value(name, labels) or 0.0


def test_what_waits_is_read_from_the_database(database: Database, clock: SettableClock) -> None:
    standing, outbox = LedgerStanding(stops=True), Outbox(clock)
    state, effects = StateCollector(database, outbox, standing, clock), QueuedEffects(Outbox(clock))
    assert {one: value for one, value in _state(state).items() if value} == {"steward_database_up": 1}
    ledger = Ledger(database, clock)
    with ledger.entry(BY, Action.LOOK_UP) as entry:
        entry.close(Outcome.NOT_FOUND)
        effects.send(entry.connection, Message("request.opened", "R-1", "channel:approvals"))
        effects.due(entry.connection, "grant.over", "R-1", clock() + timedelta(minutes=1))
    clock.advance(minutes=3)
    found = {one.removeprefix("steward_"): value for one, value in _state(state).items() if value}
    assert found == {
        "database_up": 1,
        "outbox_depth": 1,
        "outbox_age_seconds": 180,
        "integrator_pending": 1,
        "integrator_lag_seconds": 180,
        "schedule_due": 1,
        "schedule_lag_seconds": 120,
    }


def test_a_database_that_does_not_answer_is_told_and_nothing_is_made_up(sqlite_url: str, clock: SettableClock) -> None:
    database = Database(sqlite_url)
    state = StateCollector(database, Outbox(clock), LedgerStanding(stops=True), clock)
    assert len(_state(state)) > 10
    with database.transaction() as connection:
        connection.execute(text("DROP TABLE due_work"))
    clock.advance(seconds=1)
    assert len(_state(state)) > 10, "remembered for two seconds"
    clock.advance(seconds=1)
    assert _state(state) == {"steward_database_up": 0}
    database.close()


def _state(collector: StateCollector) -> Mapping[str, float]:
    return {sample.name: sample.value for family in collector.collect() for sample in family.samples}


WORKER = """
import sys
from bot.observability import exposition
exposition.share_as(int(sys.argv[1]))
from bot.audit.entry import Action, Outcome
from bot.audit.ledger import Written
from bot.observability.metrics import Metrics
metrics = Metrics({"billing"}, {"/account"})
metrics.up("http")
for _ in range(int(sys.argv[2])):
    metrics.written(Written(Action.LOOK_UP, Outcome.MASKED, "billing"))
    metrics.answered("/account", 200, 0.02)
print(exposition.exposed(exposition.registry_for(shared=exposition.is_shared()), [])("")[0].decode())
"""


def _worker(folder: Path, number: int, look_ups: int) -> str:
    environment = {**os.environ, FOLDER: str(folder), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", WORKER, str(number), str(look_ups)]
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout


def test_workers_add_up_what_they_count_and_one_that_takes_anothers_place_goes_on(tmp_path: Path) -> None:
    _worker(tmp_path, 0, 3)
    _worker(tmp_path, 1, 4)
    files = len(list(tmp_path.iterdir()))
    forget(1, tmp_path)
    said = _worker(tmp_path, 1, 2)
    masked = 'steward_lookups_total{action="account.lookup",outcome="masked",purpose="billing"} 9.0'
    assert masked in said
    assert 'steward_request_seconds_count{kind="/account",status="2xx"} 9.0' in said
    assert 'steward_workers{mode="http"} 2.0' in said
    assert len(list(tmp_path.iterdir())) == files
    forget(0, tmp_path)
    assert 'steward_workers{mode="http"} 1.0' in _worker(tmp_path, 1, 0)
