"""Verify an export of an audit ledger, as an auditor would who trusts nobody's program.

Written from the documented form alone, on other libraries than the ledger's own: rfc8785 (canonical JSON), pymerkle
(the Merkle tree) and PyNaCl (Ed25519), with Python's json and hashlib.

    python verify_export.py --file export.jsonl --checkpoint checkpoint.txt --key ledger.vkey [--older older.txt]

Exit code 0: sound; 1: not sound, and the first thing that is wrong; 2: wrong use.
"""

import argparse
import base64
import hashlib
import json
import sys
from pathlib import Path
from typing import Any, NamedTuple

import rfc8785
from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey
from pymerkle import InmemoryTree  # type: ignore[import-untyped]  # it has no annotations


class Unsound(Exception):
    """Something is wrong, and what."""


class Statement(NamedTuple):
    """What a checkpoint says."""

    size: int
    root: bytes


def verified_statement(note: str, vkey: str) -> Statement:
    """The size and root of a signed checkpoint, if the key's signature on it holds."""
    name, key_id, material = vkey.strip().split("+", 2)
    typed_key = base64.b64decode(material)
    if typed_key[0] != 1 or hashlib.sha256(name.encode() + b"\n" + typed_key).hexdigest()[:8] != key_id:
        raise Unsound("the key is no Ed25519 verifier key")
    text, _, signatures = note.rpartition("\n\n")
    text += "\n"
    for line in signatures.splitlines():
        _, signer, encoded = line.split(" ")
        blob = base64.b64decode(encoded)
        if signer == name and blob[:4].hex() == key_id:
            try:
                VerifyKey(typed_key[1:]).verify(text.encode(), blob[4:])
            except BadSignatureError:
                raise Unsound("the checkpoint's signature does not hold") from None
            origin, size, root = text.splitlines()[:3]
            if origin != name:
                raise Unsound("the checkpoint is of another ledger")
            return Statement(int(size), base64.b64decode(root))
    raise Unsound("the checkpoint is not signed with this key")


def canonical_entry(line: dict[str, Any], place: int) -> bytes:
    """The entry's canonical text, if all that the line says of it is true."""
    if line["index"] != place:
        raise Unsound(f"where entry {place} should be stands {line['index']}")
    text = rfc8785.dumps(line["entry"])
    if hashlib.sha256(b"\x00" + text).hexdigest() != line["leaf"]:
        raise Unsound(f"entry {place} does not match its leaf")
    for field, opened in line["open"].items():
        salted = bytes.fromhex(opened["salt"]) + opened["value"].encode()
        if line["entry"][field] != "sha256:" + hashlib.sha256(salted).hexdigest():
            raise Unsound(f"entry {place}: what its {field} opens to is not what it committed to")
    return text


def tree_of(path: Path) -> InmemoryTree:
    """The Merkle tree over all entries of the export."""
    tree = InmemoryTree(algorithm="sha256")
    with path.open("rb") as lines:
        for place, raw in enumerate(lines):
            try:
                tree.append_entry(canonical_entry(json.loads(raw), place))
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise Unsound(f"line {place + 1} cannot be read: {type(error).__name__}") from None
    return tree


def verify(arguments: argparse.Namespace) -> Statement:
    """All of it. Raises Unsound, or OSError for a file that is not there."""
    key = arguments.key.read_text()
    newest = verified_statement(arguments.checkpoint.read_text(encoding="utf-8"), key)
    tree = tree_of(arguments.file)
    if tree.get_size() != newest.size:
        raise Unsound(f"the export has {tree.get_size()} entries, the checkpoint is of {newest.size}")
    if tree.get_root() != newest.root:
        raise Unsound("the entries are not those that the checkpoint was signed over")
    if arguments.older:
        older = verified_statement(arguments.older.read_text(encoding="utf-8"), key)
        if older.size > newest.size or tree.get_root(older.size) != older.root:
            raise Unsound("the ledger does not begin with the older checkpoint's entries")
    return newest


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description="Verify an export of an audit ledger.")
    parser.add_argument("--file", type=Path, required=True, help="the export, JSON lines")
    parser.add_argument("--checkpoint", type=Path, required=True, help="the signed checkpoint it was made with")
    parser.add_argument("--key", type=Path, required=True, help="the ledger's verifier key (vkey)")
    parser.add_argument("--older", type=Path, help="an older checkpoint that it has to be consistent with")
    try:
        statement = verify(parser.parse_args())
    except Unsound as error:
        print(f"NOT SOUND: {error}")
        return 1
    except (OSError, ValueError) as error:
        print(f"{type(error).__name__}: a file is not what it should be", file=sys.stderr)
        return 2
    print(f"sound: {statement.size} entries, root {statement.root.hex()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
