"""The one door to account data, wherever it is kept. It answers only under an open audit entry."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from bot.audit.ledger import OpenEntry

Kind = Literal["business", "individual"]
How = Literal["id", "exact", "substring", "similar", "too_short"]
Value = str | tuple[str, ...]


class NoOpenEntry(Exception):
    """Account data was asked for without an audit entry that is still being written."""


@dataclass(frozen=True, slots=True)
class AccountRef:
    """The little of an account that a suggestion or a headline shows.

    `title`: the title fields that it has, as they may be shown: an individual's are masked already.
    """

    id: str
    kind: Kind | None = None
    title: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_individual(self) -> bool:
        """Whether a person stands behind it, of whom less is shown than of a business."""
        return self.kind == "individual"


@dataclass(frozen=True, slots=True)
class Matches:
    """What a search found, best first; `more`: there are others beyond the limit. Nothing found is an empty tuple.

    `how` is the way that found them, or the last one tried; `too_short`: names were not searched.
    """

    refs: tuple[AccountRef, ...]
    more: bool
    how: How


@dataclass(frozen=True, slots=True)
class Record:
    """Values of the fields that were asked for and that the account has.

    `counts`: of fields of which only the number was asked, how many there are (1 for a text).
    """

    ref: AccountRef
    values: Mapping[str, Value]
    counts: Mapping[str, int] = field(default_factory=dict)


class Source(Protocol):
    """Where accounts come from. Each method reads within the entry's own transaction.

    Each raises NoOpenEntry unless `entry` is open, and sqlalchemy.exc.SQLAlchemyError when the data can't be read.
    """

    def search(self, query: str, *, limit: int, entry: OpenEntry) -> Matches:
        """By id, e-mail, domain, phone or name, at most `limit`."""
        ...

    def find(self, account_id: str, *, entry: OpenEntry) -> AccountRef | None:
        """The account with exactly this id."""
        ...

    def fetch(self, ref: AccountRef, fields: Sequence[str], *, counts: Sequence[str] = (), entry: OpenEntry) -> Record:
        """Read these fields and no others; of those in `counts` read only how many values they have."""
        ...


def demand_open(entry: OpenEntry) -> None:
    """Raise NoOpenEntry unless the entry is still being written in a transaction that is still there."""
    if not entry.is_open or entry.connection.closed or not entry.connection.in_transaction():
        raise NoOpenEntry("account data is read only while an audit entry is open")
