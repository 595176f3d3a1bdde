"""What a ledger has lost that an older checkpoint of it states: after a backup was put back, say."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select
from sqlmodel import col

from bot.audit.entry import Action
from bot.audit.faults import Code, Fault, entries_of
from bot.audit.integration.integrated import pending_count
from bot.audit.merkle.checkpoints import Checkpoint
from models.audit import AuditEntry
from models.ledger import LedgerLeaf


@dataclass(frozen=True, slots=True)
class Missing:
    """Entries that were signed once and are not there: how many, the first one's index, and when the last one before
    them was written (None: none was).

    `stated` is the older checkpoint's size. `unsigned`: the ledger has no checkpoint, so `first` entries wait for an
    index, in no order that was signed: at least `count` are missing.
    """

    count: int
    first: int
    since: datetime | None
    stated: int
    unsigned: bool = False

    def fault(self) -> Fault:
        """In words. What stands before them was found to be as it was written."""
        if self.unsigned:
            return self._of_unsigned()
        some = f"{entries_of(self.count)} {'is' if self.count == 1 else 'are'}"
        what = f"{some} missing: the older checkpoint is of {entries_of(self.stated)}, the ledger of {self.first}."
        since = f" They were written after {self.since:%Y-%m-%d %H:%M:%S} UTC." if self.since else ""
        why = "A backup from before was put back, or they were taken out. What stands before them is as it was written."
        return Fault(Code.OLDER_IS_LARGER, f"{what}{since} {why}", self.first, None, self.stated - 1)

    def _of_unsigned(self) -> Fault:
        """Nothing shows which of the entries that wait are among those that were signed."""
        there = f"{entries_of(self.first)}, none of which was signed" if self.first else "no entries"
        what = f"The older checkpoint is of {entries_of(self.stated)}, and this ledger has {there}"
        if self.count and self.first:
            what = f"{what}: at least {entries_of(self.count)} {'is' if self.count == 1 else 'are'} missing"
        if self.since:
            what = f"{what}. The last that is there was written at {self.since:%Y-%m-%d %H:%M:%S} UTC"
        why = "A backup from before the first checkpoint was put back, the ledger was emptied, or it is another one."
        return Fault(Code.OLDER_IS_LARGER, f"{what}. {why}", 0)


def missing_since(connection: Connection, newest: Checkpoint | None, older: Checkpoint | None) -> Missing | None:
    """What the ledger has lost since the older checkpoint, when it is shorter."""
    if older is None or (newest and older.size <= newest.size):
        return None
    if newest is None:
        return _unsigned(connection, older)
    last = select(col(AuditEntry.at)).join(LedgerLeaf, col(LedgerLeaf.entry_id) == col(AuditEntry.id))
    since = connection.scalar(last.where(col(LedgerLeaf.index) == newest.size - 1))
    return Missing(older.size - newest.size, newest.size, since, older.size)


def _unsigned(connection: Connection, older: Checkpoint) -> Missing:
    """When the last entry was written, but for what says itself that a backup was put back."""
    waiting = pending_count(connection)
    written = select(func.max(col(AuditEntry.at))).where(col(AuditEntry.action) != Action.RESTORE.value)
    since = connection.scalar(written)
    return Missing(max(0, older.size - waiting), waiting, since, older.size, unsigned=True)
