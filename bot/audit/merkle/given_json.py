"""JSON that others hand over, read only where it can be read in one way. Pure."""

import json
from collections.abc import Sequence
from typing import Any

import orjson


class Doubled(ValueError):
    """A name stands twice in one object: readers differ on which of the two they take (RFC 8259, section 4)."""


def loads_once(text: str | bytes) -> Any:
    """What the JSON says. Raises Doubled, and ValueError for what is no JSON."""
    value = orjson.loads(text)
    try:
        json.loads(text, object_pairs_hook=_once)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    return value


def _once(pairs: Sequence[tuple[str, Any]]) -> None:
    if len({name for name, _ in pairs}) != len(pairs):
        raise Doubled("a name stands twice in an object")
