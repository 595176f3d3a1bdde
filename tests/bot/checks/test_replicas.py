"""What `steward check` says of the processes at work: which differ from the others, or all from the file."""

from dataclasses import replace
from datetime import UTC, datetime

from bot.check import Finding, Level, Subject
from bot.checks.replicas import replica_findings
from bot.configuration.reading import load_configuration
from bot.database import Database
from bot.replicas.at_work import Replica, Terms
from bot.replicas.presence import Presence
from tests.bot.checks.installation import Installation, only

OURS = Terms("0.1.0", "a" * 64, "p" * 64)
SINCE = datetime(2026, 3, 2, 7, 30, tzinfo=UTC)


def _replica(pid: int, **other: str) -> Replica:
    return Replica("web-1", pid, SINCE, replace(OURS, **other))


def _found(*replicas: Replica) -> list[Finding]:
    return list(replica_findings(replicas, OURS, "steward.toml"))


def test_nobody_at_work_is_nothing_to_tell() -> None:
    assert _found() == []


def test_all_alike() -> None:
    assert only(_found(_replica(1))).what == "1 process is at work, with this configuration."
    assert only(_found(_replica(1), _replica(2))).what == "2 processes are at work, with this configuration."


def test_whoever_differs_from_most_is_named() -> None:
    found = only(_found(_replica(1, configuration="b" * 64), _replica(2), _replica(3)))
    assert found.level is Level.FAULT
    assert "Not all 3 processes" in found.what
    assert "web-1 (process 1, since 2026-03-02 07:30 UTC) differ" in found.what
    found = only(_found(_replica(1), _replica(2, policy_files="q" * 64)))
    assert (found.level, found.where) == (Level.FAULT, "policy.source")
    assert "process 2," in found.what
    assert "process 1," not in found.what


def test_not_more_are_named_than_can_be_read() -> None:
    found = only(_found(*map(_replica, range(8)), *(_replica(n, configuration="b" * 64) for n in range(8, 15))))
    assert found.what.count("process ") == 5
    assert "and 2 more differ" in found.what


def test_an_upgrade_that_was_not_ended() -> None:
    found = only(_found(_replica(1), _replica(2, release="0.2.0")))
    assert (found.level, "Releases 0.1.0 and 0.2.0" in found.what) == (Level.WARNING, True)


def test_a_file_that_was_changed_since_they_started() -> None:
    found = only(_found(_replica(1, configuration="b" * 64), _replica(2, configuration="b" * 64)))
    assert (found.level, "another configuration than steward.toml" in found.what) == (Level.WARNING, True)
    assert "restart them" in str(found.mend)
    found = only(_found(_replica(1, policy_files="q" * 64)))
    assert (found.level, "other files of the policy" in found.what) == (Level.WARNING, True)
    found = only(_found(_replica(1, release="0.0.9")))
    assert (found.level, "release 0.0.9, and this is 0.1.0" in found.what) == (Level.WARNING, True)


def test_the_check_reads_who_is_at_work_and_the_file_anew(installation: Installation) -> None:
    database = Database(installation.environment.database_url)
    configuration = load_configuration(installation.configuration)
    with Presence(database, configuration, installation.clock).said():
        assert "1 process is at work, with this configuration." in [one.what for one in installation.check().findings]
        installation.change('label = "Payment details"', 'label = "Paying"')
        found = [one for one in installation.check().findings if "at work" in one.what]
        assert only(found).level is Level.WARNING
        other = Presence(database, load_configuration(installation.configuration), installation.clock)
        with other.said():
            found = [one for one in installation.check().faults if "at work" in one.what]
            assert only(found).subject is Subject.CONFIGURATION
    database.close()
