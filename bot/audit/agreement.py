"""Whether an entry's rows belong together, told quickly. Pure.

This reads no JSON of the entry: it looks for what must stand in canonical text (RFC 8785: sorted keys, no spaces) whose
hash is the one in the tree. A quote within a typed text is escaped there, so that `,"outcome":"masked",` can stand in
it only as the key and its value. What does not agree here is for `bot.audit.rows.row_fault` to look at and to name.
"""

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final

import orjson

from bot.audit.entry import PERSONAL, SALT_BYTES

NULLS: Final = tuple((name, f'"{name}":null,') for name in PERSONAL)
PAIR: Final = frozenset({"salt", "value"})
NOT_AS_WRITTEN: Final = (orjson.JSONDecodeError, TypeError, ValueError, LookupError, AttributeError)

loads, fromhex = orjson.loads, bytes.fromhex


def stamp(at: datetime) -> str:
    """As bot.audit.entry.timestamp, for what is in UTC already; quicker."""
    return at.isoformat(timespec="microseconds").replace("+00:00", "Z")


def agrees(row: Any, leaf: bytes, stamp: Callable[[Any], str] = stamp) -> bool:
    """Whether text, hashes, columns and all opened values agree, and no text was taken out.

    `row` begins as `bot.audit.rows.ENTRY_COLUMNS`; `leaf` stands in the tree, 32 bytes. `stamp` writes the row's time
    as an entry does.
    """
    entry_id, at, sealed, own_leaf, actor, action, outcome, account, purpose, grant, opened = row[:11]
    if entry_id is None or own_leaf != leaf or sha256(b"\x00" + sealed.encode()).digest() != leaf:
        return False
    return (
        sealed.startswith(_beginning(account, action, actor))
        and f',"at":"{stamp(at)}","fields":[' in sealed
        and f'],"grant":{_json(grant)},"id":"{entry_id}","justification":' in sealed
        and _middle(outcome) in sealed
        and _end(purpose) in sealed
        and _opens(sealed, opened)
    )


def _opens(sealed: str, written: str | None) -> bool:
    """Whether every personal field is null or opened, and what is opened is what the text commits to."""
    try:
        opened = loads(written or "{}")
        if type(opened) is not dict:
            return False
        found = 0
        for name, null in NULLS:
            if name not in opened:
                if null not in sealed:
                    return False
                continue
            found += 1
            pair = opened[name]
            salt = pair["salt"]
            salted = fromhex(salt)
            text = f'"{name}":"sha256:{sha256(salted + pair["value"].encode()).hexdigest()}",'
            if text not in sealed or len(salted) != SALT_BYTES or salted.hex() != salt or pair.keys() != PAIR:
                return False
        return found == len(opened)
    except NOT_AS_WRITTEN:
        return False


@lru_cache(maxsize=65_536)
def _beginning(account: str | None, action: str, actor: str) -> str:
    return f'{{"account":{_json(account)},"action":{_json(action)},"actor":{_json(actor)},"actor_email":'


@lru_cache(maxsize=64)
def _middle(outcome: str) -> str:
    return f',"outcome":{_json(outcome)},"policy_version":'


@lru_cache(maxsize=4096)
def _end(purpose: str | None) -> str:
    return f',"purpose":{_json(purpose)},"query":'


@lru_cache(maxsize=65_536)
def _json(value: str | None) -> str:
    return orjson.dumps(value).decode()
