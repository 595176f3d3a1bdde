"""Killed at any moment: no gap, no double, nothing lost that was committed, and the next one takes over.

STEWARD_LEDGER_KILLS says how often (4), STEWARD_LEDGER_KILL_SEED makes the moments those of an earlier run.
"""

import os
import random
import time
from pathlib import Path

from bot.audit.integration.integrated import integrated
from bot.clock import system_clock
from bot.database import Database
from tests.bot.audit.integration import integrating_process
from tests.bot.audit.integration.integrating import assert_sound, integrator_of
from tests.forked import Beginning, Forked
from tests.waiting import until

ROOT = Path(__file__).parents[4]
KILLS = int(os.environ.get("STEWARD_LEDGER_KILLS", "4"))
SEED = int(os.environ.get("STEWARD_LEDGER_KILL_SEED", "0")) or random.SystemRandom().randrange(1, 10**9)
LONGEST_S = 0.6


def test_killed_at_random(database: Database, database_url: str, tmp_path: Path) -> None:
    print(f"STEWARD_LEDGER_KILL_SEED={SEED} STEWARD_LEDGER_KILLS={KILLS}")
    moments, committed = random.Random(SEED), []
    for number in range(KILLS):
        committed += _until_killed(database_url, tmp_path / f"{number}.txt", moments.uniform(0, LONGEST_S))
        with database.reading() as connection:
            positions = [row.position for row in integrated(connection)]
        assert positions == list(range(len(positions)))
    assert committed
    _take_over(database)
    assert_sound(database)
    with database.reading() as connection:
        there = {row.id for row in integrated(connection)}
    assert there.issuperset(committed)


def _until_killed(url: str, output: Path, after_s: float) -> list[str]:
    """Returns the ids that the process said to be committed; a line that was cut is none."""
    beginning = Beginning((url,), os.environ, ROOT, output, output.with_suffix(".log"))
    process = Forked(integrating_process.main, beginning)
    try:
        until(lambda: output.stat().st_size >= 200 or process.poll() is not None, every_s=0.01)
        assert process.poll() is None
        time.sleep(after_s)
    finally:
        process.kill()
        process.wait()
    return output.read_text().split("\n")[:-1]


def _take_over(database: Database) -> None:
    """By the clock of the world: the lease of the killed one ends by itself."""
    integrator = integrator_of(database, system_clock)

    def taken_over() -> bool:
        integrator.tick()
        return integrator.lease.mine

    until(taken_over, every_s=0.05)
    integrator.tick()
    assert integrator.standing.open == ()
