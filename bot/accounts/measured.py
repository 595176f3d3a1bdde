"""A source of account data whose every answer is measured: how long it took, and whether there was one."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ParamSpec, Protocol, TypeVar

from bot.accounts.source import AccountRef, Matches, Page, Record, Source
from bot.audit.ledger import OpenEntry
from bot.observability import tracing

P = ParamSpec("P")
T = TypeVar("T")


class Observer(Protocol):
    """Who hears of answers. Nothing of what was asked or answered is told."""

    def read(self, operation: str, *, seconds: float, failed: bool) -> None:
        """`search`, `find`, `fetch`, `page` or `holds` took so long."""


@dataclass(frozen=True, slots=True)
class MeasuredSource:
    """Passes everything on, errors too."""

    source: Source
    observer: Observer

    @property
    def lists(self) -> frozenset[str]:
        """As the source's."""
        return self.source.lists

    def search(self, query: str, *, limit: int, entry: OpenEntry) -> Matches:
        """As the source's."""
        return self._measured("search", self.source.search, query, limit=limit, entry=entry)

    def find(self, account_id: str, *, entry: OpenEntry) -> AccountRef | None:
        """As the source's."""
        return self._measured("find", self.source.find, account_id, entry=entry)

    def fetch(self, ref: AccountRef, fields: Sequence[str], *, counts: Sequence[str] = (), entry: OpenEntry) -> Record:
        """As the source's."""
        return self._measured("fetch", self.source.fetch, ref, fields, counts=counts, entry=entry)

    def page(self, ref: AccountRef, fields: Sequence[str], number: int, *, size: int, entry: OpenEntry) -> Page:
        """As the source's."""
        return self._measured("page", self.source.page, ref, fields, number, size=size, entry=entry)

    def holds(self, ref: AccountRef, fields: Sequence[str], address: str, *, entry: OpenEntry) -> bool:
        """As the source's."""
        return self._measured("holds", self.source.holds, ref, fields, address, entry=entry)

    def close(self) -> None:
        """As the source's."""
        self.source.close()

    def _measured(self, operation: str, ask: Callable[P, T], *asked: P.args, **more: P.kwargs) -> T:
        started, failed = time.perf_counter(), True
        try:
            with tracing.span("source", operation=operation):
                answer = ask(*asked, **more)
            failed = False
            return answer
        finally:
            self.observer.read(operation, seconds=time.perf_counter() - started, failed=failed)
