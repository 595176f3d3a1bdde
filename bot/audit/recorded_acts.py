"""Entries that tell of rows in tables that no tree covers: erasures, acknowledgements, the policy's texts.

They are gathered while all entries are looked at, and then compared with those tables, one way and the other: so a row
that was made up is found, one that was changed, and one that is gone.
"""

from typing import Final

from sqlalchemy import Connection

from bot.audit.agreement import TELLING
from bot.audit.faults import Fault
from bot.audit.recorded_acknowledgements import acknowledgements_fault
from bot.audit.recorded_ends import ends_fault
from bot.audit.recorded_policies import policies_fault
from bot.audit.rows import EntryRow

ACTION: Final = 1  # its place among the columns of an entry's row


class Acts:
    """The entries that tell of something, in the ledger's order, and those that wait after them."""

    def __init__(self) -> None:
        self._told: list[EntryRow] = []

    def note(self, row: EntryRow) -> None:
        """An entry that was found to be as it was written."""
        if row.columns[ACTION] in TELLING:
            self._told.append(row)

    def fault(self, connection: Connection) -> Fault | None:
        """The first thing that one of the tables says, or leaves out, and they do not."""
        looks = (ends_fault, acknowledgements_fault, policies_fault)
        return next(filter(None, (look(connection, self._told) for look in looks)), None)
