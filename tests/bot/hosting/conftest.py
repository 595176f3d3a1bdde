"""Two companies, and where they keep what is theirs: on SQLite, or on PostgreSQL."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.bot.hosting.town import GENEROUS_S, NAMES, Hosting, hosting, on_sqlite


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """What Slack is given to answer in two or three seconds may take longer on a busy machine."""
    for name in ("DIRECTORY_TIMEOUT_S", "ANSWER_TIMEOUT_S"):
        monkeypatch.setattr(f"bot.running.assembly.{name}", GENEROUS_S)


@pytest.fixture
def sqlite_hosting(tmp_path: Path, sqlite_template: Path) -> Iterator[Hosting]:
    with hosting(tmp_path, on_sqlite(tmp_path, sqlite_template)) as made:
        yield made


@pytest.fixture
def postgresql_hosting(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Hosting]:
    template: str = request.getfixturevalue("postgres_template")
    server = request.getfixturevalue("postgres")
    with ExitStack() as copies:
        urls = {name: copies.enter_context(server.copy_of(template)) for name in NAMES[:2]}
        registry = server.create_database(f"registry_{tmp_path.name}")
        with hosting(tmp_path, {**urls, "registry": registry}) as made:
            yield made
