"""Reading the policy from where it is published."""

import gzip
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from bot.privacy import fetching
from bot.privacy.faults import Reason, SourceFault
from bot.privacy.source import Conditional, Fetched, Limits, NotModified, fetch, read_source
from bot.privacy.text import LARGEST, PolicyUnreadable, read_policy

PAGES = {
    "/privacy": ("text/plain; charset=utf-8", b"We care."),
    "/policy.md": ("text/plain", b"# Policy\n\nWe *care*."),
    "/about": ("text/markdown", b"# Policy\n\nWe *care*."),
    "/page.php": ("text/html", b"  <p>We care.</p>"),
    "/huge.txt": ("text/plain", b"x" * (LARGEST + 10)),
}


class Site(BaseHTTPRequestHandler):
    """A company's web site."""

    def do_GET(self) -> None:
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/policy.md")
            self.end_headers()
            return
        kind, body = PAGES.get(self.path, ("", b""))
        self.send_response(200 if kind else 404)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *given: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_file_counts_from_the_folder(tmp_path: Path) -> None:
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "policy.md").write_bytes(b"We care.")
    found = read_source("policies/policy.md", tmp_path)
    assert (found.data, found.name) == (b"We care.", "policy.md")
    assert read_source(str(tmp_path / "policies" / "policy.md"), Path("elsewhere")) == found


@pytest.mark.parametrize(("source", "words"), [("no.md", "There is no file"), (".", "is a folder")])
def test_a_file_that_is_not_there(tmp_path: Path, source: str, words: str) -> None:
    with pytest.raises(PolicyUnreadable, match=words):
        read_source(source, tmp_path)


@pytest.mark.parametrize("page", ["/privacy", "/policy.md", "/about", "/moved", "/page.php"])
def test_a_page_on_the_web(site: str, page: str) -> None:
    found = read_source(site + page, Path(), allow_private_addresses=True)
    assert "We care." in read_policy(found.data, found.name, found.declared).text


@pytest.mark.parametrize(("page", "words"), [("/huge.txt", "larger")])
def test_a_page_that_is_no_policy(site: str, page: str, words: str) -> None:
    found = read_source(site + page, Path(), allow_private_addresses=True)
    with pytest.raises(PolicyUnreadable, match=words):
        read_policy(found.data, found.name, found.declared)


def test_a_page_that_is_not_there(site: str) -> None:
    with pytest.raises(PolicyUnreadable, match="answered 404"):
        read_source(site + "/gone", Path(), allow_private_addresses=True)


def test_a_server_that_is_not_there() -> None:
    with pytest.raises(PolicyUnreadable, match="did not answer"):
        read_source("http://127.0.0.1:1/policy.md", Path(), allow_private_addresses=True)


class Wild(BaseHTTPRequestHandler):
    """A web site with everything that can go wrong."""

    def do_GET(self) -> None:
        answer = getattr(self, "answer_" + self.path.strip("/").partition("?")[0], None)
        if answer is None:
            self.send_error(503)
        else:
            answer()

    def _send(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def answer_dated(self) -> None:
        if (
            self.headers["If-None-Match"] == '"one"'
            and self.headers["If-Modified-Since"] == "Mon, 02 Mar 2026 09:00:00 GMT"
        ):
            self._send(b"", 304)
        else:
            changed = "Mon, 02 Mar 2026 09:00:00 GMT"
            self._send(b"<p>We care.", Content_Type="text/html", ETag='"one"', Last_Modified=changed)

    def answer_agent(self) -> None:
        self._send(f"You are {self.headers['User-Agent']}.".encode(), Content_Type="text/plain")

    def answer_circle(self) -> None:
        self._send(b"", 302, Location="/round")

    def answer_round(self) -> None:
        self._send(b"", 301, Location="/circle")

    def answer_spiral(self) -> None:
        number = int(self.path.partition("?")[2] or 0)
        self._send(b"", 302, Location=f"/spiral?{number + 1}")

    def answer_file(self) -> None:
        self._send(b"", 302, Location="file:///etc/passwd")

    def answer_picture(self) -> None:
        self._send(b"\x89PNG", Content_Type="image/png")

    def answer_bomb(self) -> None:
        self._send(gzip.compress(b"x" * 30_000_000), Content_Type="text/html", Content_Encoding="gzip")

    def answer_endless(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        with suppress(OSError):
            while True:
                self.wfile.write(b"<p>more</p>" * 10_000)

    def answer_drip(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        with suppress(OSError):
            while True:
                self.wfile.write(b"x")
                time.sleep(0.05)

    def answer_cut(self) -> None:
        self._send(b"<p>We ca", Content_Type="text/html", Content_Length="5000")

    def log_message(self, *given: object) -> None:
        pass


@pytest.fixture
def wild() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Wild)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


LOCAL = Limits(seconds=15, allow_private_addresses=True)


def test_a_page_that_did_not_change_is_not_sent_again(wild: str) -> None:
    first = fetch(wild + "/dated", limits=LOCAL)
    assert isinstance(first, Fetched)
    assert first.next == Conditional('"one"', "Mon, 02 Mar 2026 09:00:00 GMT")
    assert fetch(wild + "/dated", first.next, limits=LOCAL) == NotModified(first.next)


def test_a_file_that_did_not_change_is_not_read_again(tmp_path: Path) -> None:
    (tmp_path / "policy.md").write_bytes(b"We care.")
    first = fetch("policy.md", folder=tmp_path)
    assert isinstance(first, Fetched)
    assert fetch("policy.md", first.next, folder=tmp_path) == NotModified(first.next)
    (tmp_path / "policy.md").write_bytes(b"We care more.")
    again = fetch("policy.md", first.next, folder=tmp_path)
    assert isinstance(again, Fetched)
    assert again.data == b"We care more."


def test_steward_says_who_asks(wild: str) -> None:
    assert b"You are Steward" in read_source(wild + "/agent", Path(), allow_private_addresses=True).data


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        ("/circle", Reason.REDIRECTS),
        ("/spiral", Reason.REDIRECTS),
        ("/file", Reason.REDIRECTS),
        ("/picture", Reason.WRONG_TYPE),
        ("/bomb", Reason.TOO_LARGE),
        ("/endless", Reason.TOO_LARGE),
        ("/cut", Reason.NO_ANSWER),
        ("/nothing", Reason.STATUS),
    ],
)
def test_each_fault_has_its_reason(wild: str, page: str, reason: Reason) -> None:
    with pytest.raises(SourceFault) as fault:
        fetch(wild + page, limits=LOCAL)
    assert fault.value.reason is reason
    assert fault.value.status == (503 if reason is Reason.STATUS else None)


def test_a_page_that_drips_is_given_up(wild: str) -> None:
    with pytest.raises(SourceFault) as fault:
        fetch(wild + "/drip", limits=Limits(seconds=0.5, allow_private_addresses=True))
    assert fault.value.reason is Reason.TIMED_OUT


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("http://127.0.0.1/p", Reason.PRIVATE_ADDRESS),
        ("http://localhost:8080/p", Reason.PRIVATE_ADDRESS),
        ("http://[::1]/p", Reason.PRIVATE_ADDRESS),
        ("http://[::ffff:10.0.0.1]/p", Reason.PRIVATE_ADDRESS),
        ("http://[64:ff9b::a00:1]/p", Reason.PRIVATE_ADDRESS),
        ("http://169.254.169.254/latest/meta-data", Reason.PRIVATE_ADDRESS),
        ("http://2130706433/p", Reason.PRIVATE_ADDRESS),
        ("https://anna:secret@policy.example/p", Reason.BAD_ADDRESS),
        ("https:///p", Reason.BAD_ADDRESS),
        ("https://no-such-host.invalid/p", Reason.NO_SUCH_HOST),
    ],
)
def test_where_steward_does_not_go(source: str, reason: Reason) -> None:
    with pytest.raises(SourceFault) as fault:
        fetch(source)
    assert fault.value.reason is reason
    assert "secret" not in str(fault.value)


def test_the_connection_goes_to_the_address_that_was_checked(wild: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name resolves once; the server is asked by its name, at the address found then."""
    asked: list[str] = []

    def found(host: str, port: int) -> str:
        asked.append(host)
        return "127.0.0.1"

    monkeypatch.setattr(fetching, "public_address", found)
    port = wild.rpartition(":")[2]
    page = fetch(f"http://policy.invalid:{port}/agent")
    assert isinstance(page, Fetched)
    assert asked == ["policy.invalid"]


def test_a_certificate_that_nobody_vouches_for(tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*self_signed(tmp_path))
    server = ThreadingHTTPServer(("127.0.0.1", 0), Wild)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # a refused handshake is what is tested
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        with pytest.raises(SourceFault, match="certificate") as fault:
            fetch(f"https://127.0.0.1:{server.server_port}/agent", limits=LOCAL)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert fault.value.reason is Reason.CERTIFICATE


def self_signed(folder: Path, *, over: bool = False) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1, good from yesterday to tomorrow unless it is `over`, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=2))
        .not_valid_after(now + timedelta(days=-1 if over else 1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    (folder / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return folder / "certificate.pem", folder / "key.pem"
