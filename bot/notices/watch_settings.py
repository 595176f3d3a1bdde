"""How the policy is watched, as configured."""

from dataclasses import dataclass, field
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class WatchSettings:
    """`sources` in the order of the policy's parts; `check` is cron (None: never by itself).

    A text counts when it came twice, `confirm_after` apart. From the loss of the share `most_lost` (0 to 1) of its
    words on, it is taken for incomplete. Officers hear of a source after `tell_after` faulty checks in a row.
    `automatic`: changes of the text are announced without an officer.
    """

    sources: tuple[str, ...] = ()
    check: str | None = None
    confirm_after: timedelta = timedelta(minutes=10)
    most_lost: float = 0.5
    tell_after: int = 3
    automatic: bool = False
    seconds: float = field(default=30.0)
