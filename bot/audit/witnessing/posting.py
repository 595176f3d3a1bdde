"""Posting checkpoints to the audit channel, each day and when an auditor asks: so Slack's own history is a witness."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.access.people import Conversation, Person
from bot.access.reasons import Reason
from bot.audit.entry import Action, Outcome
from bot.audit.integration.integrated import StoredCheckpoint, latest_checkpoint, note_of
from bot.audit.ledger import Ledger, Origin
from bot.audit.search import may_audit
from bot.audit.tamper import Tell
from bot.clock import Clock
from bot.effects import Effects

DAILY = "ledger.daily"


@dataclass(frozen=True, slots=True)
class Asked:
    """An auditor asked for the checkpoint: refused, or the checkpoint with its signed note, if there is one yet."""

    entry: str
    checkpoint: StoredCheckpoint | None = None
    note: str | None = None
    refused: Reason | None = None
    posted: bool = False


@dataclass(frozen=True, slots=True)
class PostCheckpoint:
    """Queues the last checkpoint for the audit channel. `posts`: whether there is such a channel."""

    ledger: Ledger
    tell: Tell
    posts: bool

    def __call__(self, origin: Origin, person: Person, conversation: Conversation) -> Asked:
        """On demand; an entry of its own. Raises NotRecorded."""
        with self.ledger.entry(origin, Action.AUDIT_CHECKPOINT) as entry:
            if reason := may_audit(person, conversation):
                entry.close(Outcome.REFUSED, reason)
                return Asked(entry.id, refused=reason)
            stored = latest_checkpoint(entry.connection)
            if stored is not None:
                self.tell(entry.connection, "ledger.checkpoint", f"{stored.size}/{entry.id}")
            entry.close(Outcome.DONE if stored else Outcome.NOT_FOUND)
            note = note_of(entry.connection, stored.size) if stored else None
        return Asked(entry.id, stored, note, posted=self.posts and stored is not None)


@dataclass(frozen=True, slots=True)
class DailyCheckpoint:
    """Work of the schedule, so that of several replicas one does it. `at` is a time of day in `zone`."""

    ledger: Ledger
    tell: Tell
    effects: Effects
    clock: Clock
    zone: ZoneInfo
    at: time

    def begin(self) -> None:
        """Put the next day's posting into the schedule; the same one is there once."""
        with self.ledger.transaction() as connection:
            day, moment = next_posting(self.clock(), self.zone, self.at)
            self.effects.due(connection, DAILY, day.isoformat(), moment)

    def __call__(self, day: str) -> None:
        """Post the last checkpoint for this day, and put the next day's into the schedule."""
        with self.ledger.transaction() as connection:
            stored = latest_checkpoint(connection)
            if stored is not None:
                self.tell(connection, "ledger.checkpoint", f"{stored.size}/{day}")
            following, moment = next_posting(self.clock(), self.zone, self.at)
            self.effects.due(connection, DAILY, following.isoformat(), moment)


def next_posting(now: datetime, zone: ZoneInfo, at: time) -> tuple[date, datetime]:
    """The day and the moment (UTC) of the first posting after now."""
    today = now.astimezone(zone).date()
    moments = ((day, datetime.combine(day, at, zone).astimezone(UTC)) for day in (today, today + timedelta(days=1)))
    return next((day, moment) for day, moment in moments if moment > now)
