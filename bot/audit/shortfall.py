"""What a ledger has lost that an older checkpoint of it states: after a backup was put back, say."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select
from sqlmodel import col

from bot.audit.faults import Code, Fault, entries_of
from bot.audit.merkle.checkpoints import Checkpoint
from models.audit import AuditEntry
from models.ledger import LedgerLeaf


@dataclass(frozen=True, slots=True)
class Missing:
    """Entries that were signed once and are not there: how many, the first one's index, and when the last one before
    them was written (None: none was).
    """

    count: int
    first: int
    since: datetime | None

    def fault(self) -> Fault:
        """In words. What stands before them was found to be as it was written."""
        some = f"{entries_of(self.count)} {'is' if self.count == 1 else 'are'}"
        stated = self.first + self.count
        what = f"{some} missing: the older checkpoint is of {entries_of(stated)}, the ledger of {self.first}."
        since = f" They were written after {self.since:%Y-%m-%d %H:%M:%S} UTC." if self.since else ""
        why = "A backup from before was put back, or they were taken out. What stands before them is as it was written."
        return Fault(Code.OLDER_IS_LARGER, f"{what}{since} {why}", self.first, None, stated - 1)


def missing_since(connection: Connection, newest: Checkpoint | None, older: Checkpoint | None) -> Missing | None:
    """What the ledger has lost since the older checkpoint, when it is shorter."""
    size = newest.size if newest else 0
    if older is None or older.size <= size:
        return None
    last = select(col(AuditEntry.at)).join(LedgerLeaf, col(LedgerLeaf.entry_id) == col(AuditEntry.id))
    since = connection.scalar(last.where(col(LedgerLeaf.index) == size - 1))
    return Missing(older.size - size, size, since)
