"""For an access request: what the person who works on it may see of the account, and the report of who looked.

Each purpose of theirs is a look-up of its own and each class under a grant a reveal, through the one door and with its
entries: nothing is seen that they could not see by themselves. What belongs to the customer's own readers is left out.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from bot.access.decide import purposes_of
from bot.access.people import Conversation, Person
from bot.access.reasons import Reason
from bot.access.rules.purposes import Shown
from bot.accounts.look_up import LookUp
from bot.accounts.results import Card, Line, NotFound, Refused, Revealed
from bot.accounts.reveal import Reveal
from bot.accounts.unread import REASONS
from bot.audit.ledger import Origin
from bot.audit.reports.customer import CustomerReport
from bot.audit.reports.making import NotReported, Report
from bot.privacy.customer_requests.requests import CustomerRequest
from bot.privacy.customer_requests.work import NotChanged, Work

MOST_PAGES: Final = 40  # of one class; each is an entry
PASSING: Final = frozenset({*REASONS.values(), Reason.TOO_MANY_LOOK_UPS, Reason.POLICY_UNREAD, Reason.NO_MATCH})
"""Why a look-up showed nothing to somebody who may see it: the data is not complete, whatever it holds."""

Data = dict[str, str | list[str]]


@dataclass(frozen=True, slots=True)
class Assembled:
    """What was found. `data`: by class the fields that may be seen; `left_out`: classes of which something may not,
    those of no purpose of this person's too; `held`: those that are the customer's own, and in no file.

    `entries` are the audit entries of all that was looked at; `cut`: classes with more than could be put in; `unread`:
    classes of which something could not be read now, and `why` that and whole look-ups came to nothing.
    """

    request: CustomerRequest
    data: dict[str, Data]
    left_out: tuple[str, ...]
    entries: tuple[str, ...]
    report: CustomerReport | None
    cut: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    why: tuple[Reason, ...] = ()
    held: tuple[str, ...] = ()

    @property
    def was_read(self) -> bool:
        """Whether all could be read that this person may see. What is cut stays cut, however often it is tried."""
        return not (self.unread or self.why)

    @property
    def is_whole(self) -> bool:
        """Whether it is all that is held, the customer's own readers aside: something, and nothing of it kept back."""
        return bool(self.data) and self.was_read and not self.cut and not self.left_out


@dataclass(slots=True)
class _Collected:
    data: dict[str, Data] = field(default_factory=dict)
    closed: dict[str, set[str]] = field(default_factory=dict)
    entries: list[str] = field(default_factory=list)
    cut: list[str] = field(default_factory=list)
    unread: dict[str, None] = field(default_factory=dict)
    why: dict[Reason, None] = field(default_factory=dict)

    def close(self, label: str, fields: tuple[str, ...] = ()) -> None:
        """Something of this class may not be seen: these fields, or nothing of it."""
        self.closed.setdefault(label, set()).update(fields)

    def missed(self, label: str | None, reason: Reason) -> None:
        """Something may be seen, and could not be read; `label` is the class where it is about one."""
        self.why[reason] = None
        if label is not None:
            self.unread[label] = None

    @property
    def left_out(self) -> tuple[str, ...]:
        """Classes that are not there, or of which fields are not, under any purpose."""
        return tuple(
            label for label, fields in self.closed.items() if label not in self.data or fields - self.data[label].keys()
        )


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
        opened = self.work.open(origin, person, conversation, number, assembling=True)
        if isinstance(opened, NotChanged):
            return opened
        request = opened.request
        steps = _steps(origin)
        found = _Collected(entries=[opened.entry])
        for purpose in purposes_of(person, self.look_up.rules):
            looked = self.look_up.open(next(steps), person, conversation, request.account, purpose.key)
            found.entries.append(looked.entry)
            if isinstance(looked, Card):
                for line in looked.lines:
                    self._line(found, steps, person, conversation, looked, line)
            elif isinstance(looked, NotFound | Refused) and looked.reason in PASSING:
                found.missed(None, looked.reason)
        made = self.report(next(steps), person, conversation, request.account)
        found.entries.append(made.entry)
        self._beyond(found)
        return self._assembled(request, found, None if isinstance(made, NotReported) else made)

    def _beyond(self, found: _Collected) -> None:
        """What no purpose of this person's reaches is not in it either, and is said so."""
        for one in self.look_up.rules.data_classes.values():
            if one.label not in found.data and not one.belongs_to_customer:
                found.close(one.label)

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
        if line.data_class.belongs_to_customer:
            return
        if line.grant is not None:
            self._reveal(found, steps, person, conversation, card, line)
        elif line.shown is Shown.OPEN:
            if line.unread:
                found.missed(label, REASONS[line.unread])
            masked = tuple(name for name in line.values if self._is_masked(card, name))
            if line.withheld or masked:
                found.close(label, (*line.withheld, *masked))
            seen = {name: value for name, value in line.values.items() if name not in masked}
            found.data.setdefault(label, {}).update(seen)
        else:
            found.close(label)

    def _is_masked(self, card: Card, name: str) -> bool:
        """The names of an individual are masked also where a business's stand in full: nothing to send to anybody."""
        return card.ref.is_individual and name in self.look_up.rules.name_fields

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
        key, label, data = line.data_class.key, line.data_class.label, Data()
        page, pages = 1, 1
        while page <= min(pages, MOST_PAGES):
            seen = self.reveal(next(steps), person, conversation, card.ref.id, key, card.purpose.key, page)
            found.entries.append(seen.entry)
            if not isinstance(seen, Revealed):
                _not_revealed(found, label, seen.reason)
                return
            for why in seen.unread.values():
                found.missed(label, REASONS[why])
            if seen.withheld:
                found.close(label, seen.withheld)
            pages = seen.pages
            _add(data, seen)
            page += 1
        if pages > MOST_PAGES:
            found.cut.append(label)
        found.data.setdefault(label, {}).update(data)

    def _assembled(self, request: CustomerRequest, found: _Collected, report: CustomerReport | None) -> Assembled:
        return Assembled(
            request,
            found.data,
            found.left_out,
            tuple(found.entries),
            report,
            tuple(found.cut),
            tuple(found.unread),
            tuple(found.why),
            tuple(one.label for one in self.look_up.rules.data_classes.values() if one.belongs_to_customer),
        )


def _not_revealed(found: _Collected, label: str, reason: Reason) -> None:
    if reason in PASSING:
        found.missed(label, reason)
    else:
        found.close(label)


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
