"""What docs/auditing.md says under "What the tree does not cover", tried: what `verify` finds, and what nobody does."""

import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest
from sqlmodel import SQLModel

from bot.audit.faults import Code
from bot.audit.integration.snapshots import at_one_moment
from bot.audit.merkle.notes import VerifierKey
from bot.audit.verify import verify_live
from bot.database import Database
from tests.bot.audit.integration.integrating import tamper
from tests.conftest import SettableClock
from tests.scenarios.access.asking import ask
from tests.scenarios.accounts.objecting import object_to
from tests.scenarios.audit.reviewing import judge, reveal
from tests.scenarios.customer_requests.registering import register
from tests.scenarios.disclosures.giving import approved
from tests.scenarios.harness import ROOT, Steward
from tests.scenarios.on_record.written import approve

NOBODY = [
    "UPDATE audit_entries SET once = NULL",
    "UPDATE ledger_checkpoints SET at = '2026-03-02 08:00:00.000000'",
    "UPDATE review_cursor SET position = 900",
    "UPDATE policy_versions SET title = 'Another', source = 'elsewhere'",
    "UPDATE access_requests SET justification = 'Another', ticket = 'T-1', decision_note = 'Another'",
    "DELETE FROM access_grants; DELETE FROM access_approvals",
    "DELETE FROM review_steps; UPDATE review_items SET status = 'open', version = 0, due_at = queued_at",
    "UPDATE disclosure_register SET recipient = 'Another', reference = 'Another', why = 'Another'",
    "DELETE FROM deliveries; DELETE FROM due_work",
]
FOUND = [
    ("UPDATE audit_entries SET actor = 'U0NOBODY' WHERE action = 'access.approve'", Code.CHANGED),
    ("UPDATE policy_versions SET text = text || ' And more.'", Code.OTHER_POLICY),
    ("UPDATE policy_versions SET in_force_from = '2026-03-01 08:00:00.000000'", Code.OTHER_POLICY),
    ("UPDATE customer_request_tasks SET title = 'Another'", Code.OTHER_REQUEST),
    ("UPDATE customer_requests SET due_at = '2027-04-02 21:00:00.000000'", Code.OTHER_REQUEST),
    ("UPDATE access_grants SET ends_at = '2027-03-02 09:00:00.000000'", Code.OTHER_GRANT),
    ("UPDATE access_approvals SET by = 'U0NOBODY'", Code.OTHER_GRANT),
    ("DELETE FROM marketing_choices", Code.OTHER_OBJECTION),
    ("UPDATE marketing_choices SET medium = 'mail'", Code.OTHER_OBJECTION),
    ("UPDATE disclosure_register SET account = 'pw-00500'", Code.OTHER_DISCLOSURE),
    ("DELETE FROM disclosure_register", Code.OTHER_DISCLOSURE),
    ("UPDATE disclosures SET fields = '[\"iban\"]'", Code.OTHER_DISCLOSURE),
    ("UPDATE review_steps SET verdict = 'in_order'", Code.OTHER_VERDICT),
    ("UPDATE review_items SET status = 'in_order'", Code.OTHER_VERDICT),
    ("DELETE FROM review_steps", Code.OTHER_VERDICT),
]
OF_WAITING = "DELETE FROM audit_pending WHERE entry_id = (SELECT max(entry_id) FROM audit_pending)"


@pytest.fixture
def story(steward: Steward, clock: SettableClock, tmp_path: Path) -> Path:
    """A database in which all of it has happened once, to copy; one entry waits for its index."""
    ask(steward)
    approve(steward)
    reveal(steward, clock)
    steward.person("agnese").type("/audit review", channel="general")
    judge(steward, "agnese", "Violation", "Not for this ticket")
    assert object_to(steward, "telephone") == {}
    assert register(steward) == {}
    approved(steward)
    steward.integrator.tick()
    steward.person("inese").type("/account pw-00412", channel="general")
    copy = tmp_path / "story.db"
    with closing(sqlite3.connect(str(steward.database.engine.url.database))) as connection:
        connection.execute(f"VACUUM INTO '{copy}'")
    return copy


def _verified(story: Path, statements: str, keys: Sequence[VerifierKey]) -> Code | None:
    """What `verify` finds once somebody with all rights has done this to a copy."""
    copy = story.with_name("changed.db")
    shutil.copy(story, copy)
    with closing(Database(f"sqlite:///{copy}")) as database:
        tamper(database, *statements.split("; "))
        with at_one_moment(database) as connection:
            fault = verify_live(connection, keys).fault
    for left in copy.parent.glob("changed.db*"):
        left.unlink()
    return fault.code if fault else None


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_each_statement_of_the_document(story: Path, steward: Steward) -> None:
    keys = steward.integrator.keys.all
    assert _verified(story, "UPDATE review_cursor SET position = position", keys) is None
    came_to = {one: _verified(story, one, keys) for one in NOBODY}
    assert came_to == dict.fromkeys(NOBODY)
    assert {one: _verified(story, one, keys) for one, _ in FOUND} == dict(FOUND)
    assert _verified(story, OF_WAITING, keys) is Code.UNPLACED


def test_every_table_is_named_in_the_document() -> None:
    text = (ROOT / "docs" / "auditing.md").read_text(encoding="utf-8")
    section = text.partition("## What the tree does not cover")[2].partition("### The first second")[0]
    assert {one for one in SQLModel.metadata.tables if f"`{one}" not in section} == set()
