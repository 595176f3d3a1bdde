"""Exports of the ledger, in its order: JSON lines as the contract has them, CSV for people, OCSF. Streamed.

Only entries with an index are exported, up to the newest checkpoint: so an export and that checkpoint fit each other.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, bindparam, select, true
from sqlmodel import col

from bot.audit.entry import KEYS, Action, Outcome
from bot.audit.erasures.records import Taken, erasure_name
from bot.audit.exports.lines import export_line
from bot.audit.exports.ocsf import ocsf_lines
from bot.audit.ledger import Ledger, Origin
from bot.audit.query import Filter
from bot.audit.read import Stored, accepts, matching
from models.audit import AuditEntry, AuditOpen
from models.erasure import AuditErased
from models.ledger import LedgerLeaf

FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")
STREAMED: Final = 2000
_ABOUT: Final = select(col(AuditEntry.id)).where(col(AuditEntry.account) == bindparam("account")).limit(1)


class Form(StrEnum):
    """How an export is written."""

    JSONL = "jsonl"
    CSV = "csv"
    OCSF = "ocsf"


class Indexed(NamedTuple):
    """An entry with its index in the ledger."""

    position: int
    stored: Stored


class TakenAt(NamedTuple):
    """What an erasure took from the exported entry with this index."""

    position: int
    taken: Taken


@dataclass(frozen=True, slots=True)
class Record:
    """That somebody exports, and what, is an entry, committed before the first line leaves."""

    ledger: Ledger

    def __call__(self, origin: Origin, wanted: Filter, form: Form, typed: str | None = None) -> str:
        """Returns the entry's id; `typed` is what was asked for, None for everything. Raises NotRecorded.

        An account that no entry is about may be a name that somebody typed, which must not stand in it for ever.
        """
        with self.ledger.entry(origin, Action.AUDIT_EXPORT, query=typed) as entry:
            known = wanted.account and entry.connection.execute(_ABOUT, {"account": wanted.account}).first()
            entry.account = wanted.account if known else None
            entry.close(Outcome.DISCLOSED, form.value)
        return entry.id


def exported(connection: Connection, wanted: Filter, size: int) -> Iterator[Indexed]:
    """The entries among the ledger's first `size` that a filter asks for, in order, with flat memory."""
    with closing(connection.execute(_INDEXED.where(*_those(wanted, size)).order_by(col(LedgerLeaf.index)))) as rows:
        for index, leaf, entry_id, at, sealed, opened in rows:
            stored = Stored(entry_id, at, sealed, leaf, opened)
            if accepts(wanted, stored):
                yield Indexed(index, stored)


def erased_among(connection: Connection, wanted: Filter, size: int) -> Iterator[TakenAt]:
    """What was erased from the entries that `exported` gives out, in their order, with flat memory."""
    query = _ERASED.where(*_those(wanted, size)).order_by(
        col(LedgerLeaf.index), col(AuditErased.erasure), col(AuditErased.field)
    )
    with closing(connection.execute(query)) as rows:
        for (index, number), together in groupby(rows, key=lambda row: (row.index, row.erasure)):
            one, *more = together
            fields = tuple(row.field for row in (one, *more))
            yield TakenAt(index, Taken(one.entry_id, fields, erasure_name(number), one.at))


def lines_of(form: Form, entries: Iterable[Indexed]) -> Iterator[bytes]:
    """The lines of an export with their ends, in UTF-8."""
    match form:
        case Form.JSONL:
            return jsonl_lines(entries)
        case Form.CSV:
            return (line.encode() for line in csv_lines(one.stored for one in entries))
        case Form.OCSF:
            return (line.encode() for line in ocsf_lines(entries))


def jsonl_lines(entries: Iterable[Indexed]) -> Iterator[bytes]:
    """One object a line: index, leaf, entry, open."""
    for index, stored in entries:
        yield export_line(index, stored.leaf, stored.sealed, stored.opened)


def csv_lines(entries: Iterable[Stored]) -> Iterator[str]:
    """A header and a line an entry, personal text opened or said to be erased; no cell begins like a formula."""
    yield _csv_line(KEYS)
    for stored in entries:
        told = stored.told
        yield _csv_line([safe_cell(told[key]) for key in KEYS])


def _those(wanted: Filter, size: int) -> tuple[ColumnElement[bool], ...]:
    conditions = matching(wanted).whereclause
    return (col(LedgerLeaf.index) < size, true() if conditions is None else conditions)


def safe_cell(value: object) -> str:
    """A value as text that no spreadsheet takes for a formula."""
    text = " ".join(str(item) for item in value) if isinstance(value, list) else "" if value is None else str(value)
    return "'" + text if _begins_a_formula(text) else text


def _begins_a_formula(text: str) -> bool:
    """Also behind spaces and what can't be seen, which some spreadsheets pass over."""
    seen = next((one for one in text if one.isprintable() and one != " "), "")
    return text.startswith(FORMULA_STARTS) or (seen != "" and seen in FORMULA_STARTS)


def _csv_line(cells: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()


_INDEXED: Final[Select[*tuple[Any, ...]]] = (
    select(
        col(LedgerLeaf.index),
        col(LedgerLeaf.leaf),
        col(AuditEntry.id),
        col(AuditEntry.at),
        col(AuditEntry.entry),
        col(AuditOpen.opened),
    )
    .select_from(LedgerLeaf)
    .join(AuditEntry, col(AuditEntry.id) == col(LedgerLeaf.entry_id))
    .outerjoin(AuditOpen, col(AuditOpen.entry_id) == col(LedgerLeaf.entry_id))
    .execution_options(yield_per=STREAMED)
)

_ERASED: Final[Select[*tuple[Any, ...]]] = (
    select(
        col(LedgerLeaf.index),
        col(AuditErased.entry_id),
        col(AuditErased.erasure),
        col(AuditErased.at),
        col(AuditErased.field),
    )
    .select_from(AuditErased)
    .join(LedgerLeaf, col(LedgerLeaf.entry_id) == col(AuditErased.entry_id))
    .join(AuditEntry, col(AuditEntry.id) == col(AuditErased.entry_id))
    .execution_options(yield_per=STREAMED)
)
