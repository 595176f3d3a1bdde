"""The policy at a start: what rests on words that are not in it is told."""

from pathlib import Path

from structlog.testing import capture_logs

from bot.audit.ledger import Ledger
from bot.database import Database
from bot.running.first_policy import import_first_policy, tell_what_rests_on_nothing
from bot.settings import load_configuration
from tests.conftest import SettableClock
from tests.scenarios.harness import ROOT


def test_a_purpose_that_nobody_can_use_is_named_at_each_start(
    sqlite_url: str, clock: SettableClock, tmp_path: Path
) -> None:
    ours = (ROOT / "steward.toml").read_text()
    clause = 'clause = "employees who need it for a legitimate purpose of our business … billing"'
    assert clause in ours
    changed = ours.replace(clause, 'clause = "what we never promised"').replace('"policies/', f'"{ROOT}/policies/')
    (tmp_path / "steward.toml").write_text(changed)
    configuration = load_configuration(tmp_path / "steward.toml")
    database = Database(sqlite_url)
    import_first_policy(database, Ledger(database, clock), clock, configuration)
    with capture_logs() as logs:
        tell_what_rests_on_nothing(database, clock, configuration)
        tell_what_rests_on_nothing(database, clock, load_configuration(ROOT / "steward.toml"))
    database.close()
    assert [(line["event"], line["about"]) for line in logs] == [("purpose.without_clause", "billing")]
