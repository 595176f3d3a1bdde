""" "Is this address on their list?": yes or no, for one whole address, under a grant. Nothing can be browsed by it.

Source: policy, "Data about the people and companies you write to, which you entrust to us".
"""

import re
from dataclasses import dataclass
from typing import Final

from bot.access.decide import Refusal
from bot.access.people import Conversation, Person
from bot.access.reasons import Reason
from bot.accounts.look_up import not_found, refused, unanswered
from bot.accounts.results import NotFound, Refused
from bot.accounts.reveal import Reveal
from bot.accounts.source import SourceDown
from bot.audit.entry import Action, Outcome
from bot.audit.ledger import Origin

LONGEST: Final = 320  # RFC 3696, erratum 1690: 254; people type white space, too
_WHOLE: Final = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+")


@dataclass(frozen=True, slots=True)
class Answered:
    """Whether the address is on a list of the account's. `entry` is the audit entry's id."""

    entry: str
    account: str
    on_list: bool


@dataclass(frozen=True, slots=True)
class OnList:
    """Answers for one address. Raises NotRecorded when the entry can't be committed: then nothing may be said."""

    reveal: Reveal

    def __call__(
        self,
        origin: Origin,
        person: Person,
        conversation: Conversation,
        account: str,
        data_class: str,
        purpose: str,
        typed: str,
    ) -> Answered | NotFound | Refused:
        """Each search is an entry, whose query is what was typed."""
        look_up = self.reveal.look_up
        with look_up.ledger.entry(origin, Action.REVEAL, query=typed[:LONGEST] or None) as entry:
            entry.account = account
            allowed = self.reveal.decide(entry, person, conversation, account, data_class, purpose)
            if isinstance(allowed, Refusal):
                return refused(entry, allowed)
            wanted = whole_address(typed)
            if wanted is None or not allowed.data_class.belongs_to_customer:
                return refused(entry, Refusal(Reason.NO_WHOLE_ADDRESS, allowed.decision.purpose))
            entry.grant = allowed.grant.name
            try:
                ref = look_up.source.find(account, entry=entry)
                if ref is None or ref.id != account:
                    return not_found(entry, Reason.NO_MATCH)
                if few := self.reveal.too_few(entry, ref, allowed):
                    return refused(entry, few)
                found = look_up.source.holds(ref, allowed.fields, wanted, entry=entry)
            except SourceDown as down:
                return unanswered(entry, down, allowed.decision.purpose)
            entry.close(Outcome.DISCLOSED if found else Outcome.NOT_FOUND, Reason.GRANTED, allowed.fields)
        return Answered(entry.id, account, found)


def whole_address(typed: str) -> str | None:
    """An e-mail address as a whole, to compare; None for a part of one, which would be browsing."""
    text = typed.strip()
    return text.casefold() if len(text) <= LONGEST and _WHOLE.fullmatch(text) else None
