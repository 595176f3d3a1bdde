"""The company's own sources as one Source: behind the same door, joined by the account's id, one or several.

The one place that asks a company's source. It answers only while an audit entry is open, asks each source for the
fields that it serves and no others, and says of which fields no answer came.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NoReturn, TypeVar

from bot.accounts.company_source import Account, AccountSource, Contents, Found
from bot.accounts.embedded import cleaned
from bot.accounts.in_time import InTime
from bot.accounts.keys import is_email
from bot.accounts.layout import ID, AccountLayout
from bot.accounts.masks import mask
from bot.accounts.source import (
    AccountRef,
    Matches,
    Page,
    Record,
    SeveralOfOneId,
    SourceBroken,
    SourceDown,
    Value,
    WhyUnread,
    demand_open,
    nearest_page,
    page_of,
)
from bot.audit.ledger import OpenEntry
from bot.database import aside

INDIVIDUAL = "individual"
FOUND_WHOLE = ("id", "exact")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Part:
    """One of the company's sources: how it is asked, and the fields that it serves."""

    asked: InTime
    layout: AccountLayout

    @property
    def source(self) -> AccountSource:
        """The source itself."""
        return self.asked.source

    def of(self, fields: Sequence[str]) -> tuple[str, ...]:
        """Those of the fields that it serves, but the id, which needs no asking."""
        return tuple(name for name in fields if name in self.layout.fields and name != ID)


@dataclass(frozen=True, slots=True)
class JoinedSource:
    """Sources of the company's as the one that look-ups ask. `first` knows who an account is; `others` add classes."""

    layout: AccountLayout
    first: Part
    others: tuple[Part, ...] = ()

    @property
    def parts(self) -> tuple[Part, ...]:
        """All of them."""
        return (self.first, *self.others)

    @property
    def lists(self) -> frozenset[str]:
        """Fields that hold lists, as their sources say."""
        return frozenset(name for part in self.parts for name in part.source.lists)

    def search(self, query: str, *, limit: int, entry: OpenEntry) -> Matches:
        """In the first source; what it does not find, in those of the others that know whole numbers of their own.

        When the first one does not answer, an exact id may still be known to another.
        """
        demand_open(entry)
        asked = cleaned(query)
        if not asked:
            return Matches((), more=False, how="too_short")
        with aside(entry.connection):
            return self._search(asked, limit)

    def _search(self, asked: str, limit: int) -> Matches:
        try:
            found = self.first.asked.ask(lambda source: source.search(asked, limit))
        except SeveralOfOneId:
            raise  # what others have under this id is as much nobody's
        except SourceDown:
            ref = self._known_elsewhere(asked)
            if ref is None:
                raise
            return Matches((ref,), more=False, how="id")
        if found.accounts and (found.how in FOUND_WHOLE or is_email(asked)):
            return self._matches(found, limit)
        elsewhere = self._elsewhere(asked, limit)
        return elsewhere if elsewhere.refs else self._matches(found, limit, elsewhere)

    def find(self, account_id: str, *, entry: OpenEntry) -> AccountRef | None:
        """The account with exactly this id; known by its id alone where the first source does not answer."""
        demand_open(entry)
        asked = cleaned(account_id)
        if not asked:
            return None
        with aside(entry.connection):
            return self._find(asked)

    def _find(self, asked: str) -> AccountRef | None:
        try:
            account = self.first.asked.ask(lambda source: source.find(asked))
        except SeveralOfOneId:
            raise
        except SourceDown:
            ref = self._known_elsewhere(asked)
            if ref is None:
                raise
            return ref
        return self._ref(account) if account else None

    def fetch(self, ref: AccountRef, fields: Sequence[str], *, counts: Sequence[str] = (), entry: OpenEntry) -> Record:
        """Read these fields and no others, from all sources at once. Raises ValueError for one that is not configured.

        Of fields that hold lists and are in `fields`, all items: ask for a page or a number where they may be many.
        """
        demand_open(entry)
        self._demand_known((*fields, *counts))
        with aside(entry.connection):
            return self._fetch(ref, fields, counts)

    def _fetch(self, ref: AccountRef, fields: Sequence[str], counts: Sequence[str]) -> Record:
        values: dict[str, Value] = {ID: ref.id} if ID in fields else {}
        numbers = {ID: 1} if ID in counts else {}
        unread: dict[str, WhyUnread] = {}
        readings = [(part, _reading(ref.id, part.of(fields), part.of(counts))) for part in self.parts]
        for part, answer in [(part, _begun(part, reading)) for part, reading in readings if reading]:
            try:
                found = answer()
            except SourceDown as error:
                unread |= dict.fromkeys((*part.of(fields), *part.of(counts)), error.why)
                continue
            values |= {name: found.values[name] for name in part.of(fields) if name in found.values}
            numbers |= {name: found.counts[name] for name in part.of(counts) if name in found.counts}
            unread |= _broken(found.unread & {*fields, *counts})
        return Record(ref, values, numbers, unread)

    def page(self, ref: AccountRef, fields: Sequence[str], number: int, *, size: int, entry: OpenEntry) -> Page:
        """Read these fields and no others, of lists one page. Lists that no source told of are read whole."""
        long = [name for name in fields if name in self.lists]
        counted = self.fetch(ref, [name for name in fields if name not in long], counts=long, entry=entry)
        rest = page_of(counted, number, size)
        if not long:
            return rest
        totals = {**counted.counts, **rest.totals}
        number, pages = nearest_page(number, totals, size)
        values = dict(page_of(counted, number, size).record.values)
        unread = dict(counted.unread)
        for name in (name for name in long if name in counted.counts):
            part = next(one for one in self.parts if name in one.source.lists)
            try:
                with aside(entry.connection):
                    values[name] = part.asked.ask(_slicing(ref.id, name, (number - 1) * size, size))
            except SourceDown as error:
                unread[name] = error.why
        there = {name: total for name, total in totals.items() if name not in unread}
        return Page(Record(ref, values, {}, unread), there, number, pages)

    def holds(self, ref: AccountRef, fields: Sequence[str], address: str, *, entry: OpenEntry) -> bool:
        """Whether a whole e-mail address is in one of these fields. Raises SourceDown rather than say no."""
        demand_open(entry)
        self._demand_known(fields)
        questions = [(part, name) for part in self.parts for name in part.of(fields)]
        with aside(entry.connection):
            return any(part.asked.ask(_holding(ref.id, name, address)) for part, name in questions)

    def sample(self, *, entry: OpenEntry) -> AccountRef | None:
        """Any account that the first source gives, for `steward check`."""
        demand_open(entry)
        with aside(entry.connection):
            found = self.first.asked.ask(lambda source: source.sample())
        return self.find(found, entry=entry) if found else None

    def close(self) -> None:
        """Give all connections back."""
        for part in self.parts:
            part.source.close()

    def _demand_known(self, fields: Sequence[str]) -> None:
        if unknown := {*fields} - {*self.layout.fields}:
            raise ValueError(f"not configured: {', '.join(sorted(unknown))}")

    def _elsewhere(self, asked: str, limit: int) -> Matches:
        """Accounts that other sources find by a whole value of theirs, as the first source names them."""
        unread: dict[str, WhyUnread] = {}
        searching = [one for one in self.others if one.layout.exact]
        for part, answer in _asked_at_once(searching, lambda source: source.search(asked, limit)):
            try:
                found = answer()
                unread |= _broken(found.unread)
                if not found.accounts or found.how not in FOUND_WHOLE:
                    continue
                naming = [_begun(self.first, _finding(one.id)) for one in found.accounts[:limit]]
                known = [name() for name in naming]
            except SourceDown as error:
                unread |= dict.fromkeys(part.layout.exact, error.why)
                continue
            if refs := tuple(self._ref(one) for one in known if one):
                return Matches(refs, "exact", found.more or len(found.accounts) > limit, unread)
        return Matches((), more=False, how="exact", unread=unread)

    def _known_elsewhere(self, account_id: str) -> AccountRef | None:
        for _, answer in _asked_at_once(self.others, _finding(account_id)):
            try:
                account = answer()
            except SourceDown:
                continue  # whoever asked is told that the first source is down; each was logged where it failed
            if account:
                return AccountRef(account.id, known=False)
        return None

    def _matches(self, found: Found, limit: int, besides: Matches | None = None) -> Matches:
        unique = {one.id: one for one in reversed(found.accounts)}
        accounts = [unique[one] for one in dict.fromkeys(account.id for account in found.accounts)]
        more = found.more or len(accounts) > limit
        unread = {**_broken(found.unread), **(besides.unread if besides else {})}
        return Matches(tuple(map(self._ref, accounts[:limit])), found.how, more, unread)

    def _ref(self, account: Account) -> AccountRef:
        title = {name: account.title[name] for name in self.layout.title if account.title.get(name)}
        if account.kind == INDIVIDUAL:
            title = {name: mask(name, value) for name, value in title.items()}
        return AccountRef(account.id, account.kind, title)


def _broken(fields: Iterable[str]) -> dict[str, WhyUnread]:
    return dict.fromkeys(fields, SourceBroken.why)


Reading = Callable[[AccountSource], Contents]


def _reading(account_id: str, fields: tuple[str, ...], counts: tuple[str, ...]) -> Reading | None:
    """What one source is asked: values of some fields, and how many values others have."""
    return (lambda source: source.contents(account_id, fields, counts)) if fields or counts else None


def _asked_at_once(parts: Iterable[Part], question: Callable[[AccountSource], T]) -> list[tuple[Part, Callable[[], T]]]:
    """Each of them, asked already, with what waits for its answer."""
    return [(part, _begun(part, question)) for part in parts]


def _begun(part: Part, question: Callable[[AccountSource], T]) -> Callable[[], T]:
    """What waits for the answer to a question that is asked already; only that raises SourceDown or SourceSlow."""
    try:
        return part.asked.begin(question).answer
    except SourceDown as error:
        return _failing(error)


def _failing(error: SourceDown) -> Callable[[], NoReturn]:
    def fail() -> NoReturn:
        raise error

    return fail


def _finding(account_id: str) -> Callable[[AccountSource], Account | None]:
    return lambda source: source.find(account_id)


def _slicing(account_id: str, field: str, start: int, most: int) -> Callable[[AccountSource], tuple[str, ...]]:
    return lambda source: source.part(account_id, field, start, most)


def _holding(account_id: str, field: str, address: str) -> Callable[[AccountSource], bool]:
    return lambda source: source.holds(account_id, field, address)
