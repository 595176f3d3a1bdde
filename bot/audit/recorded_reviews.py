"""Whether what has to be reviewed is in the queue: every alert, and every emergency access since anything was reviewed.

What was drawn at random is known to the queue alone. An emergency that the watch has not come to is none of it yet.
"""

from typing import Any, Final

from sqlalchemy import Connection, Select, and_, func, literal_column, or_, select
from sqlmodel import col

from bot.audit.entry import FURTHER, Action, Outcome
from bot.audit.faults import Code, Fault, shown_id
from bot.audit.states import state_of
from models.audit import AuditEntry
from models.ledger import LedgerLeaf
from models.review import ReviewCursor, ReviewItem

TO_REVIEW: Final = (Action.EMERGENCY, Action.AUDIT_ALERT)
OF_QUEUE: Final = col(AuditEntry.action).in_([literal_column(f"'{one.value}'") for one in TO_REVIEW])
"""In the words of their partial index, which parameters would not be seen to meet."""
SEVERAL: Final = f'%"request":"%{FURTHER}%","surface":%'  # the entry of a further account of one press
NO_TEAM: Final = '%"team":null%'


def reviews_fault(connection: Connection) -> Fault | None:
    """The first entry that was to be reviewed and is in the queue no more."""
    row = connection.execute(_missing().limit(1)).first()
    if row is None:
        return None
    what = "An alert" if row.action == Action.AUDIT_ALERT else "An emergency access"
    words = f"{what} is to be reviewed, and is not in the queue: it was taken out, or passed over."
    return Fault(Code.OTHER_VERDICT, words, None, shown_id(row.id), None, state_of(row.id))


def _missing() -> Select[*tuple[Any, ...]]:
    entry, leaf = AuditEntry, LedgerLeaf
    first = (
        select(func.min(col(leaf.index)))
        .join(ReviewItem, col(ReviewItem.entry_id) == col(leaf.entry_id))
        .where(col(ReviewItem.kind) != "alert")
    ).scalar_subquery()
    watched = select(col(ReviewCursor.position)).scalar_subquery()
    emergency = and_(
        col(entry.action) == Action.EMERGENCY.value,
        col(entry.outcome) == Outcome.GRANTED.value,
        col(entry.entry).not_like(SEVERAL),
        col(entry.entry).not_like(NO_TEAM),
        col(leaf.index) > first,
        col(leaf.index) < watched,
    )
    alert = and_(col(entry.action) == Action.AUDIT_ALERT.value, col(entry.outcome) == Outcome.DONE.value)
    rows: Select[*tuple[Any, ...]] = (
        select(col(entry.id), col(entry.action))
        .join(leaf, col(leaf.entry_id) == col(entry.id))
        .outerjoin(ReviewItem, col(ReviewItem.entry_id) == col(entry.id))
        .where(OF_QUEUE, or_(emergency, alert), col(ReviewItem.number).is_(None))
    )
    return rows.order_by(col(entry.id))
