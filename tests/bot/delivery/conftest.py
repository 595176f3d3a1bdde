"""The reference company's workspace, and an office to send from."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.database import Database
from slack_local.local_slack import LocalSlack
from tests.bot.delivery.office import Office, recording_client
from tests.conftest import SettableClock

ROOT = Path(__file__).parents[3]


@pytest.fixture
def slack(clock: SettableClock) -> Iterator[LocalSlack]:
    """A Slack whose time is the test's clock."""
    with LocalSlack.start(
        manifest=ROOT / "manifest.yml",
        workspace=ROOT / "demo" / "workspace.toml",
        clock=lambda: clock().timestamp(),
    ) as started:
        yield started


@pytest.fixture
def office(database: Database, slack: LocalSlack, clock: SettableClock) -> Office:
    return Office(database, slack, clock, recording_client(slack))


@pytest.fixture
def postgresql_office(postgresql_url: str, slack: LocalSlack, clock: SettableClock) -> Iterator[Office]:
    """For what SQLite cannot do: several writers at once."""
    database = Database(postgresql_url)
    yield Office(database, slack, clock, recording_client(slack))
    database.close()
