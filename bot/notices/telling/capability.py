"""Telling, whole: the plan and its rounds, what notices say, who has read them, and the officers' schedule."""

from dataclasses import dataclass

from bot.notices.telling.acknowledging import Acknowledge
from bot.notices.telling.announcer import PlannedNotices
from bot.notices.telling.notice import NoticeFacts
from bot.notices.telling.reading import Reading
from bot.notices.telling.rounds import Rounds
from bot.notices.telling.schedule import Schedule
from bot.notices.telling.settings import NoticeSettings


@dataclass(frozen=True, slots=True)
class Telling:
    """The use cases."""

    settings: NoticeSettings
    announcer: PlannedNotices
    rounds: Rounds
    facts: NoticeFacts
    acknowledge: Acknowledge
    reading: Reading
    schedule: Schedule
