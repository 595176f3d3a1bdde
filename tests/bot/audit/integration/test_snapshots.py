"""What the integrator reads, and what it costs PostgreSQL to find it."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from sqlalchemy import event

from bot.audit.integration.snapshots import at_one_moment, read_snapshot
from bot.database import Database
from tests.bot.audit.integration.integrating import integrator_of, record
from tests.conftest import SettableClock

MANY = 1000

pytestmark = pytest.mark.postgres


@pytest.fixture
def database(postgresql_url: str) -> Iterator[Database]:
    with closing(Database(postgresql_url)) as made:
        yield made


def test_a_batch_is_found_by_index_however_long_the_ledger_is(database: Database, clock: SettableClock) -> None:
    """Nobody has looked how large the tables are, as it is when much comes in."""
    record(database, clock, MANY)
    integrator_of(database, clock).step()
    record(database, clock, MANY)
    asked: list[tuple[str, Any]] = []
    event.listen(database.engine, "before_cursor_execute", lambda *said: asked.append((said[2], said[3])))
    with at_one_moment(database) as connection:
        assert len(read_snapshot(connection, None, (), MANY).waiting) == MANY
        ((query, values),) = [(query, values) for query, values in asked if "audit_pending" in query]
        plan = "\n".join(connection.exec_driver_sql(f"EXPLAIN {query}", values).scalars())
    for table in ("audit_entries", "audit_open", "ledger_leaves"):
        assert f"Seq Scan on {table}" not in plan, plan
