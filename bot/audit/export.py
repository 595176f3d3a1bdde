"""Exports of the audit table: JSON lines as the contract has them, and CSV for people. Streamed."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import orjson

from bot.audit.entry import KEYS, Action, Outcome
from bot.audit.ledger import Ledger, Origin
from bot.audit.query import Filter
from bot.audit.read import Stored, in_order
from bot.database import Database

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")


@dataclass(frozen=True, slots=True)
class Export:
    """Exports entries; that someone did is an entry too, committed before the first line leaves."""

    database: Database
    ledger: Ledger

    def __call__(self, origin: Origin, wanted: Filter, form: str) -> Iterator[str]:
        """Lines with their line ends. `form` is jsonl or csv. Raises NotRecorded before anything is given out."""
        with self.ledger.entry(origin, Action.AUDIT_EXPORT) as entry:
            entry.account = wanted.account
            entry.close(Outcome.DISCLOSED, form)
        return self._lines(wanted, form)

    def _lines(self, wanted: Filter, form: str) -> Iterator[str]:
        with self.database.reading() as connection:
            entries = in_order(connection, wanted)
            yield from csv_lines(entries) if form == "csv" else jsonl_lines(entries)


def jsonl_lines(entries: Iterable[Stored]) -> Iterator[str]:
    """One object a line: index, leaf, entry, open. The index is null: entries get one when they are in a tree."""
    for stored in entries:
        line = {"index": None, "leaf": stored.leaf.hex(), "entry": stored.entry, "open": stored.opened}
        yield orjson.dumps(line).decode() + "\n"


def csv_lines(entries: Iterable[Stored]) -> Iterator[str]:
    """A header and a line an entry, personal text opened; no cell begins like a formula."""
    yield _csv_line(KEYS)
    for stored in entries:
        readable = stored.readable
        yield _csv_line([_cell(readable[key]) for key in KEYS])


def _cell(value: object) -> str:
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
