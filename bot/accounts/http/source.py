"""A company's accounts in a product that gives them out by a JSON API, as a source for look-ups."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

import structlog

from bot.accounts.company_source import Account, AccountSource, Found, Remark
from bot.accounts.folding import has_word, search_text, short_words
from bot.accounts.http.checking import answers, unplaced
from bot.accounts.http.connection import Connection
from bot.accounts.http.faults import ApiFault, Reason
from bot.accounts.http.names import long_enough, named_like
from bot.accounts.http.paging import Pages
from bot.accounts.http.settings import Api, Asking, Listing, Place
from bot.accounts.http.templates import Given, NotAskable
from bot.accounts.http.texts import LONGEST_LIST, accounts_of, items_of, number_of, text_of, texts_of, values_of
from bot.accounts.keys import Nature, domain_label, is_domain, is_email, nature_of, query_keys
from bot.accounts.layout import ID, AccountLayout
from bot.accounts.source import Kind, SourceDown, SourceSlow, Value, address_in

LONGEST_ID: Final = 100
MOST_JUDGED: Final = 50  # accounts that are asked for by a text, since not all that an API finds are kept
NO_ID: Final = re.compile(r"[\s/\\?#%]")  # where a path, a query or a sentence begins, unless id_like says otherwise

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Seen:
    """An account as an answer to a search shows it: with its names, by which it is judged."""

    account: Account
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class HttpSource(AccountSource):
    """One API. Takes from its answers the fields that were asked for and no others, and asks for no others if it can.

    `name` is the source's in the configuration. Each method takes at most `timeout_s` seconds.
    """

    name: str
    layout: AccountLayout
    api: Api
    connection: Connection
    clock: Callable[[], float]
    timeout_s: float = 5.0

    @property
    def lists(self) -> frozenset[str]:
        """The fields that are asked for by themselves, page by page."""
        return frozenset(self.api.listings)

    def search(self, query: str, limit: int) -> Found:
        """By id, then by each field that is found as a whole and can hold such a text, then by name."""
        with self._in_our_words() as until:
            if self._like_an_id(query) and (account := self._by_typed_id(query, until)):
                return Found((account,), how="id")
            found = self._by_whole(query, limit, until)
            if found.accounts or is_email(query):
                return found
            return self._by_name(query, limit, until)

    def find(self, account_id: str) -> Account | None:
        """The account with exactly this id, whatever the API takes for the same."""
        with self._in_our_words() as until:
            account = self._by_id(account_id, until) if self._like_an_id(account_id) else None
            return account if account and account.id == account_id else None

    def fetch(self, account_id: str, fields: Sequence[str]) -> Mapping[str, Value]:
        """Fields within the account by one request, and each list of its own by as many as it has pages."""
        if not self._like_an_id(account_id):
            return {}
        with self._in_our_words() as until:
            values = self._read(account_id, self._within(fields), until)
            for name in (name for name in fields if name in self.api.listings):
                items = self._items(account_id, name, until)
                if whole := tuple(islice(items, LONGEST_LIST + 1)):
                    _demand_short(name, whole)
                    values[name] = whole
            return values

    def count(self, account_id: str, fields: Sequence[str]) -> Mapping[str, int]:
        """Where the API states the number of a list's items, nothing but that is asked for; else they are counted."""
        if not self._like_an_id(account_id):
            return {}
        with self._in_our_words() as until:
            stated = {name: self.api.counts[name] for name in fields if name in self.api.counts}
            within = {name: one for name, one in self._within(fields).items() if name not in stated}
            known = self._account(account_id, {**within, **stated}, until) if within or stated else {}
            if known is None:
                return {}
            counted = {name: number_of(place.at, known) for name, place in stated.items()}
            for name, value in values_of(within, known).items():
                counted[name] = len(value) if isinstance(value, tuple) else 1
            for name in (name for name in fields if name in self.api.listings and name not in stated):
                counted[name] = self._length(account_id, name, until)
            return {name: number for name, number in counted.items() if number}

    def part(self, account_id: str, field: str, start: int, most: int) -> tuple[str, ...]:
        """Reads no page that is not needed, where the API's pages have numbers."""
        if field not in self.api.listings or not self._like_an_id(account_id):
            return super().part(account_id, field, start, most)
        with self._in_our_words() as until:
            return tuple(islice(self._items(account_id, field, until, start), most))

    def holds(self, account_id: str, field: str, address: str) -> bool:
        """Asks for the one address where the API can; else all of the list is looked through, and none of it kept."""
        listing = self.api.listings.get(field)
        if listing is None or not self._like_an_id(account_id):
            return super().holds(account_id, field, address)
        with self._in_our_words() as until:
            if listing.holding is None:
                return any(address_in(item) == address for item in self._items(account_id, field, until))
            asked = self._ask(
                listing.holding, {"id": account_id, "value": address, "query": address, "limit": 10}, until
            )
            items = [] if asked is None else items_of(field, listing.holding.accounts, asked)
            return any(address_in(item) == address for item in texts_of(field, items))

    def check(self) -> Iterable[Remark]:
        """Asks for accounts that can't be there: the address, the token, each path and the shape of a refusal."""
        yield from unplaced(self.api, self.layout)
        yield from answers(self.api, self.connection, self._told({}), lambda: self.clock() + self.timeout_s)

    def close(self) -> None:
        """Hang up."""
        self.connection.close()

    @contextmanager
    def _in_our_words(self) -> Iterator[float]:
        """When the answer must be there. A fault of the API's becomes a source's, with its reason in the log alone."""
        try:
            yield self.clock() + self.timeout_s
        except ApiFault as fault:
            log.warning("accounts.api_failed", part=self.name, reason=fault.reason.value, status=fault.status)
            raise (SourceSlow if fault.is_slowness else SourceDown) from None

    def unasked(self, account_id: str) -> str | None:
        """Ids that could lead elsewhere in the API, unless id_like says that ids look so."""
        if self._like_an_id(account_id):
            return None
        said = "does not match id_like" if self.api.id_like else "has white space or one of / \\ ? # % in it"
        return f"It is never asked for this id, which {said}. Say in id_like how ids look, such as '[A-Z] [0-9/]+'."

    def _like_an_id(self, query: str) -> bool:
        """Whether a text may be an id: what could lead elsewhere in the API is none, unless id_like lets it be one."""
        if len(query) > LONGEST_ID:
            return False
        return bool(re.fullmatch(self.api.id_like, query)) if self.api.id_like else not NO_ID.search(query)

    def _by_typed_id(self, query: str, until: float) -> Account | None:
        """Text that the API does not take for an id is none."""
        try:
            return self._by_id(query, until)
        except ApiFault as fault:
            if fault.reason is Reason.REFUSED:
                return None
            raise

    def _by_id(self, account_id: str, until: float) -> Account | None:
        found = self._account(account_id, self._shown, until)
        return self._seen(found).account if found is not None else None

    @property
    def _shown(self) -> Mapping[str, Place]:
        """The fields that name an account."""
        kind = (self.layout.kind_field,) if self.layout.kind_field else ()
        names = dict.fromkeys((ID, *self.layout.title, *self.layout.names, *kind))
        return {name: self.api.places[name] for name in names if name in self.api.places}

    def _account(self, account_id: str, places: Mapping[str, Place], until: float) -> Mapping[str, Any] | None:
        """What the API has of one account, with these fields in it if it can be told to. None: there is no such one."""
        if self.api.find is None:
            return None
        given = {"id": account_id, "query": account_id, "value": account_id, "limit": 2, **self._told(places)}
        document = self._ask(self.api.find, given, until)
        found = [] if document is None else accounts_of(self.api.find.accounts, document)
        same = [one for one in found if self._id_of(one).casefold() == account_id.casefold()]
        if found and not same and len(found) == 1:
            raise ApiFault(Reason.OTHER_SHAPE, "It answered with another account than the one asked for.")
        exactly = [one for one in same if self._id_of(one) == account_id]
        if any(one != exactly[0] for one in exactly):
            raise ApiFault(Reason.OTHER_SHAPE, "It answered with several accounts of one id.")
        return next(iter(exactly or same), None)

    def _told(self, places: Mapping[str, Place]) -> dict[str, Given]:
        """The names by which the API is told what to send; the id's always, by which the answer is known."""
        every = (self.api.places[ID], *places.values())
        return {"fields": tuple(dict.fromkeys(one.asked for one in every if one.asked))}

    def _ask(self, asking: Asking, given: Mapping[str, Given], until: float) -> Any:
        """An answer's document. None: the API says that there is nothing of the kind, or could not be asked for it."""
        try:
            return self.connection.ask(asking.template.filled(given), until).document
        except NotAskable:
            return None
        except ApiFault as fault:
            if fault.status in self.api.absent:
                return None
            raise

    def _id_of(self, account: Mapping[str, Any]) -> str:
        found = text_of(ID, self.api.places[ID].at.one(account))
        if found is None:
            raise ApiFault(Reason.OTHER_SHAPE, "An account in its answer has no id.")
        return found

    def _seen(self, found: Mapping[str, Any]) -> Seen:
        """What of an account in an answer names it."""
        values = values_of({name: place for name, place in self._shown.items() if name != ID}, found)
        title = {name: value for name in self.layout.title if isinstance(value := values.get(name), str)}
        names = [value for name in self.layout.names if (value := values.get(name))]
        texts = tuple(text for value in names for text in ((value,) if isinstance(value, str) else value))
        return Seen(Account(self._id_of(found), self._kind(values), title), texts)

    def _kind(self, values: Mapping[str, Value]) -> Kind | None:
        """A word that means neither kind is taken for an individual's, of whom less is shown."""
        said = values.get(self.layout.kind_field or "")
        return None if said is None else "business" if said == "business" else "individual"

    def _by_whole(self, query: str, limit: int, until: float) -> Found:
        typed = {key.partition(":")[0]: key.partition(":")[2] for key in query_keys(query, tuple(Nature))}
        found: dict[str, Account] = {}
        for name in sorted((one for one in self.layout.exact if one in self.api.find_by), key=nature_of):
            if value := typed.get(nature_of(name).value):
                given: dict[str, Given] = {"value": value, "query": query, "limit": limit + 1}
                for seen in self._searched(self.api.find_by[name], given, until):
                    found.setdefault(seen.account.id, seen.account)
        return Found(tuple(found.values())[:limit], len(found) > limit, "exact")

    def _by_name(self, query: str, limit: int, until: float) -> Found:
        if self.api.search is None:
            return Found(how="exact")
        if not long_enough(query):
            return self._by_short_word(query, limit, until) if short_words(query) else Found(how="too_short")
        seen = self._searched(self.api.search, {"query": query, "value": query, "limit": MOST_JUDGED}, until)
        kept, how = named_like(query, seen, lambda one: one.names)
        if not kept and is_domain(query) and long_enough(label := domain_label(query)):
            seen = self._searched(self.api.search, {"query": label, "value": label, "limit": MOST_JUDGED}, until)
            kept, how = named_like(label, seen, lambda one: one.names)[0], "similar"
        return Found(tuple(one.account for one in kept[:limit]), len(kept) > limit, how)

    def _by_short_word(self, query: str, limit: int, until: float) -> Found:
        """What has one or two letters as a whole word of a name, of what the API finds by them."""
        given: dict[str, Given] = {"query": query, "value": query, "limit": MOST_JUDGED}
        seen = self._searched(self.api.search, given, until) if self.api.search else []
        kept = [one.account for one in seen if has_word(search_text(one.names), short_words(query))]
        return Found(tuple(kept[:limit]), len(kept) > limit, "substring") if kept else Found(how="too_short")

    def _searched(self, asking: Asking, given: Mapping[str, Given], until: float) -> list[Seen]:
        document = self._ask(asking, {**given, **self._told(self._shown)}, until)
        return [] if document is None else [self._seen(one) for one in accounts_of(asking.accounts, document)]

    def _within(self, fields: Sequence[str]) -> dict[str, Place]:
        return {name: self.api.places[name] for name in fields if name in self.api.places and name != ID}

    def _read(self, account_id: str, places: Mapping[str, Place], until: float) -> dict[str, Value]:
        account = self._account(account_id, places, until) if places else None
        return {} if account is None else values_of(places, account)

    def _items(self, account_id: str, name: str, until: float, start: int = 0) -> Iterator[str]:
        """A list's items from the one with number `start` on, a page whenever one is needed."""
        listing = self.api.listings[name]
        skip = start % listing.paging.size if listing.paging.by_number else start
        try:
            for page in self._pages(name, listing, until).read({"id": account_id}, start):
                texts = texts_of(name, page)
                yield from texts[skip:]
                skip = max(0, skip - len(texts))
        except NotAskable:
            return
        except ApiFault as fault:
            if fault.status not in self.api.absent:
                raise

    def _pages(self, name: str, listing: Listing, until: float) -> Pages:
        def items(document: Any) -> list[Any]:
            return items_of(name, listing.items, document)

        def total(document: Any) -> int | None:
            return number_of(listing.total, document)

        return Pages(self.connection, listing.template, listing.paging, items, total, until)

    def _length(self, account_id: str, name: str, until: float) -> int:
        """Of a list that is asked for by itself: as its first page states it, else counted over all pages."""
        listing = self.api.listings[name]
        if listing.total is not None:
            given: dict[str, Given] = {"id": account_id, "limit": 1, "page": listing.paging.first, "offset": 0}
            document = self._ask(Asking(listing.template, listing.items), given, until)
            stated = number_of(listing.total, document)
            if document is None or stated is not None:
                return stated or 0
        return sum(1 for _ in self._items(account_id, name, until))


def _demand_short(name: str, items: Sequence[str]) -> None:
    if len(items) > LONGEST_LIST:
        raise ApiFault(Reason.TOO_LARGE, f"“{name}” has more than {LONGEST_LIST:,} items.")
