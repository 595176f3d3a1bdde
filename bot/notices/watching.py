"""Watching the policy where it is published: fetched when it is time, believed when it came twice.

Nothing is concluded from one look. What can't be fetched or is no policy is a fault of the source and changes nothing;
what is new is fetched again after a while, and only when it came a second time it is a change.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from enum import StrEnum
from typing import Final

import structlog
from apscheduler.triggers.cron import CronTrigger
from sqlalchemy import Connection, select

from bot.audit.entry import Action
from bot.audit.ledger import BY_ITSELF, Ledger, Origin
from bot.clock import Clock
from bot.database import Database
from bot.effects import PRIVACY_DESK, Effects, Message
from bot.notices.announcing import Change, FoundHow
from bot.notices.changes import DifferenceKind
from bot.notices.changing import pending_versions, reading_now
from bot.notices.keeping import Keeping
from bot.notices.snapshots import Published, Snapshot, Sources, fetch_all, keep_snapshots, latest_good
from bot.notices.suspicion import Suspicion
from bot.notices.verdict import InForce, Seen, Verdict, judge
from bot.notices.watch_settings import WatchSettings
from bot.notices.watch_state import WatchState, read_state, write_state
from bot.privacy.versions import Coming, policy_in_force
from models.policy import PolicyVersion
from models.tables import table_of

CHECK: Final = "policy.check"
CONFIRM: Final = "policy.confirm"
FAULTY, WELL = "source.faulty", "source.well"
MOST_TRIES: Final = 3
_VERSION = table_of(PolicyVersion)

log = structlog.get_logger(__name__)


class Outcome(StrEnum):
    """What a check came to."""

    UNCHANGED = "unchanged"
    NOISE = "noise"
    LOOK_AGAIN = "look_again"
    WENT_BACK = "went_back"  # what was new at the last look is gone again
    CHANGED = "changed"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check came to: the change, the fault's reason code with its source, or when to look again."""

    outcome: Outcome
    change: Change | None = None
    fault: str | None = None
    source: str | None = None
    again_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Watching:
    """Checks the sources. `posts`: whether there is a channel for the officers."""

    database: Database
    ledger: Ledger
    effects: Effects
    keeping: Keeping
    clock: Clock
    zone: tzinfo
    sources: Sources
    settings: WatchSettings
    posts: bool

    def plan(self) -> None:
        """Put the next check into the schedule. Every replica does, and one of them does the check."""
        if at := self.next_check(self.clock()):
            with self.ledger.transaction() as connection:
                self.effects.due(connection, CHECK, "sources", at)

    def next_check(self, now: datetime) -> datetime | None:
        """The next moment of the cron expression, in the company's zone; None when nothing is to be checked."""
        if self.settings.check is None:
            return None
        trigger = CronTrigger.from_crontab(self.settings.check, timezone=self.zone)
        at: datetime | None = trigger.get_next_fire_time(None, now)
        return at.astimezone(now.tzinfo) if at else None

    def due(self, _: str) -> None:
        """Work of the schedule: a check."""
        self.check(BY_ITSELF)

    def confirm(self, candidate: str) -> None:
        """Work of the schedule: look again at what was new, unless that is settled by now."""
        with self.database.reading() as connection:
            waits = read_state(connection).candidate == candidate
        if waits:
            self.check(BY_ITSELF)

    def check(self, origin: Origin) -> Checked:
        """Fetch and judge, now. Raises NotRecorded when what was found can't be written down; then it is as before."""
        now = self.clock()
        with self.database.reading() as connection:
            waits = read_state(connection).candidate is not None
            # a second look is one at the page, not at what its server remembers of the first
            known = {} if waits else latest_good(connection, self.sources.names)
        published = fetch_all(self.sources, known)
        with self.ledger.transaction() as connection:
            state = replace(read_state(connection, lock=True), checked_at=now)
            verdict = self._verdict(connection, state, published, now)
            keep_snapshots(connection, _marked(published, verdict), now)
            after, checked = self._settle(connection, state, published, verdict, origin, now)
            write_state(connection, after)
        log.info("policy.checked", outcome=checked.outcome.value, reason=checked.fault)
        return checked

    def _verdict(self, connection: Connection, state: WatchState, published: Published, now: datetime) -> Verdict:
        if published.coming is None:
            fault = published.fault
            return Verdict(Seen.FAULT, fault=fault.fault if fault else "no_text")
        in_force = _in_force(connection, now, self.zone)
        if in_force is None:
            return Verdict(Seen.NEW)
        known = {version: version for version in pending_versions(connection, now)}
        if state.seen is not None:
            read = reading_now(connection, state.seen)
            known |= {state.seen: state.seen, **({read.hash: state.seen} if read else {})}
        today = now.astimezone(self.zone).date()
        return judge(published.coming, known, in_force, today, self.settings.most_lost)

    def _settle(
        self,
        connection: Connection,
        state: WatchState,
        published: Published,
        verdict: Verdict,
        origin: Origin,
        now: datetime,
    ) -> tuple[WatchState, Checked]:
        """The state afterwards, and what to say."""
        coming = published.coming
        if verdict.seen is Seen.FAULT or coming is None:
            source = published.fault.source if published.fault else self.sources.names[0]
            return self._faulty(connection, state, verdict.fault or "no_text", source, now)
        if verdict.seen is Seen.KNOWN:
            return self._known(self._well(connection, state), verdict.version or coming.text.hash)
        if state.candidate != coming.text.hash:
            return self._new(connection, state, coming, verdict, now)
        again_at = (state.candidate_at or now) + self.settings.confirm_after
        if again_at > now:
            return state, Checked(Outcome.LOOK_AGAIN, again_at=again_at)
        return self._confirmed(connection, state, coming, verdict, origin)

    def _known(self, state: WatchState, version: str) -> tuple[WatchState, Checked]:
        if state.candidate is None:
            return state.steady(version), Checked(Outcome.UNCHANGED)
        log.info("policy.went_back", version=state.candidate[:12])
        return replace(state.steady(version), tries=state.tries + 1), Checked(Outcome.WENT_BACK)

    def _new(
        self, connection: Connection, state: WatchState, coming: Coming, verdict: Verdict, now: datetime
    ) -> tuple[WatchState, Checked]:
        """Seen for the first time: noise waits for the next check, everything else is looked at again soon."""
        tries = state.tries + (state.candidate is not None and verdict.seen is Seen.NEW)
        if tries >= MOST_TRIES:
            cleared = replace(state, candidate=None, candidate_at=None, tries=0)
            return self._faulty(connection, cleared, Suspicion.UNSTEADY.value, self.sources.names[0], now)
        state = replace(state.waiting_for(coming.text.hash, now), tries=tries)
        if verdict.seen is Seen.NOISE:
            return self._well(connection, state), Checked(Outcome.NOISE)
        again_at = now + self.settings.confirm_after
        self.effects.due(connection, CONFIRM, coming.text.hash, again_at)
        return state, Checked(Outcome.LOOK_AGAIN, again_at=again_at)

    def _confirmed(
        self, connection: Connection, state: WatchState, coming: Coming, verdict: Verdict, origin: Origin
    ) -> tuple[WatchState, Checked]:
        """It came twice. A day of fetching, and noise that was kept before, are not kept again; it would not end."""
        state = replace(self._well(connection, state).steady(coming.text.hash), tries=0)
        known = verdict.kind is DifferenceKind.DATE or _is_kept(connection, coming.text.hash)
        if verdict.seen is Seen.NOISE and known:
            return state, Checked(Outcome.NOISE)
        entry = self.ledger.opened(connection, origin, Action.POLICY_CHANGE)
        kept = self.keeping.keep(entry, coming, FoundHow.PAGE)
        self.ledger.write(entry)
        outcome = Outcome.NOISE if verdict.seen is Seen.NOISE else Outcome.CHANGED
        return state, Checked(outcome, kept.change)

    def _faulty(
        self, connection: Connection, state: WatchState, fault: str, source: str, now: datetime
    ) -> tuple[WatchState, Checked]:
        after = state.faulty(fault, source, now)
        log.warning("policy.source_faulty", reason=fault, count=after.faults)
        if after.faults >= self.settings.tell_after and not after.told:
            after = replace(after, told=True)
            self._tell(connection, FAULTY, after)
        elif after.told:
            self.effects.refresh(connection, after.about)
        return after, Checked(Outcome.FAULT, fault=fault, source=source)

    def _well(self, connection: Connection, state: WatchState) -> WatchState:
        if state.told:
            self._tell(connection, WELL, state)
            self.effects.refresh(connection, state.about)
        return state.well()

    def _tell(self, connection: Connection, kind: str, state: WatchState) -> None:
        if self.posts:
            self.effects.send(connection, Message(kind, state.about, PRIVACY_DESK))


def _marked(published: Published, verdict: Verdict) -> tuple[Snapshot, ...]:
    """The snapshots, with the fault of a text that is rather not the policy at the first of them."""
    if verdict.seen is not Seen.FAULT or published.coming is None:
        return published.snapshots
    first, *rest = published.snapshots
    return (replace(first, fault=verdict.fault), *rest)


def _in_force(connection: Connection, now: datetime, zone: tzinfo) -> InForce | None:
    policy = policy_in_force(connection, now)
    reading = reading_now(connection, policy.version) if policy else None
    if policy is None or reading is None:
        return None
    query = select(_VERSION.c.original, _VERSION.c.imported_at).where(_VERSION.c.hash == policy.version)
    row = connection.execute(query).one()
    return InForce(policy.version, reading, bytes(row.original), _day(row.imported_at, zone))


def _day(moment: datetime, zone: tzinfo) -> date:
    return moment.astimezone(zone).date()


def _is_kept(connection: Connection, version: str) -> bool:
    return connection.execute(select(_VERSION.c.id).where(_VERSION.c.hash == version)).first() is not None
