"""Watching the ledger: new entries are drawn for review and held against the rules, each exactly once.

The cursor counts along the ledger's own order, in which entries stand without gap once they are integrated; so no
entry is missed because its transaction ended late. What was found is written, and the cursor moved on, in one
transaction that any number of processes may try and only one can make.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import orjson
import structlog
from sqlalchemy import Connection, case, func, null, select, update
from sqlmodel import col

from bot.access.grants import request_number
from bot.access.people import Directory, DirectoryUnavailable
from bot.audit.entry import Action, Actor, Outcome, Surface, is_further, press_of
from bot.audit.ledger import Ledger, Origin
from bot.audit.review_items import Kind
from bot.audit.review_queue import Chance, Queued, ReviewQueue, kind_of
from bot.audit.unusual import Finding, Rule, Seen, Thresholds, findings
from bot.audit.unusual_words import why
from bot.database import Database
from models.access import AccessGrant, AccessRequest
from models.audit import AuditEntry
from models.ledger import LedgerLeaf
from models.review import ReviewCursor, ReviewItem

log = structlog.get_logger(__name__)

BATCH = 500
BATCHES = 20  # at one call, so that other jobs get their turn after a long pause
NAMED_IN_ENTRY = 50
BY_ITSELF = Origin(Actor("system"), Surface.SCHEDULE)


@dataclass(frozen=True, slots=True)
class _New:
    """A batch of new entries: from which position, up to which, and those that are not too old to be looked at."""

    start: int
    stop: int
    entries: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class _Alert:
    """A rule that fired for a person, and the grants of the entries that it counted."""

    team: str
    person: str
    finding: Finding
    grants: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Watch:
    """Looks at what is new. `zone` is the company's; a person's own is asked of the directory."""

    database: Database
    ledger: Ledger
    queue: ReviewQueue
    directory: Directory
    thresholds: Thresholds
    zone: tzinfo
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
        people: dict[tuple[str, str], datetime] = {}
        for one in new.entries:
            if is_person(one["actor"]) and one["team"]:
                who, at = (one["team"], one["actor"]), at_of(one)
                people[who] = min(at, people.get(who, at))
        return drawn, [alert for who, since in people.items() for alert in self._alerts(*who, since)]

    def _alerts(self, team: str, person: str, since: datetime) -> list[_Alert]:
        """What the rules say of one person. Their past is read only when breadth would fire without one."""
        zone = self._zone_of(team, person)
        with self.database.reading() as connection:
            quiet = _quiet_until(connection, team, person, self.thresholds)
            recent, grants = history(connection, person, since - self.thresholds.longest)
            found = findings(recent, since, quiet, replace(self.thresholds, times=0), zone)
            if any(one.rule is Rule.BREADTH for one in found):
                begin = since - self.thresholds.past - timedelta(days=1) - self.thresholds.longest
                past, grants = history(connection, person, begin)
                found = findings(past, since, quiet, self.thresholds, zone)
        return [_Alert(team, person, one, {id_: grants.get(id_) for id_ in one.entries}) for one in found]

    def _zone_of(self, team: str, person: str) -> tzinfo:
        try:
            return ZoneInfo(self.directory.person(team, person).timezone)
        except (DirectoryUnavailable, ZoneInfoNotFoundError) as unknown:
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
        links = list(alert.grants.items())
        self.queue.put(
            connection,
            Queued(
                Kind.ALERT, entry.id, alert.team, alert.person, links, finding.rule.value, finding.facts, finding.at
            ),
        )


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


def history(connection: Connection, person: str, since: datetime) -> tuple[list[Seen], dict[str, str | None]]:
    """A person's entries from `since` on, oldest first, and the grant of each by its id.

    By user id alone: Slack's are unique across its workspaces.
    """
    revealed = case((col(AuditEntry.action) == Action.REVEAL.value, col(AuditEntry.entry)), else_=null())
    of = AuditEntry
    columns = (of.id, of.at, of.action, of.outcome, of.account, of.once)
    chosen = (
        select(*(col(column) for column in columns), col(AuditEntry.grant).label("of_grant"), revealed.label("text"))
        .where(col(AuditEntry.actor) == person, col(AuditEntry.at) >= since)
        .order_by(col(AuditEntry.at), col(AuditEntry.id))
    )
    rows = connection.execute(chosen).all()
    tickets, began = _grants(connection, {row.of_grant for row in rows if row.text})
    seen = [
        Seen(
            row.id,
            row.at,
            row.action,
            row.outcome,
            row.account,
            bool(row.text and (orjson.loads(row.text)["ticket"] or tickets.get(row.of_grant))),
            began.get(row.of_grant) if row.text else None,
            press_of(row.once) if row.once else None,
        )
        for row in rows
    ]
    return seen, {row.id: row.of_grant for row in rows}


def _grants(connection: Connection, names: Iterable[str | None]) -> tuple[dict[str, str], dict[str, datetime]]:
    """The tickets and the beginnings of grants, by their names."""
    numbers = {number: name for name in names if name and (number := request_number(name)) is not None}
    request, grant = col(AccessRequest.number), col(AccessGrant.number)
    found = connection.execute(
        select(request, col(AccessRequest.ticket), col(AccessGrant.starts_at))
        .outerjoin(AccessGrant, grant == request)
        .where(request.in_(list(numbers)))
    ).all()
    tickets = {numbers[row.number]: row.ticket for row in found if row.ticket}
    return tickets, {numbers[row.number]: row.starts_at for row in found if row.starts_at}


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
