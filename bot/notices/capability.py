"""Changes of the policy, from where it is published to the officer's decision, as the rest of Steward uses them."""

from dataclasses import dataclass
from datetime import tzinfo

from sqlalchemy import Connection

from bot.access.people import Conversation, Person
from bot.access.rules.purposes import Rules
from bot.clock import Clock
from bot.database import Database
from bot.notices.announcing import Change, Status
from bot.notices.changing import Texts, list_changes, number_open
from bot.notices.deciding import Deciding
from bot.notices.keeping import Keeping
from bot.notices.reach import Reach, reach_of
from bot.notices.watching import Watching
from bot.privacy.answering.engine import Answers
from bot.privacy.desk_items import may_rule

_TOLD = frozenset({Status.ANNOUNCED, Status.WITHDRAWN})


@dataclass(frozen=True, slots=True)
class Changes:
    """The use cases. `zone` is the company's; `answers` needs no model: it only tells what a text speaks of."""

    database: Database
    watching: Watching
    keeping: Keeping
    deciding: Deciding
    rules: Rules
    answers: Answers
    clock: Clock
    zone: tzinfo

    def listed(self, connection: Connection, person: Person, conversation: Conversation) -> tuple[Change, ...]:
        """What this person may know of, the newest first: officers all changes, others those that were announced."""
        changes = list_changes(connection)
        if may_rule(person, conversation) is None:
            return changes
        return tuple(one for one in changes if one.status in _TOLD)

    def number_waiting(self, person: Person) -> int | None:
        """How many changes wait for this person's decision; None for those who decide none."""
        if may_rule(person, Conversation.INTERNAL):
            return None
        with self.database.reading() as connection:
            return number_open(connection)

    def reach(self, connection: Connection, texts: Texts) -> Reach:
        """What a change touches now."""
        return reach_of(connection, texts, self.rules, self.answers, self.clock())
