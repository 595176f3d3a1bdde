"""A source of account data whose every answer is measured: how long it took, and whether there was one."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from bot.accounts.source import AccountRef, Matches, Page, Record, Source
from bot.audit.ledger import OpenEntry
from bot.observability import tracing


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
        with self._measured("search"):
            return self.source.search(query, limit=limit, entry=entry)

    def find(self, account_id: str, *, entry: OpenEntry) -> AccountRef | None:
        """As the source's."""
        with self._measured("find"):
            return self.source.find(account_id, entry=entry)

    def fetch(self, ref: AccountRef, fields: Sequence[str], *, counts: Sequence[str] = (), entry: OpenEntry) -> Record:
        """As the source's."""
        with self._measured("fetch"):
            return self.source.fetch(ref, fields, counts=counts, entry=entry)

    def page(self, ref: AccountRef, fields: Sequence[str], number: int, *, size: int, entry: OpenEntry) -> Page:
        """As the source's."""
        with self._measured("page"):
            return self.source.page(ref, fields, number, size=size, entry=entry)

    def holds(self, ref: AccountRef, fields: Sequence[str], address: str, *, entry: OpenEntry) -> bool:
        """As the source's."""
        with self._measured("holds"):
            return self.source.holds(ref, fields, address, entry=entry)

    def close(self) -> None:
        """As the source's."""
        self.source.close()

    @contextmanager
    def _measured(self, operation: str) -> Iterator[None]:
        started, failed = time.perf_counter(), True
        try:
            with tracing.span("source", operation=operation):
                yield
            failed = False
        finally:
            self.observer.read(operation, seconds=time.perf_counter() - started, failed=failed)
