"""Putting entries into the review queue, and what happens when nobody looks at them in time."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, update
from sqlmodel import col

from bot.audit.entry import Action, Outcome
from bot.audit.ledger import Ledger
from bot.audit.reviews.items import CLOSED, Kind, Status, item_name, item_number, round_name
from bot.clock import Clock
from bot.effects import Effects, Message
from models.review import ReviewItem, ReviewLink
from models.tables import table_of

EMERGENCY = "access.emergency"
AUDIT_CHANNEL, PRIVACY_CHANNEL = "audit", "privacy"
ESCALATED_TO = (AUDIT_CHANNEL, PRIVACY_CHANNEL)

Chance = Callable[[], float]
"""A number from 0 up to 1 that nobody can foresee: who is reviewed must not be."""


@dataclass(frozen=True, slots=True)
class ReviewSettings:
    """How reviews go. `share` of reveals is drawn, from 0 to 1.

    A reviewer is to judge `within`, a person who was asked to answer `answer_within`. What is late is said in the audit
    channel, and `escalate_after` in the privacy channel; `channels` are the roles that the company has channels for.
    """

    share: float = 0.05
    within: timedelta = timedelta(days=3)
    answer_within: timedelta = timedelta(days=2)
    escalate_after: timedelta = timedelta(days=2)
    channels: frozenset[str] = frozenset(ESCALATED_TO)

    def time_for(self, status: Status) -> timedelta:
        """How long the next step may take."""
        return self.answer_within if status is Status.ASKED else self.within


def kind_of(entry: Mapping[str, Any], share: float, chance: Chance) -> Kind | None:
    """Why this audit entry is to be reviewed, or None: every emergency access, and a share of reveals at random."""
    if entry["action"] == EMERGENCY and entry["outcome"] == Outcome.GRANTED:
        return Kind.EMERGENCY
    if entry["action"] == Action.REVEAL and entry["outcome"] == Outcome.DISCLOSED and chance() < share:
        return Kind.SAMPLE
    return None


@dataclass(frozen=True, slots=True)
class Queued:
    """What is to be reviewed: the entry, whom it is about, and the entries (with their grants) that it rests on."""

    kind: Kind
    entry: str
    team: str
    person: str
    links: Sequence[tuple[str, str | None]]
    rule: str | None = None
    facts: Mapping[str, int] | None = None
    fired_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ReviewQueue:
    """Adds items and sees to it that they do not lie."""

    ledger: Ledger
    effects: Effects
    clock: Clock
    settings: ReviewSettings

    def put(self, connection: Connection, queued: Queued) -> int:
        """Add an item in the caller's transaction; returns its number."""
        now = self.clock()
        row = {
            "kind": queued.kind.value,
            "entry_id": queued.entry,
            "team": queued.team,
            "person": queued.person,
            "rule": queued.rule,
            "facts": dict(queued.facts) if queued.facts is not None else None,
            "fired_at": queued.fired_at,
            "status": Status.OPEN.value,
            "version": 0,
            "queued_at": now,
            "due_at": now + self.settings.time_for(Status.OPEN),
            "overdue": 0,
        }
        made = connection.execute(insert(ReviewItem).values(row).returning(table_of(ReviewItem).c.number))
        number = int(made.scalar_one())
        links = [{"item": number, "entry_id": entry, "grant": grant} for entry, grant in queued.links]
        connection.execute(insert(ReviewLink), links)
        self.watch(connection, number, 0, Status.OPEN)
        if queued.kind is Kind.ALERT:
            self.tell(connection, Message("review.alert", item_name(number), f"channel:{AUDIT_CHANNEL}"))
        return number

    def watch(self, connection: Connection, number: int, version: int, status: Status) -> None:
        """Have it looked at again when the next step is overdue."""
        at = self.clock() + self.settings.time_for(status)
        self.effects.due(connection, "review.overdue", f"{round_name(number, version)}/1", at)

    def overdue(self, about: str) -> None:
        """Say that a step is late, once in each channel. `about` is "V-12.1/1": item, round and how often it was said.

        Nothing happens if the step was taken, or twice.
        """
        name, _, stage = about.partition("/")
        number, version = _round(name)
        nth = int(stage)
        with self.ledger.transaction() as connection:
            if not _escalate(connection, number, version, nth):
                return
            self.tell(connection, Message("review.overdue", name, f"channel:{ESCALATED_TO[nth - 1]}"))
            self.effects.refresh(connection, name)  # whoever is asked to explain reads that it is late
            if nth < len(ESCALATED_TO):
                later = self.clock() + self.settings.escalate_after
                self.effects.due(connection, "review.overdue", f"{name}/{nth + 1}", later)

    def tell(self, connection: Connection, message: Message) -> None:
        """Send it, if the company has that channel."""
        sort, _, role = message.to.partition(":")
        if sort != "channel" or role in self.settings.channels:
            self.effects.send(connection, message)


def _escalate(connection: Connection, number: int, version: int, nth: int) -> bool:
    """Whether the item still waits at this round and was escalated one time less."""
    changed = connection.execute(
        update(ReviewItem)
        .where(
            col(ReviewItem.number) == number,
            col(ReviewItem.version) == version,
            col(ReviewItem.overdue) == nth - 1,
            col(ReviewItem.status).not_in(sorted(CLOSED)),
        )
        .values(overdue=nth)
    )
    return changed.rowcount == 1


def _round(name: str) -> tuple[int, int]:
    read = item_number(name)
    if read is None or read[1] is None:
        raise ValueError("not the name of an item's round")
    return read[0], read[1]
