"""What a person has and has to do: live grants, own requests, requests to decide. Ids only, no account data."""

from dataclasses import dataclass
from datetime import datetime

from bot.access.deciding.judge import may_approve, may_decide
from bot.access.deputising.absences import deputyships
from bot.access.deputising.deputies import Voice, effective_roles
from bot.access.grants import Grant, Request, later_grants, own_grants, own_pending, pending_requests
from bot.access.people import Directory, Person
from bot.access.rules.purposes import Rules
from bot.clock import Clock
from bot.database import Database

MOST = 50
GRANTS, LATER, ASKED = 12, 8, 8
"""Of a person's own, what is read: with their disclosures it fits a message."""


@dataclass(frozen=True, slots=True)
class Overview:
    """One person's side of things at this moment. `later`: grants that have not begun; `beyond`: how many grants and
    requests of theirs are not among these; `to_answer`: those of `asked` about which an approver asks them something.
    """

    grants: tuple[Grant, ...]
    asked: tuple[Request, ...]
    to_decide: tuple[Request, ...]
    later: tuple[Grant, ...] = ()
    beyond: int = 0
    to_answer: tuple[Request, ...] = ()


@dataclass(frozen=True, slots=True)
class Look:
    """Reads the overview."""

    database: Database
    rules: Rules
    clock: Clock
    directory: Directory

    def __call__(self, person: Person) -> Overview:
        """`to_decide` holds only what waits for this person's yes now, for others who are away too: never their own,
        and not what they agreed to already. (Deny, on the request itself, is theirs still.)
        """
        now = self.clock()
        stands = deputyships(self.database, self.directory, person, self.rules, now)
        voices = effective_roles(person, stands, now)
        with self.database.reading() as connection:
            waiting = pending_requests(connection, now, limit=MOST)
            grants = own_grants(connection, person, now, limit=GRANTS)
            later = later_grants(connection, person, now, limit=LATER)
            asked = own_pending(connection, person, now, limit=ASKED)
        return Overview(
            grants.these,
            asked.these,
            tuple(one for one in waiting if self._waits_for(person, one, voices, now)),
            later.these,
            grants.beyond + later.beyond + asked.beyond,
            tuple(one for one in asked.these if any(q.is_open and q.asked == person.id for q in one.questions)),
        )

    def _waits_for(self, person: Person, request: Request, voices: tuple[Voice, ...], now: datetime) -> bool:
        barred = may_decide(person, None, request, self.rules, now, voices)
        return barred is None and may_approve(person, request, self.rules, voices) is None
