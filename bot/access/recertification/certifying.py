"""A list of who may look up for what, and who may say that it is right. Pure, and reading it from its tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, Row, select
from sqlmodel import col

from bot.access.people import Person, Standing
from bot.access.reasons import Reason
from bot.access.roles import PRIVACY, is_officer
from bot.access.rules.purposes import Rules
from bot.numbers import whole_number
from models.recertification import RecertificationLine, RecertificationList, RoleRemoval

MOST = 100


class Verdict(StrEnum):
    """What was said of a person: they keep it, lose it, or Slack shows them gone by now."""

    KEEP = "keep"
    REMOVE = "remove"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Line:
    """One person of a list, with what they may look up for and how often they did in the term before."""

    person: str
    purposes: tuple[str, ...]
    data_classes: tuple[str, ...]
    looks: int
    verdict: Verdict | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """One group's list of one term."""

    number: int
    term: str
    role: str
    team: str
    owner: str | None
    opened_at: datetime
    due_at: datetime
    escalated_at: datetime | None
    closed_at: datetime | None
    lines: tuple[Line, ...] = ()

    @property
    def name(self) -> str:
        """Readable aloud: RC-3."""
        return list_name(self.number)

    @property
    def open_lines(self) -> tuple[Line, ...]:
        """Those that nobody has decided."""
        return tuple(one for one in self.lines if one.verdict is None)


@dataclass(frozen=True, slots=True)
class Removal:
    """Somebody is to leave a group; `ended` says how it came to an end: "gone" or "lifted"."""

    number: int
    team: str
    person: str
    role: str
    removed_at: datetime
    removed_by: str
    ended: str | None
    ended_at: datetime | None
    ended_by: str | None

    @property
    def name(self) -> str:
        """Readable aloud: RM-2."""
        return f"RM-{self.number}"


def list_name(number: int) -> str:
    """What people call a list."""
    return f"RC-{number}"


def told_about(number: int) -> tuple[str, str]:
    """What messages about a list may speak of: its name, and the one that lists had before, which rulings have too."""
    return list_name(number), f"L-{number}"


def named_number(name: str) -> int:
    """The number in "RC-3" or "RM-2", and in "L-3" as stored work still calls a list; 0 where there is none."""
    return whole_number(name.rpartition("-")[2]) or 0


def may_certify(person: Person, listing: Listing, line: Line) -> Reason | None:
    """Why this person may not say so of this line, or None.

    The owner decides about the others; the privacy office about the owner, and about all once the list is overdue or
    where there is no owner. Nobody decides about themselves.
    """
    if person.team != listing.team or person.standing is not Standing.MEMBER:
        return Reason.NOT_THE_OWNER
    if line.person in person.ids:
        return Reason.CONCERNS_YOU
    if person.id == listing.owner:
        return None
    office = listing.owner is None or line.person == listing.owner or listing.escalated_at is not None
    return None if office and PRIVACY in person.roles else Reason.NOT_THE_OWNER


def lines_for(person: Person, listing: Listing) -> tuple[Line, ...]:
    """The open lines that this person may decide."""
    return tuple(one for one in listing.open_lines if may_certify(person, listing, one) is None)


def may_lift(person: Person, removal: Removal | None) -> Reason | None:
    """Why this person may not give somebody their group back, or None: a privacy officer, never for themselves."""
    if removal is None or removal.team != person.team:
        return Reason.NO_SUCH_REQUEST
    if removal.person in person.ids:
        return Reason.CONCERNS_YOU
    if not is_officer(person):
        return Reason.NOT_A_PRIVACY_OFFICER
    return Reason.NOT_LIVE if removal.ended is not None else None


def gives(role: str, rules: Rules) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The purposes that a group gives, and the data classes that these reach."""
    purposes = [one for one in rules.purposes.values() if role in one.groups]
    classes = dict.fromkeys(key for one in purposes for key in one.data_classes)
    return tuple(one.key for one in purposes), tuple(classes)


def read_listing(connection: Connection, number: int) -> Listing | None:
    """One list with its lines."""
    return next(iter(read_listings(connection, col(RecertificationList.number) == number)), None)


def open_listings(connection: Connection) -> tuple[Listing, ...]:
    """All lists that are not closed, the oldest first."""
    return read_listings(connection, col(RecertificationList.closed_at).is_(None))


def read_listings(connection: Connection, wanted: ColumnElement[bool], most: int | None = MOST) -> tuple[Listing, ...]:
    """The lists that a condition picks, with their lines."""
    query = select(RecertificationList).where(wanted).order_by(col(RecertificationList.number)).limit(most)
    rows = connection.execute(query).all()
    lines = select(RecertificationLine).where(col(RecertificationLine.of).in_([row.number for row in rows]))
    by_list: dict[int, list[Line]] = {}
    for row in connection.execute(lines.order_by(col(RecertificationLine.person))):
        verdict = Verdict(row.verdict) if row.verdict else None
        said = verdict, row.decided_by, row.decided_at
        line = Line(row.person, tuple(row.purposes), tuple(row.data_classes), row.looks, *said)
        by_list.setdefault(row.of, []).append(line)
    return tuple(_listing(row, by_list.get(row.number, ())) for row in rows)


def _listing(row: Row[RecertificationList], lines: Sequence[Line]) -> Listing:
    return Listing(
        number=row.number or 0,
        term=row.term,
        role=row.role,
        team=row.team,
        owner=row.owner,
        opened_at=row.opened_at,
        due_at=row.due_at,
        escalated_at=row.escalated_at,
        closed_at=row.closed_at,
        lines=tuple(lines),
    )


def read_removals(connection: Connection, wanted: ColumnElement[bool]) -> tuple[Removal, ...]:
    """The removals that a condition picks, the oldest first."""
    query = select(RoleRemoval).where(wanted).order_by(col(RoleRemoval.number)).limit(MOST)
    return tuple(
        Removal(
            row.number,
            row.team,
            row.person,
            row.role,
            row.removed_at,
            row.removed_by,
            row.ended,
            row.ended_at,
            row.ended_by,
        )
        for row in connection.execute(query)
    )
