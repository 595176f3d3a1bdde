"""What makes the audit table a ledger, put together once: its keys, its standing, and what looks after both."""

from dataclasses import dataclass

from bot.audit.integration.growth import Keys
from bot.audit.integration.waiting import Overdue
from bot.audit.looking_back import LookBack
from bot.audit.tamper import LedgerStanding, Refuse
from bot.audit.verifying import VerifyLedger
from bot.audit.witnessing.posting import DailyCheckpoint, PostCheckpoint
from bot.audit.witnessing.witnesses import AskWitnesses
from bot.privacy.doubt import PolicyInDoubt


@dataclass(frozen=True, slots=True)
class Proof:
    """The use cases of the ledger's proof, over one database and one key."""

    keys: Keys
    standing: LedgerStanding
    refuse: Refuse
    look_back: LookBack
    overdue: Overdue
    post: PostCheckpoint
    daily: DailyCheckpoint
    verify: VerifyLedger
    witnesses: AskWitnesses
    policy: PolicyInDoubt

    def glance(self) -> None:
        """A group of old entries at random, and entries that nobody marked. Raises SQLAlchemyError."""
        if self.standing.open:
            return
        self.look_back.mark_forgotten()
        if mismatch := self.look_back.somewhere(self.standing.known):
            self.refuse(mismatch)
