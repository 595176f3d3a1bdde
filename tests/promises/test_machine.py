"""Promises 1 to 6 over persons, groups, clocks, presses and deliveries in any order; and that a broken one is found.

STEWARD_STEPS says how many steps each database gets (a sample in every run of the tests), STEWARD_SEED where they
begin. With STEWARD_SEEDS each planted fault is looked for from so many seeds, and STEWARD_JOURNAL is told after how
many steps it was found. CONTRIBUTING.md has what was found.
"""

import json
import os
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import get_state_machine_test, rule

from bot.database import Database
from tests.conftest import SettableClock
from tests.promises.machine_lists import Whole
from tests.promises.machine_world import Violation, World, world
from tests.promises.planted import PLANTED, Plant

SAMPLE = 120
STEPS = int(os.environ.get("STEWARD_STEPS", SAMPLE))
SEED = int(os.environ.get("STEWARD_SEED", 1))
SEEDS = range(SEED, SEED + int(os.environ.get("STEWARD_SEEDS", 1)))
RULES = {one.function.__name__: one for one in Whole.setup_state().rules}
JOURNAL = os.environ.get("STEWARD_JOURNAL")
AT_A_TIME, SHORT = 40, 8
MOST = 2_000  # steps to look for a planted fault; it is found long before


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


def evenly(only: Collection[str]) -> Callable[..., None]:
    """A press of one of these, each as often as the others: Hypothesis leaves most of them out of most stories."""

    @rule(data=st.data())
    def press(self: Whole, data: st.DataObject) -> None:
        one = RULES[data.draw(st.sampled_from(sorted(only)))]
        one.function(self, **{name: data.draw(strategy) for name, strategy in one.arguments.items()})

    return press


def run(given: World, steps: int, begin: int, *, each: int = AT_A_TIME, only: Collection[str] = ()) -> None:
    """So many steps from a seed, in stories of `each`, with these presses alone where any are named.

    Raises Violation.
    """
    left_out = {name: one.function for name, one in RULES.items()} | {"press": evenly(only)} if only else {}
    here = type("Here", (Whole,), {**left_out, "given": given})
    chosen = settings(
        max_examples=max(1, steps // each),
        stateful_step_count=each,
        deadline=None,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    seed(begin)(get_state_machine_test(here, settings=chosen))()


def note(**found: object) -> None:
    if JOURNAL:
        with Path(JOURNAL).open("a") as journal:
            journal.write(json.dumps(found) + "\n")


@pytest.mark.timeout(3600 if STEPS > SAMPLE else 300)
def test_the_promises_hold(given_world: World) -> None:
    run(given_world, STEPS, SEED)
    engine = given_world.database.engine.dialect.name
    note(database=engine, seed=SEED, steps=given_world.steps, pressed=next(given_world.presses) - 1)


@pytest.mark.parametrize("begin", SEEDS)
@pytest.mark.parametrize("plant", PLANTED, ids=lambda plant: plant.__name__)
def test_a_fault_that_was_planted_is_found(
    plant: Plant, begin: int, sqlite_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    presses = PLANTED[plant]
    assert set(presses) <= RULES.keys()
    plant(monkeypatch)
    with pytest.raises(Violation) as found:
        run(sqlite_world, MOST, begin, each=SHORT, only=presses)
    note(fault=plant.__name__, seed=begin, steps=sqlite_world.steps, found=str(found.value)[:100])
