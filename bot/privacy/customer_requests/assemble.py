"""For an access request: what the person who works on it may see of the account, and the report of who looked.

Each purpose of theirs is a look-up of its own and each class under a grant a reveal, through the one door and with its
entries: nothing is seen that they could not see by themselves. What belongs to the customer's own readers is left out.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from bot.access.decide import purposes_of
from bot.access.people import Conversation, Person
from bot.access.purposes import Shown
from bot.accounts.look_up import LookUp
from bot.accounts.results import Card, Line, Revealed
from bot.accounts.reveal import Reveal
from bot.audit.ledger import Origin
from bot.audit.report import NotReported, Report
from bot.audit.reports.customer import CustomerReport
from bot.privacy.customer_requests.decide import Why
from bot.privacy.customer_requests.requests import CustomerRequest, Kind
from bot.privacy.customer_requests.work import NotChanged, Work

MOST_PAGES: Final = 40  # of one class; each is an entry
FOR: Final = frozenset({Kind.ACCESS, Kind.PORTABILITY})

Data = dict[str, str | list[str]]


@dataclass(frozen=True, slots=True)
class Assembled:
    """What was found. `data`: by class the fields that may be seen; `left_out`: classes of which something may not.

    `entries` are the audit entries of all that was looked at; `cut`: classes with more than could be put in.
    """

    request: CustomerRequest
    data: dict[str, Data]
    left_out: tuple[str, ...]
    entries: tuple[str, ...]
    report: CustomerReport | None
    cut: tuple[str, ...] = ()


@dataclass(slots=True)
class _Collected:
    data: dict[str, Data] = field(default_factory=dict)
    closed: dict[str, None] = field(default_factory=dict)
    entries: list[str] = field(default_factory=list)
    cut: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Assemble:
    """Raises NotRecorded when an entry can't be committed: then nothing is shown."""

    work: Work
    look_up: LookUp
    reveal: Reveal
    report: Report

    def __call__(
        self, origin: Origin, person: Person, conversation: Conversation, number: int
    ) -> Assembled | NotChanged:
        """For whoever may see the request: an officer, its owner, or somebody with a task of it."""
        opened = self.work.open(origin, person, conversation, number)
        if isinstance(opened, NotChanged):
            return opened
        request = opened.request
        if request.kind not in FOR or not request.is_open:
            return NotChanged(opened.entry, Why.NOT_ACCESS if request.is_open else Why.CLOSED_ALREADY, request)
        steps = _steps(origin)
        found = _Collected(entries=[opened.entry])
        for purpose in purposes_of(person, self.look_up.rules):
            looked = self.look_up.open(next(steps), person, conversation, request.account, purpose.key)
            found.entries.append(looked.entry)
            if isinstance(looked, Card):
                for line in looked.lines:
                    self._line(found, steps, person, conversation, looked, line)
        made = self.report(next(steps), person, conversation, request.account)
        report = None if isinstance(made, NotReported) else made
        found.entries.append(made.entry)
        left_out = tuple(label for label in found.closed if label not in found.data)
        return Assembled(request, found.data, left_out, tuple(found.entries), report, tuple(found.cut))

    def _line(
        self,
        found: _Collected,
        steps: Iterator[Origin],
        person: Person,
        conversation: Conversation,
        card: Card,
        line: Line,
    ) -> None:
        label = line.data_class.label
        if line.data_class.belongs_to_customer or line.unread:
            found.closed[label] = None
        elif line.grant is not None:
            self._reveal(found, steps, person, conversation, card, line)
        elif line.shown is Shown.OPEN:
            found.data.setdefault(label, {}).update(line.values)
        else:
            found.closed[label] = None

    def _reveal(
        self,
        found: _Collected,
        steps: Iterator[Origin],
        person: Person,
        conversation: Conversation,
        card: Card,
        line: Line,
    ) -> None:
        """Every page of a class under a grant, up to so many."""
        key, data = line.data_class.key, Data()
        page, pages = 1, 1
        while page <= min(pages, MOST_PAGES):
            seen = self.reveal(next(steps), person, conversation, card.ref.id, key, card.purpose.key, page)
            found.entries.append(seen.entry)
            if not isinstance(seen, Revealed):
                found.closed[line.data_class.label] = None
                return
            pages = seen.pages
            _add(data, seen)
            page += 1
        if pages > MOST_PAGES:
            found.cut.append(line.data_class.label)
        found.data.setdefault(line.data_class.label, {}).update(data)


def _add(data: Data, seen: Revealed) -> None:
    data.update(seen.values)
    for name, items in seen.lists.items():
        before = data.get(name, [])
        data[name] = [*(before if isinstance(before, list) else [before]), *items]


def _steps(origin: Origin) -> Iterator[Origin]:
    """Each look-up is an entry of its own; a second delivery of the press is known by the first of them."""
    number = 0
    while True:
        number += 1
        yield replace(origin, request=f"{origin.request}/{number}" if origin.request else None)
