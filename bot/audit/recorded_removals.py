"""Whether which roles were taken from whom, and that they were given back, is what the ledger's entries say."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select

from bot.access.recertification.taken import REMOVALS, Difference, Membership, Said, compared, said_of
from bot.audit.faults import Code, Fault
from bot.audit.states import state_of


def removals_fault(connection: Connection) -> Fault | None:
    """The first removal that was made up or changed, or that is gone."""
    rows: dict[Membership, list[Mapping[str, Any]]] = {}
    for row in connection.execute(select(REMOVALS).order_by(REMOVALS.c.number)).mappings():
        rows.setdefault(Membership(row["person"], row["role"]), []).append(dict(row))
    said, erased = dict[Membership, list[Said]](), list[Said]()
    for one in said_of(connection):
        (erased if one.of is None else said.setdefault(one.of, [])).append(one)
    for of in sorted({*rows, *said}):
        about = sorted((*said.get(of, ()), *erased), key=lambda one: one.at)
        if found := compared(of, rows.get(of, ()), about):
            return _fault(found, rows.get(of, ()))
    return None


def _fault(found: Difference, rows: Sequence[Mapping[str, Any]]) -> Fault:
    kept = f"What is kept of roles that a recertification took from somebody in {found.of.role}"
    words = f"{kept} is not what the entries of the ledger say: {found.what}. It was changed, added or removed."
    state = state_of(*found.of, found.what, *([str(value) for value in row.values()] for row in rows))
    return Fault(Code.OTHER_REMOVAL, words, None, found.entry, None, state)
