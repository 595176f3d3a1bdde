"""What happens to access beyond asking and deciding: more time, its end by others, emergencies, and answers."""

from dataclasses import dataclass

from bot.access.answers import Answers
from bot.access.emergency import Emergency
from bot.access.extend import Extend
from bot.access.revoke import Revoke


@dataclass(frozen=True, slots=True)
class Life:
    """The use cases of a request's and a grant's life beyond asking, deciding and giving back."""

    extend: Extend
    revoke: Revoke
    emergency: Emergency
    answers: Answers
