"""A Steward whose customers can't be mistaken for anything else, with everything that leaves it and its logs."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.database import Database
from tests.bot.captured_logs import Lines, captured_logs
from tests.conftest import SettableClock
from tests.promises import customers
from tests.promises.wire import Wire, tapped
from tests.scenarios.harness import Steward, running


@pytest.fixture
def logs() -> Iterator[Lines]:
    with captured_logs() as lines:
        yield lines


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Iterator[Wire]:
    with tapped(monkeypatch) as tap:
        yield tap


@pytest.fixture
def steward(database: Database, clock: SettableClock, wire: Wire, logs: Lines, tmp_path: Path) -> Iterator[Steward]:
    with running(database, clock, accounts=customers.write(tmp_path)) as made:
        yield made
