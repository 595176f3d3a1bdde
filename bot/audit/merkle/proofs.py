"""Proofs as JSON, to be verified by anyone with the ledger's public key: no export and no database is needed.

Inclusion, that one entry stands in the ledger:
    {"proof": "inclusion", "index": n, "leaf": hex, "entry": {…}, "open": {…}, "path": [hex, …], "checkpoint": text}
with index, leaf, entry and open as in an export's line, and the audit path of RFC 9162 (2.1.3) from the bottom up.

Consistency, that the ledger of the checkpoint begins with an older one:
    {"proof": "consistency", "older": {"size": n, "root": hex}, "path": [hex, …], "checkpoint": text}
with the path of RFC 9162 (2.1.4). It says what it should only to those who compare `older` with a checkpoint of theirs.

All hashes are 64 small hex digits; `checkpoint` is the signed note.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

import orjson

from bot.audit.entry import Opened
from bot.audit.exports.lines import HEX_32, canonical, substance_fault, value_fault
from bot.audit.faults import Code, Fault, entries_of, entry_fault
from bot.audit.merkle.checkpoints import Checkpoint, fork, read_checkpoint, read_key, relation_fault
from bot.audit.merkle.given_json import Doubled, loads_once
from bot.audit.merkle.notes import Note, VerifierKey
from bot.audit.merkle.tree import (
    Subtree,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    verify_consistency,
    verify_inclusion,
)

MAX_PROOF_BYTES: Final = 4 << 20
MAX_PATH: Final = 64  # a tree of 2^63 leaves needs 63, and its consistency proof one more


class Kind(StrEnum):
    """What is proven."""

    INCLUSION = "inclusion"
    CONSISTENCY = "consistency"


KEYS: Final = {
    Kind.INCLUSION: frozenset({"proof", "index", "leaf", "entry", "open", "path", "checkpoint"}),
    Kind.CONSISTENCY: frozenset({"proof", "older", "path", "checkpoint"}),
}
OLDER_KEYS: Final = frozenset({"size", "root"})

Object = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Proven:
    """What came of a proof: sound, or its fault.

    For inclusion, `index` and `id` are the entry's. For consistency, `older_size` is the size of the tree that the
    checkpoint's begins with, and `compared` whether its root was found in an older checkpoint that the reader holds.
    `note` is the checkpoint as it stands in the proof, with whatever cosignatures it has, once its signature holds.
    """

    kind: Kind | None = None
    checkpoint: Checkpoint | None = None
    index: int | None = None
    id: str | None = None
    older_size: int | None = None
    compared: bool = False
    fault: Fault | None = None
    note: str | None = None

    @property
    def sound(self) -> bool:
        """Whether it proves what it says."""
        return self.fault is None


def make_inclusion(index: int, sealed: str, opened: Opened, checkpoint_text: str, subtree: Subtree) -> Object:
    """The proof that the entry with this canonical text stands at `index` in the checkpoint's tree.

    Raises ValueError when the tree has no such leaf, Malformed when the text is no checkpoint.
    """
    checkpoint = Checkpoint.parse(Note.parse(checkpoint_text).text)
    path = inclusion_proof(index, checkpoint.size, subtree)
    return {
        "proof": Kind.INCLUSION.value,
        "index": index,
        "leaf": leaf_hash(sealed.encode()).hex(),
        "entry": orjson.loads(sealed),
        "open": {name: dict(pair) for name, pair in opened.items()},
        "path": [step.hex() for step in path],
        "checkpoint": checkpoint_text,
    }


def make_consistency(old_size: int, old_root: bytes, checkpoint_text: str, subtree: Subtree) -> Object:
    """The proof that the checkpoint's tree begins with the older one.

    Raises ValueError when the older one is larger, Malformed when the text is no checkpoint.
    """
    checkpoint = Checkpoint.parse(Note.parse(checkpoint_text).text)
    path = consistency_proof(old_size, checkpoint.size, subtree)
    return {
        "proof": Kind.CONSISTENCY.value,
        "older": {"size": old_size, "root": old_root.hex()},
        "path": [step.hex() for step in path],
        "checkpoint": checkpoint_text,
    }


def made_fault(proof: Object) -> Fault | None:
    """Why a proof that was just made would be refused, or None: for a ledger that is not what was signed.

    Who signed the checkpoint is not looked at. Raises Malformed when its text is no checkpoint.
    """
    checkpoint = Checkpoint.parse(Note.parse(proof["checkpoint"]).text)
    if proof["proof"] == Kind.INCLUSION:
        return _inclusion(proof, checkpoint, needless=False).fault
    return _path_fault(proof, checkpoint)


def verify_proof(
    text: str | bytes, vkey: str, older: str | bytes | None = None, older_key: str | None = None
) -> Proven:
    """Verify a proof's JSON with the ledger's public key, as one has it from elsewhere.

    `older`: an older checkpoint that a consistency proof is to start from; an inclusion proof takes none. `older_key`
    signed it, where the ledger's key has been changed since.
    """
    key = read_key(vkey)
    if isinstance(key, Fault):
        return Proven(fault=key)
    held = read_key(older_key or vkey)
    if isinstance(held, Fault):
        return Proven(fault=held)
    proof = _read(text)
    if isinstance(proof, Fault):
        return Proven(fault=proof)
    kind = Kind(proof["proof"])
    checkpoint = read_checkpoint(proof["checkpoint"], key, "proof's checkpoint")
    if isinstance(checkpoint, Fault):
        return Proven(kind, fault=checkpoint)
    if kind is Kind.INCLUSION:
        proven = _inclusion(proof, checkpoint, needless=older is not None)
    else:
        proven = _consistency(proof, checkpoint, held, older)
    return replace(proven, note=proof["checkpoint"])


def _inclusion(proof: Object, checkpoint: Checkpoint, *, needless: bool) -> Proven:
    index, entry = proof["index"], proof["entry"]
    fault = value_fault(entry, index) or substance_fault(
        entry, leaf_hash(canonical(entry)), proof["leaf"], proof["open"], index
    )
    if fault:
        return Proven(Kind.INCLUSION, checkpoint, index, fault=fault)
    if needless:
        fault = _malformed("it is of one entry, and an older checkpoint is only compared with a consistency proof")
        return Proven(Kind.INCLUSION, checkpoint, index, entry["id"], fault=fault)
    if not verify_inclusion(bytes.fromhex(proof["leaf"]), index, checkpoint.size, _path(proof), checkpoint.root):
        what = (
            f"is not shown to be in the checkpoint's ledger of {entries_of(checkpoint.size)}: the path leads elsewhere."
        )
        fault = entry_fault(Code.NOT_INCLUDED, what, index, entry["id"])
    return Proven(Kind.INCLUSION, checkpoint, index, entry["id"], fault=fault)


def _consistency(proof: Object, checkpoint: Checkpoint, key: VerifierKey, older: str | bytes | None) -> Proven:
    size, root = proof["older"]["size"], bytes.fromhex(proof["older"]["root"])
    fault = _path_fault(proof, checkpoint)
    if fault is None and older is not None:
        fault = _held_fault(older, key, checkpoint, size, root)
    compared = fault is None and older is not None
    return Proven(Kind.CONSISTENCY, checkpoint, older_size=size, compared=compared, fault=fault)


def _path_fault(proof: Object, checkpoint: Checkpoint) -> Fault | None:
    size, root = proof["older"]["size"], bytes.fromhex(proof["older"]["root"])
    if verify_consistency(size, root, checkpoint.size, checkpoint.root, _path(proof)):
        return None
    what = f"The ledger of {entries_of(checkpoint.size)} is not shown to begin with the one of {size}."
    return Fault(Code.NOT_CONSISTENT, f"{what} The path leads elsewhere.")


def _held_fault(held: str | bytes, key: VerifierKey, newer: Checkpoint, size: int, root: bytes) -> Fault | None:
    """Whether the proof starts from the older checkpoint that the reader holds."""
    older = read_checkpoint(held, key, "older checkpoint")
    if isinstance(older, Fault):
        return older
    if fault := relation_fault(older, newer):
        return fault
    if older.size != size:
        what = f"The proof starts from {entries_of(size)}, the older checkpoint is of {older.size}."
        return Fault(Code.NOT_CONSISTENT, f"{what} A proof from {older.size} is needed.")
    return None if older.root == root else fork(size)


def _read(text: str | bytes) -> Fault | Object:
    """The proof's JSON, once all but the entry is of its form."""
    if len(text) > MAX_PROOF_BYTES:
        return _malformed(f"it is longer than {MAX_PROOF_BYTES} bytes")
    try:
        proof = loads_once(text)
    except Doubled:
        return _malformed("a field stands in it twice")
    except ValueError:
        return _malformed("it is no JSON")
    if not isinstance(proof, dict) or proof.get("proof") not in list(Kind):
        return _malformed("it does not say whether it proves inclusion or consistency")
    if proof.keys() != KEYS[Kind(proof["proof"])]:
        return _malformed("it has other fields than such a proof has")
    return _form_fault(proof) or proof


def _form_fault(proof: Object) -> Fault | None:
    path = proof["path"]
    if not isinstance(path, list) or len(path) > MAX_PATH or not all(map(_is_hash, path)):
        return _malformed(f"its path is no list of at most {MAX_PATH} hashes")
    if not isinstance(proof["checkpoint"], str):
        return _malformed("its checkpoint is no text")
    if proof["proof"] == Kind.INCLUSION:
        sound = _is_count(proof["index"]) and _is_hash(proof["leaf"])
        return None if sound else _malformed("its index is no whole number, or its leaf no hash")
    older = proof["older"]
    sound = isinstance(older, dict) and older.keys() == OLDER_KEYS
    if not sound or not _is_count(older["size"]) or not _is_hash(older["root"]):
        return _malformed("its older tree has no size and root hash")
    return None


def _malformed(why: str) -> Fault:
    return Fault(Code.PROOF_MALFORMED, f"The proof cannot be used: {why}.")


def _path(proof: Object) -> list[bytes]:
    return [bytes.fromhex(step) for step in proof["path"]]


def _is_hash(value: object) -> bool:
    return isinstance(value, str) and HEX_32.fullmatch(value) is not None


def _is_count(value: object) -> bool:
    return type(value) is int and value >= 0
