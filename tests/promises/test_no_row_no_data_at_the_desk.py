"""Promise 1 on an owner's list and where a clause is pointed to: what can't be recorded is not taken."""

import pytest
from sqlalchemy import text

from tests.bot.captured_logs import Lines
from tests.conftest import SettableClock
from tests.promises import unwritable
from tests.promises.test_no_row_no_data import Scene, Way, fails
from tests.promises.test_no_row_no_data_in_life import sent
from tests.promises.wire import Wire
from tests.scenarios.access.suspending import HELPING, changed, point, publish
from tests.scenarios.harness import Steward

NEW = "in order to help customers who write to us with a fault"
KEPT = ("recertification_lists", "recertification_lines", "role_removals", "clause_suspensions")
SAID = {"Kaspars": "Remove", "The others": ["Keep everybody who is not marked"], "Note": "Moved to sales"}


def certified(scene: Scene) -> None:
    sent(scene, "martins", "/access recertify", SAID)


def pointed(scene: Scene) -> None:
    laila = scene.person("laila")
    scene.pressed("point", "laila")
    if laila.modals():
        laila.fill({"Or its words": NEW})
        laila.submit()
        laila.close(everything=True)


def confirmed(scene: Scene) -> None:
    scene.pressed("confirm", "ieva")


def stored(steward: Steward) -> list[str]:
    """Everything of lists, removals and suspended purposes."""
    with steward.database.reading() as connection:
        return [str(connection.execute(text(f"SELECT * FROM {table} ORDER BY 1, 2")).all()) for table in KEPT]


@pytest.fixture
def desk(steward: Steward, wire: Wire, logs: Lines, clock: SettableClock) -> Scene:
    """An owner's list is open, two purposes are suspended, and a clause is proposed for one of them."""
    made = Scene(steward, wire, logs)
    steward.services.approvers.recertify.plan()
    clock.advance(days=31)
    steward.tick()
    publish(steward, clock, changed().replace("We built", f"{HELPING}.\n\nWe built"))
    steward.deliver()
    made.keep("point", "laila", "Point to the new clause", "privacy-desk")
    assert point(steward, "laila", HELPING) == {}
    made.keep("confirm", "ieva", "Confirm", "privacy-desk")
    return made


def test_nothing_is_taken_that_is_not_recorded(desk: Scene) -> None:
    ways: tuple[Way, ...] = (certified, pointed, confirmed)
    before = stored(desk.steward)
    with unwritable.renamed(desk.steward.database):
        for way in ways:
            fails(desk, way)
    assert stored(desk.steward) == before
    for way in ways:
        held, entries = stored(desk.steward), desk.steward.count("audit_entries")
        way(desk)
        assert stored(desk.steward) != held, way.__name__
        assert desk.steward.count("audit_entries") > entries, way.__name__
