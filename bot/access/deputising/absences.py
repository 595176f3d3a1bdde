"""Reading who is away and who stands in for whom. A decision asks Slack again what roles those who are away have."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection, Row, Select, select
from sqlmodel import col

from bot.access.deputising.deputies import Absence, Deputyship, approving_roles
from bot.access.people import Directory, Person, Standing
from bot.access.rules.purposes import Rules
from bot.audit.as_written import as_written
from bot.audit.entry import Action, Outcome
from bot.audit.listed_acts import LONGEST_ACT
from bot.audit.told import Told, is_about
from bot.database import Database
from models.absence import AccessAbsence, AccessReturn
from models.audit import AuditEntry

NONE: frozenset[str] = frozenset()

log = structlog.get_logger(__name__)


def read_absence(connection: Connection, number: int) -> Absence | None:
    """One absence, be it over."""
    rows = connection.execute(_absences().where(col(AccessAbsence.number) == number))
    return next((_absence(row) for row in rows), None)


def absences_of(connection: Connection, team: str, person: str, *, limit: int) -> tuple[Absence, ...]:
    """A person's absences, over or not, the newest first."""
    query = _absences().where(col(AccessAbsence.team) == team, col(AccessAbsence.person) == person)
    rows = connection.execute(query.order_by(col(AccessAbsence.number).desc()).limit(limit))
    return tuple(_absence(row) for row in rows)


def current_absences(connection: Connection, now: datetime) -> tuple[Absence, ...]:
    """Every absence of this moment, of all workspaces."""
    on = (col(AccessAbsence.since) <= now, col(AccessAbsence.until) > now, col(AccessReturn.at).is_(None))
    return tuple(
        _absence(row) for row in connection.execute(_absences().where(*on).order_by(col(AccessAbsence.number)))
    )


def away_now(connection: Connection, team: str, now: datetime) -> Mapping[str, Absence]:
    """Who is away at this moment, by user id. Of several absences of one person the newest counts."""
    query = _absences().where(
        col(AccessAbsence.team) == team,
        col(AccessAbsence.since) <= now,
        col(AccessAbsence.until) > now,
        col(AccessReturn.at).is_(None),
    )
    return {row.person: _absence(row) for row in connection.execute(query.order_by(col(AccessAbsence.number)))}


def deputyships(
    database: Database, directory: Directory, person: Person, rules: Rules, now: datetime, *, fresh: bool = False
) -> tuple[Deputyship, ...]:
    """For whom this person stands in now, with the approving roles that those have in Slack.

    Raises DirectoryUnavailable, where somebody is away whom this person stands in for.
    """
    with database.reading() as connection:
        away = away_now(connection, person.team, now)
        away = {key: one for key, one in away.items() if one.deputy == person.id and is_on_record(connection, one)}
    approving = approving_roles(rules)
    found = []
    for absence in away.values():
        if absence.deputy == person.id:
            absent = directory.person(absence.team, absence.person, fresh=fresh)
            found.append(Deputyship(absence, passed_on(absent, approving), absent.others))
    return tuple(found)


def is_on_record(connection: Connection, absence: Absence) -> bool:
    """Whether the last thing that the absent person's entries say of a deputy is this: whom they named, until when.

    The table is in no tree; whoever writes to the database could name themselves, or undo that somebody is back. Of
    an entry whose text was erased, who and when count.
    """
    if (said := _last_said(connection, absence)) is None:
        log.error("access.not_on_record", about=absence.name)
        return False
    deputy, _, until = (said["query"] or "").partition(" until ")
    if said["query"] is None:
        return True
    if deputy == absence.deputy and _is_until(until, absence.until):
        return True
    log.error("access.not_on_record", about=absence.name)
    return False


def _is_until(written: str, until: datetime) -> bool:
    try:
        return until - datetime.strptime(written, "%Y-%m-%dT%H:%M%z") < timedelta(minutes=1)
    except ValueError:
        return False


def _last_said(connection: Connection, absence: Absence) -> Told | None:
    """The entry by which they named a deputy, if it is about this absence and nothing followed it."""
    said = as_written(
        connection,
        col(AuditEntry.actor) == absence.person,
        col(AuditEntry.at) >= absence.since - LONGEST_ACT,
        col(AuditEntry.action) == Action.DEPUTISE.value,
        col(AuditEntry.outcome).in_([Outcome.DONE.value, Outcome.ENDED.value]),
    )
    last = next(said, None)
    if last is None or not is_about(last[0].at, absence.since):
        return None
    told = last[1]
    return told if told["outcome"] == Outcome.DONE else None


def passed_on(absent: Person, approving: frozenset[str]) -> frozenset[str]:
    """The roles that somebody who is away passes on: those that approve, while they are an employee."""
    return absent.roles & approving if absent.standing is Standing.MEMBER else NONE


def _absence(row: Row[int | None, str, str, str, datetime, datetime, datetime]) -> Absence:
    number, team, person, deputy, since, until, ended_at = row
    return Absence(number or 0, team, person, deputy, since, until, ended_at)


def _absences() -> Select[int | None, str, str, str, datetime, datetime, datetime]:
    return select(
        col(AccessAbsence.number),
        col(AccessAbsence.team),
        col(AccessAbsence.person),
        col(AccessAbsence.deputy),
        col(AccessAbsence.since),
        col(AccessAbsence.until),
        col(AccessReturn.at),
    ).outerjoin(AccessReturn, col(AccessReturn.absence) == col(AccessAbsence.number))
