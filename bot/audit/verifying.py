"""An auditor asks in Slack whether the ledger is what it was: everything is looked at, and what was found is kept."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.access.people import Conversation, Person
from bot.access.reasons import Reason
from bot.audit.entry import Action, Outcome
from bot.audit.faults import Code, Fault
from bot.audit.growth import WIDTH
from bot.audit.integrated import latest_checkpoint
from bot.audit.ledger import Ledger, Origin
from bot.audit.looking_back import LookBack
from bot.audit.search import may_audit
from bot.audit.snapshots import at_one_moment
from bot.audit.tamper import Found, Kind, LedgerStanding, Mismatch
from bot.audit.verify import Verification, verify_live

OF_CHECKPOINTS: Final = frozenset(
    {Code.CHECKPOINT_MALFORMED, Code.BAD_SIGNATURE, Code.WRONG_KEY, Code.WRONG_KEY_NAME, Code.OTHER_LEDGER}
)


@dataclass(frozen=True, slots=True)
class Verified:
    """What came of it: `refused`, or what was found in the look at all entries, with the fault as it is kept.

    `signed_at` is the time of the checkpoint that they were compared with.
    """

    entry: str
    refused: Reason | None = None
    found: Verification | None = None
    signed_at: datetime | None = None
    fault: Found | None = None


@dataclass(frozen=True, slots=True)
class VerifyLedger:
    """That somebody verified is an entry, committed before the look, which may take long on a large ledger."""

    ledger: Ledger
    look_back: LookBack
    standing: LedgerStanding
    refuse: Callable[[Mismatch], Found]

    def __call__(self, origin: Origin, person: Person, conversation: Conversation) -> Verified:
        """Raises NotRecorded, SQLAlchemyError."""
        with self.ledger.entry(origin, Action.AUDIT_VERIFY) as entry:
            reason = may_audit(person, conversation)
            entry.close(Outcome.REFUSED if reason else Outcome.DONE, reason)
        if reason:
            return Verified(entry.id, reason)
        found, signed_at = self._look()
        return Verified(entry.id, None, found, signed_at, self._kept(found))

    def _look(self) -> tuple[Verification, datetime | None]:
        with at_one_moment(self.look_back.database) as connection:
            stored = latest_checkpoint(connection)
            return verify_live(connection, self.look_back.keys.all), stored.at if stored else None

    def _kept(self, found: Verification) -> Found | None:
        """A fault that somebody has acknowledged is shown, and not raised again."""
        if found.fault is None or (mismatch := mismatch_of(found.fault)).place in self.standing.known:
            return None
        return self.refuse(mismatch)


def mismatch_of(fault: Fault) -> Mismatch:
    """A fault as it is kept, and acknowledged: by entry where one is named, else by its place in the tree. Pure."""
    index = fault.index or 0
    if fault.code in OF_CHECKPOINTS:
        return Mismatch(Kind.CHECKPOINT, str(index if fault.last is None else fault.last + 1), fault.words)
    if fault.id is not None:
        return Mismatch(Kind.ENTRY, fault.id, fault.words)
    if fault.code is Code.TREE_CHANGED and fault.last is not None:
        width = fault.last + 1 - index
        level = width.bit_length() - 1
        place = f"{level}/{index >> level}" if width == 1 << level else str(fault.last + 1)
        return Mismatch(Kind.TREE, place, fault.words)
    return Mismatch(Kind.TREE, f"0/{index // WIDTH}", fault.words)
