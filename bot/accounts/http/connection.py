"""Asking an API over HTTP: bounded in time, size and rate, with nothing of the token in what is said of faults."""

import queue
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any, Final

import certifi
import httpx
import orjson
from pyrate_limiter import GCRA, Duration, Limiter, Rate, StateBucket

from bot.accounts.http.bodies import PACKED, document_of, read_over
from bot.accounts.http.faults import ApiFault, Reason
from bot.accounts.http.templates import Filled

USER_AGENT: Final = "Steward (account look-ups)"
USUAL_HEADERS: Final = {"User-Agent": USER_AGENT, "Accept": "application/json", "Accept-Encoding": PACKED}
TRY_AGAIN: Final = frozenset({502, 503, 504})
STATUSES: Final = {
    401: Reason.TOKEN_REFUSED,
    403: Reason.NOT_ALLOWED,
    404: Reason.NO_SUCH_PLACE,
    405: Reason.NO_SUCH_PLACE,
    407: Reason.TOKEN_REFUSED,
    408: Reason.TOO_SLOW,
    413: Reason.REFUSED,
    429: Reason.RATE_LIMITED,
}
SOON_S: Final = 0.1  # between a failure that may have been a hiccup and the only second try
USUAL_REST_S: Final = 1.0  # after a 429 that does not say how long
LONGEST_REST_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What the API said: the document, and where its Link header says that the next page is."""

    document: Any
    next: str | None = None


@dataclass(frozen=True, slots=True)
class Access:
    """How an API is reached. `base`: scheme, host and perhaps the beginning of each path, without a / at the end.

    `headers` hold the token. `per_second`: how often it is asked at most, by this process.
    """

    base: str
    headers: Mapping[str, str] = field(repr=False)
    largest: int = 2_000_000
    per_second: float = 10.0

    def address(self, path: str) -> httpx.URL:
        """Of a path that is percent-encoded. Two slashes at its beginning begin no other host."""
        return httpx.URL(self.base + "/" + path.lstrip("/"))

    def same_place(self, address: str) -> httpx.URL | None:
        """An address that the API gave, if it leads to the API: the token goes nowhere else."""
        base, target = httpx.URL(self.base), httpx.URL(self.base + "/").join(address)
        same = (target.scheme, target.host, target.port) == (base.scheme, base.host, base.port)
        return target if same and not target.userinfo else None


class Connection:
    """Asks one API, from several threads at once. Each of its connections carries one request at a time."""

    def __init__(self, access: Access, clock: Callable[[], float] = time.monotonic) -> None:
        self.access = access
        self._clock = clock
        self._idle: queue.LifoQueue[httpx.Client] = queue.LifoQueue()
        self._trusted = _trusted() if access.base.startswith("https:") else False
        self._limiter = Limiter(StateBucket([rate_of(access.per_second)], GCRA()))
        self._rests_until = 0.0

    def ask(self, asked: Filled, deadline: float) -> Answer:
        """One answer, before `deadline` (of the clock). Raises ApiFault."""
        body = None if asked.body is None else orjson.dumps(asked.body)
        return self._ask(asked.method, self.access.address(asked.path), asked.query, body, deadline)

    def follow(self, address: str, deadline: float) -> Answer:
        """What is at an address that the API gave. Raises ApiFault, also when that is not the API's own."""
        target = self.access.same_place(address)
        if target is None:
            raise ApiFault(Reason.OTHER_SHAPE, "The next page is said to be on another host.")
        return self._ask("GET", target, (), None, deadline)

    def close(self) -> None:
        """Hang up."""
        while not self._idle.empty():
            self._idle.get_nowait().close()

    def _ask(
        self, method: str, url: httpx.URL, query: tuple[tuple[str, str], ...], body: bytes | None, deadline: float
    ) -> Answer:
        if query:
            url = url.copy_merge_params(httpx.QueryParams(query))
        headers = {**USUAL_HEADERS, **self.access.headers}
        if body is not None:
            headers["Content-Type"] = "application/json"
        for last in (False, True):
            self._wait_for_a_turn(deadline)
            try:
                return self._once(httpx.Request(method, url, headers=headers, content=body), deadline)
            except ApiFault as fault:
                rest = self._rest_after(fault)
                if last or rest is None or self._clock() + rest >= deadline:
                    raise
                time.sleep(rest)
        raise AssertionError("unreachable")

    def _rest_after(self, fault: ApiFault) -> float | None:
        """How long to wait before asking again, in seconds; None: asking again would bring nothing else."""
        if fault.reason is Reason.RATE_LIMITED:
            rest = min(USUAL_REST_S if fault.retry_after is None else fault.retry_after, LONGEST_REST_S)
            self._rests_until = max(self._rests_until, self._clock() + rest)
            return rest
        hiccup = fault.reason is Reason.NO_ANSWER or fault.status in TRY_AGAIN
        return SOON_S if hiccup else None

    def _wait_for_a_turn(self, deadline: float) -> None:
        """Keep to our own rate, and to the pause that the API asked for. Raises ApiFault when that takes too long."""
        rest = self._rests_until - self._clock()
        if rest > 0:
            if self._rests_until >= deadline:
                raise ApiFault(Reason.RATE_LIMITED, "It asked for a pause, which is not over.", retry_after=rest)
            time.sleep(rest)
        left = deadline - self._clock()
        if left <= 0 or not self._limiter.try_acquire(timeout=left):
            raise ApiFault(Reason.RATE_LIMITED, "Too much is asked of it at once for the configured rate.")

    def _once(self, request: httpx.Request, deadline: float) -> Answer:
        left = deadline - self._clock()
        if left <= 0:
            raise ApiFault(Reason.TOO_SLOW, "It did not answer in time.")
        request.extensions["timeout"] = httpx.Timeout(left).as_dict()
        with self._client() as client, self._faults(deadline), _ended_after(left, client):
            answer = client.send(request, stream=True)
            try:
                _require_good(answer)
                return Answer(document_of(answer, self.access.largest), _next_link(answer))
            finally:
                answer.close()

    @contextmanager
    def _client(self) -> Iterator[httpx.Client]:
        """One that nobody else uses meanwhile. One that failed is not used again."""
        try:
            client = self._idle.get_nowait()
        except queue.Empty:
            through_proxies = self._trusted is not False  # without TLS they would read the token and all answers
            client = httpx.Client(verify=self._trusted, follow_redirects=False, trust_env=through_proxies)
        sound = False
        try:
            yield client
            sound = True
        except ApiFault as fault:
            sound = fault.status is not None
            raise
        finally:
            if sound and not client.is_closed:
                self._idle.put(client)
            else:
                client.close()

    @contextmanager
    def _faults(self, deadline: float) -> Iterator[None]:
        """A fault of ours for whatever the network does; what the library says could hold an address with an id."""
        try:
            yield
        except httpx.TimeoutException:
            raise ApiFault(Reason.TOO_SLOW, "It did not answer in time.") from None
        except (
            httpx.HTTPError,
            httpx.InvalidURL,
            RuntimeError,
        ) as error:  # RuntimeError: closed when its time was over
            if self._clock() >= deadline:
                raise ApiFault(Reason.TOO_SLOW, "It did not answer in time.") from None
            root = _root(error)
            if isinstance(root, ssl.SSLCertVerificationError):
                what = f"It showed a certificate that can't be trusted: {root.verify_message.rstrip('.')}."
                raise ApiFault(Reason.CERTIFICATE, what) from None
            raise ApiFault(Reason.NO_ANSWER, "It did not answer.") from None


def _require_good(answer: httpx.Response) -> None:
    status = answer.status_code
    if 200 <= status < 300 and status != 204:
        return
    if 300 <= status < 400:
        raise ApiFault(Reason.REDIRECTED, f"It answered {status}, a redirect.", status=status)
    read_over(answer)
    usual = Reason.BROKEN if status >= 500 or status == 204 else Reason.REFUSED
    fault = ApiFault(STATUSES.get(status, usual), f"It answered {status}.", status=status)
    fault.retry_after = _retry_after(answer.headers.get("retry-after", ""))
    raise fault


def _retry_after(said: str) -> float | None:
    """Seconds, or a date (RFC 9110, 10.2.3)."""
    try:
        return max(0.0, float(said))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(said).timestamp() - time.time())
    except (ValueError, TypeError, OverflowError):
        return None


def _next_link(answer: httpx.Response) -> str | None:
    """Where the next page is, by the Link header (RFC 8288)."""
    try:
        return answer.links.get("next", {}).get("url")
    except (ValueError, KeyError, IndexError):  # a header that is none
        return None


def rate_of(per_second: float) -> Rate:
    """So many a second, to the thousandth and never more. A second's worth of whole questions may be asked at once."""
    return Rate(max(1, int(per_second * 1000)), 1000 * Duration.SECOND, burst=max(1, int(per_second)))


def _trusted() -> ssl.SSLContext:
    """The machine's certificate authorities (SSL_CERT_FILE too), and Mozilla's."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


def _root(error: BaseException) -> BaseException:
    below = error.__cause__ or error.__context__
    return error if below is None else _root(below)


@contextmanager
def _ended_after(seconds: float, client: httpx.Client) -> Iterator[None]:
    """Closes the connection when the time is over, also under a server that sends its answer letter by letter."""
    timer = threading.Timer(seconds, client.close)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
