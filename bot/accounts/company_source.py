"""What a company's own source of accounts implements: search, find and fetch, for one or several data classes.

Steward asks it only while an audit entry is open (see bot.accounts.joined, which alone calls it), gives it as long as
the configuration says, and masks what it gives back. A source knows nothing of people, purposes or the audit table.
Values are text, or tuples of texts for fields that hold a list; accounts are joined with those of other sources by
their id. `steward accounts conform` tries one out, and so do the checks of bot.accounts.conformance in its own tests.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from bot.accounts.layout import AccountLayout
from bot.accounts.source import How, Kind, SourceBroken, SourceDown, SourceSlow, Value, address_in

__all__ = [
    "Account",
    "AccountSource",
    "Contents",
    "Found",
    "How",
    "Kind",
    "Remark",
    "SourceBroken",
    "SourceDown",
    "SourceSettings",
    "SourceSlow",
    "SourceUnusable",
    "Value",
]


class SourceUnusable(Exception):
    """The source can't be put together from its settings. Its text is for operators and holds no secret."""


@dataclass(frozen=True, slots=True)
class Account:
    """One account that was found. `title`: those of the layout's title fields that it has, in full."""

    id: str
    kind: Kind | None = None
    title: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found, best first, at most as many as were asked for; `more`: there are others.

    `how` is the way that found them, or the last one tried: `id`, `exact` (an e-mail address, a domain, a phone
    number as a whole), `substring` (a part of a name), `similar` (a name with typing errors), `too_short`. `unread`:
    fields that can't be searched now, while others can.
    """

    accounts: tuple[Account, ...] = ()
    more: bool = False
    how: How = "substring"
    unread: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Contents:
    """What an account has: the values of some fields, and how many there are of others.

    `unread`: fields that can't be read now, while others can: the table that has them lost a column.
    """

    values: Mapping[str, Value] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    unread: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Remark:
    """Something about a source that `steward check` tells the operator. Holds no account's data."""

    level: Literal["ok", "warning", "fault"]
    what: str
    mend: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class SourceSettings:
    """What a source is made of.

    `name` is its own in steward.toml ("accounts" where there is only one); `layout` has the fields that it serves,
    `id` first, and which of them are searched; `classes` says which data class has which; `options` is its table of
    steward.toml, without what every source has; `environment` holds secrets by the names that the options give;
    relative file names count from `folder`. An answer that takes longer than `timeout_s` seconds is not waited for.
    """

    name: str
    layout: AccountLayout
    options: Mapping[str, Any] = field(default_factory=dict)
    timeout_s: float = 5.0
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    folder: Path = Path()
    classes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


class AccountSource(ABC):
    """Where the accounts of a company come from. Is asked from several threads at once.

    Every method raises SourceDown when the data can't be had, SourceSlow when it takes too long, and SourceBroken when
    the system is well and just what was asked for can't be read.
    """

    @abstractmethod
    def search(self, query: str, limit: int) -> Found:
        """By exact id first, then by what is found as a whole (e-mail, domain, phone), then by a part of the name.

        `query` is what a person typed, without control characters and outer space. What is found as a whole is
        compared without case. A part of a masked or hidden field finds nothing: it could be guessed letter by letter.
        """

    @abstractmethod
    def find(self, account_id: str) -> Account | None:
        """The account with exactly this id."""

    @abstractmethod
    def fetch(self, account_id: str, fields: Sequence[str]) -> Mapping[str, Value]:
        """The values of these fields, and of no others, that the account has. An unknown account has none."""

    @property
    def lists(self) -> frozenset[str]:
        """Fields that are known to hold lists, of which cards need only the number."""
        return frozenset()

    def count(self, account_id: str, fields: Sequence[str]) -> Mapping[str, int]:
        """How many values each of these fields has (1 for a text); fields that the account has not are left out."""
        values = self.fetch(account_id, fields)
        return {name: len(value) if isinstance(value, tuple) else 1 for name, value in values.items()}

    def contents(self, account_id: str, fields: Sequence[str], counted: Sequence[str]) -> Contents:
        """The values of `fields`, and how many each of `counted` has; what alone can't be read is named."""
        values = self.fetch(account_id, fields) if fields else {}
        return Contents(values, self.count(account_id, counted) if counted else {})

    def part(self, account_id: str, field: str, start: int, most: int) -> tuple[str, ...]:
        """At most `most` items of a list, from the one with number `start` (counted from 0) on, in a lasting order."""
        value = self.fetch(account_id, [field]).get(field, ())
        return () if isinstance(value, str) else value[start : start + most]

    def holds(self, account_id: str, field: str, address: str) -> bool:
        """Whether the e-mail address (in small letters) is in a field: by itself, or as "Ana <ana@inbox.example>"."""
        value = self.fetch(account_id, [field]).get(field, ())
        return any(address == address_in(item) for item in ((value,) if isinstance(value, str) else value))

    def unasked(self, account_id: str) -> str | None:  # noqa: ARG002 - most ask for any id
        """Why this source is never asked for an id, and what to write instead; None: it is asked."""
        return None

    def sample(self) -> str | None:
        """The id of any account, which `steward check` shows masked; None where that is not possible."""
        return None

    def check(self) -> Iterable[Remark]:
        """What an operator should know about this source. Reads no account's data."""
        return ()

    def close(self) -> None:  # noqa: B027 - most sources hold nothing
        """Give connections back. Is not asked anything afterwards."""
