"""The ledger's signing key: an Ed25519 seed from the environment, from a file, or made on the first run."""

import base64
import os
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import structlog

from bot.audit.entry import Random
from bot.audit.merkle.notes import SEED_BYTES, Malformed, strict_base64

FILE_NAME: Final = "steward.key"
OWNER_ONLY: Final = 0o600
OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO

log = structlog.get_logger(__name__)


class NoSigningKey(Exception):
    """There is no key to sign with. Its text says what to do and shows nothing of what was given."""


class KeyRefused(NoSigningKey):
    """The file of the key is there, and this user may not read it. Another key would not help."""


@dataclass(frozen=True, slots=True)
class Seed:
    """32 bytes that are the private key, and the file they were made in, if they were made just now."""

    value: bytes
    made_in: Path | None = None

    def __repr__(self) -> str:
        return f"Seed(made={self.made_in is not None})"


def signing_seed(configured: str | None, beside: Path | None, random: Random) -> Seed:
    """The seed to sign with.

    `configured` is STEWARD_SIGNING_KEY: 32 bytes in base64, or the path of a file that holds them so. Where it is None
    the key is kept in a file in the folder `beside`, that of the database, and made there, with a warning, when there
    is none. With no folder either (a database server, which several replicas may share), or with a key that cannot be
    read, raises NoSigningKey (KeyRefused where rights are missing): a key that was made by mistake would begin another
    ledger.
    """
    if configured is None:
        if beside is None:
            raise NoSigningKey("Set STEWARD_SIGNING_KEY: 32 bytes in base64, or the path of a file that holds them so.")
        return _kept_in(beside / FILE_NAME, random)
    try:
        return Seed(_decoded(configured))
    except Malformed:
        return Seed(_read(Path(configured)))


def is_open_to_others(path: Path) -> bool:
    """Whether somebody else than its owner may do anything with the file. Raises OSError."""
    return bool(path.stat().st_mode & OTHERS)


def _kept_in(path: Path, random: Random) -> Seed:
    """The seed in this file, made if need be. Of several processes that make it at once, all get the same one."""
    if path.exists():
        return Seed(_read(path))
    made = random(SEED_BYTES)
    try:
        created = _created(path, base64.b64encode(made) + b"\n")
    except OSError as error:
        what = f"No signing key can be kept beside the database ({type(error).__name__})."
        raise NoSigningKey(f"{what} Set STEWARD_SIGNING_KEY: 32 bytes in base64.") from None
    if not created:
        return Seed(_read(path))
    log.warning("ledger.key_made", path=path.name)
    return Seed(made, path)


def _created(path: Path, content: bytes) -> bool:
    """Whether the file was made here, whole and durable, for its owner only; False when there is one already."""
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(path).hardlink_to(draft)
    except FileExistsError:
        return False
    finally:
        Path(draft).unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return True


def _read(path: Path) -> bytes:
    try:
        seed = _decoded(path.read_text(encoding="ascii"))
        open_to_others = is_open_to_others(path)
    except PermissionError:
        what = "The file of the signing key (STEWARD_SIGNING_KEY) may not be read by this user"
        raise KeyRefused(f"{what}, whose id is {os.getuid()}.") from None
    except (OSError, ValueError) as error:
        raise NoSigningKey(
            "STEWARD_SIGNING_KEY is neither 32 bytes in base64 nor the path of a file that holds them so"
            f" ({type(error).__name__})."
        ) from None
    if open_to_others:
        log.warning("ledger.key_open_to_others", path=path.name)
    return seed


def _decoded(text: str) -> bytes:
    seed = strict_base64(text.strip())
    if len(seed) != SEED_BYTES:
        raise Malformed(f"an Ed25519 seed has {SEED_BYTES} bytes")
    return seed
