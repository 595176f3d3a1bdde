"""What went wrong when Slack was called, and what that means for the message."""

import re
import socket
from dataclasses import dataclass
from enum import StrEnum
from http.client import HTTPException
from urllib.error import URLError

from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web import SlackResponse

from bot.schedule.faults import fault_name


class NoSuchChannel(LookupError):
    """No channel of that name is there for the app to see."""


SLACK_FAULTS = (SlackClientError, OSError, HTTPException, ValueError, NoSuchChannel)
"""What calls raise: Slack's own errors, the network's, answers that can't be read, channels that are not there."""

CODE = re.compile(r"[a-z][a-z0-9_]{0,63}")
RETRY_AFTER_UNSAID_S = 5.0
LONGEST_RETRY_AFTER_S = 3600.0


class Meaning(StrEnum):
    """What an error tells about the call."""

    LIMITED = "limited"  # not done; Slack says when to come back
    NOT_DONE = "not_done"  # certainly not done, and another time it may be
    IN_DOUBT = "in_doubt"  # may have been done
    REFUSED = "refused"  # not done, nor would it be another time
    GONE = "gone"  # the message that it was about is no more
    LEFT = "left"  # whoever it was for was deactivated: nobody could read it


@dataclass(frozen=True, slots=True)
class Fault:
    """An error's code (never its text) and meaning; `retry_after` in seconds where Slack gave it."""

    code: str
    meaning: Meaning
    retry_after: float | None = None


# Codes of Slack's that are not for good: https://docs.slack.dev/reference/methods/chat.postMessage
# Those of the app as a whole (a revoked token, a missing scope) are mended by an operator, and then all messages go.
NOT_LET_IN: frozenset[str] = frozenset(
    {
        *("accesslimited", "account_inactive", "ekm_access_denied", "enterprise_is_restricted"),
        *("invalid_auth", "not_allowed_token_type", "not_authed", "org_login_required", "team_access_not_granted"),
        *("team_added_to_org", "token_expired", "token_revoked", "two_factor_setup_required"),
    }
)
"""The app's token is of no use, or not now, for any message."""
UNANSWERED: frozenset[str] = frozenset(
    {
        *("connection_lost", "fatal_error", "internal_error", "request_timeout", "service_unavailable", "timed_out"),
        *("unreachable", "unreadable_answer"),
    }
)
"""What is said, besides HTTP's statuses from 500 on, where Slack did not do its part."""

MEANINGS: dict[str, Meaning] = {
    "ratelimited": Meaning.LIMITED,
    "rate_limited": Meaning.LIMITED,
    "message_limit_exceeded": Meaning.LIMITED,
    **dict.fromkeys(NOT_LET_IN, Meaning.NOT_DONE),
    "missing_scope": Meaning.NOT_DONE,
    "request_timeout": Meaning.NOT_DONE,
    "service_unavailable": Meaning.NOT_DONE,
    "fatal_error": Meaning.IN_DOUBT,
    "internal_error": Meaning.IN_DOUBT,
    "message_not_found": Meaning.GONE,
    "user_disabled": Meaning.LEFT,
}


def concerns_all(fault: Fault) -> bool:
    """Whether no other message would be taken either, until somebody mends it."""
    return fault.code in NOT_LET_IN


def may_concern_all(fault: Fault) -> bool:
    """Whether it may be Slack, and not this message: others will show."""
    return fault.code in UNANSWERED or fault.code.startswith("http_5")


def fault_of(error: Exception) -> Fault:
    """What an exception of a call to Slack means. One that is not known may have been done."""
    if isinstance(error, NoSuchChannel):
        return Fault("channel_not_found", Meaning.REFUSED)
    if isinstance(error, SlackApiError) and isinstance(error.response, SlackResponse):
        return _of_response(error.response)
    reason = error.reason if isinstance(error, URLError) else error
    if isinstance(reason, ConnectionRefusedError | socket.gaierror):
        return Fault("unreachable", Meaning.NOT_DONE)
    if isinstance(reason, TimeoutError):
        return Fault("timed_out", Meaning.IN_DOUBT)
    if isinstance(reason, OSError | HTTPException):
        return Fault("connection_lost", Meaning.IN_DOUBT)
    return Fault(fault_name(error), Meaning.IN_DOUBT)


def _of_response(response: SlackResponse) -> Fault:
    status, code = response.status_code, _code(response)
    if status == 429:
        return Fault("ratelimited", Meaning.LIMITED, _retry_after(response))
    if status >= 500:
        return Fault(f"http_{status}", Meaning.IN_DOUBT)
    if code is None:
        return Fault("unreadable_answer" if status == 200 else f"http_{status}", Meaning.IN_DOUBT)
    meaning = MEANINGS.get(code, Meaning.REFUSED)
    return Fault(code, meaning, _retry_after(response) if meaning is Meaning.LIMITED else None)


def _code(response: SlackResponse) -> str | None:
    """Slack's error code; None for what is not one (slack_sdk puts parts of an unreadable body in its place)."""
    code = response.data.get("error") if isinstance(response.data, dict) else None
    return code if isinstance(code, str) and CODE.fullmatch(code) else None


def _retry_after(response: SlackResponse) -> float:
    """Seconds of the Retry-After header. Source: https://docs.slack.dev/apis/web-api/rate-limits"""
    said = {name.lower(): value for name, value in response.headers.items()}.get("retry-after")
    value = said[0] if isinstance(said, list) and said else said
    try:
        return min(max(float(int(str(value))), 0.0), LONGEST_RETRY_AFTER_S)
    except ValueError:
        return RETRY_AFTER_UNSAID_S
