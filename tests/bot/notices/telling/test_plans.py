"""Which of the changes that were announced has given way to another."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert

from bot.database import Database
from bot.notices.announcing import read_change
from bot.notices.telling.plans import superseded
from models.policy_change import PolicyChange

DAY = datetime(2026, 4, 1, tzinfo=UTC)
SOON = DAY + timedelta(minutes=1)


@pytest.mark.parametrize(
    ("other", "status", "now", "gone"),
    [
        (SOON, "announced", SOON, True),
        (SOON, "announced", SOON - timedelta(seconds=1), False),
        (SOON, "withdrawn", SOON, False),
        (DAY - timedelta(days=1), "announced", SOON, False),
        (DAY, "announced", DAY, True),  # of two texts that come into force at once, the later one holds
    ],
)
def test_a_change_gives_way_to_a_later_one_that_is_in_force(
    database: Database, other: datetime, status: str, now: datetime, gone: bool
) -> None:
    with database.transaction() as connection:
        for number, (at, where) in enumerate(((DAY, "announced"), (other, status)), start=1):
            row = {"number": number, "after": f"v{number}", "kind": "text", "found_how": "page", "found_by": "system"}
            said = {"status": where, "material": True, "audience": ["everyone"], "decided_at": DAY, "incident": False}
            connection.execute(insert(PolicyChange).values(**row, **said, found_at=DAY, effective_at=at, revision=1))
        first, second = read_change(connection, 1), read_change(connection, 2)
        assert first is not None
        assert second is not None
        assert superseded(connection, first, now) is gone
        if other >= DAY:
            assert not superseded(connection, second, now)
