"""The one door to account data, wherever it is kept. It answers only under an open audit entry."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Final, Literal, NamedTuple, Protocol

from bot.audit.ledger import OpenEntry

Kind = Literal["business", "individual"]
How = Literal["id", "exact", "substring", "similar", "too_short"]
Value = str | tuple[str, ...]
WhyUnread = Literal["down", "slow", "broken", "shared"]
_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})
_IN_WORDS: Final = re.compile(r"<([^<>]*)>\s*$")


class SourceDown(Exception):
    """A source can't be reached or can't answer now. Carries no text of the driver's, which could quote values."""

    why: WhyUnread = "down"


class SourceSlow(SourceDown):
    """A source did not answer in time."""

    why: WhyUnread = "slow"


class SourceBroken(SourceDown):
    """A source answers, but what was asked is not there as it is configured, or may not be read any more.

    Of what else it has, everything can be read.
    """

    why: WhyUnread = "broken"


class SeveralOfOneId(SourceDown):
    """A source answered, with several accounts of one id: nothing of them can be shown, and of others everything.

    `account_id` is for the audit entry, and for whoever mends it; it is not in the exception's text.
    """

    why: WhyUnread = "shared"

    def __init__(self, account_id: str) -> None:
        super().__init__()
        self.account_id = account_id


class NoOpenEntry(Exception):
    """Account data was asked for without an audit entry that is still being written."""


class AccountRef(NamedTuple):
    """The little of an account that a suggestion or a headline shows. A named tuple, as searches make many quickly.

    `title`: the title fields that it has, as they may be shown: an individual's are masked already. Not `known`: the
    source that knows who it is did not answer, so that it is taken for an individual's until it does.
    """

    id: str
    kind: Kind | None = None
    title: Mapping[str, str] = _NOTHING
    known: bool = True

    @property
    def is_individual(self) -> bool:
        """Whether a person stands behind it, or may, of whom less is shown than of a business."""
        return self.kind == "individual" or not self.known


class Matches(NamedTuple):
    """What a search found, best first; `more`: there are others beyond the limit. Nothing found is an empty tuple.

    `how` is the way that found them, or the last one tried; `too_short`: names were not searched. `unread`: fields that
    were not searched, because their source did not answer, or they can't be read in it.
    """

    refs: tuple[AccountRef, ...]
    how: How
    more: bool = False
    unread: Mapping[str, WhyUnread] = _NOTHING


@dataclass(frozen=True, slots=True)
class Record:
    """Values of the fields that were asked for and that the account has.

    `counts`: of fields of which only the number was asked, how many there are (1 for a text). `unread`: fields that
    could not be read, because their source did not answer, or they can't be read in it.
    """

    ref: AccountRef
    values: Mapping[str, Value]
    counts: Mapping[str, int] = field(default_factory=dict)
    unread: Mapping[str, WhyUnread] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a record whose lists are long: `record` has texts, and of each list the items on the page.

    `totals`: how many items each list has in all; `number` counts from 1 to `pages`, which are those of the longest.
    """

    record: Record
    totals: Mapping[str, int]
    number: int
    pages: int


class Source(Protocol):
    """Where accounts come from. Each method answers while the entry's own transaction is open.

    Each raises NoOpenEntry unless `entry` is open, sqlalchemy.exc.SQLAlchemyError when Steward's own database can't be
    read, and SourceDown or SourceSlow when a source of the company's has to answer and does not.
    """

    @property
    def lists(self) -> frozenset[str]:
        """Fields that are known to hold lists: of those, only ask for a number or a page."""
        ...

    def search(self, query: str, *, limit: int, entry: OpenEntry) -> Matches:
        """By id, e-mail, domain, phone or name, at most `limit`."""
        ...

    def find(self, account_id: str, *, entry: OpenEntry) -> AccountRef | None:
        """The account with exactly this id."""
        ...

    def fetch(self, ref: AccountRef, fields: Sequence[str], *, counts: Sequence[str] = (), entry: OpenEntry) -> Record:
        """Read these fields and no others; of those in `counts` read only how many values they have."""
        ...

    def page(self, ref: AccountRef, fields: Sequence[str], number: int, *, size: int, entry: OpenEntry) -> Page:
        """Read these fields and no others, of lists at most `size` items. A number beyond the ends is the nearest."""
        ...

    def holds(self, ref: AccountRef, fields: Sequence[str], address: str, *, entry: OpenEntry) -> bool:
        """Whether a whole e-mail address (in small letters) is in one of these fields."""
        ...

    def close(self) -> None:
        """Give back what is held, at the end."""
        ...


def failure_of(ref: AccountRef, unread: Mapping[str, WhyUnread]) -> SourceDown:
    """What to raise where nothing of what was asked could be read; first what trying again may mend."""
    if "slow" in unread.values():
        return SourceSlow()
    if "down" in unread.values():
        return SourceDown()
    return SourceBroken() if "broken" in unread.values() else SeveralOfOneId(ref.id)


def page_of(record: Record, number: int, size: int) -> Page:
    """A page of a record that was read whole."""
    lists = {name: value for name, value in record.values.items() if isinstance(value, tuple)}
    totals = {name: len(value) for name, value in lists.items()}
    number, pages = nearest_page(number, totals, size)
    parts = {name: value[(number - 1) * size : number * size] for name, value in lists.items()}
    return Page(replace(record, values={**record.values, **parts}), totals, number, pages)


def nearest_page(number: int, totals: Mapping[str, int], size: int) -> tuple[int, int]:
    """The page that is there, and how many there are."""
    pages = max(1, math.ceil(max(totals.values(), default=0) / size))
    return min(max(number, 1), pages), pages


def address_in(item: str) -> str:
    """The e-mail address of a list's item, in small letters: of "Ana <ana@inbox.example>" what is in the brackets."""
    named = _IN_WORDS.search(item)
    return (named[1] if named else item).strip().casefold()


def demand_open(entry: OpenEntry) -> None:
    """Raise NoOpenEntry unless the entry is still being written in a transaction that is still there.

    A connection that is closed has none.
    """
    if entry.outcome is not None or not entry.connection.in_transaction():
        raise NoOpenEntry("account data is read only while an audit entry is open")
