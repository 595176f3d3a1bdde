"""What concerns approvers: who stands in, who is reminded, what is not needed any more."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.access.deciding.reminders import ESCALATE_WORK, REMIND_WORK, STANDSTILL_WORK, Reminders
from bot.access.deputising.away import OVER_WORK, Away
from bot.access.ending.least_use import LeastUse
from bot.access.recertification.recertify import DUE_WORK, OPEN_WORK, Recertify


@dataclass(frozen=True, slots=True)
class Approvers:
    """The use cases. `timezone` is the company's, for people whose own is not known."""

    away: Away
    reminders: Reminders
    least_use: LeastUse
    recertify: Recertify
    timezone: str

    def work(self) -> dict[str, Callable[[str], None]]:
        """The schedule's work, by its kind."""
        return {
            OVER_WORK: self.away.over,
            REMIND_WORK: self.reminders.remind,
            ESCALATE_WORK: self.reminders.escalate,
            STANDSTILL_WORK: self.reminders.standstill,
            OPEN_WORK: self.recertify.open,
            DUE_WORK: self.recertify.overdue,
        }
