"""What an API answers, as the document that it is: read a piece at a time, so that none is larger than is allowed.

A body may come packed, and a packed one of a few hundred kilobytes may hold hundreds of megabytes of the same letter.
"""

import zlib
from collections.abc import Iterable, Iterator
from typing import Any, Final

import httpx
import orjson

from bot.accounts.http.faults import ApiFault, Reason

PACKED: Final = "gzip"
PIECE: Final = 65_536
_GZIP: Final = 16 + zlib.MAX_WBITS  # zlib's way to say that its head is gzip's


def document_of(answer: httpx.Response, largest: int) -> Any:
    """The JSON in an answer, of at most so many bytes. Raises ApiFault."""
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind and not (kind in {"application/json", "text/json"} or kind.endswith("+json")):
        raise ApiFault(Reason.NOT_JSON, f"It answered {kind if len(kind) < 50 else 'something'} instead of JSON.")
    body = bytearray()
    for piece in _pieces(answer, largest):
        body += piece
        if len(body) > largest:
            raise ApiFault(Reason.TOO_LARGE, f"It answered more than {largest / 1_000_000:g} MB.")
    try:
        return orjson.loads(bytes(body))
    except orjson.JSONDecodeError:
        raise ApiFault(Reason.NOT_JSON, "Its answer is no JSON.") from None


def read_over(answer: httpx.Response) -> None:
    """Read what is of no use, if it is little, so that the connection can be used again."""
    if int(answer.headers.get("content-length") or PIECE) < PIECE:
        for _ in answer.iter_raw(PIECE):
            pass


def _pieces(answer: httpx.Response, largest: int) -> Iterator[bytes]:
    raw = answer.iter_raw(PIECE)
    match answer.headers.get("content-encoding", "").strip().lower():
        case "" | "identity":
            return raw
        case "gzip" | "x-gzip":
            return _unpacked(raw, largest)
    raise ApiFault(Reason.NOT_JSON, "It answered packed in a way that it was not asked for.")


def _unpacked(pieces: Iterable[bytes], largest: int) -> Iterator[bytes]:
    """Never more of it at once than what is one byte too many."""
    unpacker = zlib.decompressobj(_GZIP)
    try:
        for piece in pieces:
            rest = piece
            while rest and not unpacker.eof:
                yield unpacker.decompress(rest, largest + 1)
                rest = unpacker.unconsumed_tail
    except zlib.error:
        raise ApiFault(Reason.NOT_JSON, "Its answer is packed and can't be unpacked.") from None
