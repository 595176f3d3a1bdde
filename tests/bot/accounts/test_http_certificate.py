"""An API of the company's whose certificate has expired: the fault says so, and what to do."""

import ssl
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from bot.accounts.http.connection import Access, Connection
from bot.accounts.http.faults import ApiFault, Reason
from bot.accounts.http.templates import Filled
from tests.bot.privacy.test_source import self_signed


def test_an_expired_certificate_is_called_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate, key = self_signed(tmp_path, over=True)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # a refused handshake is what is tested
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    connection = Connection(Access(f"https://127.0.0.1:{server.server_port}", {}))
    try:
        with pytest.raises(ApiFault, match="certificate has expired") as fault:
            connection.ask(Filled("GET", "accounts/1"), time.monotonic() + 60)
    finally:
        connection.close()
        server.shutdown()
        thread.join()
        server.server_close()
    assert fault.value.reason is Reason.CERTIFICATE
    assert "renews it" in fault.value.mend
