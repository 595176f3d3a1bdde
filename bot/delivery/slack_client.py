"""Slack's Web API client with retries that can't do a thing twice and can't keep anyone waiting."""

import logging
from urllib.error import URLError

from slack_sdk import WebClient
from slack_sdk.http_retry import (
    ConnectionErrorRetryHandler,
    FixedValueRetryIntervalCalculator,
    HttpRequest,
    HttpResponse,
    RateLimitErrorRetryHandler,
    RetryState,
)

BETWEEN_TRIES_S = 0.1

# Methods that read, or that leave the same behind when called twice. Not chat.postMessage.
REPEATABLE = frozenset(
    {
        "apps.connections.open",
        "auth.test",
        "chat.getPermalink",
        "chat.update",
        "conversations.history",
        "conversations.info",
        "conversations.list",
        "conversations.members",
        "conversations.open",
        "team.info",
        "usergroups.list",
        "usergroups.users.list",
        "users.info",
        "users.list",
        "users.lookupByEmail",
        "views.publish",
    }
)


class SafeConnectionRetry(ConnectionErrorRetryHandler):
    """Once more after a lost connection, if the call can be repeated or never reached Slack. Not after a time-out."""

    def __init__(self) -> None:
        super().__init__(1, FixedValueRetryIntervalCalculator(BETWEEN_TRIES_S))

    def _can_retry(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        reason = error.reason if isinstance(error, URLError) else error
        if isinstance(reason, TimeoutError):
            return False
        if not super()._can_retry(state=state, request=request, response=response, error=error):
            return False
        return isinstance(reason, ConnectionRefusedError) or _method(request) in REPEATABLE


class PatientRateLimit(RateLimitErrorRetryHandler):
    """Once more when Slack says "too many", if it asks for no longer a wait than `patience` seconds."""

    def __init__(self, patience: float) -> None:
        super().__init__(1)
        self._patience = patience

    def _can_retry(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        if response is None or not super()._can_retry(state=state, request=request, response=response, error=error):
            return False
        headers = {name.lower(): values for name, values in response.headers.items()}
        wait = (headers.get("retry-after") or [""])[0]
        return wait.isdigit() and int(wait) <= self._patience


def slack_client(token: str, base_url: str, timeout: int = 10, *, patience: float = 0.0) -> WebClient:
    """A client whose calls take about `timeout` seconds at most, plus `patience` when Slack limits the rate.

    The courier wants no patience: it sends other messages meanwhile. The directory wants 2 s and none, so that people
    are not kept waiting. The client's own log is off, because it would quote what Slack answered; callers log faults.
    """
    quiet = logging.getLogger("slack_sdk.quiet")
    quiet.setLevel(logging.CRITICAL)
    retries = [SafeConnectionRetry(), PatientRateLimit(patience)]
    return WebClient(token, base_url=base_url, timeout=timeout, retry_handlers=list(retries), logger=quiet)


def _method(request: HttpRequest) -> str:
    """The Web API method's name, the last part of the path."""
    return request.url.partition("?")[0].rstrip("/").rpartition("/")[2]
