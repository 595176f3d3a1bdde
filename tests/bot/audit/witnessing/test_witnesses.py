"""Witnesses over real HTTP, by a witness of the tests' own that follows C2SP's tlog-witness."""

import base64
import struct
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from nacl.signing import SigningKey

from bot.audit.integration.integrated import cosignatures_of, note_of
from bot.audit.merkle.checkpoints import Checkpoint, cosignatures, read_checkpoint
from bot.audit.merkle.notes import Kind, Malformed, Note, Signer, VerifierKey
from bot.audit.merkle.tree import verify_consistency
from bot.audit.witnessing.witness_http import post
from bot.audit.witnessing.witnesses import (
    SIZE_TYPE,
    Answer,
    AskWitnesses,
    Cosigned,
    Disagrees,
    Elsewhere,
    Refused,
    Unreachable,
    Witness,
    last_cosigned,
    read_answer,
)
from bot.database import Database
from tests.bot.audit.integration.integrating import SIGNER, Told, integrator_of, record, stated
from tests.conftest import SettableClock

SEED = bytes(reversed(range(32)))
KEY = VerifierKey("witness.example/w1", bytes(SigningKey(SEED).verify_key), Kind.COSIGNATURE)


@dataclass
class WitnessServer:
    """Cosigns what extends what it signed before. `mangle` changes its answers; `root` and `size` are what it saw."""

    size: int = 0
    root: bytes = b""
    asked: list[bytes] = field(default_factory=list)
    mangle: str = ""

    def answer(self, body: bytes) -> tuple[int, str, bytes]:
        self.asked.append(body)
        head, _, note = body.decode().partition("\n\n")
        old, *proof = head.split("\n")
        stated_now = read_checkpoint(note, SIGNER.key)
        if not isinstance(stated_now, Checkpoint):
            return 403, "text/plain", b""
        if int(old.removeprefix("old ")) != self.size:
            return 409, SIZE_TYPE, f"{self.size}\n".encode()
        path = [base64.b64decode(one) for one in proof]
        if self.size and not verify_consistency(self.size, self.root, stated_now.size, stated_now.root, path):
            return 422, "text/plain", b""
        assert self.size or not path
        self.size, self.root = stated_now.size, stated_now.root
        return 200, "text/plain", self._signed(Note.parse(note).text)

    def _signed(self, text: str) -> bytes:
        stamp = 1_772_442_000
        message = f"cosignature/v1\ntime {stamp}\n{text}".encode()
        signature = SigningKey(SEED).sign(message + (b"x" if self.mangle == "forged" else b"")).signature
        material = base64.b64encode(KEY.id + struct.pack(">Q", stamp) + signature).decode()
        others = f"— other.example {base64.b64encode(b'1234' + bytes(72)).decode()}\n"
        return {"garbage": b"\xff\xfe", "empty": b""}.get(self.mangle, f"{others}— {KEY.name} {material}\n".encode())


@pytest.fixture
def server() -> Iterator[tuple[WitnessServer, Witness]]:
    served = WitnessServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.path == "/log/add-checkpoint"
            status, kind, body = served.answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=http.serve_forever)
    thread.start()
    yield served, Witness(f"http://127.0.0.1:{http.server_port}/log", KEY, private=True)
    http.shutdown()
    thread.join()
    http.server_close()


def asking(database: Database, clock: SettableClock, witness: Witness, told: Told | None = None) -> AskWitnesses:
    return AskWitnesses(database, clock, (witness,), post, told or Told())


def test_each_checkpoint_is_cosigned_once_from_where_the_witness_was(
    database: Database, clock: SettableClock, server: tuple[WitnessServer, Witness]
) -> None:
    served, witness = server
    ask, integrator = asking(database, clock, witness), integrator_of(database, clock)
    assert ask() == 0
    for count in (3, 4):
        clock.advance(minutes=1)
        record(database, clock, count)
        integrator.tick()
        assert ask() == 1
        assert ask() == 0
    assert served.size == 7
    assert [body.partition(b"\n")[0] for body in served.asked] == [b"old 0", b"old 3"]
    with database.reading() as connection:
        note = note_of(connection, 7)
        assert last_cosigned(connection) == {witness.name: (7, clock())}
    assert note is not None
    assert [one.name for one in cosignatures(note, [KEY])] == [KEY.name]
    assert read_checkpoint(note, SIGNER.key) == stated(database)


def test_a_witness_that_was_elsewhere_is_asked_again_from_there(
    database: Database, clock: SettableClock, server: tuple[WitnessServer, Witness]
) -> None:
    """Its signature got lost on the way, so we do not know what it has seen."""
    served, witness = server
    integrator = integrator_of(database, clock)
    record(database, clock, 3)
    integrator.tick()
    seen = stated(database)
    record(database, clock, 2)
    integrator.tick()
    served.size, served.root = seen.size, seen.root
    assert asking(database, clock, witness)() == 1
    assert [body.partition(b"\n")[0] for body in served.asked] == [b"old 0", b"old 3"]
    assert served.size == 5


@pytest.mark.parametrize(("size", "root"), [(9, bytes(32)), (3, bytes(32)), (5, bytes(32))])
def test_a_witness_that_saw_another_ledger_is_told_of_and_stops_nothing(
    database: Database, clock: SettableClock, server: tuple[WitnessServer, Witness], size: int, root: bytes
) -> None:
    served, witness = server
    integrator, told = integrator_of(database, clock), Told()
    record(database, clock, 5)
    integrator.tick()
    served.size, served.root = size, root
    assert asking(database, clock, witness, told)() == 0
    assert told.messages == [("ledger.witness", f"5/{witness.name}")]
    assert all(int(body.partition(b"\n")[0].removeprefix(b"old ")) <= 5 for body in served.asked)
    record(database, clock, 1)
    assert integrator.tick() == 1


@pytest.mark.parametrize("mangle", ["forged", "garbage", "empty"])
def test_only_a_signature_that_holds_is_kept(
    database: Database, clock: SettableClock, server: tuple[WitnessServer, Witness], mangle: str
) -> None:
    served, witness = server
    served.mangle = mangle
    record(database, clock, 1)
    integrator_of(database, clock).tick()
    assert asking(database, clock, witness)() == 0
    with database.reading() as connection:
        assert cosignatures_of(connection, 1) == ()


def test_of_two_replicas_that_ask_at_once_one_keeps_the_signature(
    database: Database, clock: SettableClock, server: tuple[WitnessServer, Witness]
) -> None:
    _, witness = server
    record(database, clock, 3)
    integrator_of(database, clock).tick()
    other, kept = asking(database, clock, witness), list[int]()

    def meanwhile(asked: Witness, body: bytes) -> Answer:
        answer = post(asked, body)
        kept.append(other())
        return answer

    assert AskWitnesses(database, clock, (witness,), meanwhile, Told())() == 0
    assert kept == [1]
    with database.reading() as connection:
        assert len(cosignatures_of(connection, 3)) == 1


def test_each_witness_is_asked_whatever_another_has_signed(
    database: Database, clock: SettableClock, server: tuple[WitnessServer, Witness]
) -> None:
    served, witness = server
    other = Witness("http://127.0.0.1:1", VerifierKey("other.example/w2", KEY.public, Kind.COSIGNATURE), private=True)
    integrator = integrator_of(database, clock)
    for count in (3, 1):
        record(database, clock, count)
        integrator.tick()
        assert asking(database, clock, witness)() == 1
    asked = list[bytes]()

    def refusing(_: Witness, body: bytes) -> Answer:
        asked.append(body.partition(b"\n")[0])
        return Answer(404, "text/plain", b"")

    assert AskWitnesses(database, clock, (other,), refusing, Told())() == 0
    assert asked == [b"old 0"]
    assert served.size == 4


def test_private_addresses_only_when_configured(server: tuple[WitnessServer, Witness]) -> None:
    served, witness = server
    port = witness.url.partition("127.0.0.1:")[2]
    for host in ("127.0.0.1", "localhost", "[::1]", "10.0.0.1", "169.254.169.254", "[::ffff:127.0.0.1]"):
        with pytest.raises(Unreachable, match="private address"):
            post(Witness(f"http://{host}:{port}", KEY), b"old 0\n\n")
    assert served.asked == []


def test_a_witness_that_is_not_there_delays_nobody(database: Database, clock: SettableClock) -> None:
    record(database, clock, 1)
    integrator_of(database, clock).tick()
    gone = Witness("http://127.0.0.1:1", KEY, private=True)
    assert asking(database, clock, gone)() == 0


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Answer(409, SIZE_TYPE, b"12\n"), Elsewhere(12)),
        (Answer(409, SIZE_TYPE, b"2\n"), Elsewhere(2)),  # put back from a backup of its own
        (Answer(409, SIZE_TYPE, b"3\n"), Disagrees()),
        (Answer(409, "text/plain", b"12\n"), Disagrees()),
        (Answer(409, SIZE_TYPE, b"012\n"), Disagrees()),
        (Answer(409, SIZE_TYPE, b"-1\n"), Disagrees()),
        (Answer(422, "text/plain", b""), Disagrees()),
        (Answer(404, "text/plain", b""), Refused(404)),
        (Answer(302, "text/plain", b""), Refused(302)),
        (Answer(200, "text/plain", b""), Refused(0)),
    ],
)
def test_answers(answer: Answer, expected: object) -> None:
    note = Checkpoint(SIGNER.key.name, 5, bytes(32)).sign(SIGNER)
    assert read_answer(answer, 3, note, KEY) == expected
    assert not isinstance(read_answer(answer, 3, note, KEY), Cosigned)


def test_another_ledger_s_checkpoint_is_refused_by_name() -> None:
    with pytest.raises(Malformed):
        Checkpoint("other.example/audit", 5, bytes(32)).sign(Signer(SIGNER.key.name, bytes(32)))
