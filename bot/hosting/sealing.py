"""Tokens at rest: encrypted under the operator's keys, and bound to the workspace that they are of.

Fernet (AES-128-CBC with HMAC-SHA256), https://cryptography.io/en/latest/fernet/; the first key encrypts, all decrypt.
"""

from typing import Final

import orjson
from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from bot.running.refusals import CannotStart

_MAKE: Final = "“steward installations key” makes one. Keep it apart from the database and its backups."


class Unreadable(Exception):
    """None of the keys opens it, or it was sealed for another workspace."""


class Seal:
    """Seals and opens what belongs to a workspace."""

    def __init__(self, keys: MultiFernet, first: Fernet) -> None:
        self._keys = keys
        self._first = MultiFernet([first])

    @classmethod
    def of(cls, written: str | None) -> "Seal":
        """From STEWARD_TOKEN_KEYS: keys with commas between them, the newest first. Raises CannotStart."""
        words = [part.strip() for part in (written or "").split(",") if part.strip()]
        if not words:
            raise CannotStart("STEWARD_TOKEN_KEYS is not set, and tokens are kept encrypted only.", _MAKE)
        keys = []
        for number, word in enumerate(words, start=1):
            try:
                keys.append(Fernet(word))
            except ValueError:
                what = f"Key {number} of STEWARD_TOKEN_KEYS is no Fernet key (32 bytes in URL-safe base64)."
                raise CannotStart(what, _MAKE) from None
        return cls(MultiFernet(keys), keys[0])

    def seal(self, team: str, values: dict[str, object]) -> str:
        """Encrypt values for a workspace (Slack's team id)."""
        return self._first.encrypt(orjson.dumps({"team": team, "values": values})).decode()

    def open(self, team: str, sealed: str) -> dict[str, object]:
        """The values. Raises Unreadable when no key fits, or when they were sealed for another workspace."""
        try:
            opened = orjson.loads(self._keys.decrypt(sealed.encode()))
        except (InvalidToken, ValueError):
            raise Unreadable from None
        if not isinstance(opened, dict) or opened.get("team") != team:
            raise Unreadable
        values: dict[str, object] = opened["values"]
        return values

    def is_of_first_key(self, sealed: str) -> bool:
        """Whether the first key opens it, so that the others are not needed for it."""
        try:
            self._first.decrypt(sealed.encode())
        except InvalidToken:
            return False
        return True


def new_key() -> str:
    """A key for STEWARD_TOKEN_KEYS."""
    return Fernet.generate_key().decode()
