"""What a company configures about customers' requests. Values only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

from bot.privacy.customer_requests.terms import GDPR, DayOff, Term, days_off, due_day

USUAL_TASKS: Mapping[str, tuple[str, ...]] = {
    "access": ("Assemble the data (Open, then Assemble) and read it", "Send the data and the report to the customer"),
    "erasure": ("Erase the data where it is kept", "Erase what was typed here: steward audit erase"),
    "rectification": ("Correct the data", "Tell the customer what was corrected"),
    "objection": ("Take the account out of the marketing that it objects to", "Tell the customer"),
    "restriction": ("Mark the data as restricted", "Tell the customer"),
    "portability": ("Assemble the data (Open, then Assemble) and read it", "Send it in a format that programs read"),
    "complaint": ("Find out what happened", "Answer the customer"),
}
USUAL_IDENTITY = (
    "Wrote from the e-mail address on file",
    "Was called back on the telephone number on file",
    "Signed in to the account",
    "Could not be confirmed, and the customer was told",
)


@dataclass(frozen=True, slots=True)
class RequestSettings:
    """How customers' requests go.

    `laws` by key, `law` the one that applies unless another is chosen; `tasks` by kind; `identity`: ways in which a
    customer's identity is checked; reminders go out so long before the term ends; `overdue_at` is the time of day, in
    the company's time zone `zone`, of the morning's list.
    """

    zone: ZoneInfo
    laws: Mapping[str, Term] = field(default_factory=lambda: {GDPR.key: GDPR})
    law: str = GDPR.key
    tasks: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: USUAL_TASKS)
    identity: tuple[str, ...] = USUAL_IDENTITY
    remind_before: tuple[timedelta, ...] = (timedelta(days=7), timedelta(days=2))
    overdue_at: time = time(8, 45)
    country: str | None = None
    subdivision: str | None = None

    @property
    def day_off(self) -> DayOff:
        """The company's days off."""
        return days_off(self.country, self.subdivision)

    def warm(self, today: date) -> None:
        """Read the holidays of the year in which a request of today comes due, so that whoever registers the first one
        need not wait for that, nor anybody for them: it is registered in one transaction.
        """
        due_day(today, self.laws[self.law], self.day_off)
