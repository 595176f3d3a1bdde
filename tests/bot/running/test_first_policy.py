"""The policy at a start: what rests on words that are not in it is told."""

from pathlib import Path

from sqlalchemy import text
from structlog.testing import capture_logs

from bot.audit.entry import Action
from bot.audit.ledger import Ledger
from bot.database import Database
from bot.privacy.stated import last_stated
from bot.privacy.versions import Coming, keep_version
from bot.running.first_policy import import_first_policy, tell_what_rests_on_nothing
from bot.settings import load_configuration
from tests.conftest import SettableClock
from tests.scenarios.harness import CLI, ROOT


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


def test_how_the_policy_stands_is_stated_at_a_start_where_a_release_before_did_not(
    sqlite_url: str, clock: SettableClock
) -> None:
    configuration = load_configuration(ROOT / "steward.toml")
    database = Database(sqlite_url)
    ledger = Ledger(database, clock)
    coming = Coming.read(b"# Privacy of beans\n\nWe look at beans for support.\n", "policy.md")
    with ledger.entry(CLI, Action.POLICY_CHANGE) as entry:
        keep_version(entry, coming, clock())  # as a release before did, whose entry says no more
    clock.advance(minutes=1)
    for _ in range(2):
        import_first_policy(database, ledger, clock, configuration)
        with database.reading() as connection:
            said, entries = last_stated(connection), connection.scalar(text("SELECT count(*) FROM audit_entries"))
    database.close()
    assert said is not None
    assert ([one.version for one in said.begins], entries) == ([coming.text.hash], 2)
