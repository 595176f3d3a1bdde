"""Made-up ledgers for tests of the ledger's proofs: entries, their export, and checkpoints over them."""

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import orjson

from bot.audit.entry import KEYS, Opened, commit_to
from bot.audit.exports.lines import export_line
from bot.audit.merkle.checkpoints import Checkpoint
from bot.audit.merkle.notes import Signer
from bot.audit.merkle.tree import Subtree, from_leaves, leaf_hash, root_of

ORIGIN = "ledger.postwing.example/audit"
SEED = bytes(range(32))
TEXTS = (
    "acme.example",
    'a "quoted" \\ reason',
    "tab\there, line\nthere, \x01 and \x7f",
    "Jānis Bērziņš, 東京",
    "🫘 beans",
    "",
    "</script> & so on",
)


@dataclass(frozen=True)
class Sealed:
    """An entry as a database would keep it."""

    text: str
    opened: Opened

    @property
    def leaf(self) -> bytes:
        return leaf_hash(self.text.encode())


@dataclass(frozen=True)
class Book:
    """A ledger of sealed entries with one signer."""

    entries: tuple[Sealed, ...]
    signer: Signer

    @property
    def vkey(self) -> str:
        return str(self.signer.key)

    @property
    def leaves(self) -> list[bytes]:
        return [entry.leaf for entry in self.entries]

    def checkpoint(self, size: int | None = None) -> str:
        leaves = self.leaves[:size]
        return Checkpoint(self.signer.key.name, len(leaves), root_of(leaves)).sign(self.signer)

    def lines(self, size: int | None = None) -> list[bytes]:
        numbered = enumerate(self.entries[:size])
        return [export_line(index, entry.leaf, entry.text, entry.opened) for index, entry in numbered]

    def subtree(self) -> Subtree:
        leaves = self.leaves
        return from_leaves(lambda start, end: leaves[start:end])

    def with_entry(self, index: int, entry: Sealed) -> "Book":
        """A forger's ledger: one entry another, everything computed anew."""
        return Book((*self.entries[:index], entry, *self.entries[index + 1 :]), self.signer)


def sealed(number: int, **values: object) -> Sealed:
    """Entry `number`, always the same; every kind of field and of text comes up."""
    salt = hashlib.sha256(b"salt %d" % number).digest()
    query, email = TEXTS[number % len(TEXTS)], f"agent{number % 7}@postwing.example"
    personal = {"query": query, "actor_email": email}
    if number % 3 == 0:
        personal["justification"] = f"HD-{number}: {TEXTS[(number + 3) % len(TEXTS)]}"
    entry: dict[str, object] = dict.fromkeys(KEYS)
    entry |= {
        "id": str(uuid.UUID(int=(7 << 76) | (2 << 62) | (number << 16))),
        "at": f"2026-03-02T09:{number // 60 % 60:02}:{number % 60:02}.{number % 1_000_000:06}Z",
        "actor": f"U{number % 50:04}",
        "team": "T1",
        "action": "account.reveal" if number % 4 else "account.lookup",
        "outcome": "disclosed" if number % 4 else "masked",
        "account": f"pw-{number % 999:05}" if number % 5 else None,
        "purpose": "technical_support",
        "fields": ["id", "name", "email"] if number % 2 else [],
        "grant": f"R-{1000 + number}" if number % 4 else None,
        "policy_version": hashlib.sha256(b"policy").hexdigest(),
        "request": f"{number}.trigger",
        "surface": "command",
    }
    entry |= {name: commit_to(value, salt) for name, value in personal.items()} | values
    opened = {name: {"salt": salt.hex(), "value": value} for name, value in personal.items()}
    return Sealed(orjson.dumps(entry, option=orjson.OPT_SORT_KEYS).decode(), opened)


@cache
def book(size: int, origin: str = ORIGIN) -> Book:
    """A ledger of so many entries."""
    return Book(tuple(map(sealed, range(size))), Signer(origin, SEED))


def renumbered(entries: Sequence[Sealed]) -> list[bytes]:
    """What a careful forger exports: indices and leaves fit again."""
    return Book(tuple(entries), Signer(ORIGIN, SEED)).lines()
