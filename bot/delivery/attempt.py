"""One try at one delivery: what Slack is asked, in which order, and what came of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from slack_sdk import WebClient

from bot.access.people import DirectoryUnavailable
from bot.delivery.claims import Claim, Claims
from bot.delivery.faults import SLACK_FAULTS, Fault, Meaning, fault_of
from bot.delivery.messages import EVENT_TYPE, Address, Compose, Composed
from bot.delivery.pauses import Work
from bot.delivery.roster import Unanswered

log = structlog.get_logger(__name__)

CLOCKS_APART = timedelta(minutes=5)
PAGE = 200
NOBODY_READS = frozenset({Meaning.GONE, Meaning.LEFT})


@dataclass(frozen=True, slots=True)
class Posted:
    """Slack has it; `found` when an earlier attempt had posted it."""

    channel: str
    ts: str
    version: int
    found: bool = False


@dataclass(frozen=True, slots=True)
class Updated:
    """The message shows this version; `fault` when it could not and need not."""

    version: int
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Later:
    """To be tried again; `in_doubt` when Slack may have it, `by_slack` when it was Slack that did not take it."""

    fault: Fault
    in_doubt: bool
    by_slack: bool = True


@dataclass(frozen=True, slots=True)
class Parked:
    """Not to be tried again by itself: `obsolete`, or `failed` with Slack's code."""

    status: str
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Overtaken:
    """Another worker has it by now."""


Outcome = Posted | Updated | Later | Parked | Overtaken


class _NoWords(Exception):
    """The message could not be put into words; its cause says why."""


class Attempt:
    """Tries a delivery. The words and the address come from functions of others', whose errors only delay it."""

    def __init__(self, client: WebClient, compose: Compose, address: Address, claims: Claims) -> None:
        self._client = client
        self._compose = compose
        self._address = address
        self._claims = claims

    def __call__(self, claim: Claim) -> Outcome:
        """Post or update. Never raises for Slack's, the words' or the address's errors: they are outcomes."""
        try:
            return self._post(claim) if claim.work is Work.POST else self._update(claim)
        except SLACK_FAULTS as error:
            return _after(fault_of(error), in_doubt=claim.in_doubt)
        except _NoWords as error:
            return _not_made(claim, error.__cause__)
        except Exception as error:  # noqa: BLE001 - it is logged there, by type and place
            return _not_made(claim, error)

    def _words(self, claim: Claim) -> Composed | None:
        """What is to be said. Raises _NoWords: what failed to make them, the company's database say, is not Slack."""
        try:
            return self._compose(claim.message)
        except Exception as error:
            raise _NoWords from error

    def _post(self, claim: Claim) -> Outcome:
        channel = self._address(claim.message.to)
        if claim.in_doubt_since and (ts := self._find(claim, channel, claim.in_doubt_since)):
            return Posted(channel, ts, claim.shown, found=True)
        version = self._claims.begin(claim)
        if version is None:
            return Overtaken()
        composed = self._words(claim)
        if composed is None:
            return Parked("obsolete")
        return self._call_post(claim, {"channel": channel, **composed.arguments(claim.key)}, version)

    def _call_post(self, claim: Claim, arguments: dict[str, Any], version: int) -> Outcome:
        try:
            answer = self._client.chat_postMessage(**arguments, unfurl_links=False, unfurl_media=False)
            return Posted(str(answer["channel"]), str(answer["ts"]), version)
        except SLACK_FAULTS as error:
            fault = fault_of(error)
        except Exception as error:
            log.error("delivery.unexpected", **claim.named, exc_info=error)
            return Later(Fault(fault_of(error).code, Meaning.IN_DOUBT), in_doubt=True, by_slack=False)
        return _after(fault, in_doubt=claim.in_doubt or fault.meaning is Meaning.IN_DOUBT)

    def _update(self, claim: Claim) -> Outcome:
        version = self._claims.begin(claim)
        if version is None or claim.place is None:
            return Overtaken()
        composed = self._words(claim)
        if composed is not None:
            channel, ts = claim.place
            try:
                self._client.chat_update(channel=channel, ts=ts, **composed.arguments(claim.key))
            except SLACK_FAULTS as error:
                fault = fault_of(error)
                return Updated(version, fault.code) if fault.meaning in NOBODY_READS else _after(fault)
        return Updated(version)

    def _find(self, claim: Claim, channel: str, since: datetime) -> str | None:
        """The ts of an earlier attempt's message, by its key in the metadata, if Slack lets us see it.

        Source: https://docs.slack.dev/reference/methods/conversations.history
        """
        oldest, cursor = f"{(since - CLOCKS_APART).timestamp():.6f}", None
        while True:
            try:
                page = self._client.conversations_history(
                    channel=channel, oldest=oldest, cursor=cursor, limit=PAGE, include_all_metadata=True
                )
            except SLACK_FAULTS as error:
                fault = fault_of(error)
                if fault.meaning is not Meaning.REFUSED and fault.code != "missing_scope":
                    raise
                log.warning("delivery.cannot_look", **claim.named, error_code=fault.code)
                return None
            for message in page.get("messages") or ():
                if _key(message) == claim.key:
                    return str(message["ts"])
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return None


def _not_made(claim: Claim, error: BaseException | None) -> Later:
    """The words or the address could not be made, and nothing was said: Slack may be why, where it was asked."""
    if isinstance(error, Unanswered):
        return Later(Fault(error.code, Meaning.NOT_DONE), claim.in_doubt)
    cause = error if isinstance(error, Exception) else LookupError()
    if not isinstance(cause, (*SLACK_FAULTS, DirectoryUnavailable)):
        log.error("delivery.unexpected", **claim.named, exc_info=cause)
    return Later(fault_of(cause), claim.in_doubt, by_slack=False)


def _key(message: dict[str, Any]) -> str | None:
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != EVENT_TYPE:
        return None
    return (metadata.get("event_payload") or {}).get("key")


def _after(fault: Fault, *, in_doubt: bool = False) -> Outcome:
    """What a fault makes of a delivery."""
    if fault.meaning is Meaning.LEFT:
        return Parked("obsolete", fault.code)
    if fault.meaning in {Meaning.REFUSED, Meaning.GONE}:
        return Parked("failed", fault.code)
    return Later(fault, in_doubt)
