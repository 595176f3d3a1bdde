"""Lists of customers' requests: what is open or ended, everything for officers and their own for others."""

from dataclasses import dataclass

from bot.access.people import Conversation, Person
from bot.access.roles import is_officer
from bot.audit.entry import Action, Outcome
from bot.audit.ledger import Ledger, Origin
from bot.database import Database
from bot.privacy.customer_requests.decide import may_register
from bot.privacy.customer_requests.requests import (
    CustomerRequest,
    ended_requests,
    number_ended,
    number_open,
    open_requests,
)
from bot.privacy.customer_requests.work import NotChanged

MOST = 10  # at once, on a page of the list and in App Home


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of what concerns this person; `all` for officers. `total` counts what is on all pages.

    `ended`: what was closed or registered by mistake, instead of what is open; `others` counts the other ones.
    """

    entry: str
    requests: tuple[CustomerRequest, ...]
    all: bool
    total: int
    page: int = 1
    ended: bool = False
    others: int = 0

    @property
    def pages(self) -> int:
        """How many there are; one where there is nothing."""
        return max(1, -(-self.total // MOST))


@dataclass(frozen=True, slots=True)
class Listing:
    """Raises NotRecorded and AlreadyHandled like the ledger."""

    database: Database
    ledger: Ledger

    def __call__(
        self, origin: Origin, person: Person, conversation: Conversation, page: int = 1, *, ended: bool = False
    ) -> Listed | NotChanged:
        """A page of the list. Looking is recorded, each page by itself."""
        query = "requests ended" if ended else "requests"
        with self.ledger.entry(origin, Action.CUSTOMER_REQUEST, query=query) as entry:
            if reason := may_register(person, conversation):
                entry.close(Outcome.REFUSED, reason)
                return NotChanged(entry.id, reason)
            read, whose = entry.connection, None if is_officer(person) else person.id
            counts = number_open(read, person.team, whose), number_ended(read, person.team, whose)
            others, total = counts if ended else counts[::-1]
            page, read_page = max(1, min(page, -(-total // MOST))), ended_requests if ended else open_requests
            found = read_page(read, person.team, MOST, whose, offset=(page - 1) * MOST)
            entry.close(Outcome.DISCLOSED if found else Outcome.NOT_FOUND, "listed")
            return Listed(entry.id, found, whose is None, total, page, ended, others)

    def mine(self, person: Person) -> tuple[CustomerRequest, ...]:
        """What is open and waits for this person, for App Home: ids only, and one more than is shown.

        They own it or have a task of it; for privacy officers, also what nobody owns yet.
        """
        with self.database.reading() as connection:
            return open_requests(connection, person.team, MOST + 1, person.id, nobodys=is_officer(person))
