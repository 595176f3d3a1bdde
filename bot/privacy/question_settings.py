"""How questions about the policy go, as the company configures it."""

from dataclasses import dataclass
from datetime import time, timedelta


@dataclass(frozen=True, slots=True)
class QuestionSettings:
    """`topics` is the file of the table of topics (None: the one that comes with Steward), counted from steward.toml's
    folder. `embed`: the sentence model; None: if it is installed. `url` is where customers read the policy. Officers
    are reminded of an open question after `remind_after`, `reminders` times; `list_at` is the time of day of the
    monthly list.
    """

    topics: str | None = None
    embed: bool | None = None
    url: str | None = None
    remind_after: timedelta = timedelta(days=1)
    reminders: int = 3
    list_at: time = time(8, 30)
