"""Announcing a change: from when it holds, whom it is told, in which words; and what of it is late."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from sqlalchemy import Connection

from bot.audit.entry import SYSTEM
from bot.notices.announcing import EVERYONE, Announcer, Change, Status
from bot.notices.changing import Texts, changes_to, in_force_from, later_change, move_on, pending_versions
from bot.notices.classing import lost_headings
from bot.notices.summary import summary
from bot.privacy.versions import NEVER, policy_in_force, put_in_force

FARTHEST = timedelta(days=2 * 366)
LONGEST_SUMMARY = 1000
HEADINGS_LOST = "The headings are gone from where it is published; this goes by the words alone."


@dataclass(frozen=True, slots=True)
class Announcement:
    """What was decided. `effective_on` is a day in the company's zone; `audience` are roles, or EVERYONE."""

    material: bool
    effective_on: date
    audience: tuple[str, ...]
    summary: str


def first_draft(texts: Texts) -> str:
    """A summary from the facts of the difference, to be changed or kept, a line each: counts, weighty words, names."""
    lines = summary(texts.difference())
    said = [*lines, HEADINGS_LOST] if lost_headings(texts.before, texts.after) else [*lines]
    return "\n".join(said)[:LONGEST_SUMMARY]


def first_day(connection: Connection, change: Change, now: datetime, zone: tzinfo) -> date:
    """The effective date that is proposed: the day on which the text came, or comes, into force.

    Where the text has a change in it that people were told of for a day to come, that day.
    """
    if promised := [one.effective_at for one in promised_before(connection, change, now) if one.effective_at]:
        return max(promised).astimezone(zone).date()
    starts = in_force_from(connection, change.after)
    known = change.effective_at or (starts if starts and starts != NEVER else None) or now
    return known.astimezone(zone).date()


def effective_moment(connection: Connection, change: Change, day: date, now: datetime, zone: tzinfo) -> datetime:
    """The moment that a day stands for, in UTC.

    On the day on which the text came into force, that very moment; today for a text that is not in force yet, now;
    else the first moment of the day in the company's zone.
    """
    starts = in_force_from(connection, change.after)
    if starts is not None and starts <= now and starts.astimezone(zone).date() == day:
        return starts
    midnight = datetime.combine(day, time.min, tzinfo=zone).astimezone(now.tzinfo)
    if day == now.astimezone(zone).date() and (starts is None or starts > now):
        return now
    return midnight


def can_wait(connection: Connection, change: Change, now: datetime) -> bool:
    """Whether the text can still come into force later: it is in force, or waits for its day, and is the last one."""
    policy = policy_in_force(connection, now)
    stands = policy is not None and policy.version == change.after
    return stands or change.after in pending_versions(connection, now)


def promised_before(connection: Connection, change: Change, now: datetime) -> tuple[Change, ...]:
    """Announced changes whose day is still to come and whose text this one's goes on from, the nearest first."""
    found: list[Change] = []
    version = change.before
    while version is not None:
        changes = [one for one in changes_to(connection, version) if one.number < (found or [change])[-1].number]
        promised = changes[0] if changes else None
        if promised is None or promised.status is not Status.ANNOUNCED or (promised.effective_at or now) <= now:
            break
        found.append(promised)
        version = promised.before
    return tuple(found)


def out_of_order(connection: Connection, change: Change, at: datetime, now: datetime) -> bool:
    """Whether a text would hold before one that it goes on from, or after one that goes on from it."""
    promised = [one.effective_at for one in promised_before(connection, change, now) if one.effective_at]
    if now < at < max(promised, default=at):
        return True
    later = later_change(connection, change)
    starts = in_force_from(connection, later.after) if later and later.status is not Status.FOUND else None
    return starts is not None and now < starts <= at and starts != NEVER


def set_day(connection: Connection, change: Change, effective_at: datetime, now: datetime) -> None:
    """Let the text come into force at its effective date; the former version stays until then.

    What is in force is not made to have been in force before it was: look-ups rested on the version before. A text
    that was announced for a day to come, and that gave way when this one was found, waits for that day again.
    """
    if effective_at > now:
        for promised in reversed(promised_before(connection, change, now)):
            if promised.effective_at is not None:
                put_in_force(connection, promised.after, promised.effective_at)
        put_in_force(connection, change.after, effective_at)  # last: of two texts of one day the later one holds
    elif change.after in pending_versions(connection, now):
        put_in_force(connection, change.after, now)


def announce(
    connection: Connection,
    announcer: Announcer,
    change: Change,
    decision: Announcement,
    effective_at: datetime,
    *,
    by: str,
    now: datetime,
) -> Change | None:
    """Move it on, set its day, and have it told. None when somebody else was first."""
    values = {
        "material": decision.material,
        "effective_at": effective_at,
        "audience": list(decision.audience),
        "summary": decision.summary,
        "decided_at": now,
        "decided_by": by,
    }
    moved = move_on(connection, change, Status.ANNOUNCED, values)
    if moved is not None:
        set_day(connection, moved, effective_at, now)
        announcer.plan(connection, moved)
    return moved


def announce_by_itself(
    connection: Connection, announcer: Announcer, change: Change, texts: Texts, now: datetime, zone: tzinfo
) -> Change | None:
    """What `announce = "automatic"` does: everyone is told, in the words of the facts."""
    day = first_day(connection, change, now, zone)
    decision = Announcement(material=True, effective_on=day, audience=(EVERYONE,), summary=first_draft(texts))
    moment = effective_moment(connection, change, day, now, zone)
    return announce(connection, announcer, change, decision, moment, by=SYSTEM, now=now)


def was_announced(connection: Connection, version: str) -> bool:
    """Whether people were told of this text, and it was not taken back."""
    return any(one.status is Status.ANNOUNCED for one in changes_to(connection, version))
