"""What is told of an officer's decision: the plan of the notices, or that there will be none."""

from dataclasses import dataclass, replace

from sqlalchemy import Connection

from bot.clock import Clock
from bot.effects import Effects
from bot.notices.announcing import Change
from bot.notices.telling import plans
from bot.notices.telling.occasions import RANK_WITHDRAWN, WITHDRAWN, Stage, State, first_stages
from bot.notices.telling.rounds import NOTICE, ROUND, about_notice
from bot.notices.telling.settings import NoticeSettings

__all__ = ["NOTICE", "PlannedNotices"]


@dataclass(frozen=True, slots=True)
class PlannedNotices:
    """bot.notices.announcing.Announcer: lays out the notices of a change in the transaction of the decision."""

    effects: Effects
    clock: Clock
    settings: NoticeSettings

    def plan(self, connection: Connection, change: Change) -> None:
        """See Announcer. Raises ValueError for a change without an effective date."""
        if change.effective_at is None:
            raise ValueError("a change is announced with its effective date")
        now = self.clock()
        plans.make_plan(connection, first_stages(change.number, change.effective_at, now, self.settings), now)
        self.effects.due(connection, ROUND, change.name, now)

    def withdraw(self, connection: Connection, change: Change) -> None:
        """See Announcer. What was said before is brought up to date, and whoever heard it is told."""
        if not plans.take(connection, change.number):
            return
        now = self.clock()
        stages = [
            replace(stage, state=State.STOPPED, step=stage.step + 1)
            for stage in plans.stages_of(connection, change.number)
        ]
        over = Stage(change.number, WITHDRAWN, None, None, now, State.PLANNED, RANK_WITHDRAWN)
        plans.keep_stages(connection, [*stages, over])
        plans.look_again(connection, change.number, now)
        refresh_told(connection, self.effects, change)
        self.effects.due(connection, ROUND, change.name, now)


def refresh_told(connection: Connection, effects: Effects, change: Change) -> None:
    """Bring every notice that went out to how things stand."""
    told = plans.told_of(connection, change.number)
    effects.refresh(connection, *(about_notice(change, one.stage, to) for to, had in told.items() for one in had))
