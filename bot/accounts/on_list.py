""" "Is this address on their list?": yes or no, for one whole address, under a grant. Nothing can be browsed by it.

Source: policy, "Data about the people and companies you write to, which you entrust to us".
"""

import re
from dataclasses import dataclass
from typing import Final

from bot.access.decide import Refusal
from bot.access.people import Conversation, Person
from bot.access.purposes import DataClass
from bot.access.reasons import Reason
from bot.accounts.look_up import not_found, refused
from bot.accounts.results import NotFound, Refused
from bot.accounts.reveal import Reveal
from bot.accounts.source import Record
from bot.audit.entry import Action, Outcome
from bot.audit.ledger import Origin

LONGEST: Final = 320  # RFC 3696, erratum 1690: 254; people type white space, too
_WHOLE: Final = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+")
_IN_WORDS: Final = re.compile(r"<([^<>]*)>\s*$")


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
            ref = look_up.source.find(account, entry=entry)
            if ref is None:
                return not_found(entry, Reason.NO_MATCH)
            record = look_up.source.fetch(ref, allowed.fields, entry=entry)
            entry.grant, found = allowed.grant.name, is_in(record, allowed.data_class, wanted)
            entry.close(Outcome.DISCLOSED if found else Outcome.NOT_FOUND, Reason.GRANTED, allowed.fields)
        return Answered(entry.id, account, found)


def whole_address(typed: str) -> str | None:
    """An e-mail address as a whole, to compare; None for a part of one, which would be browsing."""
    text = typed.strip()
    return text.casefold() if len(text) <= LONGEST and _WHOLE.fullmatch(text) else None


def is_in(record: Record, data_class: DataClass, address: str) -> bool:
    """Whether an item of a list is this address: by itself, or in words, as in "Ana <ana@inbox.example>"."""
    items = (
        item
        for name in data_class.fields
        for value in [record.values.get(name, ())]
        for item in ((value,) if isinstance(value, str) else value)
    )
    return any(address == _address_in(item) for item in items)


def _address_in(item: str) -> str:
    named = _IN_WORDS.search(item)
    return (named[1] if named else item).strip().casefold()
