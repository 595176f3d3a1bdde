"""What officers last pointed to in the place of a clause, of the purpose that rested on it."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import insert

from bot.database import Database
from bot.privacy.clauses import Standing, open_suspensions, restored_words, suspension_number
from models.clause import ClauseSuspension

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
OLD = "for support"
SHARED = {"version": "v" * 64, "noticed_at": NOW, "ended": [], "waiting": [], "proposed_for": "v" * 64}
SETTLED = {"proposed_by": "U1", "settled_by": "U2", "settled_at": NOW + timedelta(hours=1)}


def test_the_newest_words_of_this_purpose_and_this_clause_alone(database: Database) -> None:
    rows = (
        ("support", OLD, Standing.RESTORED, "to help you"),
        ("support", OLD, Standing.RESTORED, "to help those who ask"),
        ("billing", OLD, Standing.RESTORED, "to send invoices"),
        ("support", "another clause", Standing.RESTORED, "to write to you"),
        ("support", OLD, Standing.RETURNED, "to sell"),
    )
    with database.transaction() as connection:
        for purpose, clause, status, proposed in rows:
            row = {"purpose": purpose, "clause": clause, "status": status.value, "proposed": proposed}
            connection.execute(insert(ClauseSuspension).values(SHARED | SETTLED | row))
        waiting = SHARED | {"purpose": "support", "clause": OLD, "proposed": "to wait", "proposed_by": "U1"}
        connection.execute(insert(ClauseSuspension).values(waiting))
        assert restored_words(connection, "support", OLD) == "to help those who ask"
        assert restored_words(connection, "billing", OLD) == "to send invoices"
        assert restored_words(connection, "marketing", OLD) is None
        assert [(one.number, one.proposed) for one in open_suspensions(connection)] == [(6, "to wait")]


def test_numbers_read_aloud() -> None:
    assert [suspension_number(name) for name in ("S-3", " s-12 ", "S-", "S-x", "R-3", "S-1234567890")] == [
        3, 12, None, None, None, None,
    ]  # fmt: skip
