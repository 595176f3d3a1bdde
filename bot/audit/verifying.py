"""An auditor asks in Slack whether the ledger is what it was: everything is looked at, and what was found is kept."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.access.people import Conversation, Person
from bot.access.reasons import Reason
from bot.audit.entry import Action, Outcome
from bot.audit.integration.integrated import latest_checkpoint
from bot.audit.integration.snapshots import at_one_moment
from bot.audit.ledger import Ledger, Origin
from bot.audit.looking_back import LookBack
from bot.audit.places import mismatch_of
from bot.audit.search import may_audit
from bot.audit.tamper import Found, LedgerStanding, Mismatch, is_known
from bot.audit.verify import Verification, verify_live


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
        if found.fault is None or is_known(mismatch := mismatch_of(found.fault), self.standing.known):
            return None
        return self.refuse(mismatch)
