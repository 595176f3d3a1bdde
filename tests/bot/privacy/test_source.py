"""Reading the policy from where it is published."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from bot.privacy.source import read_source
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
