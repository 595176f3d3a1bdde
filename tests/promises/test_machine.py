"""Promises 1 to 6 over persons, groups, clocks, presses and deliveries in any order; and that a broken one is found.

STEWARD_STEPS says how many steps each database gets (240 in every run of the tests; 10,000 has been run).
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from bot.database import Database
from tests.conftest import SettableClock
from tests.promises.machine import Machine
from tests.promises.machine_more import Wider
from tests.promises.machine_world import Violation, World, world
from tests.promises.planted import IN_WIDER, LONG_TO_FIND, PLANTED, Plant

STEPS = int(os.environ.get("STEWARD_STEPS", "240"))
AT_A_TIME = 40


@pytest.fixture
def given_world(database: Database, clock: SettableClock, tmp_path: Path) -> Iterator[World]:
    with world(database, clock, tmp_path) as made:
        yield made


@pytest.fixture
def sqlite_world(sqlite_url: str, clock: SettableClock, tmp_path: Path) -> Iterator[World]:
    database = Database(sqlite_url)
    with world(database, clock, tmp_path) as made:
        yield made
    database.close()


def run(
    given: World, steps: int, machine: type[Machine] = Wider, *, phases: tuple[Phase, ...] = (Phase.generate,)
) -> None:
    """So many steps, in stories of AT_A_TIME. Raises Violation, by the shortest story that shows it."""

    class Here(machine):  # type: ignore[valid-type, misc]
        pass

    Here.given = given
    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=max(1, steps // AT_A_TIME),
            stateful_step_count=AT_A_TIME,
            deadline=None,
            database=None,
            derandomize="STEWARD_STEPS" not in os.environ,
            phases=phases,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.timeout(3600 if STEPS > 240 else 300)
def test_the_promises_hold(given_world: World) -> None:
    run(given_world, STEPS)


@pytest.mark.parametrize(
    "plant", PLANTED + (LONG_TO_FIND if "STEWARD_STEPS" in os.environ else ()), ids=lambda plant: plant.__name__
)
def test_a_fault_that_was_planted_is_found(plant: Plant, sqlite_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch)
    with pytest.raises(Violation):
        run(sqlite_world, 16_000, Wider if plant in IN_WIDER else Machine)
