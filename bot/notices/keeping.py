"""A new text of the policy, however it came: kept, compared with the one before, and put before the officers."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo

from sqlalchemy import Connection

from bot.audit.entry import SYSTEM, Action
from bot.audit.ledger import Ledger, OpenEntry, Origin
from bot.clock import Clock
from bot.effects import PRIVACY_DESK, Effects, Message
from bot.notices.announcement import announce_by_itself, was_announced
from bot.notices.announcing import FIRST, Announcer, Change, FoundHow, Status, read_change
from bot.notices.changes import DifferenceKind
from bot.notices.changing import (
    QUIET,
    Found,
    Texts,
    changes_to,
    move_on,
    open_changes,
    pending_versions,
    reading_now,
    write_down,
)
from bot.notices.classing import class_of
from bot.privacy.stated import changes_written, kept_now, state
from bot.privacy.versions import Change as Kept
from bot.privacy.versions import Coming, Imported, keep_version, put_in_force

FOUND = "change.found"
TAKES_EFFECT = "change.effective"
UNANNOUNCED = "change.unannounced"
NOTHING_NEW = "It says nothing new."
TAKEN_BACK = "The former text came back before anybody decided."


@dataclass(frozen=True, slots=True)
class KeptChange:
    """What came of a text: how it was kept, and the change that it makes; None where it makes none."""

    imported: Imported
    change: Change | None


@dataclass(frozen=True, slots=True)
class Keeping:
    """Keeps texts. `posts`: whether there is a channel for the officers; `automatic`: see WatchSettings."""

    ledger: Ledger
    effects: Effects
    announcer: Announcer
    clock: Clock
    zone: tzinfo
    posts: bool
    automatic: bool = False

    def bring_in(self, coming: Coming, origin: Origin, starts: datetime | None = None) -> KeptChange:
        """Keep a text that somebody brings: in force at once, or a draft from `starts` on.

        One transaction with its audit entry (policy.change). Raises what `Ledger.entry` raises.
        """
        with self.ledger.entry(origin, Action.POLICY_CHANGE) as entry:
            how = FoundHow.IMPORT if starts is None else FoundHow.DRAFT
            return self.keep(entry, coming, how, starts)

    def keep(self, entry: OpenEntry, coming: Coming, how: FoundHow, starts: datetime | None = None) -> KeptChange:
        """Keep a text in an entry's transaction, and close the entry, which says how the policy stands then."""
        now = self.clock()
        before = kept_now(entry.connection, now)
        if how is FoundHow.PAGE:
            self._overtake(entry, coming.text.hash, now)
        imported = keep_version(entry, coming, now, starts)
        change = None
        if imported.change not in (Kept.SAME, Kept.REREAD):
            change = self._write_down(entry, imported, how, starts, now)
            entry.query = change.name
        state(entry, now, before, *([change.number] if change else []))
        return KeptChange(imported, change)

    def took_effect(self, about: str) -> None:
        """Work of the schedule: a draft's day has come; one that was never announced is an incident."""
        with self.ledger.transaction() as connection:
            change = read_change(connection, int(about.removeprefix("N-")))
            if change is None or change.status is not Status.FOUND or change.incident:
                return
            if change.after in pending_versions(connection, self.clock()):
                return
            if move_on(connection, change, Status.FOUND, {"incident": True}) is not None:
                self._tell(connection, UNANNOUNCED, change)
                self.effects.refresh(connection, change.name)

    def _overtake(self, entry: OpenEntry, version: str, now: datetime) -> None:
        """A text of the page that waits for its day gives way to the next text of the page."""
        for waiting in pending_versions(entry.connection, now) - {version}:
            changes = changes_to(entry.connection, waiting)
            if changes and changes[0].found_how is FoundHow.PAGE:
                put_in_force(entry.connection, waiting, now - timedelta(microseconds=2))

    def _write_down(
        self, entry: OpenEntry, imported: Imported, how: FoundHow, starts: datetime | None, now: datetime
    ) -> Change:
        connection, version = entry.connection, imported.version
        by = entry.origin.actor.id
        if imported.before is None:
            return write_down(connection, Found(None, version, FIRST, how, now, by, settled=True))
        texts = _texts(entry, imported.before, version)
        kind = class_of(texts.before, texts.after, texts.difference())
        found = Found(imported.before, version, kind.value, how, now, by, effective_at=starts)
        if kind in QUIET:
            return write_down(connection, replace(found, settled=True, note=NOTHING_NEW))
        if how is FoundHow.PAGE and self._take_back(entry, imported, now):
            return write_down(connection, replace(found, settled=True, note=TAKEN_BACK))
        public = how is FoundHow.PAGE and kind is DifferenceKind.TEXT
        change = write_down(connection, replace(found, incident=public and not was_announced(connection, version)))
        return self._put_before(entry, change, texts, now)

    def _put_before(self, entry: OpenEntry, change: Change, texts: Texts, now: datetime) -> Change:
        """Before the officers, or before everyone where that is configured."""
        connection = entry.connection
        if change.found_how is FoundHow.DRAFT and change.effective_at:
            self.effects.due(connection, TAKES_EFFECT, change.name, change.effective_at)
        self._tell(connection, FOUND, change)
        if self.automatic and change.kind == DifferenceKind.TEXT.value:
            return announce_by_itself(connection, self.announcer, change, texts, now, self.zone) or change
        return change

    def _take_back(self, entry: OpenEntry, imported: Imported, now: datetime) -> bool:
        """Whether the text is the one before a change that nobody has decided on: that change is settled with it."""
        undecided = [
            one
            for one in open_changes(entry.connection)
            if (one.before, one.after) == (imported.version, imported.before)
        ]
        for change in undecided:
            values = {"decided_at": now, "decided_by": SYSTEM, "note": TAKEN_BACK}
            move_on(entry.connection, change, Status.DISMISSED, values)
            entry.fields = (*entry.fields, *changes_written(entry.connection, [change.number]))
            self.effects.refresh(entry.connection, change.name)
        return bool(undecided)

    def _tell(self, connection: Connection, kind: str, change: Change) -> None:
        if self.posts:
            self.effects.send(connection, Message(kind, change.name, PRIVACY_DESK))


def _texts(entry: OpenEntry, before: str, after: str) -> Texts:
    old, new = reading_now(entry.connection, before), reading_now(entry.connection, after)
    if old is None or new is None:
        raise RuntimeError("a version that was just kept is not there")
    return Texts(old, new)
