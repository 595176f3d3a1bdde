"""Lists that an API gives page by page: by number, by offset, by cursor, or by the address of the next page."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from bot.accounts.http.connection import Answer, Connection
from bot.accounts.http.expressions import Expression
from bot.accounts.http.faults import ApiFault, Reason
from bot.accounts.http.templates import Given, Template

How = Literal["none", "page", "offset", "cursor", "url", "link"]

MOST_PAGES: Final = 1_000


@dataclass(frozen=True, slots=True)
class Paging:
    """How pages are asked for. `size`: items to a page; `first`: the number of the first page.

    `next`: where in an answer the cursor of the next page stands, or its address; `link` takes it from the Link header.
    """

    how: How = "none"
    size: int = 100
    first: int = 1
    next: Expression | None = None

    @property
    def by_number(self) -> bool:
        """Whether a page in the middle can be asked for without those before it."""
        return self.how in {"page", "offset"}


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages of one list. `until`: when, by the connection's clock, all must have been read.

    `items`: those of an answer; `total`: how many there are in all, where the answer says so.
    """

    connection: Connection
    template: Template
    paging: Paging
    items: Callable[[Any], list[Any]]
    total: Callable[[Any], int | None]
    until: float

    def read(self, given: Mapping[str, Given], start: int = 0) -> Iterator[list[Any]]:
        """Each page's items, from the page on that holds the item with number `start` (from 0).

        Where pages can only be read one after the other, it is the first. Raises ApiFault, also for a list without end.
        """
        if self.paging.by_number:
            return self._numbered(given, start // self.paging.size)
        return self._one_after_the_other(given)

    def _numbered(self, given: Mapping[str, Given], number: int) -> Iterator[list[Any]]:
        """A page with room for more items is the last one, which is made sure of unless a total says so."""
        size, short, before = self.paging.size, False, list[Any]()
        for place in range(number, number + MOST_PAGES):
            asked = {**given, "limit": size, "page": place + self.paging.first, "offset": place * size}
            document = self.connection.ask(self.template.filled(asked), self.until).document
            items = self.items(document)
            if items and (short or len(items) > size):
                raise ApiFault(Reason.OTHER_SHAPE, "Its pages hold another number of items than page_size says.")
            if items == before and len(items) > 1:
                raise ApiFault(Reason.OTHER_SHAPE, "It answers with the same page, whatever page it is asked for.")
            yield items
            before = items
            total, short = self.total(document), len(items) < size
            if not items or (total is not None and place * size + len(items) >= total):
                return
        raise _endless()

    def _one_after_the_other(self, given: Mapping[str, Given]) -> Iterator[list[Any]]:
        asked = {**given, "limit": self.paging.size}
        answer = self.connection.ask(self.template.filled(asked), self.until)
        seen: set[str] = set()
        for _ in range(MOST_PAGES):
            yield self.items(answer.document)
            following = self._next(answer)
            if following is None:
                return
            if following in seen:
                break
            seen.add(following)
            if self.paging.how == "cursor":
                answer = self.connection.ask(self.template.filled({**asked, "cursor": following}), self.until)
            else:
                answer = self.connection.follow(following, self.until)
        raise _endless()

    def _next(self, answer: Answer) -> str | None:
        """The next page's cursor or address; None: this was the last."""
        if self.paging.how == "link":
            return answer.next
        found = self.paging.next.one(answer.document) if self.paging.next else None
        return str(found) if isinstance(found, str | int) and found not in ("", False, True) else None


def _endless() -> ApiFault:
    return ApiFault(Reason.OTHER_SHAPE, "Its pages come to no end.")
