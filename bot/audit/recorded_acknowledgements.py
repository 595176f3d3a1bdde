"""Whether who acknowledged which fault of the ledger, and when, is what the ledger's entries say."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, select

from bot.audit.entry import Action, Outcome
from bot.audit.faults import Code, Fault
from bot.audit.rows import EntryRow
from bot.audit.states import state_of
from bot.audit.tamper import FAULTS, Found, found_of
from bot.audit.told import Told, is_about, told_by
from models.ledger import LedgerAcknowledgement
from models.tables import table_of

ACKNOWLEDGED: Final = table_of(LedgerAcknowledgement)


def acknowledgements_fault(connection: Connection, entries: Sequence[EntryRow]) -> Fault | None:
    """The first acknowledgement that was made up or changed, or that is gone."""
    said = {row.id: (row, told) for row in entries if _is_acknowledgement(told := told_by(row))}
    faults = {row.id: found_of(row) for row in connection.execute(select(FAULTS))}
    for row in connection.execute(select(ACKNOWLEDGED).order_by(ACKNOWLEDGED.c.id)):
        entry_id = _entry_of(row, faults.get(row.fault), said)
        if entry_id is None:
            return _not_told(row, faults.get(row.fault))
        del said[entry_id]
    return next((_not_recorded(row, told) for row, told in said.values()), None)


def _is_acknowledgement(told: Told) -> bool:
    return (told["action"], told["outcome"]) == (Action.AUDIT_ACKNOWLEDGE, Outcome.DONE)


def _entry_of(row: Any, found: Found | None, said: Mapping[str, tuple[EntryRow, Told]]) -> str | None:
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
        return (name, said) == (found.name, digest)
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
