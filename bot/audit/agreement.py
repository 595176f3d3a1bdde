"""Whether an entry's rows belong together, told quickly. Pure.

This reads no JSON of the entry: it looks for what must stand in canonical text (RFC 8785: sorted keys, no spaces) whose
hash is the one in the tree. A quote within a typed text is escaped there, so that `,"purpose":"billing","query":` can
stand in it only as keys and a value. What does not agree here is for `bot.audit.rows.row_fault` to look at and to name.

Every entry of a ledger goes through the one loop here, so it is written for speed: nothing is called that need not be,
and text is compared where it must stand instead of searched for.
"""

from binascii import unhexlify
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

import orjson

from bot.audit.entry import PERSONAL, SALT_BYTES, Action

NOT_AS_WRITTEN: Final = (orjson.JSONDecodeError, TypeError, ValueError, LookupError, AttributeError)

TELLING: Final = frozenset({Action.AUDIT_ACKNOWLEDGE.value, Action.ERASE.value, Action.POLICY_CHANGE.value})
"""Actions whose entries are compared with other tables, and so are looked at closely by whoever looks at all."""

loads, begun = orjson.loads, sha256().copy
"""Names of this module are found sooner, and to copy a digest takes less than to begin one."""


def stamp(at: datetime) -> str:
    """As bot.audit.entry.timestamp without its Z, for what is in UTC already; quicker."""
    return at.isoformat(timespec="microseconds").removesuffix("+00:00")


def agrees(row: Sequence[Any], leaf: bytes, stamp: Callable[[Any], str] = stamp) -> bool:
    """Whether text, hashes, columns and all opened values agree, and no text was taken out.

    `row` begins as `bot.audit.rows.ENTRY_COLUMNS`; `leaf` stands in the tree, 32 bytes. `stamp` writes the row's time
    as an entry does, but for the Z at its end.
    """
    entry_id, at, sealed, own, *others = row[:11]
    return own == leaf and not disagreeing(((entry_id, at, sealed, *others, 0, leaf),), stamp)


def disagreeing(rows: Iterable[Sequence[Any]], stamp: Callable[[Any], str]) -> list[int]:
    """The indices of those that do not agree, or are TELLING, of rows that end with index and leaf in the tree.

    Each is an entry's id, time, canonical text, actor, action, outcome, account, purpose, grant, opened text, index and
    leaf. What an entry says of its policy is in no column; it is mostly what the one before it says, and tried first.
    """
    found, version = [], "null"
    written = _WRITTEN
    for entry_id, at, sealed, actor, action, outcome, account, purpose, grant, opened, index, leaf in rows:
        try:
            if leaf == sha256(b"\x00" + sealed.encode()).digest():
                said = _salted(opened)
                head = (
                    f'{{"account":{written[account]},"action":{written[action]},"actor":{written[actor]},'
                    f'"actor_email":{said["actor_email"]},"at":"{stamp(at)}Z","fields":['
                )
                middle = (
                    f'],"grant":{written[grant]},"id":"{entry_id}","justification":{said["justification"]},'
                    f'"outcome":{written[outcome]},"policy_version":'
                )
                tail = f',"purpose":{written[purpose]},"query":{said["query"]},"reason":'
                fields_end = sealed.find("]", len(head))
                if len(said) == len(PERSONAL) and sealed.startswith(head):
                    if sealed.startswith(f"{middle}{version}{tail}", fields_end):
                        continue
                    fields_end = sealed.find('],"grant":', len(head))
                    start = fields_end + len(middle)
                    version = sealed[start : sealed.find(',"purpose":', start)]
                    if sealed.startswith(f"{middle}{version}{tail}", fields_end):
                        continue
        except NOT_AS_WRITTEN:
            pass
        found.append(index)
    return found


def _salted(opened: str | None) -> dict[str, str]:
    """What an entry says of each personal field. Raises one of NOT_AS_WRITTEN for what is no salt and text."""
    said = _NOTHING.copy()
    if opened:
        for name, pair in loads(opened).items():
            salt = pair["salt"]
            salted = unhexlify(salt)
            if len(pair) != 2 or len(salted) != SALT_BYTES or salted.hex() != salt:
                raise ValueError
            digest = begun()
            digest.update(salted + pair["value"].encode())
            said[name] = f'"sha256:{digest.hexdigest()}"'
    return said


class _Written(dict[str | None, str]):
    """Values as JSON writes them. What comes up again and again is written once; a LookupError for those of TELLING."""

    MOST: Final = 65_536

    def __missing__(self, value: str | None) -> str:
        if len(self) >= self.MOST:
            self.clear()
        if value in TELLING:
            raise LookupError
        self[value] = written = orjson.dumps(value).decode()
        return written


_WRITTEN: Final = _Written()
_NOTHING: Final = dict.fromkeys(PERSONAL, "null")
