"""A bot token that is revoked under a Steward that runs, and another one: what waits is kept, and arrives once."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.database import Database
from slack_local import LocalSlack
from tests.bot.running.conftest import Finished, Start
from tests.promises.replicas import without_model
from tests.scenarios.harness import ROOT
from tests.waiting import until

ANOTHER = "xoxb-2-another"


@pytest.fixture
def given(slack: LocalSlack, sqlite_url: str, tmp_path: Path) -> Mapping[str, str]:
    return {**slack.environment, "DATABASE_URL": sqlite_url, "STEWARD_CONFIG": str(without_model(tmp_path))}


def _waiting(url: str) -> list[tuple[str, str | None]]:
    """What is still to go, with Slack's word for why it has not gone."""
    database = Database(url)
    with database.reading() as connection:
        rows = connection.execute(text("SELECT status, fault FROM deliveries WHERE due_at IS NOT NULL")).all()
    database.close()
    return [(status, fault) for status, fault in rows]


def test_what_happens_under_a_revoked_token_is_told_with_the_next_one(
    slack: LocalSlack, given: Mapping[str, str], start: Start, finished: Finished, tmp_path: Path
) -> None:
    steward = start(given, "run")
    steward.wait_for("steward.started")
    slack.platform.installation.revoke(slack.bot_token)
    changed = tmp_path / "changed.md"
    changed.write_text((ROOT / "policies" / "postwing.md").read_text() + "\n\nWe keep every promise twice.\n")
    imported = finished(given, "policy", "import", str(changed))
    assert imported.returncode == 0, imported.stderr
    steward.wait_for("delivery.outage")
    outage = next(json.loads(line) for line in steward.said().splitlines() if "delivery.outage" in line)
    assert outage["error_code"] == "token_revoked"
    until(lambda: _waiting(given["DATABASE_URL"]) == [("queued", "token_revoked")], steward.said)
    assert steward.stop() == 0
    refused = finished(given, "run")
    assert "The token was revoked." in refused.stderr
    slack.platform.installation.grant(ANOTHER)
    again = start({**given, "SLACK_BOT_TOKEN": ANOTHER}, "run")
    until(lambda: _waiting(given["DATABASE_URL"]) == [], again.said)
    assert again.stop() == 0
    assert len(slack.messages("privacy-desk")) == 1
    for secret in (slack.bot_token, ANOTHER):
        assert secret not in steward.said() + again.said() + refused.stderr
