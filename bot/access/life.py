"""What happens to access beyond asking and deciding: more time, its end by others, emergencies, and answers."""

from dataclasses import dataclass

from bot.access.answers import Answers
from bot.access.emergency import Emergency
from bot.access.exact import Finder
from bot.access.extend import Extend
from bot.access.people import Directory
from bot.access.purposes import Rules
from bot.access.revoke import Revoke
from bot.audit.ledger import Ledger
from bot.audit.reviews.queue import AUDIT_CHANNEL, ReviewSettings
from bot.clock import Clock
from bot.database import Database
from bot.effects import Effects


@dataclass(frozen=True, slots=True)
class Life:
    """The use cases of a request's and a grant's life beyond asking, deciding and giving back."""

    extend: Extend
    revoke: Revoke
    emergency: Emergency
    answers: Answers


def build_life(
    database: Database,
    ledger: Ledger,
    rules: Rules,
    directory: Directory,
    effects: Effects,
    clock: Clock,
    finder: Finder,
    review: ReviewSettings,
) -> Life:
    """All of them, over one database and one directory of people."""
    stands_on = (database, ledger, rules, directory, effects, clock)
    told = AUDIT_CHANNEL in review.channels
    emergency = Emergency(ledger, rules, directory, effects, clock, finder, review.within, told)
    answers = Answers(ledger, effects, clock)
    return Life(Extend(*stands_on), Revoke(*stands_on), emergency, answers)
