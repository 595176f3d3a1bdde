"""Whether who acknowledged which fault of the ledger, and when, is what the ledger's entries say."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, and_, or_, select
from sqlmodel import col

from bot.audit.as_written import as_written
from bot.audit.entry import Action, Outcome
from bot.audit.faults import Code, Fault
from bot.audit.found import FAULTS, Found, Mismatch, found_of, is_known, words_of
from bot.audit.listed_acts import LONGEST_ACT
from bot.audit.places import mismatch_of
from bot.audit.rows import EntryRow
from bot.audit.states import state_of
from bot.audit.told import Told, is_about, told_by
from models.audit import AuditEntry
from models.ledger import LedgerAcknowledgement
from models.tables import table_of

ACKNOWLEDGED: Final = table_of(LedgerAcknowledgement)

Said = Mapping[str, tuple[EntryRow, Told]]
"""The entries of acknowledgements, by their ids."""


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The numbers of the faults whose acknowledgements count, and what is wrong with each of the others.

    `sure` are digests of those that an entry was seen to say; whoever looks again need not ask for their entries.
    """

    faults: frozenset[int] = frozenset()
    doubts: tuple[Mismatch, ...] = ()
    sure: frozenset[str] = frozenset()


def acknowledged(connection: Connection, faults: Sequence[Found], sure: Collection[str] = ()) -> Acknowledged:
    """Which of the faults are acknowledged: where an entry says so as it was written, and not the table alone.

    One that no entry says counts as soon as somebody acknowledges that very doubt, for an entry of theirs says it then.
    """
    rows = [(row, _digest(row)) for row in connection.execute(select(ACKNOWLEDGED).order_by(ACKNOWLEDGED.c.id))]
    if not rows:
        return Acknowledged()
    found = {one.id: one for one in faults}
    asked = [row for row, digest in rows if _with(digest, found.get(row.fault)) not in sure]
    said = dict(_said(connection, asked))
    told, doubted = dict[int, str](), list[tuple[int, Mismatch]]()
    for row, digest in rows:
        one = found.get(row.fault)
        whole = _with(digest, one)
        if whole in sure or _entry_of(row, one, said) is not None:
            told[row.fault] = whole
        else:
            doubted.append((row.fault, mismatch_of(_not_told(row, one))))
    counting = _with_doubts_looked_into(frozenset(told), doubted, found)
    doubts = tuple(mismatch for number, mismatch in doubted if number not in counting)
    return Acknowledged(counting, doubts, frozenset(told.values()))


def _with_doubts_looked_into(
    counting: frozenset[int], doubted: Sequence[tuple[int, Mismatch]], found: Mapping[int, Found]
) -> frozenset[int]:
    while True:
        known = {found[number].mismatch.place for number in counting if number in found}
        more = frozenset(number for number, mismatch in doubted if is_known(mismatch, known)) - counting
        if not more:
            return counting
        counting |= more


def _digest(row: Any) -> str:
    return state_of([str(value) for value in row])


def _with(digest: str, found: Found | None) -> str:
    return state_of(digest, found.digest if found else None)


def _said(connection: Connection, rows: Sequence[Any]) -> Iterator[tuple[str, tuple[EntryRow, Told]]]:
    """The entries that these rows name, and those about their time for rows that name none; as they were written."""
    if not rows:
        return
    for one in as_written(connection, or_(*map(_near, rows))):
        if one is not None and _is_acknowledgement(one[1]):
            yield one[0].id, one


def _near(row: Any) -> ColumnElement[bool]:
    if row.entry_id is not None:
        return col(AuditEntry.id) == str(row.entry_id)
    at, action = col(AuditEntry.at), col(AuditEntry.action)
    since, until = row.at - LONGEST_ACT, row.at + LONGEST_ACT
    return and_(at >= since, at <= until, action == Action.AUDIT_ACKNOWLEDGE.value)


def acknowledgements_fault(connection: Connection, entries: Sequence[EntryRow]) -> Fault | None:
    """The first acknowledgement that was made up or changed, or that is gone."""
    said: dict[str, tuple[EntryRow, Told]] = {
        row.id: (row, told) for row in entries if _is_acknowledgement(told := told_by(row))
    }
    faults = {row.id: found_of(row) for row in connection.execute(select(FAULTS))}
    for row in connection.execute(select(ACKNOWLEDGED).order_by(ACKNOWLEDGED.c.id)):
        entry_id = _entry_of(row, faults.get(row.fault), said)
        if entry_id is None:
            return _not_told(row, faults.get(row.fault))
        del said[entry_id]
    return next((_not_recorded(row, told) for row, told in said.values()), None)


def _is_acknowledgement(told: Told) -> bool:
    return (told["action"], told["outcome"]) == (Action.AUDIT_ACKNOWLEDGE, Outcome.DONE)


def _entry_of(row: Any, found: Found | None, said: Said) -> str | None:
    """The entry that says what this row does. A release from before kept rows that name none, and the words twice."""
    if found is None:
        return None
    if row.entry_id is not None:
        entry = said.get(row.entry_id)
        return row.entry_id if entry and _says(*entry, row, found, found.digest) and not row.note else None
    return next((one for one, entry in said.items() if _says(*entry, row, found, None)), None)


def _says(entry: EntryRow, told: Told, row: Any, found: Found, digest: str | None) -> bool:
    who = (told["actor"], told["reason"]) == (row.by, found.mismatch.kind.value)
    name, _, said = (told["query"] or "").partition(" ")
    if not who or not is_about(entry.at, row.at):
        return False
    if digest is not None:
        return bool(told["query"] == words_of(found))
    named = told["query"] is None or _number(name) == found.id
    return named and not said and told["justification"] in (None, row.note)


def _number(name: str) -> int | None:
    """The number of a fault as it was typed."""
    digits = name.partition("-")[2]
    return int(digits) if digits.isascii() and digits.isdecimal() else None


def _not_told(row: Any, found: Found | None) -> Fault:
    name = found.name if found else f"F-{row.fault}"
    what = f"That {name} was acknowledged, or {name} itself, is not what an entry of the ledger says."
    state = state_of([str(value) for value in row], found.digest if found else None)
    return Fault(Code.OTHER_ACKNOWLEDGEMENT, f"{what} It was made up, or changed.", None, None, None, state)


def _not_recorded(row: EntryRow, told: Told) -> Fault:
    name = (told["query"] or "a fault").partition(" ")[0]
    what = f"Entry {row.id} says that {name} was acknowledged, and no such acknowledgement is recorded."
    return Fault(Code.OTHER_ACKNOWLEDGEMENT, f"{what} It was removed, or changed.", None, row.id, None, state_of(name))
