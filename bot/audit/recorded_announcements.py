"""Whether the policy in force, what was decided on its changes, and who was told of them are as the entries say."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, select

from bot.audit.faults import Code, Fault
from bot.audit.states import state_of
from bot.notices.announcing import change_name, change_number
from bot.notices.telling.on_record import Round, other_round, read_told
from bot.privacy.stated import (
    CHANGES,
    NEVER,
    VERSIONS,
    Begins,
    Stated,
    change_written,
    last_stated,
    latest_to_read,
    read_stated,
    steps,
)

CHANGED: Final = "It was changed, added or removed."


def announcements_fault(connection: Connection) -> Fault | None:
    """The first of it that is kept otherwise than the entries have it."""
    last = last_stated(connection)
    if last is not None and last.begins and (fault := _standing_fault(connection, last)):
        return fault
    said = _said(connection)
    return _change_fault(connection, said) or _told_fault(connection, said.rounds)


def _standing_fault(connection: Connection, last: Stated) -> Fault | None:
    """What the last entry says stands, against the tables: a version that it does not name is past."""
    at = VERSIONS.c.in_force_from
    query = select(VERSIONS.c.hash, at).where(at >= last.begins[0].at, at < NEVER)
    kept = {Begins(row.hash, row.in_force_from) for row in connection.execute(query)}
    if kept != set(last.begins):
        what = "Which version of the policy is in force, or is to be, is not what the last entry about it says."
        return Fault(Code.OTHER_POLICY, f"{what} {CHANGED}", None, None, None, state_of(*sorted(map(str, kept))))
    if (to_read := latest_to_read(connection)) != last.to_read:
        what = "Which change of the policy is to be read before a look-up is not what the last entry about it says."
        return Fault(Code.OTHER_ANNOUNCEMENT, f"{what} {CHANGED}", None, None, None, state_of(str(to_read)))
    return None


@dataclass(slots=True)
class _Said:
    """What entries say: how far each change is, with the entry that says it, and whom each round told.

    `unsure` are changes of which an entry of before tells last, which says nothing of that.
    """

    changes: dict[int, tuple[str, str]] = field(default_factory=dict)
    rounds: dict[Round, str] = field(default_factory=dict)
    unsure: set[int] = field(default_factory=set)


def _said(connection: Connection) -> _Said:
    found = _Said()
    for entry_id, told in steps(connection):
        fields: list[str] = told["fields"]
        found.rounds = {**read_told(fields), **found.rounds}
        if not read_stated(fields).begins and (of := change_number((told["query"] or "").partition("/")[0])):
            found.unsure |= {of} - found.changes.keys()
        for written in fields:
            name, _, rest = written.partition(" ")
            number = change_number(name) if name.startswith("N-") and not rest.startswith("told ") else None
            if number is not None and number not in found.unsure:
                found.changes.setdefault(number, (written, entry_id))
    return found


def _change_fault(connection: Connection, said: _Said) -> Fault | None:
    rows = {row.number: row for row in connection.execute(select(CHANGES))}
    first = min(said.changes, default=None)
    for number in sorted({*rows, *said.changes}):
        written, entry_id = said.changes.get(number, (None, None))
        row = rows.get(number)
        if row is None:
            return _fault(number, "it is gone", entry_id, row)
        if written is not None and change_written(row) != written:
            return _fault(number, "what was decided is kept otherwise", entry_id, row)
        if written is None and first is not None and first < number and number not in said.unsure:
            return _fault(number, "no entry says that it was found", None, row)
    return None


def _told_fault(connection: Connection, rounds: Mapping[Round, str]) -> Fault | None:
    if (other := other_round(connection, rounds)) is None:
        return None
    what = f"Who was told of {other[0]}, a change of the policy, is not what an entry of the ledger says."
    return Fault(Code.OTHER_ANNOUNCEMENT, f"{what} {CHANGED}", None, None, None, state_of(*other, rounds[other]))


def _fault(number: int, why: str, entry_id: str | None, row: Any) -> Fault:
    what = f"What is kept of {change_name(number)}, a change of the policy, is not what the entries of the ledger say"
    state = state_of(number, why, *(() if row is None else map(str, row)))
    return Fault(Code.OTHER_ANNOUNCEMENT, f"{what}: {why}. {CHANGED}", None, entry_id, None, state)
