"""The state in which something was found, as a digest: whether it is still that, or was changed again. Pure."""

import hashlib

import orjson


def state_of(*found: object) -> str:
    """SHA-256, in hex, over what was found: text, numbers, times, hashes (bytes), and sequences of these."""
    return hashlib.sha256(orjson.dumps(found, default=_plain)).hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, bytes | memoryview):
        return {"bytes": bytes(value).hex()}
    raise TypeError
