"""A way to Slack on which answers take long: what was asked is done at once, but its answer comes late."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

PASSED_ON = ("Authorization", "Content-Type")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    target = ""
    seconds = 0.0

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"] or 0))
        there = urlsplit(self.target)
        connection = HTTPConnection(there.hostname or "", there.port or 80, timeout=30)
        try:
            headers = {name: self.headers[name] for name in PASSED_ON if self.headers[name]}
            connection.request("POST", self.path, body, headers)
            answer = connection.getresponse()
            said = answer.read()
        finally:
            connection.close()
        time.sleep(self.seconds)
        try:
            self.send_response(answer.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)
        except ConnectionError:
            self.close_connection = True  # who asked was killed meanwhile

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 – the base class's name
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    request_queue_size = 64


@contextmanager
def slow_way(api_url: str, seconds: float) -> Iterator[str]:
    """The address of a server that passes everything on to `api_url` and answers so many seconds late."""
    handler = type("_Slow", (_Handler,), {"target": api_url, "seconds": seconds})
    server = _Server(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/api/"
    server.shutdown()
    thread.join()
    server.server_close()
