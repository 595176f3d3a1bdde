"""Fixtures that every test may use: both databases at this release's schema, and a clock to set."""

import asyncio
import gc
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import patch

import pytest
import structlog
import uvicorn.server
from hypothesis import HealthCheck, settings

from bot.database import Database
from migrations.schema import upgrade
from tests.bot.captured_logs import logs_as_before
from tests.postgres import Server, in_memory

pytest_plugins = ["slack_local.pytest_plugin"]
settings.register_profile("steward", deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""How long an example takes, or making one, says more of the machine than of us."""
settings.load_profile("steward")


class SettableClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> None:
        """Move forward by timedelta's keywords."""
        self.now += timedelta(**by)


@pytest.fixture(scope="module", autouse=True)
def what_lasts_is_set_aside() -> None:
    """What was imported and kept by earlier modules is not searched for garbage again.

    To search half a million objects stops every thread of this process, the local Slack's too, and on a busy machine
    for seconds: whoever waits for a lock or for Slack then gives up.
    """
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def plain_tracebacks() -> None:
    """An unforeseen error is logged in a moment; with the values of every frame, as rich does it, in many seconds."""
    *others, _ = structlog.get_config()["processors"]
    renderer = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*others, renderer])


class _Sooner(ModuleType):
    """asyncio as uvicorn's server has it, but for its rests: a hundredth of a second, where it takes a tenth."""

    def __getattr__(self, name: str) -> Any:
        return getattr(asyncio, name)

    @staticmethod
    async def sleep(seconds: float) -> None:
        await asyncio.sleep(min(seconds, 0.01))


@pytest.fixture(scope="session", autouse=True)
def servers_end_at_once() -> Iterator[None]:
    """A thousand tests stop a gate and a local Slack, each of which would rest for two tenths of a second meanwhile."""
    with patch.object(uvicorn.server, "asyncio", _Sooner("asyncio")):
        yield


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    """What a command configures in this process says nothing in the next test."""
    with logs_as_before():
        yield


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL server of this test process's own. It never meets a power cut, so it need not wait for a disk, nor
    have one.
    """
    server = Server.start(in_memory())
    server.set(fsync="off", full_page_writes="off", max_wal_size="128")  # MB
    yield server
    server.stop()


@pytest.fixture(scope="session")
def postgres_template(postgres: Server) -> str:
    """The name of a database at this release's schema, to copy from."""
    url = postgres.create_database("template_steward")
    _upgrade(url)
    return "template_steward"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file at this release's schema, to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    _upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty database at this release's schema, once on SQLite and once on PostgreSQL."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    copy = tmp_path / "steward.db"
    shutil.copy(sqlite_template, copy)
    return f"sqlite:///{copy}"


@pytest.fixture
def postgresql_url(request: pytest.FixtureRequest) -> Iterator[str]:
    template = request.getfixturevalue("postgres_template")
    server: Server = request.getfixturevalue("postgres")
    with server.copy_of(template) as url:
        yield url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    made = Database(database_url)
    yield made
    made.close()


def _upgrade(url: str) -> None:
    database = Database(url)
    with database.transaction() as connection:
        upgrade(connection)
    database.close()
