"""A fault of the ledger as it is found, and as it is kept. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.audit.entry import timestamp
from bot.audit.states import state_of
from models.ledger import LedgerFault
from models.tables import table_of

FAULTS = table_of(LedgerFault)

Place = tuple[str, str, str]
"""A fault's kind, what it is about, and its state: what is still so after it was acknowledged is not told again."""


class Kind(StrEnum):
    """Where it does not agree."""

    ENTRY = "entry"
    TREE = "tree"
    CHECKPOINT = "checkpoint"
    ROLLBACK = "rollback"


@dataclass(frozen=True, slots=True)
class Mismatch:
    """What was found. `about` is an entry's id, a place in the tree or a size; `what` says it in whole sentences.

    `state` is a digest of what was found there; of a rollback, which is about one tree for ever, there is none.
    """

    kind: Kind
    about: str
    what: str
    state: str = ""

    @property
    def place(self) -> Place:
        """What makes it the same fault again."""
        return (self.kind.value, self.about, self.state)


@dataclass(frozen=True, slots=True)
class Found:
    """A mismatch as it is kept. `reference` is what people read out."""

    id: int
    at: datetime
    mismatch: Mismatch
    reference: str

    @property
    def name(self) -> str:
        """How it is called: "F-3"."""
        return f"F-{self.id}"

    @property
    def digest(self) -> str:
        """Of all that is kept of it. Whoever acknowledges it has this in their entry."""
        one = self.mismatch
        return state_of(self.name, timestamp(self.at), one.kind.value, one.about, one.what, one.state, self.reference)


def is_known(mismatch: Mismatch, known: Collection[Place]) -> bool:
    """Whether it is among these in the very state in which it was found now.

    Of faults without a state, as a release from before kept them, each state is the same. Pure.
    """
    kind, about, _ = mismatch.place
    return mismatch.place in known or (kind, about, "") in known


def words_of(found: Found) -> str:
    """What the entry of an acknowledgement says as its query."""
    return f"{found.name} {found.digest}"


def found_of(row: Any) -> Found:
    """A fault as it is kept, from its row."""
    mismatch = Mismatch(Kind(row.kind), row.about, row.what, row.state or "")
    return Found(row.id, row.found_at, mismatch, row.reference)
