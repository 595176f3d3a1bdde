"""Checkpoints: signed statements of a ledger's size and root hash, as C2SP's tlog-checkpoint has them. Pure.

https://c2sp.org/tlog-checkpoint. The origin is the ledger's name, and the name of the key that it signs with.
"""

import base64
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from bot.audit.faults import Code, Fault, entries_of
from bot.audit.merkle.notes import Kind, Malformed, Note, Signer, Trust, VerifierKey, cosigned_at, strict_base64
from bot.audit.merkle.tree import EMPTY_ROOT, HASH_BYTES

MAX_SIZE: Final = 2**63 - 1
SIZE: Final = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)


class Relation(Enum):
    """How one checkpoint stands to another."""

    SAME = "same"
    SMALLER = "smaller"
    LARGER = "larger"
    FORK = "fork"  # the same size and another root: no ledger can have signed both honestly
    OTHER_LEDGER = "other_ledger"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What is stated: `size` entries hash to `root` (32 bytes). Raises Malformed for what cannot be stated."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if any(not line or "\n" in line for line in (self.origin, *self.extensions)):
            raise Malformed("the lines of a checkpoint are not empty")
        if not 0 <= self.size <= MAX_SIZE:
            raise Malformed("no tree has that size")
        if len(self.root) != HASH_BYTES:
            raise Malformed(f"a root hash has {HASH_BYTES} bytes")
        if self.size == 0 and self.root != EMPTY_ROOT:
            raise Malformed("an empty tree has another root hash")

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """Read the text of a note. Raises Malformed."""
        lines = text.removesuffix("\n").split("\n")
        if len(lines) < 3 or not text.endswith("\n"):
            raise Malformed("a checkpoint has three lines: origin, size, root hash")
        origin, size, root, *extensions = lines
        if not SIZE.fullmatch(size):
            raise Malformed("the second line of a checkpoint is the tree's size, in digits")
        return cls(origin, int(size), strict_base64(root), tuple(extensions))

    def __str__(self) -> str:
        """The text of the note, as `parse` reads it."""
        lines = (self.origin, str(self.size), base64.b64encode(self.root).decode(), *self.extensions)
        return "".join(f"{line}\n" for line in lines)

    def sign(self, signer: Signer) -> str:
        """The signed note. Raises Malformed unless the signer's name is the checkpoint's origin."""
        if signer.key.name != self.origin:
            raise Malformed("a ledger's key has the ledger's name")
        return str(signer.sign(str(self)))

    def relation_to(self, other: "Checkpoint") -> Relation:
        """How this one stands to another. That a larger and a smaller one agree takes a consistency proof."""
        if self.origin != other.origin:
            return Relation.OTHER_LEDGER
        if self.size != other.size:
            return Relation.LARGER if self.size > other.size else Relation.SMALLER
        return Relation.SAME if self.root == other.root else Relation.FORK


@dataclass(frozen=True, slots=True)
class Cosigned:
    """That a witness saw a checkpoint, and when, in seconds since 1970."""

    name: str
    at: int


def read_key(vkey: str) -> VerifierKey | Fault:
    """A ledger's verifier key in its text form, or what is wrong with it."""
    return _key(vkey, Kind.ED25519, "key", "The key is a witness's. A ledger's own key is needed.")


def read_checkpoint(source: str | bytes, key: VerifierKey, called: str = "checkpoint") -> Checkpoint | Fault:
    """The checkpoint, once its signature by `key` holds and its origin is the key's name; else what is wrong.

    `called` names it in the fault's words where there are several.
    """
    try:
        note = Note.parse(source)
        checkpoint = Checkpoint.parse(note.text)
    except Malformed as error:
        return Fault(Code.CHECKPOINT_MALFORMED, f"The {called} cannot be read: {error}.")
    return _trust_fault(note, checkpoint, key, called) or checkpoint


def relation_fault(older: Checkpoint, newer: Checkpoint) -> Fault | None:
    """What two checkpoints of one ledger, both verified, show by themselves."""
    relation = older.relation_to(newer)
    if relation is Relation.OTHER_LEDGER:
        return Fault(Code.OTHER_LEDGER, "The two checkpoints are of different ledgers: their first lines differ.")
    if relation is Relation.FORK:
        return fork(older.size)
    if relation is Relation.LARGER:
        what = f"The older checkpoint is of {entries_of(older.size)}, the newer of {newer.size}."
        why = "They were given the wrong way round, or entries were taken out after the older one was signed."
        return Fault(Code.OLDER_IS_LARGER, f"{what} {why}", newer.size, None, older.size - 1)
    return None


def fork(size: int) -> Fault:
    """Two signed statements that cannot both be true."""
    what = f"Fork: two different histories of the first {entries_of(size)} were signed with this key."
    return Fault(Code.FORK, f"{what} Keep both checkpoints: together they prove it.", 0, None, max(size - 1, 0))


def cosignatures(source: str | bytes, witnesses: Iterable[VerifierKey]) -> list[Cosigned]:
    """The witnesses among these whose cosignature on the checkpoint holds. Raises Malformed."""
    note = Note.parse(source)
    found = ((witness.name, cosigned_at(note, witness)) for witness in witnesses)
    return [Cosigned(name, at) for name, at in found if at is not None]


def cosigned_by(vkey: str, notes: Mapping[str, str | bytes]) -> tuple[str, Cosigned] | Fault:
    """Which of these verified checkpoints, by what they are called, the witness with this key cosigned, and when.

    The first whose cosignature holds; the fault when none does.
    """
    other_kind = "The key is a ledger's. A witness's own key for cosignatures is needed."
    witness = _key(vkey, Kind.COSIGNATURE, "witness's key", other_kind)
    if isinstance(witness, Fault):
        return witness
    for called, note in notes.items():
        if found := cosignatures(note, [witness]):
            return called, found[0]
    what = f"No cosignature of the witness {witness.name} that holds is under the {' or the '.join(notes)}."
    if not notes:
        what = f"There is no checkpoint yet that the witness {witness.name} could have cosigned."
    instead = (_instead(called, Note.parse(note).trust(witness)) for called, note in notes.items())
    return Fault(Code.NOT_COSIGNED, " ".join([what, *filter(None, instead)]))


def _instead(called: str, trust: Trust) -> str | None:
    """What is there in a witness's name instead of a cosignature of its that holds."""
    if trust is Trust.FAILED:
        return f"One under the {called} is said to be its, and does not hold: it was changed, or forged."
    if trust is Trust.OTHER_KEY:
        return f"One under the {called} is in its name, but by another key."
    return None


def _key(vkey: str, kind: Kind, called: str, other_kind: str) -> VerifierKey | Fault:
    try:
        key = VerifierKey.parse(vkey)
    except Malformed as error:
        return Fault(Code.KEY_MALFORMED, f"The {called} cannot be read: {error}.")
    return key if key.kind is kind else Fault(Code.KEY_MALFORMED, other_kind)


def _trust_fault(note: Note, checkpoint: Checkpoint, key: VerifierKey, called: str) -> Fault | None:
    trust = note.trust(key)
    if trust is Trust.OTHER_NAME:
        what = f"The {called} is not signed in the name of the key that was given."
        return Fault(Code.WRONG_KEY_NAME, f"{what} One of the two is of another ledger.")
    if trust is Trust.OTHER_KEY:
        what = f"The {called} is signed in the key's name, but with another key."
        return Fault(Code.WRONG_KEY, f"{what} The ledger's key was changed, or somebody signs in its name.")
    if trust is Trust.FAILED:
        what = f"The {called}'s signature does not hold."
        return Fault(Code.BAD_SIGNATURE, f"{what} Its text or the signature was changed, or forged.")
    if checkpoint.origin != key.name:
        what = f"The {called} is of another ledger: its first line is not the name of the key that signed it."
        return Fault(Code.OTHER_LEDGER, what)
    return None
