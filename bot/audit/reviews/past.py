"""What one person did, read from the audit table as the rules for unusual use ask for it, some entries at a time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, Final

import orjson
from sqlalchemy import ColumnElement, Connection, and_, case, func, not_, null, select, tuple_
from sqlmodel import col

from bot.access.grants import request_number
from bot.audit.entry import Action, Outcome, press_of
from bot.audit.reviews.unusual import LOOKS, SEARCHES, SHOWN, Rule, Seen, WorkingHours
from models.access import AccessGrant, AccessRequest
from models.audit import AuditEntry

CHUNK: Final = 500


@dataclass(frozen=True, slots=True)
class Past:
    """One person's entries: what the rules read. By user id alone: Slack's are unique across its workspaces.

    The database leaves out what can't matter to a rule; the rule itself has the last word.
    """

    connection: Connection
    person: str
    hours: WorkingHours
    zone: tzinfo

    def newest(self) -> datetime | None:
        """The time of their newest entry."""
        of_theirs = col(AuditEntry.actor) == self.person
        found: datetime | None = self.connection.execute(
            select(func.max(col(AuditEntry.at))).where(of_theirs)
        ).scalar_one()
        return found

    def __call__(self, rule: Rule, after: datetime, upto: datetime) -> Iterator[Seen]:
        """Those later than `after`, up to `upto`, by time and id, that may matter to the rule. Raises SQLAlchemyError.

        At most a few hundred are in memory at once, however many there are.
        """
        where = [col(AuditEntry.at) > after, col(AuditEntry.at) <= upto, *self._matter(rule, after, upto)]
        while rows := self._rows(rule, where):
            yield from _seen(self.connection, rows)
            if len(rows) < CHUNK:
                return
            where[0] = tuple_(col(AuditEntry.at), col(AuditEntry.id)) > tuple_(rows[-1].at, rows[-1].id)

    def _rows(self, rule: Rule, where: Sequence[ColumnElement[bool]]) -> Sequence[Any]:
        of = AuditEntry
        columns = (col(column) for column in (of.id, of.at, of.action, of.outcome, of.account, of.once))
        revealed = case((col(of.action) == Action.REVEAL.value, col(of.entry)), else_=null())
        text = revealed if rule in (Rule.WITHOUT_TICKET, Rule.AFTER_GRANT) else null()
        refused = col(of.entry) if rule is Rule.REFUSALS else null()
        chosen = (
            select(*columns, col(of.grant).label("of_grant"), text.label("text"), refused.label("refused"))
            .where(col(of.actor) == self.person, *where)
            .order_by(col(of.at), col(of.id))
            .limit(CHUNK)
        )
        return self.connection.execute(chosen).all()

    def _matter(self, rule: Rule, after: datetime, upto: datetime) -> list[ColumnElement[bool]]:
        action, outcome, at = col(AuditEntry.action), col(AuditEntry.outcome), col(AuditEntry.at)
        match rule:
            case Rule.BREADTH:
                return [action.in_(sorted(LOOKS)), outcome.in_(sorted(SHOWN))]
            case Rule.OUTSIDE_HOURS:
                within = [not_(and_(at >= one, at < end)) for one, end in self.hours.surely(after, upto, self.zone)]
                return [action.in_(sorted(LOOKS)), outcome.in_(sorted(SHOWN)), *within]
            case Rule.WITHOUT_TICKET | Rule.AFTER_GRANT:
                return [action == Action.REVEAL.value, outcome == Outcome.DISCLOSED.value]
            case Rule.REFUSALS:
                return [outcome == Outcome.REFUSED.value]
            case Rule.GUESSES:
                return [action.in_(sorted(SEARCHES)), outcome == Outcome.NOT_FOUND.value]


def _seen(connection: Connection, rows: Sequence[Any]) -> list[Seen]:
    """What the rules see of these rows. A reveal's ticket is its own or its request's."""
    tickets, began = _grants(connection, {row.of_grant for row in rows if row.text and row.of_grant})
    return [
        Seen(
            row.id,
            row.at,
            row.action,
            row.outcome,
            row.account,
            bool(row.text and (orjson.loads(row.text)["ticket"] or tickets.get(row.of_grant))),
            began.get(row.of_grant) if row.text else None,
            press_of(row.once) if row.once else None,
            row.of_grant,
            orjson.loads(row.refused)["reason"] if row.refused else None,
        )
        for row in rows
    ]


def _grants(connection: Connection, names: set[str]) -> tuple[Mapping[str, str], Mapping[str, datetime]]:
    """The tickets and the beginnings of grants, by their names."""
    numbers = {number: name for name in names if (number := request_number(name)) is not None}
    if not numbers:
        return {}, {}
    request, grant = col(AccessRequest.number), col(AccessGrant.number)
    found = connection.execute(
        select(request, col(AccessRequest.ticket), col(AccessGrant.starts_at))
        .outerjoin(AccessGrant, grant == request)
        .where(request.in_(list(numbers)))
    ).all()
    tickets = {numbers[row.number]: row.ticket for row in found if row.ticket}
    return tickets, {numbers[row.number]: row.starts_at for row in found if row.starts_at}
