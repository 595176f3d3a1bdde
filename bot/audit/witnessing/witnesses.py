"""Witnesses: others who see that the ledger only grows, and sign that they did. https://c2sp.org/tlog-witness

A witness that does not answer delays nothing. One that disagrees is told to the audit channel, and stops nothing: it
could otherwise stop the company's work at will.
"""

import base64
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import structlog
from sqlalchemy import Connection, func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from bot.audit.integration.integrated import StoredCheckpoint, latest_checkpoint, subtree
from bot.audit.integration.snapshots import at_one_moment
from bot.audit.merkle.notes import Malformed, Note, Signature, VerifierKey, cosigned_at
from bot.audit.merkle.tree import consistency_proof
from bot.audit.tamper import Tell
from bot.clock import Clock
from bot.database import Database
from models.ledger import LedgerCosignature

SIZE_TYPE: Final = "text/x.tlog.size"
SIZE: Final = re.compile(rb"(0|[1-9][0-9]{0,18})\n?")
OK, CONFLICT, UNPROVEN = 200, 409, 422
TRIES: Final = 3

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Witness:
    """Whom to ask: the address that submissions go below, its cosigning key, and whether it may be in our network."""

    url: str
    key: VerifierKey
    private: bool = False

    @property
    def name(self) -> str:
        """Its key's name and id: what cosignatures are kept under."""
        return f"{self.key.name}+{self.key.id.hex()}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back over HTTP."""

    status: int
    content_type: str
    body: bytes


class Unreachable(Exception):
    """The witness gave no answer; its text says why, in a few words."""


Post = Callable[[Witness, bytes], Answer]
"""Sends a body to a witness's add-checkpoint. Raises Unreachable."""


@dataclass(frozen=True, slots=True)
class Cosigned:
    """Its signature line under the checkpoint, verified."""

    line: str


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """It last saw a tree of another size."""

    size: int


@dataclass(frozen=True, slots=True)
class Disagrees:
    """It has seen another tree than ours; or says so."""


@dataclass(frozen=True, slots=True)
class Refused:
    """It did not sign, for a reason of its own: `code` is HTTP's status, or 0 when its answer could not be read."""

    code: int


Result = Cosigned | Elsewhere | Disagrees | Refused


def request_body(old: int, proof: Sequence[bytes], note: str) -> bytes:
    """The body of add-checkpoint: the size it last saw, the consistency proof from there, and the checkpoint."""
    lines = [f"old {old}", *(base64.b64encode(one).decode() for one in proof), ""]
    return ("".join(f"{line}\n" for line in lines) + note).encode()


def read_answer(answer: Answer, old: int, note: str, key: VerifierKey) -> Result:
    """What a witness said to a checkpoint and a proof from `old`. Trusts nothing but a signature of its key. Pure."""
    if answer.status == OK:
        return _cosigned(answer.body, note, key) or Refused(0)
    if answer.status == UNPROVEN:
        return Disagrees()
    if answer.status != CONFLICT:
        return Refused(answer.status)
    size = SIZE.fullmatch(answer.body) if answer.content_type == SIZE_TYPE else None
    if size is None:
        return Disagrees()
    return Disagrees() if int(size[1]) == old else Elsewhere(int(size[1]))


def _cosigned(body: bytes, note: str, key: VerifierKey) -> Cosigned | None:
    """The first of the lines that is this key's and holds; lines of other keys are ignored."""
    try:
        lines = [Signature.parse(line) for line in body.decode().splitlines()]
        ours = Note.parse(note)
    except (Malformed, UnicodeDecodeError):
        return None
    for line in lines:
        if line.is_by(key) and cosigned_at(Note(ours.text, (line,)), key) is not None:
            return Cosigned(str(line))
    return None


@dataclass(frozen=True, slots=True)
class AskWitnesses:
    """Has the last checkpoint cosigned by every witness that has not signed it yet."""

    database: Database
    clock: Clock
    witnesses: tuple[Witness, ...]
    post: Post
    tell: Tell

    def __call__(self) -> int:
        """Returns how many signed. What a witness does or does not do is logged. Raises SQLAlchemyError."""
        return sum(self._ask(witness) for witness in self.witnesses)

    def _ask(self, witness: Witness) -> bool:
        try:
            return self._until_signed(witness)
        except Unreachable as error:
            log.warning("witness.unreachable", about=witness.name, reason=str(error))
            return False

    def _until_signed(self, witness: Witness) -> bool:
        """It may have signed another size than we know of: then it is asked again from there."""
        old: int | None = None
        for _ in range(TRIES):
            prepared = self._prepared(witness, old)
            if prepared is None:
                return False
            stored, old, body = prepared
            match read_answer(self.post(witness, body), old, stored.note, witness.key):
                case Cosigned(line):
                    return self._keep(witness, stored.size, line)
                case Elsewhere(size) if size <= self._present_size():
                    old = size
                case Refused(code):
                    log.warning("witness.refused", about=witness.name, status=code)
                    return False
                case Elsewhere() | Disagrees():
                    self._disagrees(witness, stored.size)
                    return False
        return False

    def _prepared(self, witness: Witness, old: int | None) -> tuple[StoredCheckpoint, int, bytes] | None:
        """The last checkpoint, the size to prove it from, and the request; None when there is nothing to sign."""
        with at_one_moment(self.database) as connection:
            stored = latest_checkpoint(connection)
            signed = _signed_size(connection, witness)
            if stored is None or signed == stored.size:
                return None
            start = signed if old is None else old
            proof = consistency_proof(start, stored.size, subtree(connection)) if start <= stored.size else []
            return stored, start, request_body(start, proof, stored.note)

    def _present_size(self) -> int:
        with self.database.reading() as connection:
            stored = latest_checkpoint(connection)
        return stored.size if stored else 0

    def _keep(self, witness: Witness, size: int, line: str) -> bool:
        values = {"size": size, "witness": witness.name, "line": line, "at": self.clock()}
        try:
            with self.database.transaction() as connection:
                connection.execute(insert(LedgerCosignature).values(**values))
        except IntegrityError:  # another replica asked at the same moment, and one signature is enough
            return False
        log.info("witness.cosigned", about=witness.name, size=size)
        return True

    def _disagrees(self, witness: Witness, size: int) -> None:
        log.critical("witness.disagrees", about=witness.name, size=size)
        with self.database.transaction() as connection:
            self.tell(connection, "ledger.witness", f"{size}/{witness.name}")


def last_cosigned(connection: Connection) -> dict[str, tuple[int, datetime]]:
    """For each witness that ever signed: the largest size, and when it was kept."""
    query = select(
        col(LedgerCosignature.witness), func.max(col(LedgerCosignature.size)), func.max(col(LedgerCosignature.at))
    ).group_by(col(LedgerCosignature.witness))
    return {witness: (size, at) for witness, size, at in connection.execute(query).all()}


def _signed_size(connection: Connection, witness: Witness) -> int:
    largest = select(func.max(col(LedgerCosignature.size))).where(col(LedgerCosignature.witness) == witness.name)
    return connection.scalar(largest) or 0
