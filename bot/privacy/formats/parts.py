"""A policy that is published in several files or pages: kept as one original, read one after the other."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from bot.privacy.faults import PolicyUnreadable, Reason
from bot.privacy.formats.blocks import Document

PARTS = "application/vnd.steward.parts+json"
MARK = b'{"steward_policy_parts":'


@dataclass(frozen=True, slots=True)
class Part:
    """One file or page, as it came; `declared` is its Content-Type."""

    data: bytes
    name: str
    declared: str = ""


def bundled(parts: Sequence[Part]) -> bytes:
    """The parts in one file, which `extract` reads like any other."""
    values = [{"name": one.name, "type": one.declared, "data": base64.b64encode(one.data).decode()} for one in parts]
    return orjson.dumps({"steward_policy_parts": values})


def unbundled(data: bytes) -> tuple[Part, ...]:
    """What `bundled` put together. Raises PolicyUnreadable."""
    try:
        values = orjson.loads(data)["steward_policy_parts"]
        return tuple(Part(base64.b64decode(one["data"], validate=True), one["name"], one["type"]) for one in values)
    except (ValueError, TypeError, KeyError) as error:
        raise PolicyUnreadable("This is no policy in several parts.", Reason.BROKEN) from error


def joined(documents: Sequence[Document]) -> Document:
    """The parts one after the other; the first one's title is the policy's."""
    blocks = tuple(block for document in documents for block in document.blocks)
    return Document(blocks, documents[0].provenance, documents[0].title)
