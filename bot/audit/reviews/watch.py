"""Watching the ledger: new entries are drawn for review and held against the rules, each exactly once.

The cursor counts along the ledger's own order, in which entries stand without gap once they are integrated; so no
entry is missed because its transaction ended late. What was found is written, and the cursor moved on, in one
transaction that any number of processes may try and only one can make.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import structlog
from sqlalchemy import Connection, func, select, update
from sqlmodel import col

from bot.access.people import Directory, DirectoryUnavailable
from bot.audit.entry import Action, Outcome, is_further
from bot.audit.ledger import BY_ITSELF, Ledger
from bot.audit.reviews.items import Kind
from bot.audit.reviews.past import Past
from bot.audit.reviews.queue import Chance, Queued, ReviewQueue, kind_of
from bot.audit.reviews.unusual import Finding, Rule, Seen, Thresholds, findings, first_of
from bot.audit.reviews.unusual_words import why
from bot.clock import zone_named
from bot.database import Database
from models.audit import AuditEntry
from models.ledger import LedgerLeaf
from models.review import ReviewCursor, ReviewItem

log = structlog.get_logger(__name__)

BATCH = 500
BATCHES = 20  # at one call, so that other jobs get their turn after a long pause
NAMED_IN_ENTRY = 50


@dataclass(frozen=True, slots=True)
class _New:
    """A batch of new entries: from which position, up to which, and those that are not too old to be looked at."""

    start: int
    stop: int
    entries: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class _Alert:
    """A rule that fired for a person."""

    team: str
    person: str
    finding: Finding


@dataclass(frozen=True, slots=True)
class Watch:
    """Looks at what is new. `zone` is the company's; a person's own is asked of the directory."""

    database: Database
    ledger: Ledger
    queue: ReviewQueue
    directory: Directory
    thresholds: Thresholds
    zone: ZoneInfo
    chance: Chance

    def __call__(self) -> int:
        """Look at all that is new; returns how many entries. Raises NotRecorded, SQLAlchemyError."""
        seen = 0
        for _ in range(BATCHES):
            new = self._new()
            if new is None or not self._keep(new, *self._found(new)):
                break
            seen += new.stop - new.start
        return seen

    def _new(self) -> _New | None:
        with self.database.reading() as connection:
            cursor = connection.execute(select(col(ReviewCursor.position), col(ReviewCursor.after))).one()
            texts = integrated(connection, cursor.position, BATCH)
        entries = [orjson.loads(text) for text in texts]
        wanted = [one for one in entries if cursor.after is None or at_of(one) > cursor.after]
        return _New(cursor.position, cursor.position + len(texts), wanted) if texts else None

    def _found(self, new: _New) -> tuple[list[Queued], list[_Alert]]:
        drawn = [
            Queued(kind, one["id"], one["team"], one["actor"], [(one["id"], one["grant"])])
            for one in new.entries
            if one["team"]
            and not is_further(one["request"])
            and (kind := kind_of(one, self.queue.settings.share, self.chance))
        ]
        return drawn, [alert for who, seen in _by_person(new).items() for alert in self._alerts(*who, seen)]

    def _alerts(self, team: str, person: str, new: Sequence[Seen]) -> list[_Alert]:
        """What the rules say of one person."""
        since = first_of(new)
        if not since:
            return []
        zone = self._zone_of(team, person)
        with self.database.reading() as connection:
            quiet = _quiet_until(connection, team, person, self.thresholds)
            past = Past(connection, person, self.thresholds.working_hours, zone)
            found = findings(past, since, past.newest() or max(since.values()), quiet, self.thresholds, zone)
        return [_Alert(team, person, one) for one in found]

    def _zone_of(self, team: str, person: str) -> ZoneInfo:
        try:
            return zone_named(self.directory.person(team, person).timezone, self.zone)
        except DirectoryUnavailable as unknown:
            log.warning("watch.zone_unknown", exc_info=unknown)
            return self.zone

    def _keep(self, new: _New, drawn: Sequence[Queued], alerts: Sequence[_Alert]) -> bool:
        """Write what was found and move on, if no other process did. False when one was quicker."""
        with self.ledger.transaction() as connection:
            moved = connection.execute(
                update(ReviewCursor).where(col(ReviewCursor.position) == new.start).values(position=new.stop)
            )
            if moved.rowcount != 1:
                return False
            for queued in drawn:
                self.queue.put(connection, queued)
            for alert in alerts:
                self._raise(connection, alert)
        return True

    def _raise(self, connection: Connection, alert: _Alert) -> None:
        """The alert's own entry, and its place in the queue."""
        finding = alert.finding
        entry = self.ledger.opened(connection, BY_ITSELF, Action.AUDIT_ALERT)
        entry.query = " ".join((alert.person, *finding.entries[-NAMED_IN_ENTRY:]))
        entry.justification = why(finding.rule, finding.facts)
        entry.close(Outcome.DONE, finding.rule)
        self.ledger.write(entry)
        who, rule = (alert.team, alert.person), finding.rule.value
        self.queue.put(connection, Queued(Kind.ALERT, entry.id, *who, finding.links, rule, finding.facts, finding.at))


def _by_person(new: _New) -> Mapping[tuple[str, str], Sequence[Seen]]:
    """What is new of each person, by team and user id."""
    people: dict[tuple[str, str], list[Seen]] = {}
    for one in new.entries:
        if is_person(one["actor"]) and one["team"]:
            what = one["action"], one["outcome"], one["account"]
            seen = Seen(one["id"], at_of(one), *what, reason=one["reason"])
            people.setdefault((one["team"], one["actor"]), []).append(seen)
    return people


def integrated(connection: Connection, start: int, most: int) -> list[str]:
    """The canonical texts of the entries from this index of the ledger on, in its order, as far as it has come."""
    chosen = (
        select(col(AuditEntry.entry))
        .join(LedgerLeaf, col(LedgerLeaf.entry_id) == col(AuditEntry.id))
        .where(col(LedgerLeaf.index) >= start)
        .order_by(col(LedgerLeaf.index))
        .limit(most)
    )
    return list(connection.execute(chosen).scalars())


def _quiet_until(connection: Connection, team: str, person: str, thresholds: Thresholds) -> dict[Rule, datetime]:
    """From when each rule that fired for this person may fire again."""
    newest = (
        select(col(ReviewItem.rule), func.max(col(ReviewItem.fired_at)).label("fired_at"))
        .where(col(ReviewItem.team) == team, col(ReviewItem.person) == person, col(ReviewItem.rule).in_(sorted(Rule)))
        .group_by(col(ReviewItem.rule))
    )
    return {Rule(row.rule): row.fired_at + thresholds.of(Rule(row.rule)).within for row in connection.execute(newest)}


def is_person(actor: str) -> bool:
    """Whether the actor of an entry is a user of Slack."""
    return actor[:1] in ("U", "W") and actor.isalnum()


def at_of(entry: Mapping[str, Any]) -> datetime:
    """The time of an entry as it stands in its canonical text."""
    return datetime.fromisoformat(entry["at"])
