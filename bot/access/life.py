"""What happens to access beyond asking and deciding: more time, its end by others, emergencies, and answers."""

from dataclasses import dataclass

from bot.access.asking.emergency import Emergency
from bot.access.deciding.answers import Answers
from bot.access.ending.extend import Extend
from bot.access.ending.revoke import Revoke


@dataclass(frozen=True, slots=True)
class Life:
    """The use cases of a request's and a grant's life beyond asking, deciding and giving back."""

    extend: Extend
    revoke: Revoke
    emergency: Emergency
    answers: Answers
