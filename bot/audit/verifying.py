"""An auditor asks in Slack whether the ledger is what it was: everything is looked at, and what was found is kept."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.access.people import Conversation, Person
from bot.access.reasons import Reason
from bot.audit.entry import Action, Outcome
from bot.audit.ledger import Ledger, Origin
from bot.audit.looking_back import LookBack, Whole
from bot.audit.search import may_audit
from bot.audit.tamper import Found, LedgerStanding, Mismatch


@dataclass(frozen=True, slots=True)
class Verified:
    """What came of it: `refused`, or the look at all entries, with the fault as it is kept."""

    entry: str
    refused: Reason | None = None
    whole: Whole | None = None
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
        whole = self.look_back.everywhere()
        return Verified(entry.id, None, whole, self._kept(whole.mismatch))

    def _kept(self, mismatch: Mismatch | None) -> Found | None:
        """A fault that somebody has acknowledged is shown, and not raised again."""
        if mismatch is None or mismatch.place in self.standing.known:
            return None
        return self.refuse(mismatch)
