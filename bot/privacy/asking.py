"""Questions about the policy, whole: what agents ask, officers decide, a new version asks for, and what is missing."""

from dataclasses import dataclass

from bot.access.people import Person
from bot.privacy.customer_reply import Terms
from bot.privacy.desk import Desk
from bot.privacy.gaps import GapLists
from bot.privacy.questions import NoReply, NotNow, Questions, Reply
from bot.privacy.rereading import Rereading
from bot.privacy.ruling_list import RulingList


@dataclass(frozen=True, slots=True)
class Asking:
    """The use cases, and what a reply to a customer says of the company."""

    policy: Questions
    desk: Desk
    rereading: Rereading
    rulings: RulingList
    gaps: GapLists
    terms: Terms

    def reply_to_decided(self, person: Person, number: int) -> Reply | NoReply:
        """One's own question, as the officers decided it, while that may be used under the version in force."""
        item = self.desk.own(person, number)
        if isinstance(item, NotNow):
            return NoReply(item)
        return self.policy.by_ruling(item.entry, item.ruling) if item.ruling else NoReply(NotNow.CHANGED_SINCE)
