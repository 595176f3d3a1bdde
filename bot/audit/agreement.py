"""Whether an entry's rows belong together, told quickly. Pure.

This reads no JSON of the entry: it looks for what must stand in canonical text (RFC 8785: sorted keys, no spaces) whose
hash is the one in the tree. A quote within a typed text is escaped there, so that `,"outcome":"masked",` can stand in
it only as the key and its value. What does not agree here is for `bot.audit.rows.row_fault` to look at and to name.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final

import orjson

from bot.audit.entry import PERSONAL, SALT_BYTES

NULLS: Final = tuple((name, f'"{name}":null,') for name in PERSONAL)
PAIR_KEYS: Final = frozenset({"salt", "value"})


def agrees(row: Any, leaf: bytes) -> bool:
    """Whether text, hashes, columns and all opened values agree, and no text was taken out.

    `row` begins as `bot.audit.rows.ENTRY_COLUMNS`; `leaf` stands in the tree, 32 bytes.
    """
    entry_id, at, sealed, own_leaf, actor, action, outcome, account, purpose, grant, opened = row[:11]
    if entry_id is None or own_leaf != leaf or sha256(b"\x00" + sealed.encode()).digest() != leaf:
        return False
    return (
        sealed.startswith(
            f'{{"account":{_json(account)},"action":{_json(action)},"actor":{_json(actor)},"actor_email":'
        )
        and f',"at":"{_timestamp(at)}","fields":[' in sealed
        and f'],"grant":{_json(grant)},"id":"{entry_id}","justification":' in sealed
        and f',"outcome":{_json(outcome)},"policy_version":' in sealed
        and f',"purpose":{_json(purpose)},"query":' in sealed
        and _opens(sealed, _read(opened))
    )


def _read(opened: str | None) -> Mapping[str, Any] | None:
    try:
        read = orjson.loads(opened or "{}")
    except orjson.JSONDecodeError:
        return None
    return read if isinstance(read, dict) else None


def _opens(sealed: str, opened: Mapping[str, Any] | None) -> bool:
    """Whether every personal field is null or opened, and what is opened is what the text commits to."""
    if opened is None:
        return False
    for name, null in NULLS:
        expected = f'"{name}":"sha256:{_commitment(opened[name])}",' if name in opened else null
        if expected not in sealed:
            return False
    return opened.keys() <= _PERSONAL


def _commitment(pair: Any) -> str:
    if not isinstance(pair, dict) or pair.keys() != PAIR_KEYS:
        return ""
    salt, value = pair["salt"], pair["value"]
    if not isinstance(salt, str) or not isinstance(value, str) or len(salt) != 2 * SALT_BYTES:
        return ""
    try:
        return sha256(bytes.fromhex(salt) + value.encode()).hexdigest()
    except ValueError:
        return ""


def _timestamp(at: datetime) -> str:
    """As bot.audit.entry.timestamp, for what is in UTC already; quicker."""
    return at.isoformat(timespec="microseconds").replace("+00:00", "Z")


@lru_cache(maxsize=65_536)
def _json(value: str | None) -> str:
    return orjson.dumps(value).decode()


_PERSONAL: Final = frozenset(PERSONAL)
