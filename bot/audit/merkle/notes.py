"""Signed notes: text with Ed25519 signatures beneath it, as C2SP's signed-note and tlog-cosignature have them. Pure.

https://c2sp.org/signed-note, https://c2sp.org/tlog-cosignature. A note is only worth something once `Note.trust` has
said VERIFIED for a key that one has from elsewhere; until then its text is somebody's claim.
"""

import base64
import binascii
import hashlib
from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

SEED_BYTES: Final = 32
PUBLIC_BYTES: Final = 32
KEY_ID_BYTES: Final = 4
TIMESTAMP_BYTES: Final = 8
ED25519_SIGNATURE_BYTES: Final = 64
MAX_NOTE_BYTES: Final = 1_000_000  # a signature of the kinds to come takes up to 5 kB
MAX_SIGNATURES: Final = 100  # C2SP asks for 16 at least
MAX_NAME_BYTES: Final = 255
MAX_TIMESTAMP: Final = 2**63 - 1
DASH: Final = "\u2014 "


class Malformed(ValueError):
    """A note, a signature or a key that is not of its form. Its text says why, and quotes nothing of it."""


class Kind(IntEnum):
    """The signature types that Steward knows, by C2SP's identifier byte."""

    ED25519 = 0x01
    COSIGNATURE = 0x04


class Trust(Enum):
    """What a note's signatures say to somebody who holds one key."""

    VERIFIED = "verified"
    FAILED = "failed"  # signed in this key's name and id, and the signature does not hold
    OTHER_KEY = "other_key"  # signed in this key's name, by a key with another id
    OTHER_NAME = "other_name"  # signed in other names only


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key with the name it signs in. Raises Malformed for a name or a key that cannot be one."""

    name: str
    public: bytes
    kind: Kind = Kind.ED25519

    def __post_init__(self) -> None:
        _check_name(self.name)
        if len(self.public) != PUBLIC_BYTES:
            raise Malformed(f"an Ed25519 public key has {PUBLIC_BYTES} bytes")

    @classmethod
    def parse(cls, text: str) -> "VerifierKey":
        """Read a vkey: name+hex key id+base64(type ‖ public key), white space around it aside. Raises Malformed."""
        name, plus, rest = text.strip().partition("+")
        key_id, second_plus, material = rest.partition("+")
        if not plus or not second_plus:
            raise Malformed("a key has the form name+id+base64")
        decoded = strict_base64(material)
        if decoded[:1] not in (bytes([kind]) for kind in Kind):
            raise Malformed("the key is of a type that is not known here (Ed25519 and its cosignatures are)")
        key = cls(name, decoded[1:], Kind(decoded[0]))
        if key_id != key.id.hex():
            raise Malformed("the key's id does not match its name and its bytes: one of them was changed")
        return key

    @property
    def id(self) -> bytes:
        """The first 4 bytes of SHA-256(name ‖ 0x0A ‖ type ‖ public key)."""
        hashed = hashlib.sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public)
        return hashed.digest()[:KEY_ID_BYTES]

    def __str__(self) -> str:
        """The vkey, as `parse` reads it."""
        material = base64.b64encode(bytes([self.kind]) + self.public).decode()
        return f"{self.name}+{self.id.hex()}+{material}"

    def verifies(self, text: str, signature: bytes) -> bool:
        """Whether `signature`, without its key id, is this key's over the text."""
        if self.kind is Kind.ED25519:
            return _ed25519_verifies(self.public, text.encode(), signature)
        stamp = signature[:TIMESTAMP_BYTES]
        timestamp = int.from_bytes(stamp, "big")
        if len(signature) != TIMESTAMP_BYTES + ED25519_SIGNATURE_BYTES or timestamp > MAX_TIMESTAMP:
            return False
        return _ed25519_verifies(self.public, cosigned_message(text, timestamp), signature[TIMESTAMP_BYTES:])


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: who says to have signed (`key_id`: 4 bytes), and the bytes that should show it."""

    name: str
    key_id: bytes
    value: bytes

    @classmethod
    def parse(cls, line: str) -> "Signature":
        """Read a line without its end. Raises Malformed."""
        name, space, encoded = line.removeprefix(DASH).partition(" ")
        if not line.startswith(DASH) or not space:
            raise Malformed("a signature line has the form: dash, name, base64")
        _check_name(name)
        decoded = strict_base64(encoded)
        if len(decoded) <= KEY_ID_BYTES:
            raise Malformed("a signature is too short to be one")
        return cls(name, decoded[:KEY_ID_BYTES], decoded[KEY_ID_BYTES:])

    def __str__(self) -> str:
        """The line without its end, as `parse` reads it."""
        return f"{DASH}{self.name} {base64.b64encode(self.key_id + self.value).decode()}"

    def is_by(self, key: VerifierKey) -> bool:
        """Whether it is said to be this key's; nothing is verified."""
        return (self.name, self.key_id) == (key.name, key.id)


@dataclass(frozen=True, slots=True)
class Note:
    """Text that ends with a line's end, and its signatures in order."""

    text: str
    signatures: tuple[Signature, ...]

    @classmethod
    def parse(cls, source: str | bytes) -> "Note":
        """Read a signed note. Raises Malformed unless every byte is as C2SP has it."""
        whole = _as_text(source)
        if any(character < " " and character != "\n" for character in whole):
            raise Malformed("there is a control character in it")
        text, blank_line, signed = whole.rpartition("\n\n")
        if not blank_line or not signed.endswith("\n"):
            raise Malformed("it has not the form: text, empty line, signatures")
        lines = signed[:-1].split("\n")
        if len(lines) > MAX_SIGNATURES:
            raise Malformed(f"it has more than {MAX_SIGNATURES} signatures")
        return cls(text + "\n", tuple(Signature.parse(line) for line in lines))

    def __str__(self) -> str:
        """The whole note, as `parse` reads it."""
        return self.text + "\n" + "".join(f"{signature}\n" for signature in self.signatures)

    def trust(self, key: VerifierKey) -> Trust:
        """What the signatures say to somebody who trusts this key alone. Signatures of other keys are ignored."""
        own = [signature for signature in self.signatures if signature.is_by(key)]
        if own:
            sound = all(key.verifies(self.text, signature.value) for signature in own)
            return Trust.VERIFIED if sound else Trust.FAILED
        named = any(signature.name == key.name for signature in self.signatures)
        return Trust.OTHER_KEY if named else Trust.OTHER_NAME


class Signer:
    """Signs in one name with one Ed25519 seed (32 bytes). Raises Malformed for a name or a seed that cannot be one."""

    __slots__ = ("_private", "key")

    @property
    def seed(self) -> bytes:
        """The private key, for a process of our own that signs in this one's place."""
        return self._private.private_bytes_raw()

    def __init__(self, name: str, seed: bytes) -> None:
        if len(seed) != SEED_BYTES:
            raise Malformed(f"an Ed25519 seed has {SEED_BYTES} bytes")
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self.key = VerifierKey(name, self._private.public_key().public_bytes_raw())

    def sign(self, text: str) -> Note:
        """The text, which must end with a line's end, with this signer's signature. Raises Malformed."""
        signature = Signature(self.key.name, self.key.id, self._private.sign(_as_text(text).encode()))
        note = Note(text, (signature,))
        if not text.endswith("\n") or Note.parse(str(note)) != note:
            raise Malformed("a note's text ends with a line's end")
        return note

    def __repr__(self) -> str:
        return f"Signer({self.key.name!r})"


def cosigned_at(note: Note, key: VerifierKey) -> int | None:
    """When a witness with this key cosigned the note, in seconds since 1970; None unless a cosignature of it holds."""
    if key.kind is not Kind.COSIGNATURE or note.trust(key) is not Trust.VERIFIED:
        return None
    return max(timestamp_of(signature) for signature in note.signatures if signature.is_by(key))


def timestamp_of(cosignature: Signature) -> int:
    """The seconds since 1970 that a cosignature/v1 carries; nothing is verified. Raises Malformed for another kind."""
    timestamp = int.from_bytes(cosignature.value[:TIMESTAMP_BYTES], "big")
    if len(cosignature.value) != TIMESTAMP_BYTES + ED25519_SIGNATURE_BYTES or timestamp > MAX_TIMESTAMP:
        raise Malformed("it is no cosignature with a time")
    return timestamp


def cosigned_message(text: str, timestamp: int) -> bytes:
    """What a witness signs: a header line, its time in seconds since 1970, and the note's text."""
    return f"cosignature/v1\ntime {timestamp}\n{text}".encode()


def strict_base64(text: str) -> bytes:
    """Standard base64 with its padding, exactly as it would be written. Raises Malformed for any other spelling."""
    try:
        decoded = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Malformed("there is something in it that is not base64") from None
    if base64.b64encode(decoded).decode() != text:
        raise Malformed("there is base64 in it that is not written as it should be")
    return decoded


def _as_text(source: str | bytes) -> str:
    try:
        encoded = source.encode() if isinstance(source, str) else source
        if len(encoded) > MAX_NOTE_BYTES:
            raise Malformed(f"it is longer than {MAX_NOTE_BYTES} bytes")
        return encoded.decode()
    except UnicodeError:
        raise Malformed("it is not text in UTF-8") from None


def _check_name(name: str) -> None:
    if not name or "+" in name or any(character.isspace() or character < " " for character in name):
        raise Malformed("a key's name is not empty and has neither spaces nor a plus in it")
    if len(name.encode(errors="replace")) > MAX_NAME_BYTES:
        raise Malformed(f"a key's name has at most {MAX_NAME_BYTES} bytes")


def _ed25519_verifies(public: bytes, message: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        return False
    return True
