"""What an auditor hands over to be verified: which kind of file it is, what is in it, and which key was meant."""

import codecs
import re
from collections.abc import Callable, Iterator
from enum import Enum
from pathlib import Path
from typing import Any, BinaryIO, Final

import orjson

from bot.audit.entry import KEYS
from bot.audit.faults import Fault
from bot.audit.merkle.checkpoints import read_key
from bot.audit.merkle.notes import VerifierKey
from bot.audit.merkle.proofs import MAX_PROOF_BYTES
from bot.audit.offline import read_lines
from bot.running.refusals import CannotStart

LARGEST: Final = 64 << 20  # bytes of a checkpoint, key, proof or manifest; more is none
COMPRESSED: Final = (b"\x1f\x8b", b"PK\x03\x04", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd")  # gzip, zip, xz, zstd
HEAD: Final = 4096  # bytes that show what a file is, where it is not whole JSON
NOTE: Final = re.compile("[^{\n]+\n[0-9]+\n[^\n]+\n(?:[^\n]+\n)*\n— ".encode())  # C2SP tlog-checkpoint
WITHIN: Final = re.compile("^[^\n]+\n[0-9]+\n[A-Za-z0-9+/]{43}=\n(?:[^\n]+\n)*\n(?:— [^\n]+\n)+".encode(), re.MULTILINE)
"""A checkpoint within a message of Slack's that was copied as a whole: 32 bytes of a root, and its signatures."""
TOLD_EVERY: Final = 1000  # lines
KEY: Final = re.compile(rb"[^\s+]+\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+")  # C2SP signed-note vkey
PRINTED_BY: Final = "“steward audit key” prints it, on the machine that has the ledger."

FENCE: Final = b"```"  # around what Slack shows as it is

Told = Callable[[int, int | None], None]


class Given(Enum):
    """Kinds of files: an export that can be verified, a proof, and what is taken for one of them."""

    EXPORT = "an export as JSON lines"
    PROOF = "a proof"
    CSV = "an export as CSV"
    OCSF = "an export as OCSF events"
    MANIFEST = "an export's manifest"
    CHECKPOINT = "a checkpoint"
    KEY = "a key"
    PACKED = "compressed"


ADVICE: Final = {
    Given.CSV: "It is for reading. Only JSON lines can be verified: “steward audit export --format jsonl”.",
    Given.OCSF: "It is for event collectors. Only JSON lines can be verified: “steward audit export --format jsonl”.",
    Given.MANIFEST: "Give the export with --file and this with --manifest.",
    Given.CHECKPOINT: "Give the export with --file and this with --checkpoint, or with --older.",
    Given.KEY: "Give the export or the proof with --file and this with --key.",
    Given.PACKED: "Unpack it first.",
}


def kind_of(file: Path) -> Given:
    """What a file is by what it holds, however its JSON is spaced and ordered; what is nothing known is an export.

    Raises CannotStart for what can't be read or can't be verified.
    """
    try:
        if file.is_fifo():
            raise CannotStart(f"{file} is a pipe, and what is verified is read twice.", "Write it to a file first.")
        with file.open("rb") as stream:
            start = stream.read(MAX_PROOF_BYTES + 1)
    except OSError as error:
        raise unreadable(file, error) from error
    given = _known(start)
    if given in ADVICE:
        raise CannotStart(f"{file} is {given.value}.", ADVICE[given])
    return given


def _known(start: bytes) -> Given:
    spaceless = b"".join(start[:HEAD].split())
    for begin, given in ((b'{"proof":', Given.PROOF), (b'{"manifest":', Given.MANIFEST)):
        if spaceless.startswith(begin):
            return given
    if start.startswith(",".join(KEYS).encode()):
        return Given.CSV
    if start.startswith(COMPRESSED):
        return Given.PACKED
    if NOTE.match(start):
        return Given.CHECKPOINT
    if KEY.fullmatch(start.strip()):
        return Given.KEY
    value = _object(start) or _object(start.split(b"\n", 1)[0])
    for name, given in (("proof", Given.PROOF), ("manifest", Given.MANIFEST), ("class_uid", Given.OCSF)):
        if name in value:
            return given
    return Given.EXPORT


def _object(text: bytes) -> dict[str, Any]:
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return {}
    return value if isinstance(value, dict) else {}


def lines_of(stream: BinaryIO, told: Told) -> Iterator[bytes]:
    """An export's lines; `told` hears how many bytes are done, and of how many (None for what is no file)."""
    whole = Path(stream.name).stat().st_size or None
    done = 0
    for number, line in enumerate(read_lines(stream), 1):
        done += len(line)
        if number % TOLD_EVERY == 0:
            told(done, whole)
        yield line
    told(done, done)


def content(path: Path | None) -> bytes | None:
    """All that is in a small file. Raises CannotStart for what can't be read or is too large to be one."""
    if path is None:
        return None
    try:
        with path.open("rb") as stream:
            found = stream.read(LARGEST + 1)
    except OSError as error:
        raise unreadable(path, error) from error
    if len(found) > LARGEST:
        raise CannotStart(f"{path} is longer than {LARGEST} bytes, so it is not what it should be.")
    return found


def checkpoint_in(path: Path | None) -> bytes | None:
    """A checkpoint, however it was copied out of Slack; of a manifest, the one that stands in it.

    Line ends, spaces, empty lines and the rest of a message around a note are none of what is signed, so nothing is
    taken on trust here. Of several notes none is chosen.
    """
    read = content(path)
    if read is None:
        return None
    if _known(read[: MAX_PROOF_BYTES + 1]) is Given.EXPORT and b'"leaf"' in read[:HEAD]:
        raise CannotStart(f"{path} is an export.", "Its checkpoint stands in the manifest beside it: give that one.")
    held = _object(read)
    if "manifest" in held and isinstance(held.get("checkpoint"), str):
        return str(held["checkpoint"]).encode()
    lines = [line.rstrip() for line in read.removeprefix(codecs.BOM_UTF8).splitlines()]
    note = b"\n".join(line for line in lines if line != FENCE).strip(b"\n") + b"\n"
    within: list[bytes] = WITHIN.findall(note)
    if len(within) == 1:
        return within[0]
    return note if note.strip() else read


def unreadable(path: Path, error: OSError) -> CannotStart:
    """That a file can't be read, and why."""
    return CannotStart(f"{path} can't be read: {error.strerror}.")


def key_text(given: str) -> str:
    """A vkey (C2SP) as it was typed, or what is in the file of that name. Raises CannotStart where it is neither."""
    path = Path(given)
    try:
        return path.read_bytes()[:LARGEST].decode(errors="replace")
    except (FileNotFoundError, NotADirectoryError, ValueError):
        pass
    except OSError as error:
        if len(given) < 256:  # a longer one is no name of a file
            raise unreadable(path, error) from error
    if given.count("+") < 2:  # a vkey is NAME+ID+KEY
        raise CannotStart(f"The key cannot be read: there is no file {given}, and it is no key either.", PRINTED_BY)
    return given


def verifier_key(given: str) -> VerifierKey:
    """The key itself. Raises CannotStart with what is wrong with it."""
    key = read_key(key_text(given))
    if isinstance(key, Fault):
        raise CannotStart(key.words, PRINTED_BY)
    return key
