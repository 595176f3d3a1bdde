"""Two real processes over one PostgreSQL, one of them with another steward.toml: whoever watches is told."""

import json
from pathlib import Path

import pytest

from bot.database import Database
from slack_local import LocalSlack
from tests.promises.replicas import PATIENCE_S, Replica, begun
from tests.promises.test_kill import prepare
from tests.waiting import until

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.timeout(600),
    pytest.mark.parametrize("database_url", ["postgresql"], indirect=True),
]


RELABELLED = ('label = "Payment details"', 'label = "Paying"')


def _differs(one: Replica) -> bool:
    """By /readyz, which stays ready, and by the number."""
    status, answer = one.get("/readyz")
    assert status == 200, answer
    told = {check["name"]: check["ok"] for check in json.loads(answer)["checks"]}
    number = next(line for line in one.get("/metrics")[1].splitlines() if line.startswith("steward_configurations "))
    return not told["configuration"] and number.endswith(" 2.0")


def test_processes_with_different_files_are_told(
    database: Database, database_url: str, local_slack: LocalSlack, tmp_path: Path
) -> None:
    prepare(database, tmp_path)
    folders = {name: tmp_path / name for name in ("one", "two", "alike")}
    for folder in folders.values():
        folder.mkdir()
    running = {name: begun(name, database_url, local_slack, folders[name]) for name in ("one", "alike")}
    try:
        for replica in running.values():
            replica.wait()
        assert not any(_differs(replica) for replica in running.values()), "folders may be called as they like"
        running["two"] = begun("two", database_url, local_slack, folders["two"], changed=RELABELLED)
        running["two"].wait()
        until(lambda: all(map(_differs, running.values())), running["one"].log.read_text)
        assert '"event":"configuration.differs"' in running["two"].log.read_text()
        assert running["two"].stop() == 0
        until(lambda: not _differs(running["one"]), running["one"].log.read_text)
    finally:
        for replica in running.values():
            replica.process.kill()
            replica.process.wait(PATIENCE_S)
