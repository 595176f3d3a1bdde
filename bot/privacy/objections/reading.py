"""Reading what accounts said about marketing, as the ledger's entries have it: what marketing goes by."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

import structlog
from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, exists, literal_column, select
from sqlmodel import col

from bot.audit.as_written import as_written
from bot.audit.entry import Action
from bot.driver import Prepared
from bot.privacy.objections.choices import choice_name
from bot.privacy.objections.on_record import SAYING, Entry, Record, as_recorded
from models.audit import AuditEntry
from models.marketing import MarketingChoice
from models.tables import table_of

CHOICES: Final = table_of(MarketingChoice)
OF_CUSTOMERS: Final = col(AuditEntry.action) == literal_column(f"'{Action.CUSTOMER_REQUEST.value}'")
"""In the words of the partial index of customers' requests, which a parameter would not be seen to meet."""

log = structlog.get_logger(__name__)


def recorded_choices(connection: Connection, accounts: Collection[str], media: Collection[str]) -> Mapping[str, Record]:
    """What these accounts said of these media, by account.

    One read where nobody ever asked anything in a customer's name; otherwise their entries are read too.
    """
    rows, spoken = _rows(connection, accounts)
    if not rows and not spoken:
        return dict.fromkeys(accounts, Record(()))
    found = records(connection, accounts, rows, media)
    if any(one.differences for one in found.values()):  # or written in the moment between the two reads
        found = records(connection, accounts, _rows(connection, accounts)[0], media)
    for record in found.values():
        for one in record.differences:
            log.error("access.not_on_record", about=choice_name(one.number), reason=one.what)
    return found


def records(
    connection: Connection, accounts: Collection[str], rows: Collection[Mapping[str, Any]], media: Collection[str] = ()
) -> Mapping[str, Record]:
    """The rows of these accounts' choices, compared with their entries.

    Of an entry that is not as it was written nothing is known; that is a fault of the ledger itself.
    """
    entries: dict[str, list[Entry]] = {one: [] for one in accounts}
    outcomes = [one.value for one in SAYING]
    about = and_(OF_CUSTOMERS, col(AuditEntry.account).in_(sorted(accounts)), col(AuditEntry.outcome).in_(outcomes))
    for written in as_written(connection, about):
        if written is not None:
            entries[written[1]["account"]].append((written[0].at, written[1]))
    return {
        one: as_recorded([row for row in rows if row["account"] == one], said[::-1], media)
        for one, said in entries.items()
    }


def _rows(connection: Connection, accounts: Collection[str]) -> tuple[list[Mapping[str, Any]], bool]:
    """The accounts' rows, in the order of their numbers, and whether an entry in a customer's name is about one."""
    if not accounts:
        return [], False
    found: Sequence[Mapping[str, Any]]
    if len(accounts) == 1:
        found = _OF_ONE.rows(connection, {"account": next(iter(accounts))})
    else:
        which = col(AuditEntry.account).in_(sorted(accounts)), CHOICES.c.account.in_(sorted(accounts))
        found = [dict(row) for row in connection.execute(_whole(*which)).mappings()]
    return [row for row in found if row["number"] is not None], any(row["spoken"] for row in found)


def _whole(spoken_of: ColumnElement[bool], theirs: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """One row at least, which says whether there is any entry."""
    spoken = select(exists().where(OF_CUSTOMERS, spoken_of).label("spoken")).subquery()
    rows: Select[*tuple[Any, ...]] = select(spoken.c.spoken, CHOICES).select_from(spoken.outerjoin(CHOICES, theirs))
    return rows.order_by(CHOICES.c.number)


_OF_ONE: Final = Prepared(
    _whole(col(AuditEntry.account) == bindparam("account"), CHOICES.c.account == bindparam("account"))
)
