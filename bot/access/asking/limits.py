"""How much one person may have and do at once, and when there is room again.

Counted from the tables themselves, so that every replica counts the same. Where a limit is configured, the counting and
what is counted are one step for each person: two that come at once are counted one after the other.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, func, or_, select
from sqlmodel import col

from bot.access.decide import Reached
from bot.access.ending.revoke import is_over, still_on
from bot.access.grants import Request, RequestKind, read_requests
from bot.access.people import Person
from bot.access.reasons import Reason
from bot.access.rules.purposes import Purpose, Rules
from bot.audit.entry import Action, Outcome
from bot.driver import Prepared
from models.access import AccessRequest
from models.audit import AuditEntry

FORMS = (Action.REQUEST, Action.EMERGENCY, Action.CUSTOMER_REQUEST, Action.DISCLOSE)
"""Acts that begin with a form in which an account is named, and so say whether there is one."""
WINDOW = timedelta(hours=1)
MOST = 1000


def open_limit(connection: Connection, person: Person, rules: Rules, now: datetime) -> Reached | None:
    """Whether this person has as many open requests, or as many grants and requests that may become some, as may be."""
    limits = rules.limits
    if limits.open_requests is None and limits.open_grants is None:
        return None
    one_at_a_time(connection, person)
    mine = (col(AccessRequest.team) == person.team) & col(AccessRequest.person).in_(person.ids)
    found = [one for one in read_requests(connection, mine & still_on(now), limit=MOST) if not is_over(one, now)]
    return reached(found, limits.open_requests, limits.open_grants, now)


def reached(held: list[Request], open_requests: int | None, open_grants: int | None, now: datetime) -> Reached | None:
    """The limit that one more request would break. More time for a grant counts for nothing. Pure."""
    held = [one for one in held if one.kind is not RequestKind.EXTENSION]
    waiting = [one.expires_at for one in held if one.is_open(now)]
    until = [*waiting, *(one.grant.ends_at for one in held if one.grant is not None)]
    if open_requests is not None and len(waiting) >= open_requests:
        return Reached(Reason.TOO_MANY_REQUESTS, open_requests, _room(waiting, open_requests))
    if open_grants is not None and len(until) >= open_grants:
        return Reached(Reason.TOO_MANY_GRANTS, open_grants, _room(until, open_grants))
    return None


def _room(ends: list[datetime], most: int) -> datetime:
    """When fewer than `most` are left, if each lasts as long as it may."""
    return sorted(ends)[len(ends) - most]


def _is(column: str, *these: StrEnum) -> ColumnElement[bool]:
    return or_(*(col(column) == one.value for one in these))


# A search in a form that named accounts to choose from, or none, is a look-up that was not called one; so is one in a
# form that could not be sent for another reason, which says by its silence that there is such an account.
def _counted(actor: ColumnElement[bool]) -> Select[datetime]:
    """When the newest look-up was that would have to be older than the window for one more. Along actor and time."""
    return (
        select(col(AuditEntry.at))
        .where(
            actor,
            col(AuditEntry.at) > bindparam("since"),
            or_(
                and_(
                    _is(AuditEntry.action, Action.LOOK_UP, Action.REVEAL),
                    col(AuditEntry.outcome) != Outcome.REFUSED.value,
                ),
                and_(
                    _is(AuditEntry.action, *FORMS),
                    or_(
                        _is(AuditEntry.outcome, Outcome.SUGGESTED, Outcome.NOT_FOUND),
                        and_(_is(AuditEntry.outcome, Outcome.REFUSED), col(AuditEntry.account).is_not(None)),
                    ),
                ),
            ),
        )
        .order_by(col(AuditEntry.at).desc())
        .limit(1)
        .offset(bindparam("before"))
    )


_BY_ONE = _counted(col(AuditEntry.actor) == bindparam("actor"))
_FOR_PURPOSE = col(AuditEntry.purpose) == bindparam("purpose")
OVERALL, FOR_PURPOSE = Prepared(_BY_ONE), Prepared(_BY_ONE.where(_FOR_PURPOSE))


def look_up_limit(
    connection: Connection, person: Person, purpose: Purpose | None, rules: Rules, now: datetime
) -> Reached | None:
    """Whether this person has looked up as often within an hour as may be, overall or for this purpose."""
    overall, own = rules.limits.look_ups_per_hour, purpose.look_ups_per_hour if purpose else None
    if overall is None and own is None:
        return None
    one_at_a_time(connection, person)
    found: list[Reached] = []
    for most, key in ((overall, None), (own, purpose.key if purpose else None)):
        if most is not None:
            values = {"since": now - WINDOW, "before": most - 1, **({"purpose": key} if key else {})}
            at = _reached_at(connection, person, values)
            found.extend([Reached(Reason.TOO_MANY_LOOK_UPS, most, at + WINDOW)] if at else [])
    return max(found, key=lambda one: one.frees_at, default=None)


def _reached_at(connection: Connection, person: Person, values: Mapping[str, object]) -> datetime | None:
    """When the look-up was that leaves no room, whichever of their accounts the person looked up with."""
    if not person.others:
        counted = FOR_PURPOSE if "purpose" in values else OVERALL
        return next((row["at"] for row in counted.rows(connection, {**values, "actor": person.id})), None)
    query = _counted(col(AuditEntry.actor).in_(person.ids))
    rows = connection.execute(query.where(_FOR_PURPOSE) if "purpose" in values else query, values)
    return rows.scalars().first()


def one_at_a_time(connection: Connection, person: Person) -> None:
    """Hold this person's place, and their other accounts', to the end of the transaction. SQLite has one writer."""
    if connection.dialect.name == "postgresql":
        digest = hashlib.sha256(f"limits {person.team} {min(person.ids)}".encode()).digest()
        key = int.from_bytes(digest[:8], "big", signed=True)
        connection.execute(select(func.pg_advisory_xact_lock(key)))
