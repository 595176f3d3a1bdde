"""Announcing a change in a test: a text that comes into force later, decided on by an officer."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.audit.entry import Action, Actor, Outcome, Surface
from bot.audit.ledger import Ledger, Origin
from bot.database import Database
from bot.notices.announcement import Announcement, announce
from bot.notices.announcing import EVERYONE, Announcer, Change, FoundHow, Status, read_change
from bot.notices.changing import Found, move_on, write_down
from bot.privacy.stated import kept_now, state
from bot.privacy.versions import NEVER, Coming, keep_version, policy_in_force

ORIGIN = Origin(Actor("cli:tests"), Surface.CLI)
RIGA = ZoneInfo("Europe/Riga")


def found(database: Database, ledger: Ledger, text: str, now: datetime) -> Change:
    """A draft that was uploaded ahead, put before the officers."""
    coming = Coming.read(text.encode(), "draft.md", "text/markdown")
    with ledger.entry(ORIGIN, Action.POLICY_CHANGE) as entry:
        policy, before = policy_in_force(entry.connection, now), kept_now(entry.connection, now)
        assert policy is not None
        keep_version(entry, coming, now, NEVER)
        draft = Found(policy.version, coming.text.hash, "text", FoundHow.DRAFT, now, "cli:tests")
        change = write_down(entry.connection, draft)
        state(entry, now, before, change.number)
        return change


def announced(
    database: Database,
    announcer: Announcer,
    change: Change,
    day: date,
    now: datetime,
    *,
    audience: tuple[str, ...] = (EVERYONE,),
    material: bool = True,
    summary: str = "",
    zone: ZoneInfo = RIGA,
) -> Change:
    """The officer's decision."""
    at = datetime.combine(day, time.min, zone).astimezone(now.tzinfo)
    decision = Announcement(material, day, audience, summary)
    with _step(database, change, "announced", now) as connection:
        made = announce(connection, announcer, change, decision, at, by="U0OFFICER", now=now)
    assert made is not None
    return made


def withdrawn(database: Database, announcer: Announcer, change: Change, now: datetime) -> Change:
    """Taken back."""
    with _step(database, change, "withdrawn", now) as connection:
        there = read_change(connection, change.number)
        assert there is not None
        made = move_on(connection, there, Status.WITHDRAWN, {"decided_at": now})
        assert made is not None
        announcer.withdraw(connection, made)
    return made


@contextmanager
def _step(database: Database, change: Change, reached: str, now: datetime) -> Iterator[Connection]:
    """The transaction of an officer's step, with its entry."""
    with Ledger(database, lambda: now).entry(ORIGIN, Action.POLICY_ANNOUNCE, query=change.name) as entry:
        before = kept_now(entry.connection, now)
        yield entry.connection
        entry.policy_version = change.after
        entry.close(Outcome.DONE, reached)
        state(entry, now, before, change.number)
