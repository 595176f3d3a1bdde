"""Customers' requests in numbers, for each month. Numbers, and no account."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any

from sqlalchemy import Connection, Select, select
from sqlmodel import col

from bot.clock import Clock
from bot.database import Database
from bot.privacy.customer_requests.requests import Kind, Status
from bot.privacy.gaps import Month, month_named, month_of
from models.customer_request import CustomerRequest as RequestRow
from models.customer_request import CustomerRequestMistake as MistakeRow


@dataclass(frozen=True, slots=True)
class MonthOfRequests:
    """What was registered within a month, by kind, and what became of it since.

    `mistakes` were registered by mistake and are counted nowhere else; `late`: closed after their term, or open and
    overdue.
    """

    month: date
    kinds: Mapping[Kind, int]
    closed: int
    open: int
    late: int
    mistakes: int

    @property
    def registered(self) -> int:
        """How many there were, mistakes left out."""
        return sum(self.kinds.values())


@dataclass(frozen=True, slots=True)
class Counts:
    """Reads a month of the company's calendar, in `zone`."""

    database: Database
    clock: Clock
    zone: tzinfo

    def now(self) -> MonthOfRequests:
        """The current month so far."""
        return self._read(month_of(self.clock().astimezone(self.zone).date(), self.zone))

    def of(self, name: str) -> MonthOfRequests:
        """The month of this name: 2026-03. Raises ValueError for what is no month's name."""
        return self._read(month_named(name, self.zone))

    def _read(self, month: Month) -> MonthOfRequests:
        with self.database.reading() as connection:
            return _counted(month.first, _rows(connection, month), self.clock())


def _rows(connection: Connection, month: Month) -> list[Mapping[str, Any]]:
    by_mistake = (col(MistakeRow.request) == col(RequestRow.number)) & (col(MistakeRow.at) == col(RequestRow.closed_at))
    query: Select[*tuple[Any, ...]] = (
        select(
            col(RequestRow.kind),
            col(RequestRow.status),
            col(RequestRow.due_at),
            col(RequestRow.closed_at),
            col(MistakeRow.entry).label("mistake"),
        )
        .outerjoin(MistakeRow, by_mistake)
        .where(col(RequestRow.recorded_at) >= month.start, col(RequestRow.recorded_at) < month.stop)
    )
    return [dict(row) for row in connection.execute(query).mappings()]


def _counted(month: date, rows: list[Mapping[str, Any]], now: datetime) -> MonthOfRequests:
    meant = [row for row in rows if row["mistake"] is None]
    kinds = Counter(Kind(str(row["kind"])) for row in meant)
    closed = sum(row["status"] == Status.CLOSED for row in meant)
    return MonthOfRequests(
        month=month,
        kinds={kind: kinds[kind] for kind in Kind if kinds[kind]},
        closed=closed,
        open=len(meant) - closed,
        late=sum((row["closed_at"] or now) >= row["due_at"] for row in meant),
        mistakes=len(rows) - len(meant),
    )
