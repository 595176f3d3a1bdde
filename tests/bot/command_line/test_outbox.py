"""`steward outbox` and what `steward check` says of it: a message that Slack refused for good is not lost."""

import json
import os
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.audit.query import Filter
from bot.audit.read import in_order
from bot.checks.deliveries import delivery_findings
from bot.clock import system_clock
from bot.database import Database
from bot.delivery.outbox import Outbox
from bot.effects import Message
from tests.bot.command_line.shell import Steward

REFUSE = (
    "UPDATE deliveries SET status = 'failed', fault = 'not_in_channel', due_at = NULL, waiting_since = NULL"
    " WHERE about IN ('R-1', 'R-2')"
)
UPDATED = (
    "UPDATE deliveries SET channel = 'C1', ts = '1.2', status = 'failed', fault = 'cant_update_message',"
    " due_at = NULL, waiting_since = NULL WHERE about = 'R-3'"
)


@pytest.fixture
def database(steward: Steward) -> Iterator[Database]:
    """With two messages that were refused, an update that was, and one that waits."""
    made = Database(os.environ["DATABASE_URL"])
    with made.transaction() as connection:
        outbox = Outbox(system_clock)
        outbox.send(connection, *(Message("request.opened", f"R-{n}", "channel:approvals") for n in range(1, 5)))
        connection.execute(text(REFUSE))
        connection.execute(text(UPDATED))
    yield made
    made.close()


def statuses(database: Database) -> dict[str, tuple[str, bool]]:
    with database.reading() as connection:
        rows = connection.execute(text("SELECT about, status, due_at FROM deliveries ORDER BY id")).all()
    return {about: (status, due is not None) for about, status, due in rows}


def recorded(database: Database) -> list[tuple[str, str, str | None]]:
    with database.reading() as connection:
        entries = [one.readable for one in in_order(connection, Filter())]
    return [(one["action"], one["reason"], one["query"]) for one in entries]


def test_what_slack_refused_is_listed_and_sent_again(steward: Steward, database: Database) -> None:
    listed = steward("outbox", "list")
    assert listed.code == 0
    assert [line.split("UTC  ")[1] for line in listed.out.splitlines()] == [
        "R-1  request.opened to channel:approvals: not_in_channel",
        "R-2  request.opened to channel:approvals: not_in_channel",
        "R-3  request.opened to channel:approvals: cant_update_message",
    ]
    assert "steward outbox retry" in listed.err
    (one,) = json.loads(steward("outbox", "list", "R-2", "--json").out)
    assert {**one, "queued_at": None} == {
        "kind": "request.opened",
        "about": "R-2",
        "to": "channel:approvals",
        "fault": "not_in_channel",
        "queued_at": None,
    }
    wrong = steward("outbox", "retry", "R-9")
    assert (wrong.code, "no message about R-9" in wrong.err) == (1, True)
    assert steward("outbox", "retry", "R-1").out == "1 message will be sent again.\n"
    assert json.loads(steward("outbox", "retry", "--json").out) == {"messages": 2}
    assert statuses(database) == {f"R-{n}": ("sent" if n == 3 else "queued", True) for n in range(1, 5)}
    assert steward("outbox", "retry").out == steward("outbox", "list").out == "Slack refused no message.\n"
    assert recorded(database) == [
        ("config.change", "messages_retried", "R-1"),
        ("config.change", "messages_retried", None),
    ]


def test_what_is_given_up_is_counted_no_more(steward: Steward, database: Database) -> None:
    assert steward("outbox", "forget").code == 1, "nobody is there to confirm it"
    assert recorded(database) == []
    assert steward("outbox", "forget", "--yes").out == "3 messages will never be sent.\n"
    settled = {"R-1": ("obsolete", False), "R-2": ("obsolete", False), "R-3": ("sent", False), "R-4": ("queued", True)}
    assert statuses(database) == settled
    assert recorded(database) == [("config.change", "messages_forgotten", None)]


def test_the_check_says_with_which_codes(steward: Steward, database: Database) -> None:
    findings = json.loads(steward("check", "--json").out)["findings"]
    (said,) = (one for one in findings if one["what"].startswith("Slack refused"))
    assert said["level"] == "warning"
    assert said["what"] == "Slack refused 3 messages for good: cant_update_message (1), not_in_channel (2)."
    assert "steward outbox list" in said["mend"]
    later = system_clock() + timedelta(minutes=12)
    with database.reading() as connection:
        found = [one.what for one in delivery_findings(connection, lambda: later)]
    assert found[1:] == ["A message to Slack has waited for 12 minutes."]
    steward("outbox", "forget", "--yes")
    with database.reading() as connection:
        assert [one.level for one in delivery_findings(connection, system_clock)] == ["ok"]
