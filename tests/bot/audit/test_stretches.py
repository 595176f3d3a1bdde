"""Several processes look at the ledger at once: what is right they say is right, and of the rest they say no."""

from collections.abc import Sequence
from contextlib import closing

import pytest

from bot.audit import stretches
from bot.audit.checkpoints import Checkpoint
from bot.audit.snapshots import at_one_moment
from bot.audit.stretch import Stretch, look, opened
from bot.audit.stretches import joined, stretches_of, where_is
from bot.audit.verify import Verification, verify_live
from bot.database import Database
from tests.bot.audit.integrating import SIGNER, integrator_of, record, stated, tamper
from tests.bot.audit.test_verify import CHANGES, ENTRY
from tests.conftest import SettableClock

STEPS = (300, 1, 211, 250, 38)
COUNT = sum(STEPS)
CHANGED = 300


@pytest.fixture
def ids(database: Database, clock: SettableClock) -> list[str]:
    """A ledger of 800 entries: three whole groups of 256 and a part of one, and five checkpoints."""
    made = []
    for count in STEPS:
        made += record(database, clock, count)
        integrator_of(database, clock).step()
    return made


def looked_at(database: Database, all_of_it: Sequence[Stretch], newest: Checkpoint) -> list[int] | None:
    """What the processes would say, said by this one."""
    where = where_is(database.url)
    assert where is not None
    with closing(opened(where)) as source:
        return joined(all_of_it, [look(source, stretch) for stretch in all_of_it], newest)


def named(database: Database) -> list[int] | None:
    newest = stated(database)
    with at_one_moment(database) as connection:
        try:
            all_of_it = stretches_of(connection, newest.size, [(newest.size, newest.root.hex())])
        except LookupError:
            return None
    return looked_at(database, all_of_it, newest)


def verified(database: Database, older: str | None = None, *, quick_from: int = 0) -> Verification:
    with at_one_moment(database) as connection:
        return verify_live(connection, (SIGNER.key,), older, quick_from=quick_from)


def test_what_is_right_is_said_to_be(database: Database, ids: list[str]) -> None:
    assert named(database) == []


@pytest.mark.parametrize(("statement", "_"), CHANGES)
def test_every_change_of_an_entry_is_doubted_or_wrong(
    database: Database, ids: list[str], statement: str, _: object
) -> None:
    tamper(database, statement.replace("ENTRY", ENTRY).replace("{n}", str(CHANGED)))
    assert named(database) in (None, [CHANGED])


@pytest.mark.parametrize(
    "statement",
    [
        'UPDATE ledger_nodes SET hash = {hash} WHERE "index" = 1',
        'DELETE FROM ledger_nodes WHERE "index" = 1',
        'INSERT INTO ledger_nodes (level, "index", hash) VALUES (8, 3, {hash})',
        "UPDATE ledger_checkpoints SET root = {hash} WHERE size = 301",
        "UPDATE ledger_checkpoints SET root = {hash} WHERE size = 512",
        "DELETE FROM ledger_checkpoints WHERE size = 300",
        "DELETE FROM ledger_checkpoints WHERE size = 512",
        "DELETE FROM ledger_checkpoints WHERE size = 762",
        'DELETE FROM ledger_leaves WHERE "index" = 799',
        "INSERT INTO ledger_leaves (\"index\", entry_id, leaf) VALUES (800, 'x', {hash})",
    ],
)
def test_every_change_of_the_tree_is_told_as_by_looking_in_order(
    database: Database, ids: list[str], statement: str
) -> None:
    tamper(database, statement)
    quick, in_order = verified(database), verified(database, quick_from=COUNT + 1)
    assert in_order.fault is not None
    assert quick.fault == in_order.fault


def test_both_ways_come_to_the_same(database: Database, ids: list[str], clock: SettableClock) -> None:
    record(database, clock, 2)
    told: list[tuple[int, int]] = []
    with at_one_moment(database) as connection:
        quick = verify_live(connection, (SIGNER.key,), None, lambda done, of: told.append((done, of)), quick_from=0)
    assert quick == verified(database, quick_from=COUNT + 1)
    assert (quick.sound, quick.count, quick.waiting) == (True, COUNT, 2)
    assert told[-1] == (COUNT, COUNT)


def test_a_fault_is_named_all_the_same(database: Database, ids: list[str]) -> None:
    tamper(database, f"UPDATE audit_entries SET outcome = 'refused' WHERE id = '{ids[CHANGED]}'")
    fault = verified(database).fault
    assert fault is not None
    assert (fault.index, fault.id) == (CHANGED, ids[CHANGED])
    assert fault == verified(database, quick_from=COUNT + 1).fault


def test_where_no_process_can_be_had_this_one_does_the_work(
    database: Database, ids: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each ends at once, as one that was killed."""
    monkeypatch.setattr(stretches, "MODULE", "bot.audit.nowhere")
    assert verified(database).sound
