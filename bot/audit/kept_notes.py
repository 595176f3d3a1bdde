"""Whether the notes of all checkpoints that were ever kept state the trees that they are kept for."""

from collections.abc import Collection
from typing import Final

from sqlalchemy import Connection, select
from sqlmodel import col

from bot.audit.checkpoints import Checkpoint
from bot.audit.faults import Code, Fault, entries_of
from bot.audit.notes import DASH
from models.ledger import LedgerCheckpoint

STREAMED: Final = 2000


def notes_fault(connection: Connection, names: Collection[str]) -> Fault | None:
    """The smallest checkpoint whose note states another size or root, or is signed in none of these names.

    The tree is compared with the roots beside the notes, so that this is shown for the notes too; of the newest alone
    the signature is verified: the tree that it states has every other in it.
    """
    columns = (col(LedgerCheckpoint.size), col(LedgerCheckpoint.root), col(LedgerCheckpoint.note))
    query = select(*columns).order_by(col(LedgerCheckpoint.size)).execution_options(yield_per=STREAMED)
    for size, root, note in connection.execute(query):
        if not any(note.startswith(f"{Checkpoint(name, size, bytes(root))}\n{DASH}{name} ") for name in names):
            what = f"The checkpoint of {entries_of(size)} was changed: its note states something else than was signed."
            return Fault(Code.CHECKPOINT_MALFORMED, what, None, None)
    return None
