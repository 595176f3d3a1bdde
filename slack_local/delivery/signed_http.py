"""Payloads as signed HTTP requests to the app's request URL.

Source: https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

import asyncio
import hashlib
import hmac
import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlencode, urlsplit

from slack_local.clock import Clock
from slack_local.delivery.answer import DEADLINE, Answer, PayloadKind, Retry
from slack_local.json_types import Json

_CONNECTIONS = 32


@dataclass(slots=True)
class SignedHttp:
    """Posts from a pool of threads of its own; `close` ends them."""

    url: str
    signing_secret: str = field(repr=False)
    clock: Clock
    deadline: float = DEADLINE
    _pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(_CONNECTIONS, "slack-delivery"))

    @property
    def connected(self) -> bool:
        return True

    async def send(self, kind: PayloadKind, payload: Json, retry: Retry, *, twice: bool, cut: bool) -> Answer:
        body, content_type = encode(kind, payload)
        headers = {"Content-Type": content_type, **signature(self.signing_secret, body, int(self.clock()))}
        if retry.attempt:
            headers |= {"X-Slack-Retry-Num": str(retry.attempt), "X-Slack-Retry-Reason": retry.reason}
        loop = asyncio.get_running_loop()
        posts = [loop.run_in_executor(self._pool, self._post, body, headers) for _ in range(2 if twice else 1)]
        answer = (await asyncio.gather(*posts))[0]
        return Answer(acknowledged=False, failure="connection_failed") if cut else answer

    def close(self) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _post(self, body: bytes, headers: Mapping[str, str]) -> Answer:
        target = urlsplit(self.url)
        kind = HTTPSConnection if target.scheme == "https" else HTTPConnection
        connection = kind(target.hostname or "", target.port, timeout=self.deadline)
        try:
            connection.request("POST", target.path or "/", body, {"User-Agent": "Slackbot 1.0", **headers})
            response = connection.getresponse()
            return _answer(response.status, response.headers.get_content_type(), response.read())
        except TimeoutError:
            return Answer(acknowledged=False, failure="http_timeout")
        except (OSError, HTTPException):
            return Answer(acknowledged=False, failure="connection_failed")
        finally:
            connection.close()


def encode(kind: PayloadKind, payload: Json) -> tuple[bytes, str]:
    """The body and its content type: JSON for events, a form for the rest."""
    if kind == "events_api":
        return json.dumps(payload).encode(), "application/json"
    form = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
    return urlencode(form).encode(), "application/x-www-form-urlencoded"


def signature(secret: str, body: bytes, now: int) -> dict[str, str]:
    """The two headers that prove where a request comes from and when (seconds)."""
    base = b"v0:" + str(now).encode() + b":" + body
    digest = hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": str(now), "X-Slack-Signature": f"v0={digest}"}


def _answer(status: int, content_type: str, body: bytes) -> Answer:
    if status != 200:
        return Answer(acknowledged=False, failure="http_error")
    if not body:
        return Answer(acknowledged=True)
    text = body.decode("utf-8", "replace")
    if content_type != "application/json":
        return Answer(acknowledged=True, body=text)
    try:
        return Answer(acknowledged=True, body=json.loads(text))
    except ValueError:
        return Answer(acknowledged=False, failure="http_error")
