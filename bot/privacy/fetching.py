"""Fetching a page by http(s): bounded in time and size, and never from a private network unless that is allowed.

A name is resolved once and its address checked; the connection goes to that very address, so that a name which
resolves otherwise a moment later (DNS rebinding) leads nowhere else. Redirects are followed here, each checked anew.
"""

import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import unquote, urlsplit

import certifi
import httpx

from bot.privacy.conditional import Conditional, Limits, Page, Unchanged
from bot.privacy.faults import Reason, SourceFault

USER_AGENT = "Steward (privacy policy reader)"

_ACCEPT = "text/markdown, text/html;q=0.9, application/pdf;q=0.9, text/plain;q=0.8, */*;q=0.1"
_MOST_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_READ = frozenset({"text/markdown", "text/x-markdown", "text/html", "application/xhtml+xml", "text/plain", "text/xml"})
_READ_TOO = frozenset({"application/pdf", "application/x-pdf", "application/octet-stream", "application/xml", ""})
_WAIT = 10.0
"""Seconds for a connection, and for each piece of an answer."""


def fetch_page(url: str, conditional: Conditional | None = None, limits: Limits | None = None) -> Page | Unchanged:
    """Fetch a page. Raises SourceFault, which names the reason."""
    return _Fetch(limits or Limits(), conditional or Conditional()).follow(url)


class _Fetch:
    """One fetch with its redirects."""

    def __init__(self, limits: Limits, conditional: Conditional) -> None:
        self._limits = limits
        self._conditional = conditional
        self._deadline = time.monotonic() + limits.seconds

    def follow(self, url: str) -> Page | Unchanged:
        seen: list[str] = []
        while True:
            seen.append(url)
            found = self._get(url)
            if not isinstance(found, str):
                return found
            url = str(httpx.URL(url).join(found))
            if url in seen or len(seen) > _MOST_REDIRECTS:
                raise SourceFault(f"{seen[0]} is redirected in a circle or too often.", Reason.REDIRECTS)
            if urlsplit(url).scheme not in {"http", "https"}:
                raise SourceFault(f"{seen[0]} is redirected to something else than http or https.", Reason.REDIRECTS)
            if seen[0].startswith("https:") and url.startswith("http:"):
                raise SourceFault(f"{seen[0]} is redirected to an unencrypted address.", Reason.REDIRECTS)

    def _get(self, url: str) -> Page | Unchanged | str:
        """The page, or where it is redirected to."""
        target, headers, extensions = self._addressed(url)
        wait = max(0.1, min(_WAIT, self._deadline - time.monotonic()))
        private = self._limits.allow_private_addresses
        with (
            _faults_of(url, self._deadline),
            httpx.Client(verify=_trusted(), timeout=wait, trust_env=private, follow_redirects=False) as client,
            self._ended_by_time(client),
            client.stream("GET", target, headers=headers, extensions=dict(extensions)) as answer,
        ):
            return self._read(url, answer)

    def _addressed(self, url: str) -> tuple[httpx.URL, dict[str, str], Mapping[str, object]]:
        """Where to connect to, and what to say there. The address is in the URL, the name in Host and in TLS."""
        target = _parsed(url)
        headers = {"User-Agent": USER_AGENT, "Accept": _ACCEPT, "Accept-Encoding": "gzip, deflate"}
        if self._conditional.etag:
            headers["If-None-Match"] = self._conditional.etag
        if self._conditional.last_modified:
            headers["If-Modified-Since"] = self._conditional.last_modified
        if self._limits.allow_private_addresses:
            return target, headers, {}
        address = public_address(target.host, target.port or (443 if target.scheme == "https" else 80))
        headers["Host"] = target.netloc.decode("ascii")
        return target.copy_with(host=address), headers, {"sni_hostname": target.host}

    def _read(self, url: str, answer: httpx.Response) -> Page | Unchanged | str:
        if answer.status_code in _REDIRECTS and "location" in answer.headers:
            return answer.headers["location"]
        following = Conditional(answer.headers.get("etag"), answer.headers.get("last-modified"))
        if answer.status_code == 304:
            return Unchanged(
                Conditional(
                    following.etag or self._conditional.etag, following.last_modified or self._conditional.last_modified
                )
            )
        if answer.status_code != 200:
            words = f"{url} answered {answer.status_code} {answer.reason_phrase}.".replace(" .", ".")
            raise SourceFault(f"{words} Is the address right?", Reason.STATUS, answer.status_code)
        content_type = answer.headers.get("content-type", "")
        bare = content_type.partition(";")[0].strip().lower()
        if bare not in _READ | _READ_TOO:
            raise SourceFault(f"{url} is {bare}, which is no policy's text.", Reason.WRONG_TYPE)
        return Page(self._body(url, answer), content_type, url, following)

    def _body(self, url: str, answer: httpx.Response) -> bytes:
        body = bytearray()
        for piece in answer.iter_bytes(65_536):
            body += piece
            if len(body) > self._limits.largest:
                megabytes = self._limits.largest / 1_000_000
                raise SourceFault(f"{url} is larger than {megabytes:g} MB. Is it the policy?", Reason.TOO_LARGE)
            if time.monotonic() > self._deadline:
                raise SourceFault(f"{url} took too long to answer.", Reason.TIMED_OUT)
        return bytes(body)

    @contextmanager
    def _ended_by_time(self, client: httpx.Client) -> Iterator[None]:
        """Closes the connection when the time is over, also under a server that sends its headers letter by letter."""
        timer = threading.Timer(max(0.1, self._deadline - time.monotonic()), client.close)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()


def _parsed(url: str) -> httpx.URL:
    try:
        target = httpx.URL(url.strip())
    except httpx.InvalidURL as error:
        raise SourceFault(f"{url} is no address of a page.", Reason.BAD_ADDRESS) from error
    if target.scheme not in {"http", "https"} or not target.host:
        raise SourceFault("A policy's address begins with https:// or http://.", Reason.BAD_ADDRESS)
    if target.userinfo:
        raise SourceFault("A policy's address has no name and password in it.", Reason.BAD_ADDRESS)
    return target


def public_address(host: str, port: int) -> str:
    """An address of the host on the internet. Raises SourceFault when there is none, or any of them is private."""
    try:
        found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise SourceFault(f"There is no {host} on the internet. Is the address right?", Reason.NO_SUCH_HOST) from error
    addresses = [str(one[4][0]) for one in found]
    if not all(_is_public(address) for address in addresses):
        raise SourceFault(
            f"{host} is in a private network. To allow that, add allow_private_addresses = true under [policy].",
            Reason.PRIVATE_ADDRESS,
        )
    return addresses[0]


def _is_public(address: str) -> bool:
    """Source: the IANA special-purpose address registries, as ipaddress has them. IPv4 within IPv6 counts as IPv4."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is not None:
            return inner.is_global and not inner.is_multicast
        if ip in ipaddress.ip_network("64:ff9b::/96"):
            return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF).is_global
    return ip.is_global and not ip.is_multicast


def _trusted() -> ssl.SSLContext:
    """The machine's certificate authorities (SSL_CERT_FILE too), and Mozilla's."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


@contextmanager
def _faults_of(url: str, deadline: float) -> Iterator[None]:
    """A fault with its reason for whatever the network does."""
    try:
        yield
    except httpx.TimeoutException as error:
        raise SourceFault(f"{url} took too long to answer.", Reason.TIMED_OUT) from error
    except httpx.HTTPError as error:
        if time.monotonic() >= deadline:
            raise SourceFault(f"{url} took too long to answer.", Reason.TIMED_OUT) from error
        if isinstance(_root(error), ssl.SSLCertVerificationError):
            words = f"{url} has a certificate that can't be trusted: {_verdict(error)}."
            raise SourceFault(words, Reason.CERTIFICATE) from error
        if isinstance(_root(error), socket.gaierror):
            raise SourceFault(f"There is no {urlsplit(url).hostname}.", Reason.NO_SUCH_HOST) from error
        words = f"{url} did not answer. Try the address from this machine."
        raise SourceFault(words, Reason.NO_ANSWER) from error
    except RuntimeError as error:  # the client was closed under a request when its time was over
        raise SourceFault(f"{url} took too long to answer.", Reason.TIMED_OUT) from error


def _root(error: BaseException) -> BaseException:
    below = error.__cause__ or error.__context__
    return error if below is None else _root(below)


def _verdict(error: BaseException) -> str:
    root = _root(error)
    return root.verify_message if isinstance(root, ssl.SSLCertVerificationError) else "unknown"


def name_of(url: str) -> str:
    """The last part of an address, to call a policy by that has no title."""
    return unquote(urlsplit(url).path.rstrip("/").rpartition("/")[2])
