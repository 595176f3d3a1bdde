"""Several couriers on one outbox, killed ones among them: every message arrives, once, and shows the last state."""

import os
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from bot.clock import system_clock
from bot.database import Database
from bot.delivery.courier import Tempo
from bot.delivery.outbox import Outbox
from bot.effects import Message
from slack_local.local_slack import LocalSlack
from tests.bot.delivery import courier_process
from tests.bot.delivery.conftest import ROOT
from tests.bot.delivery.courier_process import courier
from tests.bot.delivery.office import Office
from tests.bot.delivery.slow import slow_way
from tests.forked import Beginning, Forked
from tests.waiting import until

PEOPLE = ("inese", "janis", "martins")
CHANNELS = {"approvals": "access-approvals", "audit": "audit-log"}
PATIENCE_S = 120
ROUNDS = 5


@pytest.fixture
def real_slack() -> Iterator[LocalSlack]:
    """On real time, as processes of their own are."""
    with LocalSlack.start(manifest=ROOT / "manifest.yml", workspace=ROOT / "demo" / "workspace.toml") as started:
        yield started


@pytest.fixture
def api(real_slack: LocalSlack) -> Iterator[str]:
    """Slow to answer, so that most of the time a message is in Slack and not yet in the outbox."""
    with slow_way(real_slack.api_url, 0.03) as url:
        yield url


def test_couriers_killed_at_random_moments_lose_and_repeat_nothing(
    database: Database, database_url: str, real_slack: LocalSlack, api: str, tmp_path: Path
) -> None:
    moments = random.Random(20260302)
    outbox, interrupted = Outbox(system_clock), 0
    subjects = [f"R-{1000 + number}" for number in range(ROUNDS * 10)]
    token = real_slack.bot_token
    for start in range(0, len(subjects), 10):
        first = running(database_url, api, token, tmp_path / f"first-{start}")
        second = running(database_url, api, token, tmp_path / f"second-{start}")
        with first, second:
            queue(database, outbox, real_slack, subjects[start : start + 10])
            change(database, outbox, moments.sample(subjects[: start + 10], 4))
            time.sleep(moments.uniform(0.05, 0.5))
        interrupted += in_doubt(database)
    finish(database, outbox, api, token)
    assert interrupted > 0
    assert_all_arrived(database, real_slack, subjects)


@pytest.mark.postgres
def test_two_couriers_share_five_hundred_messages(postgresql_url: str, real_slack: LocalSlack, api: str) -> None:
    outbox, databases = Outbox(system_clock), [Database(postgresql_url), Database(postgresql_url)]
    subjects = [f"R-{1000 + number}" for number in range(100)]
    queue(databases[0], outbox, real_slack, subjects)
    together = threading.Barrier(2)

    def work(database: Database) -> None:
        worker = courier(database, api, real_slack.bot_token, Tempo())
        together.wait(30)
        while waiting(database, outbox):
            worker.work_once()

    threads = [threading.Thread(target=work, args=(database,)) for database in databases]
    with capture_logs() as logs:
        for thread in threads:
            thread.start()
        change(databases[0], outbox, subjects[::2])
        for thread in threads:
            thread.join(PATIENCE_S)
    assert Counter((log["event"], log["outcome"]) for log in logs) == {("delivery.sent", "posted"): 500}
    assert_all_arrived(databases[0], real_slack, subjects)
    for database in databases:
        database.close()


def test_a_waking_sends_at_once_and_stopping_ends_the_thread(office: Office) -> None:
    worker = office.new_courier(Tempo(poll=3600))
    stop = threading.Event()
    thread = threading.Thread(target=worker.run, args=(stop,))
    thread.start()
    for about in ("R-1001", "R-1002"):
        office.send(about)
        worker.wake()
        until(partial(arrived, office, about))
    stop.set()
    worker.wake()
    thread.join(30)
    assert not thread.is_alive()


def test_a_courier_outlives_its_database(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    worker = office.new_courier(Tempo(poll=0.01, after_fault=0.01))
    broken, stop = threading.Event(), threading.Event()

    def fail(*_: object) -> None:
        broken.set()
        raise ConnectionError

    office.send("R-1001")
    monkeypatch.setattr(office.database, "transaction", fail)
    thread = threading.Thread(target=worker.run, args=(stop,))
    with capture_logs() as logs:
        thread.start()
        assert broken.wait(30)
        until(lambda: bool(logs))
        monkeypatch.undo()
        until(lambda: office.texts() == ["request.opened R-1001"])
        stop.set()
        thread.join(30)
    assert logs[0]["event"] == "delivery.halted"


def test_stopping_gives_back_what_was_not_begun(office: Office) -> None:
    stop = threading.Event()
    office.while_composing = stop.set
    for number in range(1001, 1004):
        office.send(f"R-{number}")
    office.courier.run(stop)
    assert office.texts() == ["request.opened R-1001"]
    office.while_composing = lambda: None
    assert office.work() == 2


@contextmanager
def running(url: str, api: str, token: str, log: Path) -> Iterator[None]:
    """A courier in a process of its own, killed on leaving."""
    process = Forked(courier_process.main, Beginning((url, api, token), os.environ, ROOT, log, log))
    try:
        until(lambda: "ready\n" in log.read_text() or process.poll() is not None)
        assert process.poll() is None, log.read_text()
        yield
    finally:
        process.kill()
        process.wait()


def queue(database: Database, outbox: Outbox, slack: LocalSlack, subjects: list[str]) -> None:
    """Each subject to two channels and three people."""
    recipients = [f"channel:{role}" for role in CHANNELS] + [f"person:{slack.people[name].id}" for name in PEOPLE]
    for about in subjects:
        with database.transaction() as connection:
            for to in recipients:
                outbox.send(connection, Message("request.opened", about, to))


def arrived(office: Office, about: str) -> bool:
    return f"request.opened {about}" in office.texts()


def change(database: Database, outbox: Outbox, subjects: list[str]) -> None:
    for about in subjects:
        with database.transaction() as connection:
            outbox.refresh(connection, about)


def waiting(database: Database, outbox: Outbox) -> int:
    with database.reading() as connection:
        return outbox.health(connection).waiting


def in_doubt(database: Database) -> int:
    """How many messages were being sent when their courier was killed."""
    with database.reading() as connection:
        return int(connection.execute(text("SELECT count(*) FROM deliveries WHERE status = 'sending'")).scalar_one())


def finish(database: Database, outbox: Outbox, api: str, token: str) -> None:
    """A courier that is not killed, until nothing waits."""
    worker = courier(database, api, token)

    def all_sent() -> bool:
        return worker.work_once() == 0 and waiting(database, outbox) == 0

    until(all_sent)


def assert_all_arrived(database: Database, slack: LocalSlack, subjects: list[str]) -> None:
    with database.reading() as connection:
        rows = connection.execute(text("SELECT about, version FROM delivery_subjects")).all()
    versions: dict[str, int] = {row.about: row.version for row in rows}
    expected = Counter(f"{about} v{versions.get(about, 0)}" for about in subjects)
    for place in (*CHANNELS.values(), *PEOPLE):
        assert Counter(message["text"] for message in slack.messages(place)) == expected, place
