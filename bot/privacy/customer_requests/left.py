"""Who has something to do for customers' requests and can't see to it any more: the desk is told, once for each person.

Slack says nothing by itself when somebody leaves, so it is asked every few minutes about those who have something.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, false, select, true, union_all
from sqlmodel import col

from bot.access.people import Directory, Person, Standing
from bot.access.roles import is_officer
from bot.audit.ledger import Ledger
from bot.database import Database
from bot.effects import PRIVACY_DESK, Effects, Message
from bot.privacy.customer_requests.requests import CustomerRequest, Status, TaskStatus
from models.customer_request import CustomerRequest as RequestRow
from models.customer_request import CustomerRequestTask as TaskRow

LEFT: Final = "customer_request.left"
Holder = tuple[str, str]
"""Somebody by team and user id."""


def can_see_to(person: Person, *, owns: bool) -> bool:
    """Whether somebody can still see to what they have; `owns`: a whole request, which only officers may. Pure."""
    return person.standing is Standing.MEMBER and (is_officer(person) or not owns)


def left_name(team: str, person: str) -> str:
    """What the message about somebody speaks of."""
    return f"{team}/{person}"


def holder_of(about: str) -> Holder:
    """The team and the user id in what such a message speaks of."""
    team, _, person = about.partition("/")
    return team, person


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
    """Looks, in every replica: the message is the same, and goes once. `tells`: whether there is a privacy channel."""

    database: Database
    ledger: Ledger
    directory: Directory
    effects: Effects
    tells: bool

    def look(self) -> None:
        """Tell the desk of each who can't see to what they have. Raises DirectoryUnavailable: then it is done later."""
        if not self.tells:
            return
        with self.database.reading() as connection:
            holders = _holders(connection)
        gone = [one for one, owns in holders.items() if not can_see_to(self.directory.person(*one), owns=owns)]
        if gone:
            with self.ledger.transaction() as connection:
                told = (Message(LEFT, left_name(*one), PRIVACY_DESK) for one in gone)
                self.effects.send(connection, *told)


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
