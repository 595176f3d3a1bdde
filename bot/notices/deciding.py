"""The privacy officer's decision on a change: announce it, dismiss it, take an announcement back.

Every press is an audit entry (`policy.announce`): `query` is the change's number, `justification` the officer's words,
`policy_version` the new text. Of two officers one wins, by compare-and-set, and the other is told who did.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from enum import StrEnum

from sqlalchemy import Connection

from bot.access.people import Conversation, Person
from bot.access.reasons import Reason
from bot.audit.entry import Action, Outcome
from bot.audit.ledger import Ledger, OpenEntry, Origin
from bot.clock import Clock
from bot.effects import Effects
from bot.notices.announcement import (
    FARTHEST,
    LONGEST_SUMMARY,
    Announcement,
    announce,
    can_wait,
    effective_moment,
    first_day,
    first_draft,
    out_of_order,
    promised_before,
)
from bot.notices.announcing import EVERYONE, FIRST, Announcer, Change, FoundHow, Status, read_change
from bot.notices.changing import move_on, one_at_a_time, pending_versions, texts_of
from bot.notices.watch_state import read_state
from bot.privacy.desk_items import may_rule
from bot.privacy.stated import kept_now, state
from bot.privacy.versions import NEVER, put_in_force

SHORTEST_WHY = 5


class NotNow(StrEnum):
    """Why a press changed nothing, beside the reasons that others have too."""

    NO_SUCH_CHANGE = "no_such_change"
    ALREADY_DECIDED = "already_decided"
    NOT_ANNOUNCED = "not_announced"
    FIRST_VERSION = "first_version"
    OUT_OF_ORDER = "out_of_order"  # its text has a change in it that was announced for a later day than this
    OVERTAKEN = "overtaken"  # a later text is in force: this one can't come into force at a later day
    TOO_FAR = "too_far"
    NOBODY = "nobody"  # no audience
    NO_WORDS = "no_words"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change to decide on, with what the form begins with. `promised`: what is announced for later and is in it."""

    change: Change
    summary: str
    effective_on: date
    promised: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Decided:
    """This press counted; the change as it stands now."""

    change: Change


@dataclass(frozen=True, slots=True)
class NotDecided:
    """Nothing was changed, and why; the change as it stands where that explains it."""

    reason: Reason | NotNow
    change: Change | None = None


_Step = Callable[[Connection, Change, datetime], Change | NotNow | None]


@dataclass(frozen=True, slots=True)
class Deciding:
    """What officers do with changes. All raise NotRecorded and AlreadyHandled like the ledger.

    `roles` are those of [groups], who may be told; `zone` is the company's, in which days are days.
    """

    ledger: Ledger
    effects: Effects
    announcer: Announcer
    clock: Clock
    zone: tzinfo
    roles: Collection[str]

    def peek(
        self, origin: Origin, person: Person, conversation: Conversation, number: int, status: Status = Status.FOUND
    ) -> Proposal | NotDecided:
        """The change, if this person could decide on it now: for a form. A refusal is recorded."""
        with self.ledger.transaction() as connection:
            entry = self.ledger.opened(connection, origin, Action.POLICY_ANNOUNCE)
            change = read_change(connection, number)
            reason = may_rule(person, conversation) or _unfit(change, None, status)
            if change is None or reason is not None:
                return self._refused(entry, reason, change)
            texts = texts_of(connection, change)
            now = self.clock()
            day, promised = first_day(connection, change, now, self.zone), promised_before(connection, change, now)
            return Proposal(change, first_draft(texts) if texts else "", day, promised)

    def announce(
        self,
        origin: Origin,
        person: Person,
        conversation: Conversation,
        number: int,
        revision: int,
        decision: Announcement,
    ) -> Decided | NotDecided:
        """Have the change told: from when, to whom, in which words."""

        def step(connection: Connection, change: Change, now: datetime) -> Change | NotNow | None:
            at = effective_moment(connection, change, decision.effective_on, now, self.zone)
            if fault := self._faulty(connection, change, decision, at, now):
                return fault
            return announce(connection, self.announcer, change, decision, at, by=person.id, now=now)

        entry_words = ("announced", decision.summary)
        return self._decide(origin, person, conversation, (number, revision, Status.FOUND), entry_words, step)

    def dismiss(
        self, origin: Origin, person: Person, conversation: Conversation, number: int, revision: int, why: str
    ) -> Decided | NotDecided:
        """Not worth announcing, and why."""

        def step(connection: Connection, change: Change, now: datetime) -> Change | NotNow | None:
            if len(why.strip()) < SHORTEST_WHY:
                return NotNow.NO_WORDS
            values = {"decided_at": now, "decided_by": person.id, "note": why}
            return move_on(connection, change, Status.DISMISSED, values)

        return self._decide(origin, person, conversation, (number, revision, Status.FOUND), ("dismissed", why), step)

    def withdraw(
        self, origin: Origin, person: Person, conversation: Conversation, number: int, revision: int, why: str
    ) -> Decided | NotDecided:
        """Take an announcement back, and why. Those who had notices are told."""

        def step(connection: Connection, change: Change, now: datetime) -> Change | NotNow | None:
            if len(why.strip()) < SHORTEST_WHY:
                return NotNow.NO_WORDS
            values = {"decided_at": now, "decided_by": person.id, "note": why}
            moved = move_on(connection, change, Status.WITHDRAWN, values)
            if moved is not None:
                _give_up_waiting(connection, moved, now)
                self.announcer.withdraw(connection, moved)
            return moved

        at = (number, revision, Status.ANNOUNCED)
        return self._decide(origin, person, conversation, at, ("withdrawn", why), step)

    def _decide(
        self,
        origin: Origin,
        person: Person,
        conversation: Conversation,
        at: tuple[int, int, Status],
        words: tuple[str, str],
        step: _Step,
    ) -> Decided | NotDecided:
        number, revision, status = at
        with self.ledger.transaction() as connection:
            entry = self.ledger.opened(connection, origin, Action.POLICY_ANNOUNCE)
            one_at_a_time(connection)
            change = read_change(connection, number)
            reason = may_rule(person, conversation) or _unfit(change, revision, status)
            if change is None or reason is not None:
                return self._refused(entry, reason, change)
            now = self.clock()
            before = kept_now(connection, now)
            moved = step(connection, change, now)
            if not isinstance(moved, Change):
                why = moved or NotNow.ALREADY_DECIDED
                return self._refused(entry, why, read_change(connection, number))
            reached, said = words
            entry.query, entry.justification, entry.policy_version = moved.name, said, moved.after
            entry.close(Outcome.DONE, reached)
            self.effects.refresh(connection, moved.name)
            state(entry, now, before, number)
            self.ledger.write(entry)
            return Decided(moved)

    def _faulty(
        self, connection: Connection, change: Change, decision: Announcement, at: datetime, now: datetime
    ) -> NotNow | None:
        if not decision.audience or set(decision.audience) - {EVERYONE, *self.roles}:
            return NotNow.NOBODY
        if not SHORTEST_WHY <= len(decision.summary.strip()) <= LONGEST_SUMMARY:
            return NotNow.NO_WORDS
        if at > now + FARTHEST:
            return NotNow.TOO_FAR
        if at > now and not can_wait(connection, change, now):
            return NotNow.OVERTAKEN
        return NotNow.OUT_OF_ORDER if out_of_order(connection, change, at, now) else None

    def _refused(self, entry: OpenEntry, reason: Reason | NotNow | None, change: Change | None) -> NotDecided:
        why = reason or NotNow.NO_SUCH_CHANGE
        entry.query = change.name if change else None
        entry.close(Outcome.REFUSED, why)
        self.ledger.write(entry)
        return NotDecided(why, change if isinstance(why, NotNow) else None)


def _unfit(change: Change | None, revision: int | None, status: Status) -> NotNow | None:
    """Why this change can't take this step, or None."""
    if change is None:
        return NotNow.NO_SUCH_CHANGE
    if change.kind == FIRST:
        return NotNow.FIRST_VERSION
    if change.status is status and revision in (None, change.revision):
        return None
    decided = change.status is not Status.FOUND
    return NotNow.ALREADY_DECIDED if decided or revision is not None else NotNow.NOT_ANNOUNCED


def _give_up_waiting(connection: Connection, change: Change, now: datetime) -> None:
    """A text that waits for its day does not come into force any more; one that the public reads is, from now on."""
    if change.after not in pending_versions(connection, now):
        return
    public = change.found_how is FoundHow.PAGE or read_state(connection).seen == change.after
    put_in_force(connection, change.after, now if public else NEVER)
