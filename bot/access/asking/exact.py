"""Finding an account by its exact id alone, so that nothing can be browsed: for people of other companies always, and
for who may not look anybody up at the moment.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from sqlalchemy import Connection

from bot.access.people import Person
from bot.access.requests.drafts import Draft, Fault
from bot.access.requests.filing import Resolve
from bot.access.rules.processors import is_outsider
from bot.access.rules.purposes import Purpose, Rules
from bot.audit.ledger import OpenEntry

DASHES = re.compile("[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")
AROUND = "\"'`´‘’‚“”„«»‹›()[]{}<>*_~.,;:!?|…"
"""What stands around an id in a sentence, a table or a quotation, and at neither end of one."""

Browsing = Callable[[Connection, Person, Purpose], Fault | None]
"""Why this person may be shown no accounts to choose from for this purpose now, or None."""


Withheld = Callable[[Connection, str, Purpose, Rules], Collection[str]]
"""The fields of an account that are shown to nobody for this purpose, with a grant or without."""


class HasId(Protocol):
    """An account as far as this needs it."""

    @property
    def id(self) -> str: ...


Found = TypeVar("Found", bound=HasId)
Resolving = Callable[[str, OpenEntry], tuple[Sequence[Found], Fault | None]]


@dataclass(frozen=True, slots=True)
class Finder:
    """Finds the accounts that somebody names in a form. What a look-up would not show is not to be had there either."""

    resolve: Resolve
    browsing: Browsing
    withheld: Withheld

    def of(self, connection: Connection, person: Person, purpose: Purpose, rules: Rules) -> Resolve:
        """As this person may search for this purpose now."""
        if is_outsider(person, rules.processors):
            return by_exact_id(self.resolve, Fault.NO_MATCH)
        barred = self.browsing(connection, person, purpose)
        return by_exact_id(self.resolve, barred) if barred else self.resolve

    def closed(self, entry: OpenEntry, draft: Draft, purpose: Purpose, rules: Rules) -> Callable[[str], bool]:
        """Whether what is asked for would open nothing of an account (by its id), whoever approves it."""
        known = [rules.data_classes[key] for key in draft.data_classes if key in rules.data_classes]
        fields = {name for one in known for name in one.fields}

        def is_closed(account: str) -> bool:
            withheld = self.withheld(entry.connection, account, purpose, rules)
            return bool(withheld) and fields <= set(withheld)

        return is_closed

    def finds_nothing_out(self, connection: Connection, person: Person, purpose: Purpose, rules: Rules) -> bool:
        """Whether a form of this person's that can't be sent may not say which ids there are either."""
        if is_outsider(person, rules.processors):
            return True
        return self.browsing(connection, person, purpose) is not None


def by_exact_id(resolve: Resolving[Found], otherwise: Fault) -> Resolving[Found]:
    """The same, without what was found by anything but the id: no name, no suggestion, nothing that is near.

    `otherwise` is what all the rest comes to.
    """

    def exactly(query: str, entry: OpenEntry) -> tuple[Sequence[Found], Fault | None]:
        found, fault = resolve(query, entry)
        if fault is Fault.SOURCE_DOWN:
            return (), fault
        wanted = {query.strip().casefold(), as_meant(query).casefold()}
        same = tuple(one for one in found if one.id.casefold() in wanted)
        return same, None if same else otherwise

    return exactly


def as_meant(query: str) -> str:
    """Without quotes, brackets and punctuation around it and invisible characters in it, its dashes as they are typed.

    Word processors put in a hyphen that does not break, and chats a space of no width.
    """
    visible = "".join(letter for letter in query if unicodedata.category(letter) != "Cf")
    return DASHES.sub("-", visible).strip(AROUND + " \t\r\n")
