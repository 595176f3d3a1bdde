"""Which signed requests this process has answered already. The audit table is what makes a second effect impossible."""

import threading
from collections import OrderedDict
from datetime import datetime
from typing import Final

from bot.clock import Clock
from bot.gate.guard import Claim

MOST: Final = 20_000


class AnsweredRequests:
    """A bounded memory of the signatures that were answered, each kept for as long as it could be sent again.

    Slack signs each of its own retries anew, so a retry is never taken for a replay here.
    """

    def __init__(self, clock: Clock, most: int = MOST) -> None:
        self._clock = clock
        self._most = most
        self._until: OrderedDict[bytes, datetime] = OrderedDict()
        self._turn = threading.Lock()

    def __contains__(self, claim: Claim) -> bool:
        with self._turn:
            return claim.signature in self._until

    def __len__(self) -> int:
        return len(self._until)

    def add(self, claim: Claim) -> None:
        """Remember an answered request; forget those whose signatures have expired, and the oldest beyond the bound."""
        now = self._clock()
        with self._turn:
            self._until[claim.signature] = claim.expires
            while self._until and (len(self._until) > self._most or next(iter(self._until.values())) < now):
                self._until.popitem(last=False)
