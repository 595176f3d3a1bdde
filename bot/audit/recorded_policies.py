"""Whether the texts of the policy that are kept are those that came: each by its hash, and each with its entry.

An entry names the version that it rests on by the hash of its text. What people read as the policy's words, in answers
and in reports, is taken from the text that is kept for that hash.
"""

import hashlib
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection, select

from bot.audit.entry import Action, Outcome
from bot.audit.faults import Code, Fault
from bot.audit.rows import EntryRow
from bot.audit.states import state_of
from bot.audit.told import told_by
from bot.privacy.kept import is_of_its_hash
from bot.privacy.typography import normalised
from models.policy import PolicyVersion
from models.tables import table_of

VERSIONS: Final = table_of(PolicyVersion)
CAME: Final = (Action.POLICY_CHANGE, Outcome.DONE)
SHOWN: Final = 12


def policies_fault(connection: Connection, entries: Sequence[EntryRow]) -> Fault | None:
    """The first version whose text is another, of which no entry says that it came, or that is gone."""
    came = _came(entries)
    columns = [VERSIONS.c[name] for name in ("hash", "text", "document")]
    for row in connection.execute(select(*columns).order_by(VERSIONS.c.id)):
        entry_id = came.pop(row.hash, None)
        if entry_id is None:
            return _fault(row.hash, "is kept, and no entry says that it came. It was made up", None, row)
        if not _is_its_text(row):
            return _fault(row.hash, "has another text than its hash is of. It was changed", entry_id, row)
    version, entry_id = next(iter(came.items()), (None, None))
    return _fault(version, "came, as an entry says, and is gone. It was removed", entry_id) if version else None


def _came(entries: Sequence[EntryRow]) -> dict[str, str]:
    """The versions that entries say to have come, each with the last such entry."""
    told = [one for one in map(told_by, entries) if (one["action"], one["outcome"]) == CAME]
    return {one["policy_version"]: one["id"] for one in told if one["policy_version"]}


def _is_its_text(row: Any) -> bool:
    if hashlib.sha256(normalised(row.text).encode()).hexdigest() != row.hash:
        return False
    return row.document is None or is_of_its_hash(row.hash, b"", "", row.document)


def _fault(version: str, what: str, entry_id: str | None, row: Any = None) -> Fault:
    words = f"The policy's version {version[:SHOWN]} {what}, or what is kept beside it was."
    state = state_of(version, *(() if row is None else (row.text, row.document)))
    return Fault(Code.OTHER_POLICY, words, None, entry_id, None, state)
