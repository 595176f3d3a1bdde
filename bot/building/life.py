"""What happens to access beyond asking and deciding, put together."""

from bot.access.asking.emergency import Emergency
from bot.access.asking.exact import Finder
from bot.access.deciding.answers import Answers
from bot.access.ending.extend import Extend
from bot.access.ending.revoke import Revoke
from bot.access.life import Life
from bot.audit.reviews.queue import AUDIT_CHANNEL
from bot.building.ground import Ground


def build_life(on: Ground, finder: Finder) -> Life:
    """All of them, over one database and one directory of people."""
    stands_on = (on.database, on.ledger, on.rules, on.directory, on.effects, on.clock)
    review = on.configuration.review
    told = AUDIT_CHANNEL in review.channels
    emergency = Emergency(on.ledger, on.rules, on.directory, on.effects, on.clock, finder, review.within, told)
    return Life(Extend(*stands_on), Revoke(*stands_on), emergency, Answers(on.ledger, on.effects, on.clock))
