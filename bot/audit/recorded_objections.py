"""Whether what accounts said about marketing, and that it was taken back, is what the ledger's entries say."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Select, select, union
from sqlmodel import col

from bot.audit.faults import Code, Fault
from bot.audit.states import state_of
from bot.privacy.objections.choices import choice_name
from bot.privacy.objections.on_record import Difference
from bot.privacy.objections.reading import CHOICES, OF_CUSTOMERS, records
from models.audit import AuditEntry

AT_ONCE: Final = 200


def objections_fault(connection: Connection) -> Fault | None:
    """The first choice of an account that was made up or changed, or that is gone."""
    for accounts in _accounts(connection):
        query = select(CHOICES).where(CHOICES.c.account.in_(accounts)).order_by(CHOICES.c.number)
        rows = [dict(row) for row in connection.execute(query).mappings()]
        for record in records(connection, accounts, rows).values():
            for one in record.differences:
                return _fault(one, [row for row in rows if one.number in (row["number"], row["undoes"])])
    return None


def _accounts(connection: Connection) -> Iterator[Sequence[str]]:
    """All accounts that a choice, or an entry in a customer's name, is about; some at a time."""
    last = ""
    kept = select(CHOICES.c.account.label("account"))
    said: Select[str | None] = select(col(AuditEntry.account).label("account")).where(OF_CUSTOMERS)
    while True:
        after = union(kept.where(CHOICES.c.account > last), said.where(col(AuditEntry.account) > last)).subquery()
        some = connection.scalars(select(after.c.account).order_by(after.c.account).limit(AT_ONCE)).all()
        if not some:
            return
        yield some
        last = some[-1]


def _fault(found: Difference, rows: Sequence[Mapping[str, Any]]) -> Fault:
    what = (
        f"What is kept of {choice_name(found.number)}, which an account said about marketing, is not what the entries"
    )
    state = state_of(found.number, found.what, *([str(value) for value in row.values()] for row in rows))
    words = f"{what} of the ledger say: {found.what}. It was changed, added or removed."
    return Fault(Code.OTHER_OBJECTION, words, None, found.entry, None, state)
