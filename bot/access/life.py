"""What happens to access after it was asked for: more time, and its end by others."""

from dataclasses import dataclass

from bot.access.extend import Extend
from bot.access.people import Directory
from bot.access.purposes import Rules
from bot.access.revoke import Revoke
from bot.audit.ledger import Ledger
from bot.clock import Clock
from bot.database import Database
from bot.effects import Effects


@dataclass(frozen=True, slots=True)
class Life:
    """The use cases of a grant's life beyond asking, deciding and giving back."""

    extend: Extend
    revoke: Revoke


def build_life(
    database: Database, ledger: Ledger, rules: Rules, directory: Directory, effects: Effects, clock: Clock
) -> Life:
    """All of them, over one database and one directory of people."""
    stands_on = (database, ledger, rules, directory, effects, clock)
    return Life(extend=Extend(*stands_on), revoke=Revoke(*stands_on))
