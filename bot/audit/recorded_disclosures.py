"""Whether each disclosure that there ever was, who agreed to it and its line of the register, is as the entries say."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple
from typing import Final

from sqlalchemy import Connection, func, select
from sqlmodel import col

from bot.accounts.disclosures.on_record import OnRecord, more_than, on_record
from bot.accounts.disclosures.records import (
    Disclosure,
    Entered,
    Status,
    disclosure_name,
    read_disclosure,
    registered_among,
)
from bot.audit.faults import Code, Fault
from bot.audit.states import state_of
from models.disclosure import Disclosure as Table

AT_ONCE: Final = 200


def disclosures_fault(connection: Connection) -> Fault | None:
    """The first disclosure that was made up or changed, or that is gone."""
    for numbers, record in _some(connection):
        lines = registered_among(connection, numbers)
        for number in numbers:
            found, line = read_disclosure(connection, number), lines.get(number)
            if why := unlike(found, line, record.get(disclosure_name(number))):
                return _fault(number, why, found, line)
    return None


def unlike(found: Disclosure | None, line: Entered | None, record: OnRecord | None) -> str | None:
    """What is kept of a disclosure that no entry says, or the other way round; nobody's text is in it. Pure."""
    if found is None:
        return "it is gone" if record is not None or line is not None else None
    if found.status is Status.REFUSED:
        return None if record is None and line is None else "an entry says that it was asked for"
    if why := more_than(found, record):
        return why
    if found.status is not Status.APPROVED:
        return "it is in the register, and no entry says that it was agreed to" if line is not None else None
    if line is None:
        return "it is not in the register"
    said = (line.asked_by, line.account, set(line.fields), set(line.approved_by))
    agreed = {one.by for one in found.approvals}
    return (
        None if said == (found.asked_by, found.account, set(found.fields), agreed) else "the register has it otherwise"
    )


def _some(connection: Connection) -> Iterator[tuple[Sequence[int], Mapping[str, OnRecord]]]:
    """The numbers of all disclosures, in order, with what entries say; also beyond the last that is kept."""
    last, first = connection.scalar(select(func.max(col(Table.number)))) or 0, 1
    while True:
        numbers = range(first, first + AT_ONCE)
        record = on_record(connection, [disclosure_name(one) for one in numbers])
        if first > last and not record:
            return
        yield numbers, record
        first += AT_ONCE


def _fault(number: int, why: str, found: Disclosure | None, line: Entered | None) -> Fault:
    what = f"What is kept of {disclosure_name(number)} is not what the entries of the ledger say: {why}."
    state = state_of(number, *(str(astuple(one)) for one in (found, line) if one is not None))
    return Fault(Code.OTHER_DISCLOSURE, f"{what} It was changed, added or removed.", None, None, None, state)
