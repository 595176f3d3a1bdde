"""Whether the list of erasures says of each what the ledger's entries do: that it was asked for, and how it ended."""

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, select

from bot.access.reasons import Reason
from bot.audit.entry import Action, Outcome
from bot.audit.erasures.records import ERASURES, Status, erasure_name, erasure_number
from bot.audit.faults import Code, Fault
from bot.audit.rows import EntryRow
from bot.audit.states import state_of
from bot.audit.told import Told, is_about, told_by

SYSTEM: Final = "system"


class _End(NamedTuple):
    """How an erasure ended and by whom, as its row has it; and the entry that says so."""

    status: Status
    by: str | None
    row: EntryRow


def ends_fault(connection: Connection, entries: Sequence[EntryRow]) -> Fault | None:
    """The first erasure that is on the list as the entries do not have it, or that they have and the list has not."""
    asked, ended = dict[int, EntryRow](), dict[int, _End]()
    for number, told, row in _of_erasures(entries):
        if (told["outcome"], told["reason"]) == (Outcome.DONE, Reason.ASKED):
            asked[number] = row
        elif end := _end(told, row):
            ended[number] = end
    rows = {row.number: row for row in connection.execute(select(ERASURES))}
    for number in sorted({*asked, *ended, *rows}):
        listed, begun, end = rows.get(number), asked.get(number), ended.get(number)
        if listed is None or begun is None or listed.asked_in != begun.id or not _ended_so(listed, end):
            return _fault(number, listed, end.row if end else begun)
    return None


def _of_erasures(entries: Sequence[EntryRow]) -> Iterator[tuple[int, Told, EntryRow]]:
    for row in entries:
        told = told_by(row)
        number = erasure_number((told["query"] or "").partition(" ")[0])
        if told["action"] == Action.ERASE and told["outcome"] != Outcome.REFUSED and number is not None:
            yield number, told, row


def _end(told: Told, row: EntryRow) -> _End | None:
    """What an entry says of the end of an erasure; one that was withdrawn is kept as refused, by who had asked."""
    if told["reason"] == Reason.CARRIED_OUT and told["actor"] == SYSTEM:
        return _End(Status.DONE, None, row)
    if told["outcome"] == Outcome.EXPIRED:
        return _End(Status.EXPIRED, SYSTEM, row)
    if told["outcome"] == Outcome.DENIED or told["reason"] == Reason.WITHDRAWN:
        return _End(Status.REFUSED, told["actor"], row)
    return None


def _ended_so(listed: Any, end: _End | None) -> bool:
    if end is None:
        return bool(listed.status == Status.PENDING)
    same = (listed.status, listed.settled_by) == (end.status, end.by)
    return same and is_about(end.row.at, listed.settled_at)


def _fault(number: int, listed: Any, row: EntryRow | None) -> Fault:
    what = f"What is on the list of erasures of {erasure_name(number)} is not what the entries of the ledger say."
    state = state_of(number, *(map(str, listed) if listed is not None else ()))
    why = "It was changed, added or removed."
    return Fault(Code.NOT_ERASED_RIGHTLY, f"{what} {why}", None, row.id if row else None, None, state)
