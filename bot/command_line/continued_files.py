"""Writing a long file that can be gone on with: what is there already is compared, and only the rest is written."""

import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import BinaryIO, Final

from bot.running.refusals import CannotStart

PART: Final = ".part"
OWNER_ONLY: Final = 0o600


class NotContinued(Enum):
    """Why a file is not the beginning of what is to be written."""

    OTHER = "other"
    MORE = "more"


class Differs(Exception):
    """The file is not the beginning of what is to be written; nothing was changed in it. `at` counts bytes."""

    def __init__(self, why: NotContinued, at: int) -> None:
        super().__init__(f"{why.value} at {at}")
        self.why = why
        self.at = at


@dataclass(frozen=True, slots=True)
class Written:
    """How many lines were there already, and the whole file's length in bytes and SHA-256 in hex."""

    kept: int
    bytes: int
    sha256: str


@dataclass(slots=True)
class Target:
    """An open file, and the name that it gets when all is written."""

    path: Path
    file: BinaryIO
    becomes: Path

    @classmethod
    @contextmanager
    def opened(cls, output: Path, *, resume: bool) -> Iterator["Target"]:
        """`output` with `.part` behind its name until it is whole, readable by its owner only.

        To resume is to go on with that, or with `output` itself where it was cut. Raises CannotStart when it can't be
        written; what was written stays, to be gone on with.
        """
        part = output.with_name(output.name + PART)
        path = output if resume and output.exists() and not part.exists() else part
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | (0 if resume else os.O_TRUNC)
        try:
            with os.fdopen(os.open(path, flags, OWNER_ONLY), "r+b") as file:
                os.fchmod(file.fileno(), OWNER_ONLY)
                yield cls(path, file, output)
        except OSError as error:
            again = "--resume goes on where it ended." if path.exists() else ""
            raise CannotStart(f"{output} can't be written: {error.strerror}.", again) from error

    def finish(self) -> None:
        """All is written: make it durable, and give it its name."""
        self.file.flush()
        os.fsync(self.file.fileno())
        self.path.replace(self.becomes)


def write_lines(file: BinaryIO, lines: Iterable[bytes]) -> Written:
    """Write lines, each with its end, to a file that may have the first of them already, the last perhaps in part.

    Raises Differs when it has anything else.
    """
    digest, kept, length, comparing = hashlib.sha256(), 0, 0, True
    file.seek(0)
    for line in lines:
        if comparing:
            there = file.read(len(line))
            if not line.startswith(there):
                raise Differs(NotContinued.OTHER, length)
            comparing = there == line
            kept += comparing
            if not comparing:
                file.seek(length)
        if not comparing:
            file.write(line)
        digest.update(line)
        length += len(line)
    if comparing and file.read(1):
        raise Differs(NotContinued.MORE, length)
    file.truncate()
    return Written(kept, length, digest.hexdigest())
