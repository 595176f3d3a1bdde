"""Who has something to do for customers' requests and can't see to it any more: the desk is told, once each time.

Slack says nothing by itself when somebody leaves, so it is asked every few minutes about those who have something.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, bindparam, false, select, text, true, union_all, update
from sqlmodel import col
from sqlmodel.sql.sqltypes import UTCDateTime

from bot.access.people import Directory, Person, Standing
from bot.access.roles import is_officer
from bot.audit.ledger import Ledger
from bot.clock import Clock
from bot.database import Database
from bot.effects import PRIVACY_DESK, Effects, Message
from bot.privacy.customer_requests.requests import CustomerRequest, Status, TaskStatus
from models.customer_request import CustomerRequest as RequestRow
from models.customer_request import CustomerRequestLeft
from models.customer_request import CustomerRequestTask as TaskRow
from models.tables import table_of

LEFT: Final = "customer_request.left"
Holder = tuple[str, str]
"""Somebody by team and user id."""
LEFT_ROWS: Final = table_of(CustomerRequestLeft)
BEGIN: Final = text(
    "INSERT INTO customer_request_left (team, person, times, since) VALUES (:team, :person, 1, :now) "
    "ON CONFLICT (team, person) DO UPDATE SET times = customer_request_left.times + 1, since = :now, ended_at = NULL "
    "WHERE customer_request_left.ended_at IS NOT NULL RETURNING times"
).bindparams(bindparam("now", type_=UTCDateTime()))


def can_see_to(person: Person, *, owns: bool) -> bool:
    """Whether somebody can still see to what they have; `owns`: a whole request, which only officers may. Pure."""
    return person.standing is Standing.MEMBER and (is_officer(person) or not owns)


def left_name(team: str, person: str, times: int) -> str:
    """What the message about somebody speaks of, of whom it is the first, the second … message."""
    return f"{team}/{person}" if times == 1 else f"{team}/{person}/{times}"


def holder_of(about: str) -> Holder:
    """The team and the user id in what such a message speaks of."""
    team, person = about.split("/")[:2]
    return team, person


def left_names(connection: Connection, team: str, people: Sequence[str]) -> tuple[str, ...]:
    """What the last message about each of these speaks of."""
    known = select(LEFT_ROWS.c.person, LEFT_ROWS.c.times).where(
        LEFT_ROWS.c.team == team, LEFT_ROWS.c.person.in_(people)
    )
    times = {str(person): int(number) for person, number in connection.execute(known)} if people else {}
    return tuple(left_name(team, one, times.get(one, 1)) for one in people)


def let_go(before: CustomerRequest, after: CustomerRequest) -> tuple[str, ...]:
    """Who has less to do for a request after a change than before. Pure."""
    had, have = _held(before), _held(after)
    return tuple(person for person, things in had.items() if things - have.get(person, frozenset()))


def _held(request: CustomerRequest) -> Mapping[str, frozenset[int]]:
    """What each has to do while it is open: tasks by their positions, 0 for the whole."""
    things: dict[str, set[int]] = {}
    for task in request.tasks if request.is_open else ():
        if task.status is TaskStatus.OPEN and task.assignee is not None:
            things.setdefault(task.assignee, set()).add(task.position)
    if request.is_open and request.owner is not None:
        things.setdefault(request.owner, set()).add(0)
    return {person: frozenset(held) for person, held in things.items()}


@dataclass(frozen=True, slots=True)
class Left:
    """Looks, in every replica: the message goes once each time. `tells`: whether there is a privacy channel."""

    database: Database
    ledger: Ledger
    directory: Directory
    effects: Effects
    clock: Clock
    tells: bool

    def look(self) -> None:
        """Tell the desk of each who can't see to what they have. Raises DirectoryUnavailable: then it is done later."""
        if not self.tells:
            return
        with self.database.reading() as connection:
            holders, known = _holders(connection), _left(connection)
        gone = {one for one, owns in holders.items() if not can_see_to(self.directory.person(*one), owns=owns)}
        if gone != known:
            with self.ledger.transaction() as connection:
                for one in sorted(gone - known):
                    self._begin(connection, *one)
                for one in sorted(known - gone):
                    self._end(connection, *one)

    def _begin(self, connection: Connection, team: str, person: str) -> None:
        """Of several replicas one notes it, and tells the desk."""
        row = {"team": team, "person": person, "now": self.clock()}
        times = connection.execute(BEGIN, row).scalar()
        if times is not None:
            self.effects.send(connection, Message(LEFT, left_name(team, person, int(times)), PRIVACY_DESK))

    def _end(self, connection: Connection, team: str, person: str) -> None:
        """The last message then says so; the next time is told in one of its own."""
        names = left_names(connection, team, (person,))
        lasts = (LEFT_ROWS.c.team == team, LEFT_ROWS.c.person == person, LEFT_ROWS.c.ended_at.is_(None))
        if connection.execute(update(LEFT_ROWS).where(*lasts).values(ended_at=self.clock())).rowcount == 1:
            self.effects.refresh(connection, *names)


def _left(connection: Connection) -> set[Holder]:
    """Of whom the desk was told, as long as it lasts."""
    lasting = select(LEFT_ROWS.c.team, LEFT_ROWS.c.person).where(LEFT_ROWS.c.ended_at.is_(None))
    return {(str(team), str(person)) for team, person in connection.execute(lasting)}


def _holders(connection: Connection) -> dict[Holder, bool]:
    """Who has something to do for open requests, and whether they own one."""
    is_open = col(RequestRow.status) == Status.OPEN.value
    owners = select(col(RequestRow.team), col(RequestRow.owner), true().label("owns")).where(
        is_open, col(RequestRow.owner).is_not(None)
    )
    assigned = (
        select(col(RequestRow.team), col(TaskRow.assignee), false().label("owns"))
        .join(RequestRow, col(TaskRow.request) == col(RequestRow.number))
        .where(is_open, col(TaskRow.status) == TaskStatus.OPEN.value, col(TaskRow.assignee).is_not(None))
    )
    found: dict[Holder, bool] = {}
    for team, person, owns in connection.execute(union_all(owners, assigned)):
        one = str(team), str(person)
        found[one] = found.get(one, False) or bool(owns)
    return found
